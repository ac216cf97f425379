import Messages
import RPC
import Reactor

/// The demo, chapter by chapter.
struct DemoStory {
  let context: CommandContext
  let account: DemoAccount
  let books: DemoWorkbooks
  let endpoints: [ServiceKind: ServiceEndpoint]
  let governance: DemoGovernance

  private var console: Console { context.console }

  /// Answers the runs that were made, the main one last.
  func tell() async throws -> [Run] {
    try await writeWorkbooks()
    try await importRegistry()
    try await saveInputs()
    let runs = try await optimize()
    try await saveMistakes()
    return runs
  }

  private func endpoint(_ kind: ServiceKind) throws -> ServiceEndpoint {
    guard let endpoint = endpoints[kind] else { throw Failure(.unreachable, "\(kind.program) does not run", mend: "`lodestar up`") }
    return endpoint
  }

  // MARK: 2

  private func writeWorkbooks() async throws {
    console.show(account.chapter(2, "Writing the example workbooks into \(books.directory)"))
    try await write(DemoWorkbooks.example, template: .example)
    try await write([DemoWorkbooks.mistakes], template: .mistakes)
  }

  /// Files of an earlier demo are used as they are: somebody may have typed into them.
  private func write(_ names: [String], template: WorkbookTemplate) async throws {
    let present = books.present(names)
    if present.count == names.count {
      for name in names { console.show("   \(name)" + console.style.dim("   is there already and is used as it is")) }
      return
    }
    guard present.isEmpty else {
      throw Failure(
        .refused, "\(books.directory) has \(present.joined(separator: ", ")) but not the other example workbooks",
        mend: "choose another --directory, or move that file away")
    }
    let request = CreateWorkbooksRequest(directoryPath: books.directory, template: template)
    let response = try await context.session.call(.sync, at: endpoint(.sync)) { channel in
      try await SheetSyncClient(channel: channel).createWorkbooks(request)
    }
    for path in response.workbookPaths { console.show("   \(String(path.split(separator: "/").last ?? ""))") }
  }

  // MARK: 3

  /// The registry's first import is for the governance board: it records what was approved before.
  private func importRegistry() async throws {
    console.show(account.chapter(3, "Importing the metrics that the company is governed by"))
    try governance.prepare()
    let yaml = try governance.text()
    let plan = try await context.session.call(.metrics, at: governance.endpoint()) { channel in
      try await RegistryFileCall(channel: channel, yaml: yaml).apply(
        reason: "The demo's first import", key: ChangeOptions.randomKey())
    }
    console.show(account.registry(plan, file: governance.file, by: DemoGovernance.board))
    guard plan.problems.isEmpty else {
      throw Failure(.refused, "\(governance.file) was not imported", mend: "move that file away, and the demo writes its own again")
    }
  }

  // MARK: 4

  private func saveInputs() async throws {
    console.show(account.chapter(4, "Saving every input tab"))
    var runs: [ActionRun] = []
    for (workbook, tab) in DemoWorkbooks.inputTabs {
      let run = try await act(
        RunActionRequest(
          action: "pm.save_selected", workbookPath: books.path(workbook), tab: tab, scope: .all, actor: ActionCaller.actor))
      runs.append(run)
      guard run.status == .ok || run.status == .partial else {
        console.show(account.saves(runs))
        throw Failure(
          run.outcome, "\(tab) was not saved: \(run.message)", mend: "`lodestar actions show \(run.actionRunId)` has the details")
      }
    }
    console.show(account.saves(runs))
    let notes = runs.flatMap { run -> [String] in
      let rows = RowMessagesView(messages: run.messages).lines(console, indent: "     ")
      return rows.isEmpty ? [] : ["   " + console.style.bold(run.tab)] + rows
    }
    if !notes.isEmpty { console.show([""] + notes) }
  }

  private func act(_ request: RunActionRequest) async throws -> ActionRun {
    // A bar on a terminal; the account itself tells the rest.
    try await ActionCaller(context: context, endpoint: endpoint(.sync), isQuiet: !console.isLive).run(request)
  }

  // MARK: 5

  private func optimize() async throws -> [Run] {
    console.show(account.chapter(5, "Looking for the best portfolio of each scenario under each of its constraint sets"))
    var runs: [Run] = []
    for (scenario, set) in try await scenarioSets() {
      let action = try await act(
        RunActionRequest(
          action: "pm.optimize.run_all_candidates", workbookPath: books.path(DemoWorkbooks.optimizationCenter),
          scenarioName: scenario,
          constraintSetName: set, actor: ActionCaller.actor))
      guard !action.runId.isEmpty else {
        throw Failure(action.outcome, "\(scenario) / \(set) was not optimized: \(action.message)")
      }
      let run = try await context.session.call(.optimizer, at: endpoint(.optimizer)) { channel in
        try await PortfolioOptimizationClient(channel: channel).getRun(GetRunRequest(runId: action.runId))
      }
      console.show(account.portfolio(run))
      guard run.status == .success, action.status == .ok else {
        throw Failure(action.outcome, "\(scenario) / \(set): \(run.message.isEmpty ? action.message : run.message)")
      }
      runs.append(run)
    }
    return runs
  }

  /// What the workbook's Scenario_Config and Constraints made: each scenario with those of the example's sets that it has.
  private func scenarioSets() async throws -> [(scenario: String, set: String)] {
    try await context.session.call(.compiler, at: endpoint(.compiler)) { channel in
      let client = ConstraintCompilationClient(channel: channel)
      var pairs: [(String, String)] = []
      for scenario in try await client.listScenarios(ListScenariosRequest()).scenarios {
        for set in ["Baseline", "Aggressive"] {
          let request = GetConstraintSetRequest(scenarioName: scenario.scenarioName, constraintSetName: set)
          do {
            _ = try await client.getConstraintSet(request)
            pairs.append((scenario.scenarioName, set))
          } catch let error as RPCError where error.code == .notFound {}
        }
      }
      return pairs
    }
  }

  // MARK: 6

  private func saveMistakes() async throws {
    console.show(account.chapter(6, "What mistakes are answered with"))
    var runs: [ActionRun] = []
    for tab in DemoWorkbooks.mistakenTabs {
      runs.append(
        try await act(
          RunActionRequest(
            action: "pm.save_selected", workbookPath: books.path(DemoWorkbooks.mistakes), tab: tab, scope: .all,
            actor: ActionCaller.actor)))
    }
    console.show(account.mistakes(runs))
  }
}

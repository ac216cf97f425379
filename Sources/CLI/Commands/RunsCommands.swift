import ArgumentParser
import Messages
import RPC

struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at optimization runs, and write one into a workbook.", subcommands: [List.self, Show.self, Write.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List runs, the newest first.",
      discussion: """
        EXAMPLES
          lodestar runs list
          lodestar runs list --scenario "Q1-2026 Core" --set Baseline
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    @Option(help: "Only runs of this scenario.")
    var scenario = ""

    @Option(name: .customLong("set"), help: "Only runs of this constraint set.")
    var constraintSet = ""

    @Option(help: "How many, at most 200.")
    var limit = 50

    func validate() throws {
      guard (1...200).contains(limit) else { throw ValidationError("--limit must be from 1 to 200.") }
    }

    func run() async throws {
      let request = ListRunsRequest(scenarioName: scenario, constraintSetName: constraintSet, pageSize: UInt32(limit))
      try await answer.show(.optimizer, at: services.endpoint(of: .optimizer)) { channel in
        try await PortfolioOptimizationClient(channel: channel).listRuns(request)
      } lines: { response, console in
        response.runs.isEmpty
          ? ["No runs yet: `lodestar optimize WORKBOOK SCENARIO --set NAME` makes one."]
          : RunView.table(response.runs).lines(console)
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a run: its portfolio, what was left out, its KPIs against targets.",
      discussion: """
        EXAMPLES
          lodestar runs show run_20260105T120102Z_a1b2c3d4
          lodestar runs show run_20260105T120102Z_a1b2c3d4 --snapshot --json
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The run's id, as `lodestar runs list` shows it.")
    var runID: String

    @Flag(help: "Have the problem that was solved in the JSON as well.")
    var snapshot = false

    func run() async throws {
      try await answer.show(.optimizer, at: services.endpoint(of: .optimizer)) { channel in
        try await PortfolioOptimizationClient(channel: channel).getRun(GetRunRequest(runId: runID, includeSnapshot: snapshot))
      } lines: {
        RunView(run: $0).lines($1)
      }
    }
  }

  struct Write: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a run that has ended into a workbook's Runs, Results and Gaps_Alerts.",
      discussion: """
        EXAMPLES
          lodestar runs write plan/Center.xlsx run_20260105T120102Z_a1b2c3d4
        """)

    @OptionGroup var options: ActionOptions

    @Argument(
      help: "The Optimization Center: the .xlsx file, or a Google spreadsheet's address.",
      completion: .workbook)
    var workbook: String

    @Argument(help: "The run's id.")
    var runID: String

    func run() async throws {
      try await options.perform(RunActionRequest("pm.optimize.write_results", on: workbook).with { $0.runId = runID })
    }
  }
}

import ArgumentParser
import Messages
import RPC

struct Optimize: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the best portfolio of a scenario under a constraint set, and write it into the workbook.",
    discussion: """
      EXAMPLES
        lodestar optimize plan/Center.xlsx "Q1-2026 Core" --set Baseline --all
        lodestar optimize plan/Center.xlsx "Q1-2026 Core" --set Tight --selected
        lodestar cancel plan/Center.xlsx "Q1-2026 Core" --set Tight
      """)

  enum Candidates: EnumerableFlag {
    case selected, all

    static func help(for value: Candidates) -> ArgumentHelp? {
      switch value {
      case .selected: "Only the candidates whose is_selected_for_run is TRUE (the default)."
      case .all: "Every eligible candidate."
      }
    }
  }

  @OptionGroup var options: ActionOptions

  @Argument(
    help: "The Optimization Center: the .xlsx file, or a Google spreadsheet's address.",
    completion: .workbook)
  var workbook: String

  @Argument(help: "The scenario's name.")
  var scenario: String

  @Option(name: .customLong("set"), help: "The constraint set's name.")
  var constraintSet: String

  @Flag(exclusivity: .exclusive)
  var candidates = Candidates.selected

  @Option(help: "Seconds after which the best portfolio found so far is taken; without it the search ends with a proof.")
  var timeLimit: Double?

  func validate() throws {
    if let timeLimit, !(0.001...86_400).contains(timeLimit) {
      throw ValidationError("--time-limit must be from 0.001 to 86400 seconds.")
    }
  }

  func run() async throws {
    try await CommandContext.run { context in
      let request = try RunActionRequest(
        candidates == .all ? "pm.optimize.run_all_candidates" : "pm.optimize.run_selected_candidates", on: workbook
      ).with {
        $0.scenarioName = scenario
        $0.constraintSetName = constraintSet
        $0.timeLimitMs = timeLimit.map { UInt32($0 * 1000) } ?? 0
      }
      let action = try await options.run(request, in: context)
      if options.answer.json {
        context.console.show(json: action)
        return action.outcome
      }
      context.console.show(ActionRunView(run: action).lines(context.console))
      guard !action.runId.isEmpty else { return action.outcome }
      let run = try await context.session.call(.optimizer, at: options.services.endpoint(of: .optimizer)) { channel in
        try await PortfolioOptimizationClient(channel: channel).getRun(GetRunRequest(runId: action.runId))
      }
      context.console.show([""] + RunView(run: run).lines(context.console, detail: .portfolio))
      return action.outcome
    }
  }
}

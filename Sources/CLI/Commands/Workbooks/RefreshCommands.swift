import ArgumentParser
import Messages

struct Refresh: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring a workbook up to what is stored, in the columns that are Lodestar's own.",
    discussion: """
      Runs, Results and Gaps_Alerts get the newest written run of each
      scenario and constraint set, derived columns their values, and rows
      the statuses that they are still owed. What people type stays.

      EXAMPLES
        lodestar refresh plan/Center.xlsx
        lodestar refresh plan/Center.xlsx Results
      """)

  @OptionGroup var options: ActionOptions

  @Argument(help: "The .xlsx file, or a Google spreadsheet's address.", completion: .workbook)
  var workbook: String

  @Argument(help: "Only this tab; all of them when none is named.")
  var tab: String?

  func run() async throws {
    try await options.perform(RunActionRequest("pm.refresh", on: workbook).with { $0.tab = tab ?? "" })
  }
}

struct SuggestChains: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest-chains",
    abstract: "Have a language model suggest a metric chain for each math model that lacks one.",
    discussion: """
      What is suggested stands in llm_suggested_metric_chain_text and is
      never stored: a person copies it into metric_chain_text, or does not.
      LODESTAR_SYNC_SUGGESTER_ADDRESS names the model's service; there is
      none unless it is set.

      EXAMPLES
        lodestar suggest-chains plan/ProductOps.xlsx
      """)

  @OptionGroup var options: ActionOptions

  @Argument(
    help: "ProductOps: the .xlsx file, or a Google spreadsheet's address.", completion: .workbook)
  var workbook: String

  func run() async throws { try await options.perform(RunActionRequest("pm.suggest_metric_chains", on: workbook)) }
}

struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop an optimization that has not ended.",
    discussion: """
      Of a scenario and constraint set it is the newest that has not ended.
      The command that waits for it writes the best portfolio found so far.

      EXAMPLES
        lodestar cancel plan/Center.xlsx "Q1-2026 Core" --set Baseline
        lodestar cancel plan/Center.xlsx --run run_20260105T120102Z_a1b2c3d4
      """)

  @OptionGroup var options: ActionOptions

  @Argument(
    help: "The Optimization Center: the .xlsx file, or a Google spreadsheet's address.",
    completion: .workbook)
  var workbook: String

  @Argument(help: "The scenario's name, unless --run names the run.")
  var scenario: String?

  @Option(name: .customLong("set"), help: "The constraint set's name.")
  var constraintSet: String?

  @Option(name: .customLong("run"), help: "The run's id, as `lodestar runs list` shows it.")
  var runID: String?

  func validate() throws {
    guard (runID == nil) == (scenario != nil && constraintSet != nil), (scenario == nil) == (constraintSet == nil) else {
      throw ValidationError("Name a scenario and its --set, or a run with --run.")
    }
  }

  func run() async throws {
    try await options.perform(
      RunActionRequest("pm.optimize.cancel", on: workbook).with {
        $0.runId = runID ?? ""
        $0.scenarioName = scenario ?? ""
        $0.constraintSetName = constraintSet ?? ""
      })
  }
}

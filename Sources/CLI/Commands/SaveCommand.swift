import ArgumentParser
import Messages

struct Save: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save a tab of a workbook, and write each row's answer back into it.",
    discussion: """
      Tabs that can be saved: Metrics_Config, Central Backlog, KPI_Contributions,
      Candidates, Scenario_Config, Constraints, Targets.

      EXAMPLES
        lodestar save plan/ProductOps.xlsx Metrics_Config
        lodestar save plan/Center.xlsx Candidates --keys INIT-000017
      """)

  @OptionGroup var services: ServiceOptions
  @OptionGroup var answer: AnswerOption

  @Argument(help: "The .xlsx file.", completion: .file(extensions: ["xlsx"]))
  var workbook: String

  @Argument(help: "The tab's name.")
  var tab: String

  @Option(parsing: .upToNextOption, help: "Only the rows with these keys; the whole tab when none is given.")
  var keys: [String] = []

  func run() async throws {
    try await CommandContext.run { context in
      let request = RunActionRequest(
        action: "pm.save_selected", workbookPath: try ActionCaller.workbook(workbook), tab: tab,
        scope: keys.isEmpty ? .all : .selection, keys: keys, actor: ActionCaller.actor)
      let caller = ActionCaller(context: context, endpoint: try services.endpoint(of: .sync), isQuiet: answer.json)
      let run = try await caller.run(request)
      if answer.json {
        context.console.show(json: run)
      } else {
        context.console.show(ActionRunView(run: run).lines(context.console))
      }
      return run.outcome
    }
  }
}

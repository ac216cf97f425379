import ArgumentParser
import Messages
import RPC

struct Actions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at what was done with workbooks.", subcommands: [List.self, Show.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List action runs, the newest first.",
      discussion: """
        EXAMPLES
          lodestar actions list --limit 10
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    @Option(help: "How many, at most 200.")
    var limit = 50

    func validate() throws {
      guard (1...200).contains(limit) else { throw ValidationError("--limit must be from 1 to 200.") }
    }

    func run() async throws {
      try await answer.show(.sync, at: services.endpoint(of: .sync)) { channel in
        try await SheetSyncClient(channel: channel).listActionRuns(ListActionRunsRequest(pageSize: UInt32(limit)))
      } lines: { response, console in
        response.actionRuns.isEmpty
          ? ["No actions yet: `lodestar save WORKBOOK TAB` is one."] : ActionRunView.table(response.actionRuns).lines(console)
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show an action run: its substeps and what it said about rows.",
      discussion: """
        EXAMPLES
          lodestar actions show act_20260105T120102Z_a1b2c3d4
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The action run's id, as `lodestar actions list` shows it.")
    var actionRunID: String

    func run() async throws {
      try await answer.show(.sync, at: services.endpoint(of: .sync)) { channel in
        try await SheetSyncClient(channel: channel).getActionRun(GetActionRunRequest(actionRunId: actionRunID))
      } lines: { run, console in
        ActionRunView(run: run).lines(console) + [""] + ActionRunView.substeps(run).lines(console, indent: "  ")
      }
    }
  }
}

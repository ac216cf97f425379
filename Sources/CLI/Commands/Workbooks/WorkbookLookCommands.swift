import ArgumentParser
import Messages
import RPC

extension WorkbookCommand {
  struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what is wrong with a workbook and the way to it, without changing anything.",
      discussion: """
        Looks at the file (there, readable, a workbook, open elsewhere), its
        tabs and headers, formulas in the way, statuses still owed and the
        clock; of a Google spreadsheet at the credentials, the sharing, the
        API and the quota too. Exit code 1 when something is to be put right.

        EXAMPLES
          lodestar workbook doctor plan/Center.xlsx
          lodestar workbook doctor https://docs.google.com/spreadsheets/d/ID --json
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The .xlsx file, or a Google spreadsheet's address.", completion: .workbook)
    var workbook: String

    func run() async throws {
      // A file that is not there is a finding, too.
      let request = CheckWorkbookRequest(workbookPath: WorkbookPlace(workbook).path)
      try await answer.show(.sync, at: services.endpoint(of: .sync)) { channel in
        try await SheetSyncClient(channel: channel).checkWorkbook(request)
      } lines: {
        FindingsView(findings: $0.findings).lines($1)
      } outcome: {
        FindingsView(findings: $0.findings).outcome
      }
    }
  }

  struct Tabs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the tabs that Lodestar knows, or the columns of some.",
      discussion: """
        EXAMPLES
          lodestar workbook tabs
          lodestar workbook tabs Candidates Constraints
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The tabs to tell all about.")
    var tabs: [String] = []

    func run() async throws {
      try await answer.show(.sync, at: services.endpoint(of: .sync)) { channel -> DescribeTabsResponse in
        var response = try await SheetSyncClient(channel: channel).describeTabs(DescribeTabsRequest())
        if !tabs.isEmpty { response.tabs = try TabsView(tabs: response.tabs).named(tabs) }
        return response
      } lines: { response, console in
        tabs.isEmpty
          ? TabsView(tabs: response.tabs).overview.lines(console)
          : Array(response.tabs.map { TabsView.lines($0, console) }.joined(separator: [""]))
      }
    }
  }
}

import ArgumentParser
import Messages
import RPC

extension WorkbookCommand {
  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Save a workbook whenever somebody has changed it, until interrupted.",
      discussion: """
        A change is saved once the file has been left alone for a second and
        is no longer open in a spreadsheet program. Without tabs, all that
        can be saved are. Ctrl-C ends it, after the save that it is at.

        EXAMPLES
          lodestar workbook watch plan/Center.xlsx
          lodestar workbook watch plan/Center.xlsx Candidates Targets --json
        """)

    @OptionGroup var options: ActionOptions

    @Argument(help: "The .xlsx file.", completion: .workbook)
    var workbook: String

    @Argument(help: "The tabs to save; all that can be saved when none is named.")
    var tabs: [String] = []

    func run() async throws {
      guard case .file(let path) = try WorkbookPlace(ofExisting: workbook) else {
        throw Failure(
          .wrongUsage, "a Google spreadsheet cannot be watched: nothing tells when somebody has changed it",
          mend: "`lodestar save` saves a tab of it")
      }
      try await CommandContext.run { context in
        let loop = WatchLoop(context: context, options: options, path: path, tabs: try await wanted(of: path, context))
        Interruption.listen()
        try await loop.run()
        return .done
      }
    }

    /// The tabs to save, by their names in the catalogue, in its order: the later build on the earlier.
    private func wanted(of path: String, _ context: CommandContext) async throws -> [String] {
      try await context.session.call(.sync, at: options.services.endpoint(of: .sync)) { channel in
        let client = SheetSyncClient(channel: channel)
        let known = try await client.describeTabs(DescribeTabsRequest()).tabs
        let named = try TabsView(tabs: known).named(tabs)
        if let other = named.first(where: { !$0.isSaved }) {
          throw Failure(.refused, "\(other.tab) cannot be saved: nothing that is typed there is stored", mend: "leave it out")
        }
        guard named.isEmpty else { return known.filter(named.contains).map(\.tab) }
        let findings = try await client.checkWorkbook(CheckWorkbookRequest(workbookPath: path)).findings
        let present = Set(findings.lazy.filter { $0.check == "headers" }.map(\.tab))
        let found = known.filter { $0.isSaved && present.contains($0.tab) }.map(\.tab)
        guard !found.isEmpty else {
          throw Failure(
            .refused, "\(workbook) has no tab that can be saved",
            mend: "`lodestar workbook doctor` says what it has, `lodestar workbook tabs` what it could have")
        }
        return found
      }
    }
  }
}

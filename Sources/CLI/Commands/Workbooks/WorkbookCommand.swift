import ArgumentParser
import LocalSystem
import Messages
import RPC

struct WorkbookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workbook", abstract: "Make the workbooks that people plan in, look after them, and watch them.",
    subcommands: [Init.self, Doctor.self, Tabs.self, Watch.self])

  struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write ProductOps, Central Backlog and Optimization Center into a directory; never replaces a file.",
      discussion: """
        In Google spreadsheets the tabs that are missing are added; their
        service account needs the right to edit them.

        EXAMPLES
          lodestar workbook init plan
          lodestar workbook init plan --template example
          lodestar workbook init --spreadsheets PRODUCTOPS BACKLOG CENTER
        """)

    enum Template: String, ExpressibleByArgument, CaseIterable {
      case blank, example, mistakes

      var message: WorkbookTemplate {
        switch self {
        case .blank: .blank
        case .example: .example
        case .mistakes: .mistakes
        }
      }
    }

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The directory; made when it is not there.", completion: .directory)
    var directory: String?

    @Option(
      parsing: .upToNextOption,
      help: ArgumentHelp(
        "Instead of a directory, the addresses of three Google spreadsheets: ProductOps, Central Backlog, Optimization Center.",
        valueName: "address"))
    var spreadsheets: [String] = []

    @Option(help: "blank: headers only; example: a believable company; mistakes: rows that are wrong on purpose.")
    var template = Template.blank

    func validate() throws {
      guard (directory == nil) != spreadsheets.isEmpty else {
        throw ValidationError("Name a directory for .xlsx files, or three Google spreadsheets with --spreadsheets.")
      }
      guard spreadsheets.isEmpty || spreadsheets.count == 3 else {
        throw ValidationError(
          "--spreadsheets takes three addresses: those of ProductOps, Central Backlog and Optimization Center.")
      }
    }

    func run() async throws {
      var request = CreateWorkbooksRequest(template: template.message, spreadsheetAddresses: spreadsheets)
      if let directory {
        try Files.makeDirectory(directory)
        request.directoryPath = Files.absolute(directory)
      }
      try await answer.show(.sync, at: services.endpoint(of: .sync)) { channel in
        try await SheetSyncClient(channel: channel).createWorkbooks(request)
      } lines: { response, _ in
        response.workbookPaths
      }
    }
  }
}

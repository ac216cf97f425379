import ArgumentParser
import LocalSystem
import Messages
import RPC

struct WorkbookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workbook", abstract: "Make the workbooks that people plan in.", subcommands: [Init.self])

  struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write ProductOps, Central Backlog and Optimization Center into a directory; never replaces a file.",
      discussion: """
        EXAMPLES
          lodestar workbook init plan
          lodestar workbook init plan --template example
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
    var directory: String

    @Option(help: "blank: headers only; example: a believable company; mistakes: rows that are wrong on purpose.")
    var template = Template.blank

    func run() async throws {
      try await CommandContext.run { context in
        try Files.makeDirectory(directory)
        let request = CreateWorkbooksRequest(directoryPath: Files.absolute(directory), template: template.message)
        let response = try await context.session.call(.sync, at: services.endpoint(of: .sync)) { channel in
          try await SheetSyncClient(channel: channel).createWorkbooks(request)
        }
        if answer.json {
          context.console.show(json: response)
        } else {
          for path in response.workbookPaths { context.console.show(path) }
        }
        return .done
      }
    }
  }
}

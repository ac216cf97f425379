import ArgumentParser
import Messages

struct Save: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save a tab of a workbook, and write each row's answer back into it.",
    discussion: """
      `lodestar workbook tabs` lists the tabs that can be saved.

      EXAMPLES
        lodestar save plan/ProductOps.xlsx Metrics_Config
        lodestar save plan/Center.xlsx Candidates --keys INIT-000017
        lodestar save https://docs.google.com/spreadsheets/d/ID Targets
      """)

  @OptionGroup var options: ActionOptions
  @OptionGroup var rows: RowOptions

  func run() async throws { try await options.perform(rows.request("pm.save_selected")) }
}

struct Preview: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what saving a tab would change, cell by cell, and change nothing.",
    discussion: """
      Each cell that is not what is stored is listed with both values, and
      each row that would be refused with the reason. Neither the workbook
      nor what is stored is touched.

      EXAMPLES
        lodestar preview plan/Center.xlsx Candidates
        lodestar preview plan/Center.xlsx Constraints --json
      """)

  @OptionGroup var options: ActionOptions
  @OptionGroup var rows: RowOptions

  func run() async throws {
    try await options.perform(rows.request("pm.preview")) { PreviewView(run: $0).lines($1) }
  }
}

/// Which rows of which tab of which workbook.
struct RowOptions: ParsableArguments {
  @Argument(help: "The .xlsx file, or a Google spreadsheet's address.", completion: .workbook)
  var workbook: String

  @Argument(help: "The tab's name.")
  var tab: String

  @Option(parsing: .upToNextOption, help: "Only the rows with these keys; the whole tab when none is given.")
  var keys: [String] = []

  func request(_ action: String) throws -> RunActionRequest {
    try RunActionRequest(action, on: workbook).with {
      $0.tab = tab
      $0.scope = keys.isEmpty ? .all : .selection
      $0.keys = keys
    }
  }
}

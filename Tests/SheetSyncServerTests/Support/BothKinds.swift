import Messages
import SheetSyncDomain
import TestSupport
import Testing

@testable import SheetSyncServer

/// What a scenario leaves: every cell of the workbook, and what was said and asked on the way.
struct Ending: Sendable {
  var cells: [String: [String: ToldCell]]
  var said: [String]
}

/// Plays a scenario with a file and with a Google spreadsheet, each with services of their own, and expects both to end the same, cell for
/// cell and word for word. Answers that ending, for what else there is to expect.
@discardableResult
func onBothKinds(
  _ tabs: [PersonsWorkbook.Tab], sourceLocation: SourceLocation = #_sourceLocation,
  _ scenario: (PersonsWorkbook) async throws -> [String]
) async throws -> Ending {
  var endings: [SpreadsheetKind: Ending] = [:]
  for kind in SpreadsheetKind.allCases {
    endings[kind] = try await withPersonsWorkbook(kind, tabs) { workbook in
      let said = try await scenario(workbook)
      return Ending(cells: try await workbook.cells(), said: said)
    }
  }
  let (file, google) = (try #require(endings[.file]), try #require(endings[.google]))
  #expect(file.said == google.said, sourceLocation: sourceLocation)
  #expect(Set(file.cells.keys) == Set(google.cells.keys), sourceLocation: sourceLocation)
  for (tab, cells) in file.cells {
    let others = google.cells[tab] ?? [:]
    for address in Set(cells.keys).union(others.keys).sorted() where cells[address] != others[address] {
      Issue.record(
        "\(tab)!\(address): \(String(describing: cells[address])) in the file, \(String(describing: others[address])) online",
        sourceLocation: sourceLocation)
    }
  }
  return file
}

/// Runs the body with a workbook of the kind, and services that are asked about it at a time that stands still.
func withPersonsWorkbook<Result: Sendable>(
  _ kind: SpreadsheetKind, _ tabs: [PersonsWorkbook.Tab], _ body: (PersonsWorkbook) async throws -> Result
) async throws -> Result {
  try await withSyncOnGoogle { standIn, sync in
    var sync = sync
    sync.context.clock = TimeSource { 1_767_614_462_000_000 }
    return try await body(try await PersonsWorkbook.make(kind, tabs, sync, standIn))
  }
}

extension PersonsWorkbook {
  func save(_ tab: String, keys: [String] = []) async throws -> ActionRun { try await sync.save(path, tab, keys: keys) }

  /// What an action says to whoever asked for it.
  static func said(_ run: ActionRun) -> [String] {
    let messages = run.messages.map { "row \($0.rowNumber) \($0.key) \($0.column) \($0.severity): \($0.message)" }
    return ["\(run.status): \(run.message)", "\(run.counts ?? SaveCounts())"] + messages
      + run.substeps.map { "\($0.name) \($0.status)" }
  }

  /// Opens it as an action does.
  func open<Result: Sendable>(editing: Bool = false, _ body: (any Workbook) async throws -> Result) async throws -> Result {
    try await sync.context.workbooks.withWorkbook(path, editing: editing, body)
  }
}

import Messages
import SheetSyncDomain

/// What a save takes from a tab, and a preview with it: its rows, those that were asked for, and what is wrong with them.
struct SavedRows {
  let reading: TabReading
  let table: SheetTable
  let parcel: RowParcel
  /// What is wrong with cells, and which rows were asked for in vain.
  let findings: [RowFinding]

  var header: ResolvedHeader { reading.header }

  /// Finds and reads the tab. Throws `TabProblem` when it or a header is missing.
  static func read(
    _ definition: TabDefinition, of workbook: any Workbook, limits: ReadingLimits
  ) async throws -> (TabReading, SheetTable) {
    let tabs = try await workbook.tabs()
    let tab = try definition.find(among: tabs.filter(\.hasCells).map(\.name), workbookTitle: workbook.title)
    // Rows far below the table's end are looked at as well, so that a person is told that they were not read.
    let table = try await workbook.read(tab, limits: ReadLimits(blankRows: max(1_000, limits.blankRows * 2)))
    return (try TabReading(definition, of: table, limits: limits), table)
  }

  /// - Parameter keys: the rows meant when the scope is a selection.
  init(_ reading: TabReading, _ table: SheetTable, scope: RowScope, keys: [String], actor: String) {
    var (rows, missing) = (reading.rows, [RowFinding]())
    if scope == .selection { (rows, missing) = reading.selecting(keys) }
    self.reading = reading
    self.table = table
    parcel = RowParcel(
      tab: reading.definition.name, readable: rows.filter(\.isReadable), unreadable: rows.filter { !$0.isReadable }, scope: scope,
      actor: actor)
    findings = missing + rows.flatMap(\.problems)
  }

  /// Whether there is nothing to hand on.
  var isEmpty: Bool { parcel.readable.isEmpty && parcel.unreadable.isEmpty }

  /// How the action ends when there is nothing to hand on.
  func nothing(_ more: [RowFinding]) -> ActionEnding {
    let all = reading.findings + findings + more
    let errors = all.filter { $0.severity == .error }
    let counts = SaveCounts(skipped: UInt32(reading.blankRows), failures: UInt32(errors.count))
    let message =
      errors.isEmpty
      ? "\(header.tab) has no rows to save. Nothing was changed" : errors.map(\.message).joined(separator: "; ")
    return ActionEnding(
      status: errors.isEmpty ? .ok : .failed, message: message + ".", counts: counts, messages: ActionEnding.messages(all))
  }

  /// Says so when the headers are not what they were at the last save.
  static func drift(of header: ResolvedHeader, from before: String?) -> [RowFinding] {
    guard let changes = before.flatMap({ header.changes(since: $0) }) else { return [] }
    return [
      RowFinding(
        rowNumber: 0, severity: .info, code: "headers_changed",
        message: "the columns of \(header.tab) have changed since the last save (\(changes))")
    ]
  }
}

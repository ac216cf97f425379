import Logging
import SheetSyncDomain

/// What actions work with.
struct ActionContext: Sendable {
  var store: ActionStore
  var rows: RowGateway
  var optimizer: OptimizerGateway
  var workbooks: any WorkbookSource
  var locks: WorkbookLocks
  var clock: TimeSource
  var limits: ReadingLimits
  var logger: Logger
  /// nil unless the settings name one.
  var suggester: ChainSuggester?

  /// Puts statuses that the workbook is owed from before into it, and strikes them off: whatever becomes of the action that pays them.
  /// - Parameters:
  ///   - own: what is to be written besides.
  ///   - table: a tab that was read already.
  @discardableResult
  func payDebts(
    of path: String, in workbook: any Workbook, besides own: UnfinishedWrite? = nil, read table: SheetTable? = nil
  ) async throws -> StatusWriteBack.Report {
    var owed = try await store.unfinishedWrites(of: path)
    if let own { owed.append(own) }
    guard !owed.isEmpty else { return StatusWriteBack.Report() }
    var writeBack = StatusWriteBack()
    if let table { writeBack.tables[table.tab] = table }
    let report = try await writeBack.write(owed, to: workbook)
    try await store.settle(report.settled)
    return report
  }

  /// Opens a workbook once no other action is at work on it. Whoever watches is told of the wait.
  func withWorkbook<Result: Sendable>(
    _ path: String, editing: Bool, telling journal: ActionJournal, _ body: (any Workbook) async throws -> Result
  ) async throws -> Result {
    try await locks.holding(path) {
      journal.tellProgress("waiting for another action on this workbook", fraction: 0)
    } _: {
      try await workbooks.withWorkbook(path, editing: editing, body)
    }
  }
}

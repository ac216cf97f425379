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
  @discardableResult
  func payDebts(of path: String, in workbook: any Workbook) async throws -> StatusWriteBack.Report {
    let owed = try await store.unfinishedWrites(of: path)
    guard !owed.isEmpty else { return StatusWriteBack.Report() }
    var writeBack = StatusWriteBack()
    let report = try await writeBack.write(owed, to: workbook)
    try await store.settle(report.settled)
    return report
  }
}

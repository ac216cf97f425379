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

  /// Puts statuses that the workbook is owed from before into it. Answers the actions whose statuses are there now.
  func payDebts(of path: String, in workbook: any Workbook) async throws -> [String] {
    let owed = try await store.unfinishedWrites(of: path)
    guard !owed.isEmpty else { return [] }
    var writeBack = StatusWriteBack()
    return try await writeBack.write(owed, to: workbook).settled
  }
}

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
}

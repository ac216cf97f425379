import Messages
import SheetSyncDomain

/// The record of one action while it is done: kept in the database at each step and told to whoever watches.
final class ActionJournal {
  private(set) var run: ActionRun
  private let store: ActionStore
  private let clock: TimeSource
  private let tell: @Sendable (ActionEvent) -> Void
  private var stepStartedAtUs: Int64 = 0
  /// What the action costs where its workbook is kept.
  let costs: WorkbookCosts

  init(_ run: ActionRun, store: ActionStore, clock: TimeSource, tell: @escaping @Sendable (ActionEvent) -> Void) {
    self.run = run
    self.store = store
    self.clock = clock
    self.tell = tell
    let id = run.actionRunId
    costs = WorkbookCosts { message in
      tell(ActionEvent(event: .progress(ActionProgress(actionRunId: id, substep: "wait", message: message))))
    }
  }

  /// Begins a step. What was done before is in the database from here on, so that it is known should this program die.
  func begin(_ name: String, _ message: String) async throws {
    stepStartedAtUs = clock.nowUs()
    run.substeps.append(ActionSubstep(name: name, status: .running, message: message))
    tellProgress(message, fraction: 0)
    try await store.saveProgress(run)
  }

  /// Ends the step that was begun last.
  func end(_ message: String, _ status: ActionStatus = .ok) {
    guard let last = run.substeps.indices.last, run.substeps[last].status == .running else { return }
    run.substeps[last].status = status
    run.substeps[last].message = message
    run.substeps[last].durationUs = max(0, clock.nowUs() - stepStartedAtUs)
  }

  /// Tells how far the step is, 0 to 1.
  func tellProgress(_ message: String, fraction: Double) {
    let progress = ActionProgress(
      actionRunId: run.actionRunId, substep: run.substeps.last?.name ?? "", message: message, fraction: min(max(fraction, 0), 1))
    tell(ActionEvent(event: .progress(progress)))
  }

  func name(tab: String) { run.tab = tab }

  /// Notes the optimization run that this is about, at once: it goes on whatever becomes of this program.
  func name(runID: String) async throws {
    run.runId = runID
    try await store.saveProgress(run)
  }

  /// Ends the action and tells so.
  func finish(_ ending: ActionEnding) async throws {
    if case .failed = ending.status { end(ending.message, .failed) } else { end("done") }
    run.status = ending.status
    run.message = ending.message
    run.counts = ending.counts
    run.messages = ending.messages
    run.changes = ending.changes
    run.changedCells = UInt32(clamping: ending.changedCells)
    run.workbookCalls = UInt32(clamping: costs.sum.calls)
    run.quotaWaitUs = Int64(costs.sum.quotaWait / .microseconds(1))
    run.finishedAtUs = max(clock.nowUs(), run.startedAtUs)
    try await store.finish(run, settled: ending.settled)
    tell(ActionEvent(event: .actionRun(run)))
  }
}

/// How an action ended.
struct ActionEnding {
  var status: ActionStatus
  var message: String
  var counts: SaveCounts?
  var messages: [RowMessage] = []
  /// What a preview found, as far as it is listed, and how many cells in all.
  var changes: [CellChange] = []
  var changedCells = 0
  /// The actions whose statuses are now in their workbook.
  var settled: [String] = []

  /// More messages than this say nothing to anybody; each row's own are in the workbook.
  static let mostMessages = 10_000

  /// The worst first where not all fit.
  static func messages(_ findings: [RowFinding]) -> [RowMessage] {
    guard findings.count > mostMessages else { return findings.map(RowMessage.init) }
    var kept: [RowFinding] = []
    for severity in [FindingSeverity.error, .warning, .info] {
      kept += findings.lazy.filter { $0.severity == severity }.prefix(mostMessages - kept.count)
    }
    kept.sort { $0.rowNumber < $1.rowNumber }
    let rest = RowFinding(
      rowNumber: 0, severity: .info, code: "more_messages",
      message: "\(findings.count - mostMessages) more messages are not listed here; run_status has them")
    return (kept + [rest]).map(RowMessage.init)
  }
}

import Messages
import Postgres
import Wire

/// Makes room for an action before it does anything; no row when its idempotency key is taken.
struct InsertActionRun: Query {
  var run: ActionRun
  var instance: String
  var idempotencyKey: String?
  /// What was asked for, kept for whoever takes the action up should its program die.
  var request: RunActionRequest?

  var statement: Statement {
    let request = self.request.map { JSONText($0.jsonValue.text()) }
    return """
      INSERT INTO action_runs (action_run_id, action, workbook_path, tab, status, actor, instance, idempotency_key, request,
        is_whole_tab, started_at)
      VALUES (\(run.actionRunId), \(run.action), \(run.workbookPath), \(run.tab), \(run.status.rawValue), \(run.actor), \(instance),
        \(idempotencyKey as String?), \(request as JSONText?), \(self.request?.meantScope == .all),
        \(TimestampMicroseconds(sinceEpoch: run.startedAtUs)))
      ON CONFLICT (idempotency_key) WHERE status <> 5 DO NOTHING
      RETURNING action_run_id
      """
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}

/// The action that was begun with an idempotency key.
struct ActionRunByIdempotencyKey: Query {
  var key: String

  var statement: Statement { "SELECT \(ActionRunRow.columns) FROM action_runs WHERE idempotency_key = \(key) AND status <> 5" }

  static func decode(_ row: Row) throws -> ActionRun { try ActionRunRow.decode(row) }
}

/// One action, complete.
struct ActionRunByID: Query {
  var id: String

  var statement: Statement { "SELECT \(ActionRunRow.columns) FROM action_runs WHERE action_run_id = \(id)" }

  static func decode(_ row: Row) throws -> ActionRun { try ActionRunRow.decode(row) }
}

/// Actions, newest first, without their messages about rows.
struct NewestActionRuns: Query {
  /// The last action of the page before; nil for the first page.
  var after: PageToken?
  var limit: Int

  var statement: Statement {
    let start: Statement =
      after.map { "WHERE (started_at, action_run_id) < (\(TimestampMicroseconds(sinceEpoch: $0.startedAtUs)), \($0.id))" } ?? ""
    return """
      SELECT \(ActionRunRow.columns(isWhole: false)) FROM action_runs \(start)
      ORDER BY started_at DESC, action_run_id DESC LIMIT \(limit)
      """
  }

  static func decode(_ row: Row) throws -> ActionRun { try ActionRunRow.decode(row) }
}

/// The optimization runs that are in a workbook because an action wrote them, the one written last first.
struct RunsWritten: Query {
  /// More are of no use: the newest of each scenario and set is wanted.
  static let most = 500

  var path: String

  var statement: Statement {
    """
    SELECT run_id FROM action_runs
    WHERE workbook_path = \(path) AND run_id <> '' AND substeps @> '[{"name": "write_results", "status": "ACTION_STATUS_OK"}]'
    ORDER BY finished_at DESC LIMIT \(Self.most)
    """
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}

/// Where a page of actions ends.
struct PageToken: Equatable {
  var startedAtUs: Int64
  var id: String

  init(_ run: ActionRun) {
    startedAtUs = run.startedAtUs
    id = run.actionRunId
  }

  /// Nil for a text that no answer has given.
  init?(_ text: String) {
    guard let dash = text.firstIndex(of: "-"), let startedAtUs = Int64(text[..<dash]), !text.contains("\0") else { return nil }
    self.startedAtUs = startedAtUs
    id = String(text[text.index(after: dash)...])
  }

  var text: String { "\(startedAtUs)-\(id)" }
}

/// An action as it is stored.
enum ActionRunRow {
  static let columns = columns(isWhole: true)

  /// - Parameter isWhole: false: without messages about rows and changes of cells, which may be many.
  static func columns(isWhole: Bool) -> Statement {
    let messages: Statement = isWhole ? "messages" : "'[]'::jsonb"
    let changes: Statement = isWhole ? "changes" : "'[]'::jsonb"
    return """
      action_run_id, action, workbook_path, tab, status, message, actor, started_at, finished_at, substeps, counts,
      \(messages) AS messages, \(changes) AS changes, changed_cells, run_id, workbook_calls,
      quota_wait_us
      """
  }

  static func decode(_ row: Row) throws -> ActionRun {
    let status: Int32 = try row.decode("status")
    let startedAt: TimestampMicroseconds = try row.decode("started_at")
    let finishedAt: TimestampMicroseconds? = try row.decode("finished_at")
    let substeps: JSONText = try row.decode("substeps")
    let counts: JSONText? = try row.decode("counts")
    let messages: JSONText = try row.decode("messages")
    let calls: Int32 = try row.decode("workbook_calls")
    let changes: JSONText = try row.decode("changes")
    let changedCells: Int64 = try row.decode("changed_cells")
    return ActionRun(
      actionRunId: try row.decode("action_run_id"), action: try row.decode("action"), workbookPath: try row.decode("workbook_path"),
      tab: try row.decode("tab"), status: ActionStatus(rawValue: status) ?? .unspecified, message: try row.decode("message"),
      actor: try row.decode("actor"), startedAtUs: startedAt.sinceEpoch, finishedAtUs: finishedAt?.sinceEpoch ?? 0,
      substeps: try StoredJSON.list(substeps), counts: try counts.map { try SaveCounts(jsonValue: JSONValue(parsing: $0.text)) },
      messages: try StoredJSON.list(messages), runId: try row.decode("run_id"),
      changes: try StoredJSON.list(changes), changedCells: UInt32(clamping: changedCells),
      workbookCalls: UInt32(clamping: calls), quotaWaitUs: try row.decode("quota_wait_us"))
  }

  /// Brings an action's row up to its value, while it runs here.
  static func update(_ run: ActionRun) -> Statement {
    let finishedAt: TimestampMicroseconds? = run.status == .running ? nil : TimestampMicroseconds(sinceEpoch: run.finishedAtUs)
    let counts = run.counts.map { JSONText($0.jsonValue.text()) }
    return """
      UPDATE action_runs SET status = \(run.status.rawValue), message = \(run.message), finished_at = \(finishedAt as TimestampMicroseconds?),
        tab = \(run.tab), substeps = \(StoredJSON.text(run.substeps)), counts = \(counts as JSONText?),
        messages = \(StoredJSON.text(run.messages)), run_id = \(run.runId), workbook_calls = \(Int32(clamping: run.workbookCalls)),
        quota_wait_us = \(run.quotaWaitUs), changes = \(StoredJSON.text(run.changes)), changed_cells = \(Int64(run.changedCells)),
        request = CASE WHEN \(run.status.rawValue) = 5 THEN request END
      WHERE action_run_id = \(run.actionRunId) AND status = 1
      """
  }

  /// Brings only what changes between substeps up to date.
  static func updateProgress(_ run: ActionRun) -> Statement {
    """
    UPDATE action_runs SET tab = \(run.tab), substeps = \(StoredJSON.text(run.substeps)), run_id = \(run.runId)
    WHERE action_run_id = \(run.actionRunId) AND status = 1
    """
  }
}

/// Lists of messages as jsonb.
enum StoredJSON {
  static func text(_ messages: [some WireMessage]) -> JSONText {
    JSONText(JSONValue.array(messages.map(\.jsonValue)).text())
  }

  static func list<Message: WireMessage>(_ stored: JSONText) throws -> [Message] {
    guard case .array(let elements) = try JSONValue(parsing: stored.text) else { return [] }
    return try elements.map { try Message(jsonValue: $0) }
  }
}

import Postgres

/// A notification and what became of it.
struct StoredNotification: Sendable {
  enum State: String, PostgresCodable, Sendable { case pending, delivered, failed }

  var id: Int64
  var event: String
  var metricKey: String
  var recipient: String
  var channel: String
  var payload: String
  var state: State
  var attempts: Int32
  var createdAt: TimestampMicroseconds
  var deliveredAt: TimestampMicroseconds?
  var lastError: String

  static let columns: Statement =
    "id, event, metric_key, recipient, channel, payload, state, attempts, created_at, delivered_at, last_error"

  init(_ row: Row) throws {
    id = try row.decode("id")
    event = try row.decode("event")
    metricKey = try row.decode("metric_key")
    recipient = try row.decode("recipient")
    channel = try row.decode("channel")
    payload = try row.decode("payload")
    state = try row.decode("state")
    attempts = try row.decode("attempts")
    createdAt = try row.decode("created_at")
    deliveredAt = try row.decode("delivered_at")
    lastError = try row.decode("last_error")
  }
}

/// A page of notifications, the newest first.
struct NewestNotifications: Query {
  /// Empty for all metrics.
  var metricKey: String
  /// Nil for every state.
  var state: StoredNotification.State?
  /// Only what is older than this one.
  var before: Int64
  var limit: Int

  var statement: Statement {
    var condition: Statement = "id < \(before)"
    if !metricKey.isEmpty { condition = "\(condition) AND metric_key = \(metricKey)" }
    if let state { condition = "\(condition) AND state = \(state.rawValue)" }
    return "SELECT \(StoredNotification.columns) FROM notification WHERE \(condition) ORDER BY id DESC LIMIT \(limit)"
  }

  static func decode(_ row: Row) throws -> StoredNotification { try StoredNotification(row) }
}

/// Has one that was given up tried anew, from the first attempt; no row when it is not one of those.
struct ReviveNotification: Query {
  var id: Int64

  var statement: Statement {
    """
    UPDATE notification SET state = 'pending', attempts = 0, next_attempt_at = clock_timestamp(), is_audited = false
    WHERE id = \(id) AND state = 'failed' RETURNING \(StoredNotification.columns)
    """
  }

  static func decode(_ row: Row) throws -> StoredNotification { try StoredNotification(row) }
}

/// One notification; no row when there is none by that id.
struct NotificationByID: Query {
  var id: Int64

  var statement: Statement { "SELECT \(StoredNotification.columns) FROM notification WHERE id = \(id)" }

  static func decode(_ row: Row) throws -> StoredNotification { try StoredNotification(row) }
}

import Cryptography
import MetricGovernanceDomain
import Postgres

/// A row of the audit trail.
struct StoredAuditEvent: Sendable {
  var seq: Int64
  var event: String
  var severity: GovernanceEvent.Severity
  var actor: String
  var atMicroseconds: Int64
  var subject: String
  var metricKey: String
  var version: String
  var reason: String
  var before: String
  var after: String
  var revision: Int64
  var previous: SHA256Digest
  var hash: SHA256Digest

  static let columns: Statement =
    "seq, event, severity, actor, at_us, subject, metric_key, version, reason, before, after, registry_revision, prev_hash, hash"

  init(_ row: Row) throws {
    let seq: Int64 = try row.decode(0)
    let severity: String = try row.decode(2)
    guard let severity = GovernanceEvent.Severity(rawValue: severity) else {
      throw PostgresError(.decoding, "audit event \(seq) has the severity \(severity), which the table's checks refuse")
    }
    self.seq = seq
    self.severity = severity
    event = try row.decode(1)
    actor = try row.decode(3)
    atMicroseconds = try row.decode(4)
    subject = try row.decode(5)
    metricKey = try row.decode(6)
    version = try row.decode(7)
    reason = try row.decode(8)
    before = try row.decode(9)
    after = try row.decode(10)
    revision = try row.decode(11)
    previous = try row.decode(12)
    hash = try row.decode(13)
  }

  /// About what it takes on the wire, in bytes; never less.
  var size: Int {
    [event, actor, subject, metricKey, version, reason, before, after].reduce(256) { $0 + $1.utf8.count }
  }
}

/// Which events of the trail are asked for.
struct AuditEventFilter: Sendable, Equatable {
  var metricKey = ""
  var version = ""
  var events: [String] = []
  var actor = ""
  var leastSeverity = GovernanceEvent.Severity.low
  /// From this moment on.
  var from: Instant?
  /// Before this moment.
  var to: Instant?

  var condition: Statement {
    var condition: Statement = "true"
    if !metricKey.isEmpty { condition = "\(condition) AND metric_key = \(metricKey)" }
    if !version.isEmpty { condition = "\(condition) AND version = \(version)" }
    if !events.isEmpty { condition = "\(condition) AND event = ANY(\(events))" }
    if !actor.isEmpty { condition = "\(condition) AND actor = \(actor)" }
    if leastSeverity > .low {
      let severities = GovernanceEvent.Severity.allCases.filter { $0 >= leastSeverity }.map(\.rawValue)
      condition = "\(condition) AND severity = ANY(\(severities))"
    }
    if let from { condition = "\(condition) AND at_us >= \(from.microseconds)" }
    if let to { condition = "\(condition) AND at_us < \(to.microseconds)" }
    return condition
  }
}

/// A page of the trail, the newest first.
struct NewestAuditEvents: Query {
  var filter: AuditEventFilter
  /// Only what is older than this one.
  var before: Int64
  var limit: Int

  var statement: Statement {
    """
    SELECT \(StoredAuditEvent.columns) FROM audit_event
    WHERE seq < \(before) AND \(filter.condition) ORDER BY seq DESC LIMIT \(limit)
    """
  }

  static func decode(_ row: Row) throws -> StoredAuditEvent { try StoredAuditEvent(row) }
}

/// The next events in their order.
struct AuditEventsInOrder: Query {
  var after: Int64
  var limit: Int

  var statement: Statement {
    "SELECT \(StoredAuditEvent.columns) FROM audit_event WHERE seq > \(after) ORDER BY seq LIMIT \(limit)"
  }

  static func decode(_ row: Row) throws -> StoredAuditEvent { try StoredAuditEvent(row) }
}

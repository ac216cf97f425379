import MetricGovernanceDomain
import Postgres
import Wire

/// Tells the audit trail of the use of deprecated and sunset versions, as `metric.deprecated_query_logged`: the first use of a version at
/// once, what follows at most once an hour each, as one event that says how many. All events of a version together name every query
/// once: what an event tells is taken from metric_usage_untold in the event's own transaction.
struct UsageTelling: Sendable {
  static let actor = "lodestar-metrics"
  static let pauseSeconds = 3_600

  private static var dueCondition: Statement {
    "queries > 0 AND (told_at IS NULL OR told_at <= governance_now() - make_interval(secs => \(Double(pauseSeconds))))"
  }

  private struct Due: Query {
    struct Line: Sendable {
      var metric: String
      var version: Int32
      var queries: Int64
      var firstSeen: Instant
      var lastSeen: Instant

      var record: AuditRecord {
        var after = JSONObject()
        after["first_seen_us"] = .number(JSONNumber(firstSeen.microseconds))
        after["last_seen_us"] = .number(JSONNumber(lastSeen.microseconds))
        after["queries"] = .number(JSONNumber(queries))
        return AuditRecord(
          event: .deprecatedQueryLogged, subject: "\(metric)@v\(version)", metricKey: metric, version: "v\(version)",
          reason: "Queries of a version that is to go.", after: JSONValue.object(after).canonicalText)
      }
    }

    var statement: Statement {
      """
      SELECT metric_key, version, queries, first_seen_at, last_seen_at FROM metric_usage_untold
      WHERE \(dueCondition) ORDER BY metric_key COLLATE "C", version LIMIT 1000 FOR UPDATE
      """
    }

    static func decode(_ row: Row) throws -> Line {
      Line(
        metric: try row.decode(0), version: try row.decode(1), queries: try row.decode(2),
        firstSeen: Instant(try row.decode(3, as: TimestampMicroseconds.self)),
        lastSeen: Instant(try row.decode(4, as: TimestampMicroseconds.self)))
    }
  }

  /// Whether there is something to tell; asked first, so that the registry's lock is not taken for nothing.
  static func isDue(_ database: Database) async throws -> Bool {
    try await database.query("SELECT EXISTS (SELECT FROM metric_usage_untold WHERE \(dueCondition))")[0].decode(0)
  }

  static func run(in transaction: Transaction) async throws {
    let moment = try await RegistryMoment.locked(in: transaction)
    let now = try moment.now
    let due = try await transaction.fetch(Due())
    guard !due.isEmpty else { return }
    try await AuditLedger().append(due.map(\.record), actor: actor, at: now, revision: moment.revision, in: transaction)
    try await transaction.execute(
      """
      UPDATE metric_usage_untold SET queries = 0, told_at = \(now.timestamp)
      WHERE (metric_key, version) IN (SELECT * FROM unnest(\(due.map(\.metric))::text[], \(due.map(\.version))::int[]))
      """)
  }
}

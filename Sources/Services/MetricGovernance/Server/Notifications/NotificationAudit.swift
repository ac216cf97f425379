import MetricGovernanceDomain
import Postgres
import Wire

/// Records in the audit trail what was sent: one event for each metric and batch, not for each delivery, as every event takes the one lock
/// that all changes take.
struct NotificationAudit: Sendable {
  static let actor = "lodestar-metrics"
  static let batch = 10_000

  let database: Database

  /// Records what was settled since the last time; answers how many notifications that were. Costs one reading when there is nothing.
  @discardableResult
  func record() async throws -> Int {
    guard try await database.query("SELECT 1 FROM notification WHERE is_settled AND NOT is_audited LIMIT 1").first != nil else {
      return 0
    }
    return try await database.transaction { transaction in
      let moment = try await RegistryMoment.locked(in: transaction)
      let settled = try await transaction.fetch(SettleNotifications(limit: Self.batch))
      var metrics: [String: [SettleNotifications.Settled]] = [:]
      for notification in settled { metrics[notification.metricKey, default: []].append(notification) }
      let records = metrics.sorted { $0.key < $1.key }.map { AuditRecord.sent($0.value, of: $0.key) }
      try await AuditLedger().append(
        records, actor: Self.actor, at: try moment.now, revision: moment.revision, in: transaction)
      return settled.count
    }
  }
}

/// Marks what was delivered or given up as recorded.
struct SettleNotifications: Query {
  struct Settled: Sendable {
    var id: Int64
    var metricKey: String
    var isDelivered: Bool
  }

  var limit: Int

  var statement: Statement {
    """
    WITH settled AS MATERIALIZED (
      SELECT notification_key FROM notification WHERE is_settled AND NOT is_audited ORDER BY id LIMIT \(limit) FOR UPDATE SKIP LOCKED
    )
    UPDATE notification AS n SET is_audited = true FROM settled WHERE n.notification_key = settled.notification_key
    RETURNING n.id, n.metric_key, n.state
    """
  }

  static func decode(_ row: Row) throws -> Settled {
    Settled(id: try row.decode("id"), metricKey: try row.decode("metric_key"), isDelivered: try row.decode("state") == "delivered")
  }
}

extension AuditRecord {
  /// How many notices of a metric arrived and how many were given up, by their ids.
  fileprivate static func sent(_ settled: [SettleNotifications.Settled], of metric: String) -> AuditRecord {
    let delivered = settled.filter(\.isDelivered).map(\.id).sorted()
    let failed = settled.filter { !$0.isDelivered }.map(\.id).sorted()
    var object = JSONObject()
    object["delivered"] = .array(delivered.map { .number(JSONNumber($0)) })
    object["failed"] = .array(failed.map { .number(JSONNumber($0)) })
    return AuditRecord(
      event: .notificationSent, subject: metric, metricKey: metric,
      reason: "\(delivered.count) notifications were delivered, \(failed.count) given up",
      after: JSONValue.object(object).canonicalText)
  }
}

import MetricGovernanceDomain
import Postgres

/// A change under way: what it may read, and what it leaves behind when its transaction commits. Belongs to the task that makes it.
final class GovernanceChange {
  let transaction: Transaction
  let principal: Principal
  let now: Instant
  /// The revision that the change will be.
  let revision: Int64

  private(set) var records: [AuditRecord] = []
  private(set) var notices: [Notice] = []
  private(set) var touches: [RegistryTouch] = []

  init(_ transaction: Transaction, principal: Principal, now: Instant, revision: Int64) {
    self.transaction = transaction
    self.principal = principal
    self.now = now
    self.revision = revision
  }

  var hasRecorded: Bool { !records.isEmpty || !notices.isEmpty || !touches.isEmpty }

  /// The newest revision when it has ended: what touched no metric and no pin makes none.
  var revisionBehind: Int64 { touches.isEmpty ? revision - 1 : revision }

  // MARK: What it leaves behind

  func record(_ record: AuditRecord) { records.append(record) }
  func tell(_ notice: Notice) { notices.append(notice) }

  /// Tells watchers that something happened to the metric.
  func touched(metric: MetricKey, _ event: GovernanceEvent) {
    touches.append(RegistryTouch(event: event, metric: metric))
  }

  /// Tells watchers that the dashboard's pin was set, or, without a version, removed.
  func touched(pin: Pin, version: VersionNumber?, _ event: GovernanceEvent) {
    touches.append(
      RegistryTouch(event: event, metric: pin.metric, tenant: pin.tenant, dashboard: pin.dashboard, version: version))
  }

  // MARK: What it reads and writes

  /// With its versions, approvals and history; nil when there is no such metric.
  func metric(_ key: MetricKey) async throws -> Metric? {
    try await StoredMetrics.read([key], in: transaction).first
  }

  /// Those of the keys that are there, in the order of their keys.
  func metrics(_ keys: [MetricKey]) async throws -> [Metric] {
    try await StoredMetrics.read(keys, in: transaction)
  }

  /// Writes what differs, under this change's revision; answers the metric as it is then stored.
  @discardableResult
  func store(_ metric: Metric, over before: Metric?) async throws -> Metric {
    var after = metric
    after.revision = revision
    _ = try await transaction.pipeline(MetricWrites(before: before, after: after).statements)
    return after
  }
}

/// One thing that a revision changed, for those who watch.
struct RegistryTouch: Sendable, Equatable {
  var event: GovernanceEvent
  var metric: MetricKey
  /// Of a pin; nil for a change of the metric itself.
  var tenant: String?
  var dashboard: String?
  /// Nil for a pin that was removed.
  var version: VersionNumber?

  static func insert(_ touches: [RegistryTouch], revision: Int64, at: Instant) -> Statement {
    """
    INSERT INTO registry_change (revision, position, at, event, metric_key, tenant_id, dashboard_id, pinned_version)
    SELECT \(revision), position, \(at.timestamp), event, metric_key, tenant_id, dashboard_id, pinned_version
    FROM unnest(
      \(touches.indices.map { Int32($0) }), \(touches.map(\.event.rawValue)), \(touches.map(\.metric.text)), \(touches.map(\.tenant)),
      \(touches.map(\.dashboard)), \(touches.map { $0.version?.number })
    ) AS touch (position, event, metric_key, tenant_id, dashboard_id, pinned_version)
    """
  }
}

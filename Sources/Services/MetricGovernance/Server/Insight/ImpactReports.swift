import Messages
import MetricGovernanceDomain
import Postgres

/// Whom a change of a version touches: its pins, and who queried it within the last 30 days.
struct ImpactReports: Sendable {
  /// Dashboards that a report names; the counts are of all.
  static let mostDashboards = 1000
  /// People and teams that a report names.
  static let mostRecipients = 10_000

  let database: Database

  /// Throws `Refusal` when there is no such version, and `PostgresError`.
  func report(_ request: ImpactReportRequest, deadline: ContinuousClock.Instant?) async throws -> ImpactReportResponse {
    let metric = try ReadField.metric(request.metricKey, "metric_key")
    let version = try ReadField.version(request.version, "version")
    return try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      guard let totals = try await transaction.fetchFirst(ImpactTotals(metric: metric, version: version)) else {
        throw Refusal(.notFound, "VERSION_NOT_FOUND", field: "version", "There is no \(metric)@\(version).")
      }
      let dashboards = try await transaction.fetch(ImpactByDashboard(metric: metric, version: version))
      let kpis = try await transaction.fetch(MeasuredKpis(metric: metric, version: version))
      let owners = try await transaction.fetch(ImpactRecipients(metric: metric, version: version))
      return ImpactReportResponse(
        metricKey: metric.text, version: version.description, dashboards: UInt32(clamping: totals.dashboards),
        tenants: UInt32(clamping: totals.tenants), queries: UInt64(clamping: totals.queries), byDashboard: dashboards,
        kpiKeys: kpis,
        recipients: owners, migrationEffort: MigrationEffort(dashboards: totals.dashboards).rawValue)
    }
  }
}

/// How much work it is to move everybody (requirement 291).
enum MigrationEffort: String {
  case none, small, medium, large

  init(dashboards: Int64) {
    self =
      switch dashboards {
      case ...0: .none
      case ...10: .small
      case ...100: .medium
      default: .large
      }
  }
}

/// Every dashboard that pins the version or queried it lately, with how often; an ad-hoc query has no dashboard.
private struct Readers {
  var metric: MetricKey
  var version: VersionNumber

  var table: Statement {
    """
    (SELECT tenant_id, dashboard_id, owner, 0::bigint AS queries, NULL::timestamptz AS last_seen_at FROM dashboard_pin
      WHERE metric_key = \(metric.text) AND version = \(version.number)
    UNION ALL
    SELECT tenant_id, dashboard_id, NULL, queries, last_seen_at FROM metric_usage
      WHERE metric_key = \(metric.text) AND version = \(version.number)
        AND last_seen_at > governance_now() - \(VersionUse.recentDays) * interval '1 day')
    """
  }
}

private struct ImpactTotals: Query {
  struct Totals: Sendable {
    var dashboards: Int64
    var tenants: Int64
    var queries: Int64
  }

  var metric: MetricKey
  var version: VersionNumber

  var statement: Statement {
    """
    SELECT count(DISTINCT (tenant_id, dashboard_id)) FILTER (WHERE dashboard_id <> '') AS dashboards,
      count(DISTINCT tenant_id) FILTER (WHERE tenant_id <> '') AS tenants, coalesce(sum(queries), 0)::bigint AS queries
    FROM \(Readers(metric: metric, version: version).table) AS reader
    HAVING EXISTS (SELECT FROM metric_version WHERE metric_key = \(metric.text) AND version = \(version.number))
    """
  }

  static func decode(_ row: Row) throws -> Totals {
    Totals(dashboards: try row.decode("dashboards"), tenants: try row.decode("tenants"), queries: try row.decode("queries"))
  }
}

private struct ImpactByDashboard: Query {
  var metric: MetricKey
  var version: VersionNumber

  var statement: Statement {
    """
    SELECT tenant_id, dashboard_id, coalesce(max(owner), '') AS owner, count(owner) > 0 AS is_pinned,
      sum(queries)::bigint AS queries, max(last_seen_at) AS last_seen_at
    FROM \(Readers(metric: metric, version: version).table) AS reader WHERE dashboard_id <> ''
    GROUP BY tenant_id, dashboard_id ORDER BY 5 DESC, tenant_id COLLATE "C", dashboard_id COLLATE "C"
    LIMIT \(ImpactReports.mostDashboards)
    """
  }

  static func decode(_ row: Row) throws -> DashboardImpact {
    DashboardImpact(
      tenantId: try row.decode("tenant_id"), dashboardId: try row.decode("dashboard_id"), owner: try row.decode("owner"),
      isPinned: try row.decode("is_pinned"), queries: UInt64(clamping: try row.decode("queries", as: Int64.self)),
      lastSeenAtUs: try row.decode("last_seen_at", as: TimestampMicroseconds?.self)?.sinceEpoch ?? 0)
  }
}

/// KPIs that are measured by the version, by its name or, where none is named, by the metric's current one.
private struct MeasuredKpis: Query {
  var metric: MetricKey
  var version: VersionNumber

  var statement: Statement {
    """
    SELECT kpi_key FROM kpi
    WHERE lower(metric_key COLLATE "C") = \(metric.text) AND (metric_version = \(version.description) OR metric_version = '' AND EXISTS (
      SELECT FROM metric WHERE metric.metric_key = \(metric.text) AND current_version = \(version.number)))
    ORDER BY lower(kpi_key COLLATE "C")
    """
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}

private struct ImpactRecipients: Query {
  var metric: MetricKey
  var version: VersionNumber

  var statement: Statement {
    """
    SELECT owner FROM (
      SELECT owner FROM dashboard_pin WHERE metric_key = \(metric.text) AND version = \(version.number)
      UNION SELECT owner FROM metric WHERE metric_key = \(metric.text)
    ) AS told WHERE owner <> '' ORDER BY owner COLLATE "C" LIMIT \(ImpactReports.mostRecipients)
    """
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}

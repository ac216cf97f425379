import MetricGovernanceDomain
import Postgres

extension GovernanceChange {
  /// Who reads the metric: owners of all pins, and of one version, where it is named, the pins and readers themselves.
  func use(of metric: MetricKey, version: VersionNumber?) async throws -> MetricUse {
    var use = MetricUse()
    for line in try await transaction.fetch(PinOwners(metric: metric)) {
      use.byVersion[line.version, default: VersionUse()].pinCount += line.pins
      use.byVersion[line.version, default: VersionUse()].owners.append(line.owner)
    }
    guard let version else { return use }
    var one = use.byVersion[version] ?? VersionUse()
    if one.pinCount > 0 {
      one.pins = try await transaction.fetch(
        Pins(metric: metric.text, version: version, limit: VersionUse.mostNamed))
    }
    let readers = try await transaction.fetch(RecentReaders(metric: metric, version: version, now: now))
    one.readers = readers.map(\.reader)
    one.queries = readers.first?.total ?? 0
    use.byVersion[version] = one
    return use
  }
}

/// How many pins whom belong to, version by version.
struct PinOwners: Query {
  struct Line: Sendable {
    var version: VersionNumber
    var owner: String
    var pins: Int64
  }

  var metric: MetricKey

  var statement: Statement {
    """
    SELECT version, owner, count(*) AS pins FROM dashboard_pin WHERE metric_key = \(metric.text)
    GROUP BY version, owner ORDER BY version, owner COLLATE "C"
    """
  }

  static func decode(_ row: Row) throws -> Line {
    Line(version: try .stored(row.decode("version")), owner: try row.decode("owner"), pins: try row.decode("pins"))
  }
}

/// Who queried a version lately, the busiest first.
struct RecentReaders: Query {
  struct Line: Sendable {
    var reader: VersionUse.Reader
    /// Of all readers, also those beyond the limit.
    var total: Int64
  }

  var metric: MetricKey
  var version: VersionNumber
  var now: Instant

  var statement: Statement {
    """
    SELECT tenant_id, dashboard_id, sum(queries)::bigint AS queries, max(last_seen_at) AS last_seen_at,
      (sum(sum(queries)) OVER ())::bigint AS total
    FROM metric_usage
    WHERE metric_key = \(metric.text) AND version = \(version.number) AND last_seen_at > \(Self.since(now))
    GROUP BY tenant_id, dashboard_id ORDER BY 3 DESC, tenant_id, dashboard_id LIMIT \(VersionUse.mostNamed)
    """
  }

  /// Later than this is recent; at this very moment is not.
  static func since(_ now: Instant) -> TimestampMicroseconds { now.advanced(byDays: -VersionUse.recentDays).timestamp }

  static func decode(_ row: Row) throws -> Line {
    Line(
      reader: VersionUse.Reader(
        tenant: try row.decode("tenant_id"), dashboard: try row.decode("dashboard_id"), queries: try row.decode("queries"),
        lastSeen: Instant(try row.decode("last_seen_at"))), total: try row.decode("total"))
  }
}

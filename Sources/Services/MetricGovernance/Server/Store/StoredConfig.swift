import MetricGovernanceDomain
import Postgres

/// The configuration as it is stored, with the revision that it is.
struct StoredConfig: Sendable, Equatable {
  /// 0 before the first save.
  var revision: Int64 = 0
  var kpis: [Kpi] = []
  var savedBy = ""
  /// Nil before the first save.
  var savedAt: TimestampMicroseconds?
  /// The registry's revision that the standings speak for.
  var registryRevision: Int64 = 0
  /// Of each KPI that a governed metric measures.
  var standings: [KpiKey: LinkStanding] = [:]

  func isNewer(than other: StoredConfig) -> Bool {
    (revision, registryRevision) > (other.revision, other.registryRevision)
  }
}

/// Where the version that a KPI is linked to is in its life, and what its numbers mean.
struct LinkStanding: Sendable, Equatable {
  var status: VersionStatus
  /// SHA-256 in hexadecimal digits.
  var contentHash: String
}

/// Head, newest revision and KPIs in one statement, so that all speak for the same moment.
struct ReadConfig: Query {
  struct Line: Sendable {
    var revision: Int64
    var savedBy: String?
    var savedAt: TimestampMicroseconds?
    var kpi: Kpi?
    var registryRevision: Int64
    var standing: LinkStanding?
  }

  var statement: Statement {
    """
    SELECT head.revision, newest.saved_by, newest.saved_at, kpi.kpi_key, kpi.kpi_name, kpi.kpi_level, kpi.unit, kpi.direction,
      kpi.is_active, kpi.metric_key, kpi.metric_version, kpi.description, kpi.notes,
      registry.revision AS registry_revision, version.status, encode(version.content_hash, 'hex') AS content_hash
    FROM metrics_config_head AS head
    CROSS JOIN registry_head AS registry
    LEFT JOIN metrics_config_revision AS newest ON newest.revision = head.revision
    LEFT JOIN kpi ON true
    LEFT JOIN metric_version AS version
      ON version.metric_key = kpi.metric_key AND 'v' || version.version = kpi.metric_version
    ORDER BY lower(kpi.kpi_key COLLATE "C")
    """
  }

  static func decode(_ row: Row) throws -> Line {
    Line(
      revision: try row.decode("revision"), savedBy: try row.decode("saved_by"), savedAt: try row.decode("saved_at"),
      kpi: try kpi(row), registryRevision: try row.decode("registry_revision"), standing: try standing(row))
  }

  private static func standing(_ row: Row) throws -> LinkStanding? {
    guard let status = try row.decode("status", as: String?.self).flatMap(VersionStatus.init(rawValue:)) else { return nil }
    return LinkStanding(status: status, contentHash: try row.decode("content_hash"))
  }

  private static func kpi(_ row: Row) throws -> Kpi? {
    guard let key = try row.decode("kpi_key", as: String?.self) else { return nil }
    let level: String = try row.decode("kpi_level")
    let direction: String = try row.decode("direction")
    guard let key = KpiKey(key), let level = KpiLevel(rawValue: level), let direction = KpiDirection(rawValue: direction) else {
      throw PostgresError(.decoding, "the KPI \(key) is stored as \(level), \(direction), which the table's checks refuse")
    }
    return Kpi(
      key: key, name: try row.decode("kpi_name"), level: level, unit: try row.decode("unit"), direction: direction,
      isActive: try row.decode("is_active"), metricKey: try row.decode("metric_key"),
      metricVersion: try row.decode("metric_version"),
      description: try row.decode("description"),
      notes: try row.decode("notes"))
  }

  static func config(of lines: [Line]) -> StoredConfig {
    guard let first = lines.first else { return StoredConfig() }
    return StoredConfig(
      revision: first.revision, kpis: lines.compactMap(\.kpi), savedBy: first.savedBy ?? "", savedAt: first.savedAt,
      registryRevision: first.registryRevision,
      standings: Dictionary(
        lines.compactMap { line in line.kpi.flatMap { kpi in line.standing.map { (kpi.key, $0) } } }, uniquingKeysWith: { $1 }))
  }
}

extension [TypedKpiRow] {
  /// The metrics that the rows name; nil when none of them names any, so that nothing has to be read.
  var namedMetrics: ReadLinkableMetrics? {
    let named = Set(map(\.metricKey).filter { !$0.isEmpty })
    return named.isEmpty ? nil : ReadLinkableMetrics(named: named.map(LinkableMetrics.folded).sorted())
  }
}

/// What rows of Metrics_Config may be linked to.
struct ReadLinkableMetrics: Query {
  struct Line: Sendable {
    var metric: MetricKey
    var current: VersionNumber?
    var version: VersionNumber?
    var status: VersionStatus?
  }

  /// As rows name them, in lower case: only their versions are read, beside every metric's key for the nearest one.
  var named: [String]

  var statement: Statement {
    """
    SELECT metric.metric_key, metric.current_version, version.version, version.status
    FROM metric LEFT JOIN metric_version AS version ON version.metric_key = metric.metric_key AND metric.metric_key = ANY(\(named))
    """
  }

  static func decode(_ row: Row) throws -> Line {
    Line(
      metric: try .stored(row), current: try row.decode("current_version", as: Int32?.self).flatMap { VersionNumber($0) },
      version: try row.decode("version", as: Int32?.self).flatMap { VersionNumber($0) },
      status: try row.decode("status", as: String?.self).flatMap(VersionStatus.init(rawValue:)))
  }

  static func metrics(of lines: [Line]) -> LinkableMetrics {
    var linkable = LinkableMetrics()
    for line in lines {
      var metric = linkable.metrics[line.metric] ?? LinkableMetrics.Linkable(current: line.current)
      if let version = line.version, let status = line.status { metric.statuses[version] = status }
      linkable.metrics[line.metric] = metric
    }
    return linkable
  }
}

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
}

/// Head, newest revision and KPIs in one statement, so that all speak for the same moment.
struct ReadConfig: Query {
  struct Line: Sendable {
    var revision: Int64
    var savedBy: String?
    var savedAt: TimestampMicroseconds?
    var kpi: Kpi?
  }

  var statement: Statement {
    """
    SELECT head.revision, newest.saved_by, newest.saved_at, kpi.kpi_key, kpi.kpi_name, kpi.kpi_level, kpi.unit, kpi.direction,
      kpi.is_active, kpi.metric_key, kpi.description, kpi.notes
    FROM metrics_config_head AS head
    LEFT JOIN metrics_config_revision AS newest ON newest.revision = head.revision
    LEFT JOIN kpi ON true
    ORDER BY lower(kpi.kpi_key COLLATE "C")
    """
  }

  static func decode(_ row: Row) throws -> Line {
    Line(
      revision: try row.decode("revision"), savedBy: try row.decode("saved_by"), savedAt: try row.decode("saved_at"),
      kpi: try kpi(row))
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
      isActive: try row.decode("is_active"), metricKey: try row.decode("metric_key"), description: try row.decode("description"),
      notes: try row.decode("notes"))
  }

  static func config(of lines: [Line]) -> StoredConfig {
    guard let first = lines.first else { return StoredConfig() }
    return StoredConfig(
      revision: first.revision, kpis: lines.compactMap(\.kpi), savedBy: first.savedBy ?? "", savedAt: first.savedAt)
  }
}

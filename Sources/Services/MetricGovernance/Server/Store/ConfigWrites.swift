import MetricGovernanceDomain
import Postgres

/// The statements of an accepted save. Removed and changed KPIs go first and the new ones come then, so that a north star can hand
/// over to another without two of them standing in the table at any moment.
struct ConfigWrites {
  /// Told of each new revision.
  static let channel = "metrics_config"

  var upserts: [Kpi]
  var removals: [KpiKey]
  var revision: Int64
  var actor: String

  var statements: [Statement] { [delete, insert, bump, record, notify] }

  private var delete: Statement {
    let keys = upserts.map(\.key.folded) + removals.map(\.folded)
    return "DELETE FROM kpi WHERE lower(kpi_key COLLATE \"C\") = ANY(\(keys))"
  }

  private var insert: Statement {
    """
    INSERT INTO kpi (kpi_key, kpi_name, kpi_level, unit, direction, is_active, metric_key, description, notes, metric_version)
    SELECT key, name, level, unit, direction, active::boolean, metric_key, description, notes, metric_version
    FROM unnest(
      \(upserts.map(\.key.spelling)), \(upserts.map(\.name)), \(upserts.map(\.level.rawValue)), \(upserts.map(\.unit)),
      \(upserts.map(\.direction.rawValue)), \(upserts.map { $0.isActive ? "true" : "false" }), \(upserts.map(\.metricKey)),
      \(upserts.map(\.description)), \(upserts.map(\.notes)), \(upserts.map(\.metricVersion))
    ) AS row (key, name, level, unit, direction, active, metric_key, description, notes, metric_version)
    """
  }

  private var bump: Statement { "UPDATE metrics_config_head SET revision = \(revision)" }

  private var record: Statement {
    """
    INSERT INTO metrics_config_revision (revision, saved_by, kpis)
    SELECT \(revision), \(actor), coalesce(jsonb_agg(to_jsonb(kpi) ORDER BY lower(kpi_key COLLATE "C")), '[]') FROM kpi
    """
  }

  private var notify: Statement { "SELECT pg_notify(\(Self.channel), \(String(revision)))" }
}

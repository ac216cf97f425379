import MetricGovernanceDomain
import Postgres

/// Pins in the order of tenant, dashboard and metric; what is not named does not narrow.
struct Pins: Query {
  var tenant = ""
  var dashboard = ""
  var metric = ""
  var version: VersionNumber?
  /// The last one that was seen.
  var after: PinPlace?
  var limit: Int

  var statement: Statement {
    var condition: Statement = "true"
    if !tenant.isEmpty { condition = "\(condition) AND tenant_id = \(tenant)" }
    if !dashboard.isEmpty { condition = "\(condition) AND dashboard_id = \(dashboard)" }
    if !metric.isEmpty { condition = "\(condition) AND metric_key = \(metric)" }
    if let version { condition = "\(condition) AND version = \(version.number)" }
    if let after {
      condition =
        "\(condition) AND (tenant_id, dashboard_id, metric_key) > (\(after.tenant), \(after.dashboard), \(after.metric.text))"
    }
    return """
      SELECT \(Pin.columns) FROM dashboard_pin
      WHERE \(condition) ORDER BY tenant_id, dashboard_id, metric_key LIMIT \(limit)
      """
  }

  static func decode(_ row: Row) throws -> Pin { try Pin(row) }
}

/// Those of a metric's pins that some dashboards have: each tenant with the dashboard at the same place.
struct PinsOfDashboards: Query {
  var metric: String
  var tenants: [String]
  var dashboards: [String]

  var statement: Statement {
    """
    SELECT \(Pin.columns) FROM dashboard_pin
    WHERE metric_key = \(metric)
      AND (tenant_id, dashboard_id) IN (SELECT * FROM unnest(\(tenants)::text[], \(dashboards)::text[]))
    """
  }

  static func decode(_ row: Row) throws -> Pin { try Pin(row) }
}

extension Pin {
  fileprivate static let columns: Statement = "tenant_id, dashboard_id, metric_key, version, owner, pinned_by, pinned_at"

  fileprivate init(_ row: Row) throws {
    self.init(
      tenant: try row.decode("tenant_id"), dashboard: try row.decode("dashboard_id"), metric: try .stored(row),
      version: try .stored(row.decode("version")), owner: try row.decode("owner"), pinnedBy: try row.decode("pinned_by"),
      pinnedAt: Instant(try row.decode("pinned_at")))
  }
}

extension GovernanceChange {
  /// Nil when the dashboard has none on the metric.
  func pin(at place: PinPlace) async throws -> Pin? {
    try await transaction.fetchFirst(
      Pins(tenant: place.tenant, dashboard: place.dashboard, metric: place.metric.text, limit: 1))
  }

  /// Carries out what the rules allow: the pin, its audit event, and what watchers are told.
  func carryOut(_ command: PinCommand, at place: PinPlace, reason: String, on metric: Metric?) async throws -> Pin? {
    let before = try await pin(at: place)
    let occasion = Occasion(principal: principal, now: now, reason: reason)
    let outcome = try PinRules.decide(command, at: place, pin: before, metric: metric, occasion)
    if let pin = outcome.pin {
      try await transaction.execute(PinWrites.upsert(pin))
      touched(pin: pin, version: pin.version, outcome.record.event)
    } else if let before {
      try await transaction.execute(PinWrites.delete(place))
      touched(pin: before, version: nil, outcome.record.event)
    }
    record(outcome.record)
    return outcome.pin
  }
}

enum PinWrites {
  static func upsert(_ pin: Pin) -> Statement {
    """
    INSERT INTO dashboard_pin (tenant_id, dashboard_id, metric_key, version, owner, pinned_by, pinned_at)
    VALUES (\(pin.tenant), \(pin.dashboard), \(pin.metric.text), \(pin.version.number), \(pin.owner), \(pin.pinnedBy),
      \(pin.pinnedAt.timestamp))
    ON CONFLICT (tenant_id, dashboard_id, metric_key) DO UPDATE SET version = excluded.version, owner = excluded.owner,
      pinned_by = excluded.pinned_by, pinned_at = excluded.pinned_at
    """
  }

  static func delete(_ place: PinPlace) -> Statement {
    """
    DELETE FROM dashboard_pin
    WHERE tenant_id = \(place.tenant) AND dashboard_id = \(place.dashboard) AND metric_key = \(place.metric.text)
    """
  }
}

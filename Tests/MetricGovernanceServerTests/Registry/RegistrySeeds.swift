import Postgres

/// Rows of the registry as its writers leave them: each change under the head's lock, with its revision, its lines for watchers and its
/// notification.
struct RegistrySeeds: Sendable {
  let database: Database

  struct Version: Sendable {
    var number: Int
    var status = "active"
    var replacement: Int?
    var definition = "SUM(revenue) / SUM(spend)"
    var guide = ""
    var plannedSunset = "2100-03-01"
  }

  /// Makes one revision of what the body does; answers its number.
  @discardableResult
  func revision(_ touched: [(metric: String, event: String)], _ body: (Transaction) async throws -> Void) async throws -> Int64 {
    try await database.transaction { transaction in
      let revision = try await Self.next(transaction)
      try await body(transaction)
      for (position, touch) in touched.enumerated() {
        try await transaction.execute(
          """
          INSERT INTO registry_change (revision, position, at, event, metric_key)
          VALUES (\(revision), \(Int32(position)), governance_now(), \(touch.event), \(touch.metric))
          """)
      }
      try await Self.finish(revision, transaction)
      return revision
    }
  }

  /// A metric with these versions; the newest active one is current.
  @discardableResult
  func metric(_ key: String, _ versions: [Version], owner: String = "growth") async throws -> Int64 {
    try await revision([(key, "metric.version_created")]) { transaction in
      try await transaction.execute(
        """
        INSERT INTO metric (metric_key, display_name, description, owner, unit, revision)
        VALUES (\(key), \("Name of " + key), 'What it measures', \(owner), 'ratio', (SELECT revision FROM registry_head))
        ON CONFLICT (metric_key) DO UPDATE SET owner = excluded.owner, revision = excluded.revision
        """)
      for version in versions { try await Self.insert(version, of: key, transaction) }
      for version in versions { try await Self.replace(version, of: key, transaction) }
      try await transaction.execute(
        """
        UPDATE metric SET current_version =
          (SELECT max(version) FROM metric_version AS v WHERE v.metric_key = metric.metric_key AND v.status = 'active')
        WHERE metric_key = \(key)
        """)
    }
  }

  /// Goes over the edge to the status; a version that is current stops being it.
  @discardableResult
  func move(_ key: String, _ version: Int, to status: String) async throws -> Int64 {
    try await revision([(key, "metric.version_status_changed")]) { transaction in
      try await transaction.execute(
        """
        UPDATE metric_version SET status = \(status), activated_at = coalesce(activated_at, governance_now()),
          deprecated_at = coalesce(deprecated_at, governance_now()), planned_sunset_at = coalesce(planned_sunset_at, governance_now()),
          sunset_at = coalesce(sunset_at, governance_now()), retired_at = coalesce(retired_at, governance_now())
        WHERE metric_key = \(key) AND version = \(Int32(version))
        """)
      try await transaction.execute(
        """
        UPDATE metric SET revision = (SELECT revision FROM registry_head) + 1, current_version =
          (SELECT max(version) FROM metric_version AS v WHERE v.metric_key = metric.metric_key AND v.status = 'active')
        WHERE metric_key = \(key)
        """)
    }
  }

  /// - Parameter version: nil removes the pin.
  @discardableResult
  func pin(_ tenant: String, _ dashboard: String, _ metric: String, _ version: Int?) async throws -> Int64 {
    try await database.transaction { transaction in
      let revision = try await Self.next(transaction)
      let number = version.map { Int32($0) }
      let event = version == nil ? "metric.dashboard_version_unpinned" : "metric.dashboard_version_pinned"
      if let number {
        try await transaction.execute(
          """
          INSERT INTO dashboard_pin (tenant_id, dashboard_id, metric_key, version, owner, pinned_by, pinned_at)
          VALUES (\(tenant), \(dashboard), \(metric), \(number), 'team', 'spiffe://lodestar.local/person/ada', governance_now())
          ON CONFLICT (tenant_id, dashboard_id, metric_key) DO UPDATE SET version = excluded.version
          """)
      } else {
        try await transaction.execute(
          "DELETE FROM dashboard_pin WHERE tenant_id = \(tenant) AND dashboard_id = \(dashboard) AND metric_key = \(metric)")
      }
      try await transaction.execute(
        """
        INSERT INTO registry_change (revision, position, at, event, metric_key, tenant_id, dashboard_id, pinned_version)
        VALUES (\(revision), 0, governance_now(), \(event), \(metric), \(tenant), \(dashboard), \(number as Int32?))
        """)
      try await Self.finish(revision, transaction)
      return revision
    }
  }

  private static func next(_ transaction: Transaction) async throws -> Int64 {
    try await transaction.query("SELECT revision + 1 FROM registry_head FOR UPDATE")[0].decode(0)
  }

  private static func finish(_ revision: Int64, _ transaction: Transaction) async throws {
    _ = try await transaction.pipeline([
      "UPDATE registry_head SET revision = \(revision)", "SELECT pg_notify('metric_registry', \(String(revision)))",
    ])
  }

  private static func insert(_ version: Version, of key: String, _ transaction: Transaction) async throws {
    let rank = ["draft", "active", "deprecated", "sunset", "retired"].firstIndex(of: version.status)!
    let hash = [UInt8](repeating: UInt8(version.number & 0xff), count: 32)
    let name = "v\(version.number)"
    try await transaction.execute(
      """
      INSERT INTO metric_version (metric_key, version, status, dbt_model, relation, definition, edge_cases, columns, migration_guide,
        test_evidence, breaking_change, correction, content_hash, created_by, created_at, activated_at, deprecated_at,
        planned_sunset_at, sunset_at, retired_at)
      VALUES (\(key), \(Int32(version.number)), \(version.status), \("marts/metrics/\(key)_\(name)"), '', \(version.definition),
        '{"on_zero_denominator": "0", "currency": "separate", "notes": ["Zero spend returns 0"]}',
        jsonb_build_array(jsonb_build_object('name', 'metric_name', 'type', 'text', 'constant', \(key)::text),
          jsonb_build_object('name', 'metric_version', 'type', 'text', 'constant', \(name)::text),
          jsonb_build_object('name', 'value', 'type', 'numeric', 'constant', '')),
        \(version.guide), '', false, 0, \(hash), 'spiffe://lodestar.local/person/ada', governance_now(),
        CASE WHEN \(Int32(rank)) >= 1 THEN governance_now() END, CASE WHEN \(Int32(rank)) >= 2 THEN governance_now() END,
        CASE WHEN \(Int32(rank)) >= 2 THEN \(version.plannedSunset)::timestamptz END,
        CASE WHEN \(Int32(rank)) >= 3 THEN governance_now() END, CASE WHEN \(Int32(rank)) >= 4 THEN governance_now() END)
      """)
  }

  private static func replace(_ version: Version, of key: String, _ transaction: Transaction) async throws {
    guard let replacement = version.replacement else { return }
    try await transaction.execute(
      """
      UPDATE metric_version SET replacement_version = \(Int32(replacement))
      WHERE metric_key = \(key) AND version = \(Int32(version.number))
      """)
  }
}

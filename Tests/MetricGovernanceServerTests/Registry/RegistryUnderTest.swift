import LocalSystem
import Messages
import Postgres
import RPC
import TestSupport

@testable import MetricGovernanceServer

/// An instance of the registry on a test's database, called without a wire between.
struct RegistryUnderTest: Sendable {
  let database: Database
  let live: LiveRegistry
  let usage: UsageCounter
  let writer: UsageWriter
  let folder: String

  /// - Parameter folder: where its journals are; a fresh folder unless told.
  init(database: Database, folder: String? = nil) throws {
    self.database = database
    self.folder = try folder ?? Scratch.directory("usage")
    live = LiveRegistry(database: database, logger: .silent)
    usage = UsageCounter(journal: UsageJournal(folder: self.folder, logger: .silent))
    writer = UsageWriter(database: database, counter: usage, logger: .silent)
  }

  var seeds: RegistrySeeds { RegistrySeeds(database: database) }
  var handler: RegistryHandler { RegistryHandler(live: live, resolver: Resolver(live: live, usage: usage)) }

  static let context = CallContext(method: "/test", metadata: Metadata(), deadline: nil, peer: "test", logger: .silent)

  func open() async throws { try await live.open(noting: usage.journal) }

  func resolve(
    _ metric: String, _ version: String = "", tenant: String = "t1", dashboard: String = "d1",
    _ purpose: ResolvePurpose = .existingDashboard
  ) async throws -> ResolveVersionResponse {
    let request = ResolveVersionRequest(
      metricKey: metric, version: version, tenantId: tenant, dashboardId: dashboard, purpose: purpose)
    return try await handler.resolveVersion(request, context: Self.context)
  }

  /// Every row of metric_usage, as "roas@v1 t1/d1: 3".
  func counted() async throws -> [String] {
    try await database.query(
      """
      SELECT metric_key || '@v' || version || ' ' || tenant_id || '/' || dashboard_id || ': ' || sum(queries)
      FROM metric_usage GROUP BY metric_key, version, tenant_id, dashboard_id ORDER BY 1
      """
    ).map { try $0.decode(0) }
  }

  /// What the audit trail says of a version's use, all its events together.
  func told() async throws -> Int64 {
    try await database.query(
      """
      SELECT coalesce(sum((after::jsonb ->> 'queries')::bigint), 0)::bigint FROM audit_event
      WHERE event = 'metric.deprecated_query_logged'
      """)[0].decode(0)
  }
}

/// Runs the body with an instance on a fresh database.
func withRegistry<Result: Sendable>(_ body: (RegistryUnderTest) async throws -> Result) async throws -> Result {
  try await withDatabase(role: .metrics) { database in
    try await database.migrate(schema: MetricGovernanceServer.schema, migrations: MetricGovernanceServer.migrations)
    return try await body(try RegistryUnderTest(database: database))
  }
}

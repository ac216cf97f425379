import LocalSystem
import Postgres
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// The example warehouse as `lodestar up` makes it, in the tests' own server.
enum FilledWarehouse {
  /// What the service would have in LODESTAR_WAREHOUSE_URL.
  static func url() async throws -> String {
    try await blocking { try made.get() }
  }

  private static let made = Result {
    let cluster = TestCluster.shared.cluster
    let script = try ExampleWarehouse.script()
    // Twice: what is there stays.
    for _ in 1...2 { try Provisioning.fillWarehouse(of: cluster) { script } }
    return try cluster.connectionString(role: Provisioning.warehouseReader, database: Provisioning.warehouse)
  }

  /// Runs statements as the role that reads the warehouse.
  static func query(_ statement: Statement) async throws -> [Row] {
    let url = try await url()
    return try await blocking { try PollingConnection(DatabaseConfiguration(url: url)).query(statement) }
  }

  static func number(_ statement: Statement) async throws -> Int64 { try await query(statement)[0].decode(0) }
}

struct ExampleWarehouseTests {
  @Test func `Zero spend returns 0, as the seed's ROAS says`() async throws {
    let quiet = try await FilledWarehouse.query(
      "SELECT roas::text FROM roas_v1 WHERE tenant_id = 'initech' AND period_start = '2026-03-01' ORDER BY currency")
    #expect(try quiet.map { try $0.decode(0, as: String.self) } == ["0", "0"])
    #expect(
      try await FilledWarehouse.number(
        "SELECT count(*) FROM facts WHERE tenant_id = 'initech' AND period_start = '2026-03-01' AND revenue > 0 AND spend = 0")
        == 80)
    #expect(try await FilledWarehouse.number("SELECT count(*) FROM roas_v1 WHERE roas > 0") == 33)
  }

  @Test func `Zero customers returns 0, as the seed's CAC says`() async throws {
    let quiet = try await FilledWarehouse.query(
      "SELECT cac::text FROM cac_v1 WHERE tenant_id = 'globex' AND period_start = '2026-04-01' ORDER BY currency")
    #expect(try quiet.map { try $0.decode(0, as: String.self) } == ["0", "0"])
    #expect(
      try await FilledWarehouse.number(
        "SELECT sum(spend)::bigint FROM facts WHERE tenant_id = 'globex' AND period_start = '2026-04-01'") > 0)
  }

  @Test func `Currencies are computed apart`() async throws {
    let currencies = try await FilledWarehouse.query(
      "SELECT currency, roas = (SELECT sum(revenue) / sum(spend) FROM facts AS f WHERE (f.tenant_id, f.period_start, f.currency) = (v.tenant_id, v.period_start, v.currency)) FROM roas_v1 AS v WHERE tenant_id = 'acme' AND period_start = '2026-02-01' ORDER BY 1"
    )
    #expect(try currencies.map { try $0.decode(0, as: String.self) } == ["EUR", "USD"])
    #expect(try currencies.allSatisfy { try $0.decode(1) })
    #expect(
      try await FilledWarehouse.number(
        "SELECT count(DISTINCT roas) FROM roas_v1 WHERE tenant_id = 'acme' AND period_start = '2026-02-01'") == 2)
  }

  @Test(arguments: ["roas_v1", "roas_v2", "cac_v1", "cac_v2"])
  func `Every version names itself in every row, and has the values that its formula says`(relation: String) async throws {
    let (metric, version) = (String(relation.split(separator: "_")[0]), String(relation.split(separator: "_")[1]))
    let byHand: [String: Statement] = [
      "roas_v1": "coalesce(sum(revenue) / nullif(sum(spend), 0), 0)",
      "roas_v2": "coalesce(sum(net_revenue) / nullif(sum(spend), 0), 0)",
      "cac_v1": "coalesce(sum(spend) / nullif(count(new_customers), 0), 0)",
      "cac_v2": "coalesce(sum(CASE channel WHEN 'organic' THEN 0 ELSE spend END) / nullif(count(DISTINCT new_customers), 0), 0)",
    ]
    let wrong = try await FilledWarehouse.number(
      """
      SELECT count(*) FROM \(identifier: relation) AS v
      FULL JOIN (SELECT tenant_id, period_start, currency, \(try #require(byHand[relation])) AS value FROM facts GROUP BY 1, 2, 3) AS hand
        USING (tenant_id, period_start, currency)
      WHERE metric_name IS DISTINCT FROM \(metric) OR metric_version IS DISTINCT FROM \(version) OR v.\(identifier: metric) IS DISTINCT FROM value
      """)
    #expect(wrong == 0)
    #expect(try await FilledWarehouse.number("SELECT count(*) FROM \(identifier: relation)") == 35)
  }

  @Test func `Its reader reads it and does nothing else`() async throws {
    for statement: Statement in [
      "INSERT INTO facts SELECT * FROM facts", "CREATE TABLE mine (id int)", "CREATE TABLE public.mine (id int)",
      "DROP VIEW roas_v1",
      "SELECT set_config('default_transaction_read_only', 'off', false), pg_read_file('/etc/passwd')",
    ] {
      await #expect(throws: PostgresError.self) { try await FilledWarehouse.query(statement) }
    }
    let elsewhere = try await blocking {
      try TestCluster.shared.cluster.connectionString(role: Provisioning.warehouseReader, database: Provisioning.database)
    }
    await #expect(throws: PostgresError.self) {
      try await blocking { _ = try PollingConnection(DatabaseConfiguration(url: elsewhere)).query("SELECT 1") }
    }
  }
}

import LocalSystem
import Messages
import Postgres
import RPC
import TestSupport
import Testing

import struct MetricGovernanceDomain.Refusal

@testable import MetricGovernanceServer

/// What MetricInsight answers, without a wire between.
struct InsightTests {
  static let context = GovernanceUnderTest.context("person/bob")

  private func handler(_ service: GovernanceUnderTest, _ warehouse: Warehouse? = nil) -> InsightHandler {
    InsightHandler(database: service.database, impact: ImpactReports(database: service.database), warehouse: warehouse)
  }

  /// Runs the body with a registry that has roas@v1 and @v2, and the handler with the example warehouse.
  private func withRoas(
    _ url: String? = nil, timeout: Duration = Warehouse.statementTimeout, relations: (String, String) = ("", ""),
    _ body: (GovernanceUnderTest, InsightHandler) async throws -> Void
  ) async throws {
    var address = url
    if address == nil { address = try await FilledWarehouse.url() }
    let warehouse = try Warehouse(url: try #require(address), loops: TestLoops.shared, logger: .silent, statementTimeout: timeout)
    try await withGovernance { service in
      for (definition, relation) in [("SUM(revenue) / SUM(spend)", relations.0), ("SUM(net_revenue) / SUM(spend)", relations.1)] {
        var content = Messages.VersionContent.roas(definition)
        content.relation = relation
        try await service.create(content)
      }
      try await body(service, handler(service, warehouse))
    }
    await warehouse.close()
  }

  private func request(_ change: (inout CompareVersionsRequest) -> Void = { _ in }) -> CompareVersionsRequest {
    var request = CompareVersionsRequest(metricKey: "roas", fromVersion: "v1", toVersion: "v2")
    change(&request)
    return request
  }

  @Test func `Two versions are compared by their formulas`() async throws {
    try await withRoas { _, handler in
      let diff = try await handler.diffVersions(
        DiffVersionsRequest(metricKey: "roas", fromVersion: "v1", toVersion: "v2"), context: Self.context)
      #expect(diff.changeClass == .breaking)
      #expect(diff.changes.map(\.part) == ["formula", "columns_read"])
      #expect(diff.toNormalForm == "SUM(net_revenue) / SUM(spend)")
      #expect(diff.advice.contains("for a person to decide"))
      let same = try await handler.diffVersions(
        DiffVersionsRequest(metricKey: "roas", fromVersion: "v1", toVersion: "v1"), context: Self.context)
      #expect(same.changeClass == .identical)
    }
  }

  @Test func `Metrics and versions that are not there are named`() async throws {
    try await withRoas { _, handler in
      let unknown = await #expect(throws: Refusal.self) {
        try await handler.diffVersions(
          DiffVersionsRequest(metricKey: "roas", fromVersion: "v1", toVersion: "v9"), context: Self.context)
      }
      #expect(unknown?.message == "There is no roas@v9; roas has v1, v2.")
      let nothing = await #expect(throws: Refusal.self) {
        try await handler.diffVersions(
          DiffVersionsRequest(metricKey: "cac", fromVersion: "v1", toVersion: "v2"), context: Self.context)
      }
      #expect(nothing?.kind == .notFound)
    }
  }

  @Test func `A definition is checked without being stored`() async throws {
    try await withGovernance { service in
      let handler = handler(service)
      let good = try await handler.checkDefinition(CheckDefinitionRequest(definition: "sum(A)/2"), context: Self.context)
      #expect(good == CheckDefinitionResponse(isValid: true, normalForm: "SUM(a) / 2", columnsRead: ["a"]))
      let bad = try await handler.checkDefinition(CheckDefinitionRequest(definition: "SUM(a) / spend"), context: Self.context)
      #expect(!bad.isValid)
      #expect(bad.errorPosition == 10)
      #expect(bad.errorMessage.contains("outside an aggregate"))
    }
  }

  @Test func `Values stand side by side, from the warehouse`() async throws {
    try await withRoas { _, handler in
      let all = try await handler.compareVersions(request(), context: Self.context)
      #expect(all.rows.count == 35)
      #expect(!all.isTruncated)
      // Where nothing was spent both are 0.
      #expect(all.differingRows == 33)
      #expect(try #require(Double(all.largestDifference)) > 0)
      let quiet = all.rows.filter { $0.tenantId == "initech" && $0.periodStart == "2026-03-01" }
      #expect(quiet.map(\.currency) == ["EUR", "USD"])
      #expect(quiet.allSatisfy { $0.fromValue == "0" && $0.toValue == "0" && $0.difference == "0" })

      let some = try await handler.compareVersions(
        request {
          $0.tenantId = "acme"
          $0.fromPeriod = "2026-02-01"
          $0.toPeriod = "2026-05-01"
        }, context: Self.context)
      #expect(
        some.rows.map { "\($0.periodStart) \($0.currency)" } == [
          "2026-02-01 EUR", "2026-02-01 USD", "2026-03-01 EUR", "2026-03-01 USD", "2026-04-01 EUR", "2026-04-01 USD",
          "2026-05-01 EUR",
        ])
      let few = try await handler.compareVersions(request { $0.rowLimit = 3 }, context: Self.context)
      #expect(few.rows.count == 3)
      #expect(few.isTruncated)
      #expect(few.differingRows == 33, "counted over all rows, not over those shown")
      let nobody = try await handler.compareVersions(request { $0.tenantId = "x' OR '1'='1" }, context: Self.context)
      #expect(nobody.rows.isEmpty)
    }
  }

  @Test func `Only the SQL needs no warehouse, and is what a person can run`() async throws {
    try await withRoas { service, handler in
      let bare = self.handler(service)
      let sql = try await bare.compareVersions(request { $0.sqlOnly = true }, context: Self.context).sql
      #expect(sql.contains("FULL JOIN"))
      #expect(try await FilledWarehouse.query(Statement(unsafeSQL: sql)).count == 35)
      let refusal = await #expect(throws: Refusal.self) { try await bare.compareVersions(request(), context: Self.context) }
      #expect(refusal?.kind == .precondition)
      #expect(refusal?.message.contains("LODESTAR_WAREHOUSE_URL") == true)
    }
  }

  @Test(arguments: [
    ("row_limit", "ROW_LIMIT_TOO_LARGE"), ("to_version", "SAME_VERSION"), ("from_period", "DAY_MALFORMED"),
    ("to_period", "PERIODS_REVERSED"), ("tenant_id", "TENANT_MALFORMED"),
  ])
  func `Wrong requests are refused with the field at fault`(field: String, reason: String) async throws {
    try await withRoas { _, handler in
      let wrong = request {
        switch field {
        case "row_limit": $0.rowLimit = 10_001
        case "to_version": $0.toVersion = "v1"
        case "from_period": $0.fromPeriod = "1 May"
        case "to_period": ($0.fromPeriod, $0.toPeriod) = ("2026-02-01", "2026-01-01")
        default: $0.tenantId = "a\0b"
        }
      }
      let refusal = await #expect(throws: Refusal.self) { try await handler.compareVersions(wrong, context: Self.context) }
      #expect(refusal?.reason == reason)
      #expect(refusal?.field == field)
    }
  }

  @Test func `A version without values in the warehouse is named`() async throws {
    try await withRoas(relations: ("", "roas_v7")) { _, handler in
      let refusal = await #expect(throws: Refusal.self) { try await handler.compareVersions(request(), context: Self.context) }
      #expect(refusal?.message.contains("relation \"roas_v7\" does not exist") == true)
      #expect(refusal?.kind == .precondition)
    }
    try await withRoas(relations: ("", "roas_v2; DROP TABLE facts")) { _, handler in
      let refusal = await #expect(throws: Refusal.self) { try await handler.compareVersions(request(), context: Self.context) }
      #expect(refusal?.reason == "RELATION_UNREADABLE")
    }
  }

  @Test func `A warehouse that is away is said to be`() async throws {
    try await withRoas("host=/nowhere dbname=x user=x") { _, handler in
      let error = await #expect(throws: RPCError.self) { try await handler.compareVersions(request(), context: Self.context) }
      #expect(error?.code == .unavailable)
    }
  }

  @Test func `Rows of one side, NULLs, writing and waiting`() async throws {
    try await withTestDatabase { test in
      let script = """
        CREATE SCHEMA odd; CREATE TABLE odd.written (id int);
        CREATE TABLE odd.one (tenant_id text, period_start date, currency text, roas numeric);
        INSERT INTO odd.one VALUES ('a', '2026-01-01', 'EUR', 1), ('b', '2026-01-01', NULL, NULL), ('c', '2026-01-01', 'EUR', NULL);
        CREATE TABLE odd.other (tenant_id text, period_start date, currency text, roas numeric);
        INSERT INTO odd.other VALUES ('b', '2026-01-01', NULL, NULL), ('c', '2026-01-01', 'EUR', 2), ('d', '2026-01-01', 'EUR', 4);
        CREATE FUNCTION odd.write() RETURNS numeric LANGUAGE sql AS 'INSERT INTO odd.written VALUES (1); SELECT 1::numeric';
        CREATE VIEW odd.writes AS SELECT tenant_id, period_start, currency, odd.write() AS roas FROM odd.one;
        CREATE VIEW odd.waits AS SELECT tenant_id, period_start, currency, 1 + length(pg_sleep(20)::text) AS roas FROM odd.one;
        """
      let url = try await blocking {
        try test.cluster.administrator(database: test.name).runScript(script)
        return try test.cluster.cluster.connectionString(role: PrivateCluster.administrator, database: test.name)
      }
      let warehouse = try Warehouse(url: url, loops: TestLoops.shared, logger: .silent, statementTimeout: .milliseconds(300))
      try await test.withDatabase(.metrics) { database in
        let service = GovernanceUnderTest(database: database)
        try await service.prepare()
        for relation in ["odd.one", "odd.other", "odd.writes", "odd.waits"] {
          var content = Messages.VersionContent.roas()
          content.relation = relation
          try await service.create(content)
        }
        try await compareOdd(handler(service, warehouse))
      }
      await warehouse.close()
    }
  }

  private func compareOdd(_ handler: InsightHandler) async throws {
    let odd = try await handler.compareVersions(request(), context: Self.context)
    #expect(
      odd.rows.map { "\($0.tenantId):\($0.fromValue):\($0.toValue):\($0.difference)" } == ["a:1::", "b:::", "c::2:", "d::4:"])
    #expect(odd.differingRows == 3)
    #expect(odd.largestDifference == "")
    let refusal = await #expect(throws: Refusal.self) {
      try await handler.compareVersions(request { $0.toVersion = "v3" }, context: Self.context)
    }
    #expect(refusal?.message.contains("read-only transaction") == true)
    let error = await #expect(throws: RPCError.self) {
      try await handler.compareVersions(request { $0.toVersion = "v4" }, context: Self.context)
    }
    #expect(error?.code == .deadlineExceeded)
  }
}

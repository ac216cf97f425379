import Logging
import Messages
import Postgres
import TestSupport
import Testing

@testable import MetricGovernanceServer

extension ServiceUnderTest {
  /// Puts a metric with an active, current v1 and a draft v2 into the registry, as an approved change would.
  fileprivate func makeMetric(_ key: String) async throws {
    let hashes = [[UInt8](repeating: 0xa1, count: 32), [UInt8](repeating: 0xb2, count: 32)]
    try await database.transaction { transaction in
      _ = try await transaction.query("UPDATE registry_head SET revision = revision + 1")
      _ = try await transaction.query("INSERT INTO metric VALUES (\(key), \(key), \(key), '', '', NULL, 1)")
      for (number, status) in [(1, "active"), (2, "draft")] {
        _ = try await transaction.query(
          """
          INSERT INTO metric_version (metric_key, version, status, dbt_model, relation, definition, edge_cases, columns,
            migration_guide, test_evidence, breaking_change, correction, content_hash, created_by, created_at, activated_at)
          VALUES (\(key), \(number), \(status), 'm', '', 'SUM(x)', '{}', '[]', '', '', false, 0, \(hashes[number - 1]), 'ada', now(),
            CASE \(status) WHEN 'active' THEN now() END)
          """)
      }
      _ = try await transaction.query("UPDATE metric SET current_version = 1 WHERE metric_key = \(key)")
      _ = try await transaction.query("SELECT pg_notify('metric_registry', (SELECT revision::text FROM registry_head))")
    }
  }

  fileprivate func deprecate(_ key: String) async throws {
    try await database.transaction { transaction in
      _ = try await transaction.query("UPDATE registry_head SET revision = revision + 1")
      _ = try await transaction.query("UPDATE metric SET current_version = NULL WHERE metric_key = \(key)")
      _ = try await transaction.query(
        """
        UPDATE metric_version SET status = 'deprecated', deprecated_at = now(), planned_sunset_at = now()
        WHERE metric_key = \(key) AND version = 1
        """)
      _ = try await transaction.query("SELECT pg_notify('metric_registry', (SELECT revision::text FROM registry_head))")
    }
  }
}

extension KpiRow {
  fileprivate static func measured(_ metric: String, _ version: String = "") -> KpiRow {
    KpiRow(
      rowNumber: 2, kpiKey: "KPI_ROAS", kpiName: "ROAS", kpiLevel: "north_star", isActive: true, metricKey: metric,
      metricVersion: version)
  }
}

@Suite(.timeLimit(.minutes(2))) struct KpiLinkTests {
  @Test func `a KPI's link is pinned when it is saved, and read with its status and hash`() async throws {
    try await withService { service in
      try await service.makeMetric("roas")
      let answer = try await service.save([.measured("ROAS")])
      #expect(answer.saved && answer.messages.map(\.code) == ["pinned_to_current"])
      let config = try await service.get()
      let kpi = try #require(config.kpis.first)
      #expect(kpi.metricKey == "roas" && kpi.metricVersion == "v1" && kpi.metricStatus == .active)
      #expect(kpi.metricContentHash == String(repeating: "a1", count: 32))
      #expect(config.registryRevision == 1)
      #expect(try await service.store.read() == service.live.newest)
    }
  }

  @Test func `an unknown metric, an unknown version and a draft are refused by saving and by validating`() async throws {
    try await withService { service in
      try await service.makeMetric("roas")
      for (row, code) in [
        (KpiRow.measured("rosa"), "unknown_metric"), (.measured("roas", "v3"), "unknown_metric_version"),
        (.measured("roas", "v2"), "metric_version_draft"),
      ] {
        for validateOnly in [true, false] {
          let answer = try await service.save([row], validateOnly: validateOnly)
          #expect(!answer.saved && answer.messages.map(\.code) == [code])
        }
      }
      #expect(try await service.get().kpis.isEmpty)
    }
  }

  @Test func `a watcher is told when a KPI's metric moves on in its life`() async throws {
    try await withService { service in
      try await service.makeMetric("roas")
      try await service.save([.measured("roas")])
      let follower = Task { await ConfigFollower(store: service.store, live: service.live, logger: .silent).follow() }
      defer { follower.cancel() }
      try await service.watching { watched in
        #expect(await watched.next()?.kpis.first?.metricStatus == .active)
        // Another metric is none of the KPIs' business.
        try await service.makeMetric("cac")
        try await service.deprecate("roas")
        let next = try #require(await watched.next())
        #expect(next.revision == 1 && next.kpis.first?.metricStatus == .deprecated)
        #expect(next.registryRevision == 3)
      }
    }
  }
}

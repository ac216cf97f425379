import Messages
import Postgres
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

@Suite struct SaveMetricsConfigTests {
  @Test func `what is saved is answered, every column of it`() async throws {
    try await withService { service in
      let row = KpiRow(
        rowNumber: 3, kpiKey: "kpi.delivery_time", kpiName: "Zustellzeit 東京", kpiLevel: "Strategic", unit: "hours",
        direction: "lower_is_better", isActive: false, description: "from order\nto door", notes: "=1+1'\"\\"
      )
      let answer = try await service.save([.northStar(2, "NSM_ORDERS"), row])
      #expect(answer.saved && answer.revision == 1 && answer.messages.isEmpty)
      #expect(answer.counts == SaveCounts(rows: 2, upserts: 2))

      let config = try await service.get()
      #expect(config.revision == 1 && config.savedBy == "ada" && config.savedAtUs > 1_700_000_000_000_000)
      #expect(
        config.kpis.first
          == Kpi(
            kpiKey: "kpi.delivery_time", kpiName: "Zustellzeit 東京", kpiLevel: .strategic, unit: "hours", direction: .lowerIsBetter,
            isActive: false, description: "from order\nto door", notes: "=1+1'\"\\"))
      #expect(config.kpis.map(\.kpiKey) == ["kpi.delivery_time", "NSM_ORDERS"])
      #expect(try await service.store.read() == service.live.newest)
    }
  }

  @Test func `before the first save there is revision 0 and no KPI`() async throws {
    try await withService { service in
      let config = try await service.get()
      #expect(config == MetricsConfig())
    }
  }

  @Test func `one wrong row and nothing is changed`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A"), .strategic(3, "B")])
      let before = try await service.store.read()
      let answer = try await service.save([.northStar(2, "C"), .strategic(3, "?"), .strategic(4, "D"), .strategic(5, "d")])
      #expect(!answer.saved && answer.revision == 1)
      #expect(answer.messages.filter { $0.severity == .error }.map(\.rowNumber) == [3, 4, 5])
      #expect(answer.counts == SaveCounts(rows: 4, failures: 3))
      #expect(try await service.store.read() == before)
    }
  }

  @Test func `a save that changes nothing makes no revision`() async throws {
    try await withService { service in
      let rows: [KpiRow] = [.northStar(2, "A"), .strategic(3, "B")]
      try await service.save(rows)
      let again = try await service.save(rows, actor: "bob")
      #expect(again.saved && again.revision == 1)
      #expect(again.counts == SaveCounts(rows: 2, unchanged: 2))
      #expect(try await service.get().savedBy == "ada")
    }
  }

  @Test func `the north star hands over to another KPI in one save`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A"), .strategic(3, "B")])
      let answer = try await service.save([.northStar(2, "B"), .strategic(3, "A")], .selection)
      #expect(answer.saved && answer.revision == 2)
      #expect(try await service.get().kpis.map(\.kpiLevel) == [.strategic, .northStar])
    }
  }

  @Test func `KPIs that the whole tab lacks are removed, a key's new spelling is kept`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A"), .strategic(3, "kpi_b"), .strategic(4, "C")])
      let answer = try await service.save([.northStar(2, "A"), .strategic(3, "KPI_B")])
      #expect(answer.counts == SaveCounts(rows: 2, upserts: 1, unchanged: 1, removed: 1))
      #expect(try await service.get().kpis.map(\.kpiKey) == ["A", "KPI_B"])
    }
  }

  @Test func `validating answers as a save would and changes nothing`() async throws {
    try await withService { service in
      let answer = try await service.save([.northStar(2, "A")], validateOnly: true)
      #expect(answer.saved && answer.revision == 0 && answer.counts?.upserts == 1)
      let stored = try await service.store.read()
      #expect(stored == StoredConfig())
    }
  }

  @Test func `every revision is kept with who made it`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A")], actor: "ada")
      try await service.save([.northStar(2, "A"), .strategic(3, "B")], actor: "bob")
      let rows = try await service.database.query(
        "SELECT revision, saved_by, jsonb_array_length(kpis) AS count FROM metrics_config_revision ORDER BY revision")
      let kept = try rows.map { row in
        let (revision, actor): (Int64, String) = (try row.decode("revision"), try row.decode("saved_by"))
        return "\(revision) \(actor) \(try row.decode("count", as: Int32.self))"
      }
      #expect(kept == ["1 ada 1", "2 bob 2"])
    }
  }

  @Test func `saves at the same time come one after the other and none is lost`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A")])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask { try await service.save([.strategic(3, "KPI_\(number)")], .selection) }
        }
        try await group.waitForAll()
      }
      let config = try await service.get()
      #expect(config.revision == 9 && config.kpis.count == 9)
    }
  }

  @Test func `of two saves that each crown a new north star one is refused`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A")])
      async let first = service.save([.northStar(2, "A", isActive: false), .northStar(3, "B")], .selection)
      async let second = service.save([.northStar(2, "A", isActive: false), .northStar(3, "C")], .selection)
      let saved = try await [first.saved, second.saved]
      #expect(saved.count { $0 } == 1)
      #expect(try await service.get().kpis.count { $0.kpiLevel == .northStar && $0.isActive } == 1)
    }
  }

  @Test func `a call that leaves out what it must say is refused`() async throws {
    try await withService { service in
      for (scope, actor) in [(RowScope.unspecified, "ada"), (.all, ""), (.all, "a\0"), (.all, String(repeating: "a", count: 201))] {
        let error = await #expect(throws: RPCError.self) { try await service.save([.northStar(2, "A")], scope, actor: actor) }
        #expect(error?.code == .invalidArgument)
      }
      let stored = try await service.store.read()
      #expect(stored == StoredConfig())
    }
  }

  @Test(arguments: [
    ("kpi_has_one_active_north_star", "B", "north_star"), ("kpi_key_is_unique", "a", "strategic"),
    ("kpi_kpi_level_check", "B", "crown"), ("kpi_kpi_key_check", "1", "strategic"),
  ])
  func `the tables refuse what the rules refuse`(constraint: String, key: String, level: String) async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A")])
      let error = await #expect(throws: PostgresError.self) {
        try await service.database.execute(
          "INSERT INTO kpi VALUES (\(key), '', \(level), '', 'higher_is_better', true, '', '', '', '')")
      }
      #expect(error?.constraint == constraint)
    }
  }
}

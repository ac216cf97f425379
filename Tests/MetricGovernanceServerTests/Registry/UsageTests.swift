import Glibc
import LocalSystem
import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import Reactor
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// Every use of what is to go is counted once, whatever happens to the instance or to the database.
@Suite(.timeLimit(.minutes(2))) struct UsageTests {
  private typealias Version = RegistrySeeds.Version

  private static let roas = [
    Version(number: 1, status: "sunset", replacement: 3), Version(number: 2, status: "deprecated", replacement: 3),
    Version(number: 3),
  ]

  private func files(_ folder: String) -> [String] {
    Files.names(in: folder).filter { $0.hasSuffix(JournalSegment.suffix) }
  }

  @Test func `many at once are counted exactly, by version, tenant and dashboard`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<8 {
          group.addTask {
            for number in 0..<500 {
              _ = try await registry.resolve("roas", "v\(number % 3 + 1)", dashboard: "d\(task % 2)")
              // In the middle of it all.
              if task == 0, number % 100 == 0 { try await registry.writer.write(withActive: true) }
            }
          }
        }
        try await group.waitForAll()
      }
      while try await registry.writer.write(withActive: true) {}
      #expect(
        try await registry.counted() == [
          "roas@v1 t1/d0: 668", "roas@v1 t1/d1: 668", "roas@v2 t1/d0: 668", "roas@v2 t1/d1: 668", "roas@v3 t1/d0: 664",
          "roas@v3 t1/d1: 664",
        ])
    }
  }

  @Test func `what is refused is not counted, and a query without a dashboard is`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      _ = try await registry.resolve("roas", "v1", tenant: "", dashboard: "", .adHocQuery)
      _ = try await registry.resolve("roas", "v2", .newDashboard)
      _ = await #expect(throws: Refusal.self) { try await registry.resolve("roas", "v1", .newDashboard) }
      _ = await #expect(throws: Refusal.self) { try await registry.resolve("roas", "v9") }
      try await registry.writer.write(withActive: true)
      #expect(try await registry.counted() == ["roas@v1 /: 1", "roas@v2 t1/d1: 1"])
    }
  }

  @Test func `the audit trail tells of the first use at once, then hourly, and of every query once`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      func events() async throws -> Int64 { try await registry.database.query("SELECT count(*) FROM audit_event")[0].decode(0) }
      for (round, events) in [(1, 1), (2, 1), (3, 1)] {
        for _ in 0..<round { _ = try await registry.resolve("roas", "v2") }
        try await registry.writer.write(withActive: false)
        try await registry.writer.tell()
        #expect(try await registry.told() == 1)
        #expect(try await registry.database.query("SELECT count(*) FROM audit_event")[0].decode(0, as: Int.self) == events)
      }
      try await registry.database.execute("UPDATE metric_usage_untold SET told_at = told_at - interval '59 minutes 50 seconds'")
      try await registry.writer.tell()
      #expect(try await events() == 1)
      try await registry.database.execute("UPDATE metric_usage_untold SET told_at = told_at - interval '10 seconds'")
      try await registry.writer.tell()
      #expect(try await events() == 2)
      #expect(try await registry.told() == 6)
      let row = try await registry.database.query("SELECT severity, subject FROM audit_event WHERE seq = 2")[0]
      #expect(try row.decode("severity", as: String.self) == "low" && row.decode("subject", as: String.self) == "roas@v2")
      // No new revision: nothing of the registry changed.
      #expect(try await registry.database.query("SELECT revision FROM registry_head")[0].decode(0, as: Int64.self) == 1)
    }
  }

  @Test func `uses wait for the database to come back`() async throws {
    let cluster = try await TestCluster.own(durability: .durable)
    try await withTestDatabase(on: cluster) { test in
      try await test.withDatabase(.metrics) { database in
        try await database.migrate(schema: MetricGovernanceServer.schema, migrations: MetricGovernanceServer.migrations)
        let registry = try RegistryUnderTest(database: database)
        try await registry.seeds.metric("roas", Self.roas)
        try await registry.open()
        _ = try await registry.resolve("roas", "v2")
        _ = try await registry.resolve("roas", "v3")
        try await registry.writer.write(withActive: true)
        try await cluster.kill()
        for _ in 0..<100 {
          _ = try await registry.resolve("roas", "v2")
          _ = try await registry.resolve("roas", "v3")
        }
        for _ in 0..<3 { await #expect(throws: PostgresError.self) { try await registry.writer.write(withActive: true) } }
        try await cluster.start()
        while (try? await registry.writer.write(withActive: true)) == nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await registry.counted() == ["roas@v2 t1/d1: 101", "roas@v3 t1/d1: 101"])
      }
    }
    try await cluster.stop()
  }

  @Test func `a transaction whose end nobody heard of is not counted again`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      for version in ["v1", "v2", "v3"] { _ = try await registry.resolve("roas", version) }
      let batch = UsageFlush.Batch(journal: "memory-test", number: 1, uses: registry.usage.takeActive().uses, untold: [:])
      let flush = UsageFlush(pieces: registry.usage.journal.pieces(atMost: 9), batch: batch, forgotten: [])
      for _ in 0..<3 { try await registry.database.transaction { try await flush.run(in: $0) } }
      try await registry.writer.write(withActive: true)
      #expect(try await registry.counted() == ["roas@v1 t1/d1: 1", "roas@v2 t1/d1: 1", "roas@v3 t1/d1: 1"])
    }
  }

  @Test func `a full journal is followed by another, and goes when it is counted`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      let dashboard = String(repeating: "d", count: 250)
      let uses = 2 * JournalSegment.capacity / 270
      for _ in 0..<uses { _ = try await registry.resolve("roas", "v2", dashboard: dashboard) }
      #expect(files(registry.folder).count >= 2)
      while try await registry.writer.write(withActive: true) {}
      #expect(try await registry.counted() == ["roas@v2 t1/\(dashboard): \(uses)"])
      #expect(files(registry.folder).count == 1)
      await registry.writer.finish()
      #expect(files(registry.folder).isEmpty)
      #expect(try await registry.told() == uses)
      #expect(try await registry.database.query("SELECT count(*) FROM usage_journal")[0].decode(0, as: Int.self) == 0)
    }
  }

  @Test func `nothing is answered before its use can be noted for good`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      let file = try Scratch.directory("usage") + "/no-folder"
      try Files.write("", to: file)
      let blocked = try RegistryUnderTest(database: registry.database, folder: file)
      await #expect(throws: JournalSegment.Failure.self) { try await blocked.open() }
      let refusal = await #expect(throws: RPCError.self) { try await blocked.resolve("roas", "v2") }
      #expect(refusal?.code == .unavailable)
    }
  }

  @Test func `without a folder to write to uses are counted in memory`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.live.refresh()
      _ = try await registry.resolve("roas", "v2")
      try await registry.writer.write(withActive: false)
      try await registry.writer.tell()
      #expect(try await registry.counted() == ["roas@v2 t1/d1: 1"])
      #expect(try await registry.told() == 1)
    }
  }

  @Test func `journals of the living, and of other registries, are let alone`() async throws {
    try await withRegistry { registry in
      try await registry.open()
      let other = UsageJournal(folder: registry.folder, logger: .silent)
      let id: String = try await registry.database.query("SELECT registry_id::text FROM registry_head")[0].decode(0)
      try other.open(registryID: id)
      #expect(other.pieces(atMost: 9).count == 1)
      try UsageJournal(folder: registry.folder, logger: .silent).open(registryID: "00000000-0000-0000-0000-000000000000")
      // That one is gone by now; its file is nobody's here.
      other.takeOverLeftovers()
      #expect(other.pieces(atMost: 9).count == 1)
      #expect(files(registry.folder).count == 3)
    }
  }

  @Test func `bytes that are no use are none`() {
    #expect(UseKey(bytes: []) == nil)
    #expect(UseKey(bytes: [UInt8](repeating: 0, count: 40)) == nil)
    #expect(UseKey(bytes: [1, 0, 0, 0, 9, 0, 0, 0] + Array("roas\0t\0d".utf8))?.metric == "roas")
    #expect(UseKey(bytes: [1, 0, 0, 0, 9, 0, 0, 0] + Array("roas\0t\0d\0".utf8)) == nil)
    #expect(UseKey(bytes: [1, 0, 0, 0, 9, 0, 0, 0] + [0x72, 0, 0xff, 0, 0x64]) == nil)
  }
}

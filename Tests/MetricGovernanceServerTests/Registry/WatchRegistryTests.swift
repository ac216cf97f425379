import Messages
import Postgres
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// A watcher misses nothing and sees nothing twice, wherever it begins and however slow it is.
@Suite(.timeLimit(.minutes(1))) struct WatchRegistryTests {
  private typealias Version = RegistrySeeds.Version

  /// What a watcher is sent, until so many have come.
  private func watch(
    _ registry: RegistryUnderTest, after revision: Int64 = 0, part: UInt32 = 0, until count: Int
  ) async throws -> [RegistryChange] {
    let (stream, continuation) = AsyncStream.makeStream(of: RegistryChange.self)
    let handler = registry.handler
    let watch = Task {
      defer { continuation.finish() }
      try await handler.watchRegistry(
        WatchRegistryRequest(afterRevision: revision, afterPart: part), context: RegistryUnderTest.context,
        responses: ResponseWriter { continuation.yield($0) })
    }
    defer { watch.cancel() }
    var seen: [RegistryChange] = []
    if count > 0 {
      for await change in stream {
        seen.append(change)
        if seen.count == count { break }
      }
    } else {
      try await watch.value
    }
    return seen
  }

  @Test func `changes of before come first, then those of now, each once`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", [Version(number: 1)])
      try await registry.seeds.pin("t1", "d1", "roas", 1)
      try await registry.open()
      async let seen = watch(registry, until: 4)
      try await registry.seeds.pin("t1", "d1", "roas", nil)
      await registry.live.catchUp(to: 3)
      let revision = try await registry.seeds.move("roas", 1, to: "deprecated")
      await registry.live.catchUp(to: revision)
      let changes = try await seen
      #expect(changes.map(\.revision) == [1, 2, 3, 4])
      #expect(
        changes.map(\.events) == [
          ["metric.version_created"], ["metric.dashboard_version_pinned"], ["metric.dashboard_version_unpinned"],
          ["metric.version_status_changed"],
        ])
      #expect(changes.map { $0.metric?.metricKey } == ["roas", nil, nil, "roas"])
      #expect(changes[1].pins.map(\.version) == ["v1"] && changes[2].pins.map(\.version) == [""])
      #expect(changes[3].metric?.versions.first?.status == .deprecated)
      #expect(changes.allSatisfy { $0.part == 1 && $0.parts == 1 && $0.metricKey == "roas" })
    }
  }

  @Test func `a revision of several metrics can be left and taken up again in its middle`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", [Version(number: 1)])
      try await registry.seeds.metric("cac", [Version(number: 1)])
      try await registry.seeds.revision([
        ("cac", "metric.metadata_updated"), ("roas", "metric.metadata_updated"), ("cac", "metric.version_created"),
      ]) { _ in }
      try await registry.open()
      let whole = try await watch(registry, after: 2, until: 2)
      #expect(whole.map(\.metricKey) == ["cac", "roas"])
      #expect(whole.map(\.part) == [1, 2] && whole.map(\.parts) == [2, 2])
      #expect(whole[0].events == ["metric.metadata_updated", "metric.version_created"])
      let rest = try await watch(registry, after: 3, part: 1, until: 1)
      #expect(rest == [whole[1]])
    }
  }

  @Test func `whoever is far behind is served from the table, and nobody twice`() async throws {
    try await withRegistry { registry in
      try await registry.open()
      try await registry.seeds.metric("roas", [Version(number: 1)])
      try await registry.database.transaction { transaction in
        // More than the log holds, and than is read at once.
        try await transaction.execute(
          """
          INSERT INTO registry_change (revision, position, at, event, metric_key)
          SELECT 1 + number, 0, governance_now(), 'metric.metadata_updated', 'roas' FROM generate_series(1, 6000) AS number
          """)
        try await transaction.execute("UPDATE registry_head SET revision = 6001")
      }
      await registry.live.catchUp(to: 6_001)
      guard case .fromTable(6_001) = registry.live.changes.parts(behind: WatchPlace(revision: 0), atMost: 10) else {
        Issue.record("the log holds everything")
        return
      }
      #expect(try await watch(registry, until: 6_001).map(\.revision) == Array(1...6_001))
      #expect(try await watch(registry, after: 5_990, until: 11).map(\.revision) == Array(5_991...6_001))
    }
  }

  @Test func `a revision of another registry is told from one of ours`() async throws {
    try await withRegistry { registry in
      try await registry.open()
      let revision = try await registry.seeds.metric("roas", [Version(number: 1)])
      // Not heard of yet, but the database knows it.
      async let none = watch(registry, after: revision, until: 1)
      let next = try await registry.seeds.metric("cac", [Version(number: 1)])
      await registry.live.catchUp(to: next)
      #expect(try await none.map(\.revision) == [2])
      let error = await #expect(throws: RPCError.self) { try await watch(registry, after: 77, until: 0) }
      #expect(error?.code == .outOfRange && error?.message.contains("newest is 2") == true)
    }
  }

  @Test func `a watcher that leaves is forgotten`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", [Version(number: 1)])
      try await registry.open()
      _ = try await watch(registry, until: 1)
      while registry.live.changes.watcherCount > 0 { await Task.yield() }
    }
  }
}

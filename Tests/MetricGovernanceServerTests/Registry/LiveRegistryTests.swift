import LocalSystem
import Messages
import Postgres
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// Memory follows the database, whoever writes, and goes on without it.
@Suite(.timeLimit(.minutes(2))) struct LiveRegistryTests {
  private typealias Version = RegistrySeeds.Version

  /// Runs the body while the registry is followed.
  private func following<Result: Sendable>(_ registry: RegistryUnderTest, _ body: () async throws -> Result) async throws -> Result
  {
    let follower = Task { await RegistryFollower(live: registry.live, logger: .silent).follow() }
    defer { follower.cancel() }
    return try await body()
  }

  /// Waits until an answer is as wanted.
  private func wait(_ registry: RegistryUnderTest, until isMet: (ResolveVersionResponse?) -> Bool) async {
    while !isMet(try? await registry.resolve("roas")) { try? await Task.sleep(for: .milliseconds(5)) }
  }

  @Test func `a change by another instance arrives by itself`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", [Version(number: 1)])
      try await registry.open()
      try await following(registry) {
        try await registry.seeds.pin("t1", "d1", "roas", 1)
        await wait(registry) { $0?.fromPin == true }
        try await registry.seeds.move("roas", 1, to: "deprecated")
        await wait(registry) { $0?.status == .deprecated }
        try await registry.seeds.pin("t1", "d1", "roas", nil)
        await wait(registry) { $0 == nil }
        try await registry.seeds.metric("cac", [Version(number: 1)])
        await registry.live.catchUp(to: 5)
        #expect(try await registry.resolve("cac").version == "v1")
      }
    }
  }

  @Test func `who changed something reads it at once`() async throws {
    try await withRegistry { registry in
      try await registry.open()
      for number in 1...20 {
        let revision = try await registry.seeds.metric("roas", [Version(number: number)])
        await registry.live.catchUp(to: revision)
        #expect(try await registry.resolve("roas").version == "v\(number)")
      }
    }
  }

  @Test(arguments: 0..<4) func `what was followed is what a fresh reading finds`(seed: UInt64) async throws {
    try await withRegistry { registry in
      var random = SplitMix(seed: seed)
      try await registry.open()
      var versions: [String: [String]] = [:]
      for _ in 0..<120 {
        let metric = "metric_\(random.next(below: 6))"
        let count = versions[metric]?.count ?? 0
        switch random.next(below: 10) {
        case 0...2:
          try await registry.seeds.metric(metric, [Version(number: count + 1)], owner: "owner_\(random.next(below: 3))")
          versions[metric, default: []].append("active")
        case 3...4 where count > 0:
          let number = random.next(below: count)
          let next = ["active": "deprecated", "deprecated": "sunset", "sunset": "retired"][versions[metric]![number]]
          if let next {
            try await registry.seeds.move(metric, number + 1, to: next)
            versions[metric]![number] = next
          }
        case 5...8 where count > 0:
          try await registry.seeds.pin(
            "t\(random.next(below: 3))", "d\(random.next(below: 9))", metric, 1 + random.next(below: count))
        default:
          try await registry.seeds.pin("t\(random.next(below: 3))", "d\(random.next(below: 9))", metric, nil)
        }
        if random.next(below: 3) == 0 { try await registry.live.refresh() }
      }
      try await registry.live.refresh()
      let fresh = try RegistryUnderTest(database: registry.database)
      try await fresh.live.refresh()
      #expect(registry.live.outline == fresh.live.outline, "seed \(seed)")
      #expect(!registry.live.outline.isEmpty)
      #expect(try registry.live.freshness().revision == fresh.live.freshness().revision)
    }
  }

  @Test func `a database that was restored to an earlier state is read anew`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", [Version(number: 1)])
      try await registry.seeds.metric("cac", [Version(number: 1)])
      try await registry.open()
      _ = try await registry.database.unit([
        "DELETE FROM registry_change WHERE revision = 2", "UPDATE metric SET current_version = NULL WHERE metric_key = 'cac'",
        "DELETE FROM metric_version WHERE metric_key = 'cac'", "DELETE FROM metric WHERE metric_key = 'cac'",
        "UPDATE registry_head SET revision = 1",
      ])
      try await registry.live.refresh()
      #expect(try registry.live.metric("cac").metric == nil)
      #expect(try registry.live.freshness().revision == 1)
    }
  }

  @Test func `answers go on while PostgreSQL is down, say how old they are, and are young again when it is back`() async throws {
    let cluster = try await TestCluster.own(durability: .durable)
    try await withTestDatabase(on: cluster) { test in
      try await test.withDatabase(.metrics) { database in
        try await database.migrate(schema: MetricGovernanceServer.schema, migrations: MetricGovernanceServer.migrations)
        let registry = try RegistryUnderTest(database: database)
        try await registry.seeds.metric("roas", [Version(number: 1)])
        try await registry.open()
        try await following(registry) {
          try await cluster.kill()
          var ages: [UInt64] = []
          while (ages.last ?? 0) < 1_500 {
            let answer = try await registry.resolve("roas")
            #expect(answer.version == "v1" && answer.registryRevision == 1)
            ages.append(answer.ageMs)
            try await Task.sleep(for: .milliseconds(20))
          }
          #expect(ages == ages.sorted(), "\(ages)")
          try await cluster.start()
          await wait(registry) { ($0?.ageMs ?? .max) < 1_000 }
          try await registry.seeds.metric("roas", [Version(number: 2)])
          await wait(registry) { $0?.version == "v2" }
        }
      }
    }
    try await cluster.stop()
  }

  @Test func `an index of texts finds what was put into it and nothing else`() {
    var random = SplitMix(seed: 7)
    var index = ByteIndex()
    var known: [[UInt8]: Int] = [:]
    for _ in 0..<20_000 {
      let text = (0..<random.next(below: 20)).map { _ in UInt8(random.next(below: 4)) }
      let (found, number) = unsafe text.withUnsafeBytes { bytes in
        let hash = unsafe ByteHash.of(bytes)
        return unsafe (index.find(bytes, hash: hash), index.insert(bytes, hash: hash))
      }
      #expect(found == known[text])
      #expect(number == known[text] ?? known.count)
      known[text] = number
      #expect(Array(index[number]) == text)
    }
  }
}

/// Numbers that look random and are the same for the same seed.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x1234_5678 }

  mutating func next(below limit: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ mixed >> 31) % UInt64(limit))
  }
}

import LocalSystem
import Messages
import Postgres
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

@Suite(.timeLimit(.minutes(1))) struct WatchMetricsConfigTests {
  @Test func `a watcher gets the configuration now and after every change`() async throws {
    try await withService { service in
      try await service.watching { configs in
        #expect(await configs.next() == MetricsConfig())
        try await service.save([.northStar(2, "A")])
        #expect(await configs.next()?.revision == 1)
        try await service.save([.northStar(2, "A")])  // Nothing new: nothing is sent.
        try await service.save([.northStar(2, "B")])
        #expect(await configs.next()?.kpis.map(\.kpiKey) == ["B"])
      }
    }
  }

  @Test func `a watcher that has seen the newest revision gets only what comes after it`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A")])
      try await service.watching(after: 1) { configs in
        try await service.save([.northStar(2, "B")])
        #expect(await configs.next()?.revision == 2)
      }
    }
  }

  @Test func `a watcher that comes back is sent what it missed at once`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "A")])
      try await service.save([.northStar(2, "B")])
      try await service.watching(after: 1) { configs in
        #expect(await configs.next()?.revision == 2)
      }
    }
  }

  @Test func `another instance learns of a save by itself`() async throws {
    try await withTestDatabase { test in
      try await test.withDatabase(.metrics) { first in
        try await test.withDatabase(.metrics) { second in
          let (saver, other) = (ServiceUnderTest(database: first), ServiceUnderTest(database: second))
          try await saver.prepare()
          let follower = ConfigFollower(store: other.store, live: other.live, logger: .silent)
          let following = Task { await follower.follow() }
          defer { following.cancel() }
          try await other.watching { configs in
            #expect(await configs.next()?.revision == 0)
            try await saver.save([.northStar(2, "A")])
            #expect(await configs.next()?.kpis.map(\.kpiKey) == ["A"])
          }
        }
      }
    }
  }
}

@Suite(.timeLimit(.minutes(2))) struct AbsentDatabaseTests {
  @Test func `what was read is answered while PostgreSQL is away, a save is UNAVAILABLE, and all is well again`() async throws {
    let cluster = try await TestCluster.own(durability: .durable)
    try await withTestDatabase(on: cluster) { test in
      try await test.withDatabase(.metrics) { database in
        let service = ServiceUnderTest(database: database)
        try await service.prepare()
        try await service.save([.northStar(2, "A")])
        try await cluster.kill()
        #expect(try await service.get().revision == 1)
        let refused = await #expect(throws: RPCError.self) { try await service.save([.northStar(2, "B")]) }
        #expect(refused?.code == .unavailable)
        #expect(refused?.message.contains("metrics service's database") == true)
        let unread = ServiceUnderTest(database: database)
        let unknown = await #expect(throws: RPCError.self) { try await unread.get() }
        #expect(unknown?.code == .unavailable)

        try await cluster.start()
        while (try? await database.execute("SELECT 1")) == nil { await Task.yield() }
        #expect(try await service.save([.northStar(2, "B")]).revision == 2)
        #expect(try await unread.get().revision == 2)
      }
    }
  }
}

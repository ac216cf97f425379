import LocalSystem
import Postgres
import TestSupport
import Testing

/// A server of their own, one after the other: it is killed and started again.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ServerLossTests {
  private static let server = Task {
    try await TestCluster.own(durability: .durable, loopbackPort: LoopbackPort.free(count: 1)[0])
  }

  private func withServer(_ body: (TestCluster, TestDatabase) async throws -> Void) async throws {
    let server = try await Self.server.value
    try await server.start()
    try await withTestDatabase(on: server) { test in try await body(server, test) }
  }

  @Test func `a server killed under a statement is a lost connection, and later ones find it away at once`() async throws {
    try await withServer { server, test in
      try await test.withDatabase(.metrics) { database in
        _ = try await database.execute("CREATE TABLE kept (a bigint)")
        _ = try await database.execute("INSERT INTO kept VALUES (1)")
        let running = Task {
          try await database.unit(["INSERT INTO kept VALUES (2)", "SELECT pg_sleep(600)"])
        }
        try await waitUntilRunning("SELECT pg_sleep(600)%", seenBy: database)
        try await server.kill()
        let lost = await #expect(throws: PostgresError.self) { try await running.value }
        #expect(lost?.isUnavailable == true)
        // The children of a killed server end on their own, each when it notices: one may still answer.
        while (try? await database.query("SELECT 1")) != nil {}
        let away = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
        #expect(away?.isUnavailable == true)
        try await server.start()
        var rows: [Row] = []
        while rows.isEmpty { rows = (try? await database.query("SELECT a FROM kept")) ?? [] }
        #expect(try rows.map { try $0.decode("a", as: Int.self) } == [1])
      }
    }
  }

  @Test func `listening survives a restart of the server`() async throws {
    try await withServer { server, test in
      try await test.withDatabase(.metrics) { database in
        var notes = database.listen("a").makeAsyncIterator()
        #expect(await notes.next() == PostgresNotification(channel: "a", isGap: true))
        try await server.stop()
        try await server.start()
        #expect(await notes.next() == PostgresNotification(channel: "a", isGap: true))
        var isSent = false
        while !isSent { isSent = (try? await database.query("SELECT pg_notify('a', 'after')")) != nil }
        #expect(await notes.next() == PostgresNotification(channel: "a", payload: "after"))
      }
    }
  }

  @Test func `every transaction that was acknowledged is there after the server was killed under load`() async throws {
    try await withServer { server, test in
      try await test.withDatabase(.metrics) { database in
        _ = try await database.execute("CREATE TABLE kept (a bigint PRIMARY KEY)")
        let acknowledged = Shared<Set<Int>>([])
        let writers = (0..<4).map { writer in
          Task {
            var number = writer
            while true {
              guard let written = try? await database.unit(["INSERT INTO kept VALUES (\(number))"]) else { return }
              precondition(written.count == 1)
              acknowledged.change { $0.insert(number) }
              number += 4
            }
          }
        }
        await acknowledged.wait { $0.count >= 200 }
        try await server.kill()
        for writer in writers { await writer.value }
        try await server.start()
        var rows: [Row]?
        while rows == nil { rows = try? await database.query("SELECT a FROM kept") }
        let stored = Set(try rows!.map { try $0.decode("a", as: Int.self) })
        #expect(acknowledged.value.subtracting(stored).isEmpty)
        // At most the one in flight of each writer took effect without being acknowledged.
        #expect(stored.count <= acknowledged.value.count + 4)
      }
    }
  }

  @Test func `a server is reached by a host's name over TCP, too`() async throws {
    try await withServer { server, test in
      var configuration = try DatabaseConfiguration(url: test.url(.metrics) + " host=localhost")
      configuration.connectionsPerLoop = 2
      let database = Database(configuration: configuration, loops: TestLoops.shared, logger: .silent)
      let row = try await database.query("SELECT inet_server_port() AS port, \(["a", "b"]) AS texts")[0]
      #expect(try row.decode("port", as: Int.self) == server.cluster.port)
      let running = Task { try await database.query("SELECT pg_sleep(600)") }
      try await waitUntilRunning("SELECT pg_sleep(600)%", seenBy: database)
      running.cancel()
      await #expect(throws: CancellationError.self) { try await running.value }
      try await server.stop()
      // A socket of TCP may learn of the end a moment after the server has gone.
      while (try? await database.query("SELECT 1")) != nil {}
      let away = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
      #expect(away?.kind == .unreachable)
      await database.close()
    }
  }

  @Test func `a name that nobody has is unreachable`() async throws {
    let configuration = try DatabaseConfiguration(url: "postgresql://u:hunter2@no-such-host.invalid/lodestar")
    let database = Database(configuration: configuration, loops: TestLoops.shared, logger: .silent)
    let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
    #expect(error?.kind == .unreachable)
    #expect("\(error!)".contains("hunter2") == false)
    await database.close()
  }
}

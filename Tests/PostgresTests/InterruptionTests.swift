import Postgres
import TestSupport
import Testing

/// The server process of the only connection of a database.
private func serverProcess(_ database: Database) async throws -> Int {
  try await database.query("SELECT pg_backend_pid() AS process")[0].decode("process")
}

private func one(_ configuration: inout DatabaseConfiguration) {
  configuration.connectionsPerLoop = 1
}

@Suite(.timeLimit(.minutes(5))) struct InterruptionTests {
  /// A pool of one connection on one loop, and another pool that watches it.
  private func withWatched(
    configure: (inout DatabaseConfiguration) -> Void = one, _ body: (Database, Database) async throws -> Void
  ) async throws {
    try await withTestDatabase { test in
      try await test.withDatabase(.metrics, loops: TestLoops.single, configure: configure) { database in
        try await test.withDatabase(.metrics) { watcher in try await body(database, watcher) }
      }
    }
  }

  @Test func `cancelling the task cancels the statement, and the connection is used again`() async throws {
    try await withWatched { database, watcher in
      let process = try await serverProcess(database)
      let running = Task { try await database.query("SELECT pg_sleep(600)") }
      try await waitUntilRunning("SELECT pg_sleep(600)%", seenBy: watcher)
      running.cancel()
      await #expect(throws: CancellationError.self) { try await running.value }
      let next = try await serverProcess(database)
      #expect(next == process)
    }
  }

  @Test func `a deadline cancels the statement, and the connection is used again`() async throws {
    try await withWatched { database, _ in
      let process = try await serverProcess(database)
      let error = await #expect(throws: PostgresError.self) {
        try await database.query("SELECT pg_sleep(600)", deadline: .now + .milliseconds(50))
      }
      #expect(error?.kind == .deadlineExceeded)
      let next = try await serverProcess(database)
      #expect(next == process)
    }
  }

  @Test func `a deadline is the server's as well, and ends with its transaction`() async throws {
    try await withWatched { database, _ in
      let deadline = ContinuousClock.now + .seconds(30)
      func timeout(_ rows: [Row]) throws -> Int {
        try #require(Int(try rows[0].decode("statement_timeout", as: String.self).split { !$0.isNumber }.first ?? ""))
      }
      let usual = try await database.query("SHOW statement_timeout")
      let setting: Statement = "SELECT setting AS statement_timeout FROM pg_settings WHERE name = 'statement_timeout'"
      let limited = try await database.query(setting, deadline: deadline)
      #expect(try (1...30_000).contains(timeout(limited)))
      let inside = try await database.transaction(deadline: deadline) {
        try await $0.query(setting)
      }
      #expect(try (1...30_000).contains(timeout(inside)))
      let after = try await database.query("SHOW statement_timeout")
      #expect(try timeout(after) == timeout(usual))
    }
  }

  @Test func `a deadline that has passed is an error before anything is changed`() async throws {
    try await withWatched { database, _ in
      _ = try await database.execute("CREATE TABLE t (a bigint)")
      // The connection is held, so that the late statement is still waiting when its time is over.
      let error = try await database.transaction { transaction in
        try await transaction.execute("SELECT 1")
        return await #expect(throws: PostgresError.self) {
          try await database.execute("INSERT INTO t VALUES (1)", deadline: .now + .milliseconds(20))
        }
      }
      #expect(error?.kind == .deadlineExceeded)
      let rows = try await database.query("SELECT 1 FROM t")
      #expect(rows.isEmpty)
    }
  }

  @Test func `cancelling a transaction's task rolls it back`() async throws {
    try await withWatched { database, watcher in
      _ = try await watcher.execute("CREATE TABLE t (a bigint)")
      let running = Task {
        try await database.transaction { transaction in
          try await transaction.execute("INSERT INTO t VALUES (1)")
          try await transaction.execute("SELECT pg_sleep(600)")
        }
      }
      try await waitUntilRunning("SELECT pg_sleep(600)%", seenBy: watcher)
      running.cancel()
      await #expect(throws: CancellationError.self) { try await running.value }
      let rows = try await database.query("SELECT 1 FROM t")
      #expect(rows.isEmpty)
    }
  }

  @Test func `cancelling one who waits for a connection disturbs nobody`() async throws {
    try await withWatched { database, _ in
      let answer = try await database.transaction { transaction in
        try await transaction.execute("SELECT 1")
        let waiting = Task { try await database.query("SELECT 2") }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        return try await transaction.query("SELECT 3 AS n")[0].decode("n", as: Int.self)
      }
      #expect(answer == 3)
    }
  }

  @Test func `a task that is cancelled already asks nothing of the server`() async throws {
    try await withWatched { database, _ in
      _ = try await database.execute("CREATE TABLE t (a bigint)")
      let late = Task {
        try? await Task.sleep(for: .seconds(600))
        return try await database.execute("INSERT INTO t VALUES (1)")
      }
      late.cancel()
      await #expect(throws: CancellationError.self) { try await late.value }
      let rows = try await database.query("SELECT 1 FROM t")
      #expect(rows.isEmpty)
    }
  }

  @Test func `many cancellations at once hit only their own statements`() async throws {
    try await withWatched(configure: { $0.connectionsPerLoop = 8 }) { database, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<200 {
          group.addTask {
            let statement: Statement = "SELECT \(number) AS n, pg_sleep(\(number % 2 == 0 ? 0.0 : 600.0))"
            if number % 2 == 0 {
              let answer = try await database.query(statement)[0].decode("n", as: Int.self)
              #expect(answer == number)
            } else {
              let running = Task { try await database.query(statement) }
              await Task.yield()
              running.cancel()
              await #expect(throws: CancellationError.self) { try await running.value }
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func `a server that does not answer costs the deadline and a little, and its connection`() async throws {
    try await withTestDatabase { test in
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      var slow = try configuration(.metrics)
      slow.connectionsPerLoop = 1
      slow.cancelGrace = .milliseconds(100)
      let database = Database(configuration: slow, loops: TestLoops.single, logger: .silent)
      let process = try await serverProcess(database)
      proxy.set(.stall)
      let error = await #expect(throws: PostgresError.self) {
        try await database.query("SELECT 1", deadline: .now + .milliseconds(50))
      }
      #expect(error?.kind == .deadlineExceeded)
      let cancelled = Task { try await database.query("SELECT 1") }
      cancelled.cancel()
      await #expect(throws: CancellationError.self) { try await cancelled.value }
      proxy.set(.forward)
      let next = try await serverProcess(database)
      #expect(next != process)
      await database.close()
    }
  }

  @Test func `cancelling a COPY leaves no row and a connection that works`() async throws {
    try await withWatched { database, watcher in
      _ = try await watcher.execute("CREATE TABLE t (a bigint, b text)")
      _ = try await watcher.execute(
        """
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END'
        """)
      _ = try await watcher.execute("CREATE TRIGGER wait BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION wait()")
      var rows = CopyRows()
      for number in 0..<1000 { rows.append(number, "text") }
      let running = Task { [rows] in try await database.copyIn(table: "t", columns: ["a", "b"], rows: rows) }
      try await waitUntilRunning("COPY%", seenBy: watcher)
      running.cancel()
      await #expect(throws: CancellationError.self) { try await running.value }
      let left = try await database.query("SELECT 1 FROM t")
      #expect(left.isEmpty)
    }
  }
}

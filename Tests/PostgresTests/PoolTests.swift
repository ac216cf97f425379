import Postgres
import Reactor
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct PoolTests {
  private func process(_ database: Database) async throws -> Int {
    try await database.query("SELECT pg_backend_pid() AS process")[0].decode("process")
  }

  @Test func `connections are made when they are needed and no more than may be`() async throws {
    try await withTestDatabase { test in
      try await test.withDatabase(.metrics, loops: TestLoops.single, configure: { $0.connectionsPerLoop = 3 }) { database in
        try await test.withDatabase(.sync) { watcher in
          func count() async throws -> Int {
            try await watcher.query(
              """
              SELECT count(*) AS n FROM pg_stat_activity
              WHERE usename = 'lodestar_metrics' AND datname = current_database()
              """)[0].decode("n")
          }
          let before = try await count()
          #expect(before == 0)
          _ = try await process(database)
          let afterOne = try await count()
          #expect(afterOne == 1)
          try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await process(database) } }
            var processes: Set<Int> = []
            for try await process in group { processes.insert(process) }
            #expect(processes.count <= 3)
          }
          let afterMany = try await count()
          #expect((1...3).contains(afterMany))
        }
      }
    }
  }

  @Test func `when too many wait the next is refused, and the others are served`() async throws {
    try await withDatabase(
      loops: TestLoops.single,
      configure: {
        $0.connectionsPerLoop = 1
        $0.waitersPerLoop = 5
      }
    ) { database in
      let outcomes = try await database.transaction { transaction in
        try await transaction.execute("SELECT 1")
        let waiting = Shared(0)
        let tasks = (0..<20).map { _ in
          Task {
            waiting.change { $0 += 1 }
            return try await database.query("SELECT 1").count
          }
        }
        await waiting.wait { $0 == 20 }
        // The loop has seen all twenty once it has run this, which was handed over after them, from the same thread or later.
        try await transaction.execute("SELECT pg_sleep(0.2)")
        return tasks
      }
      var refused = 0
      for task in outcomes {
        do {
          #expect(try await task.value == 1)
        } catch let error as PostgresError {
          #expect(error.kind == .exhausted)
          #expect(error.isUnavailable)
          refused += 1
        }
      }
      #expect(refused == 15)
    }
  }

  @Test func `a call on an event loop stays on it`() async throws {
    try await withDatabase { database in
      try await Task(executorPreference: TestLoops.shared.loops[0]) {
        #expect(TestLoops.shared.loops[0].isCurrent)
        let rows = try await database.query("SELECT 1")
        #expect(TestLoops.shared.loops[0].isCurrent)
        #expect(rows.count == 1)
        try await database.transaction { transaction in
          try await transaction.execute("SELECT 1")
          #expect(TestLoops.shared.loops[0].isCurrent)
        }
      }.value
    }
  }

  @Test func `nobody there is told at once, and again`() async throws {
    let directory = try Scratch.directory("nobody")
    let configuration = try DatabaseConfiguration(url: "host=\(directory) dbname=lodestar user=x password=verysecret")
    // On a loop of its own: the threads that tasks share are busy with other tests.
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let database = Database(configuration: configuration, loops: loops, logger: .silent)
    let outcomes = await Task(executorPreference: loops.loops[0]) {
      var outcomes: [(error: PostgresError?, time: Duration)] = []
      for _ in 0..<20 {
        let start = ContinuousClock.now
        do {
          _ = try await database.query("SELECT 1")
        } catch {
          outcomes.append((error as? PostgresError, start.duration(to: .now)))
        }
      }
      return outcomes
    }.value
    #expect(outcomes.count == 20)
    for (error, time) in outcomes {
      #expect(error?.kind == .unreachable)
      #expect(error?.isUnavailable == true)
      #expect("\(error!)".contains("verysecret") == false)
      #expect(time < .seconds(1))
    }
    await database.close()
  }

  @Test func `a wrong password is unreachable and is not shown`() async throws {
    try await withTestDatabase { test in
      let configuration = try DatabaseConfiguration(url: test.url(.metrics) + " password=wrong-and-secret")
      let database = Database(configuration: configuration, loops: TestLoops.shared, logger: .silent)
      let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
      #expect(error?.kind == .unreachable)
      #expect(error?.message.contains("password authentication failed") == true)
      #expect("\(error!)".contains("wrong-and-secret") == false)
      await database.close()
    }
  }

  @Test func `a network that swallows packets is told within the patience, and recovery needs no help`() async throws {
    try await withTestDatabase { test in
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      var impatient = try configuration(.metrics)
      impatient.connectTimeout = .milliseconds(200)
      impatient.awayPatience = .milliseconds(50)
      let database = Database(configuration: impatient, loops: TestLoops.single, logger: .silent)
      proxy.set(.stall)
      for _ in 0..<5 {
        let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
        #expect(error?.kind == .unreachable)
      }
      proxy.set(.forward)
      var rows: [Row] = []
      while rows.isEmpty { rows = (try? await database.query("SELECT 1")) ?? [] }
      #expect(rows.count == 1)
      await database.close()
    }
  }

  @Test func `a connection that is cut while idle is replaced without anybody noticing`() async throws {
    try await withTestDatabase { test in
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      let database = Database(configuration: try configuration(.metrics), loops: TestLoops.single, logger: .silent)
      let before = try await process(database)
      proxy.cut()
      // Both ends of a cut pass through the proxy's thread: a new connection through it comes after the cut.
      try await blocking { _ = try PollingConnection(configuration(.metrics)) }
      let after = try await process(database)
      #expect(after != before)
      await database.close()
    }
  }

  @Test func `a connection that is cut under a statement is lost for it alone`() async throws {
    try await withTestDatabase { test in
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      let database = Database(configuration: try configuration(.metrics), loops: TestLoops.single, logger: .silent)
      try await test.withDatabase(.metrics) { watcher in
        let running = Task { try await database.query("SELECT pg_sleep(600)") }
        try await waitUntilRunning("SELECT pg_sleep(600)%", seenBy: watcher)
        proxy.cut()
        let error = await #expect(throws: PostgresError.self) { try await running.value }
        #expect(error?.kind == .connectionLost)
        #expect(error?.isUnavailable == true)
        _ = try await process(database)
        // The server itself notices that its client has gone, and ends what nobody waits for.
        while try await isRunning("SELECT pg_sleep(600)%", seenBy: watcher) { _ = try await watcher.query("SELECT pg_sleep(0.01)") }
      }
      await database.close()
    }
  }

  @Test func `a slow network only takes its time`() async throws {
    try await withTestDatabase { test in
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      let database = Database(configuration: try configuration(.metrics), loops: TestLoops.single, logger: .silent)
      _ = try await process(database)
      proxy.delay(.milliseconds(5))
      let answers = try await database.unit((0..<100).map { "SELECT \($0) AS n" })
      #expect(try answers.map { try $0[0].decode("n", as: Int.self) } == Array(0..<100))
      await database.close()
    }
  }

  @Test func `a result of many megabytes arrives whole`() async throws {
    try await withDatabase { database in
      let rows = try await database.query("SELECT repeat('x', 1000000) AS text FROM generate_series(1, 20)")
      #expect(rows.count == 20)
      for row in rows { #expect(try row.decode("text", as: String.self).utf8.count == 1_000_000) }
      let large = String(repeating: "y", count: 8_000_000)
      let row = try await database.query("SELECT \(large) AS text")[0]
      #expect(try row.decode("text", as: String.self) == large)
    }
  }

  @Test func `a database that was closed refuses, and closing it again does no harm`() async throws {
    try await withTestDatabase { test in
      let database = Database(configuration: try test.configuration(.metrics), loops: TestLoops.shared, logger: .silent)
      _ = try await process(database)
      await database.close()
      let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
      #expect(error?.kind == .closed)
      await database.close()
    }
  }

  @Test func `closing waits for the busy and then ends them`() async throws {
    try await withTestDatabase { test in
      let database = Database(configuration: try test.configuration(.metrics), loops: TestLoops.single, logger: .silent)
      try await test.withDatabase(.metrics) { watcher in
        let running = Task { try await database.query("SELECT pg_sleep(600)") }
        try await waitUntilRunning("SELECT pg_sleep(600)%", seenBy: watcher)
        await database.close(grace: .milliseconds(50))
        let error = await #expect(throws: PostgresError.self) { try await running.value }
        #expect(error?.kind == .closed)
      }
    }
  }

  @Test func `a table changed under a prepared statement does not disturb the next call`() async throws {
    try await withDatabase(loops: TestLoops.single, configure: { $0.connectionsPerLoop = 1 }) { database in
      _ = try await database.execute("CREATE TABLE t (a bigint)")
      _ = try await database.execute("INSERT INTO t VALUES (1)")
      let before = try await database.query("SELECT * FROM t")[0]
      #expect(before.columnNames == ["a"])
      _ = try await database.execute("ALTER TABLE t ADD COLUMN b text DEFAULT 'new'")
      let after = try await database.query("SELECT * FROM t")[0]
      #expect(after.columnNames == ["a", "b"])
      // Somebody threw the session's statements away.
      _ = try await database.execute("DEALLOCATE ALL")
      let again = try await database.query("SELECT * FROM t")[0]
      #expect(again.columnNames == ["a", "b"])
    }
  }

  @Test func `prepared statements are kept within their limit, on the server as well`() async throws {
    try await withDatabase(
      loops: TestLoops.single,
      configure: {
        $0.connectionsPerLoop = 1
        $0.preparedStatements = 8
      }
    ) { database in
      for number in 0..<50 {
        let row = try await database.query("SELECT \(number) AS \(identifier: "n\(number)")")[0]
        #expect(try row.decode(0, as: Int.self) == number)
      }
      let held = try await database.query("SELECT count(*) AS n FROM pg_prepared_statements")[0].decode("n", as: Int.self)
      #expect((1...8).contains(held))
    }
  }
}

import Postgres
import TestSupport
import Testing

private struct Stop: Error {}

private func withTable(
  configure: (inout DatabaseConfiguration) -> Void = { _ in }, _ body: (Database) async throws -> Void
) async throws {
  try await withDatabase(configure: configure) { database in
    _ = try await database.execute("CREATE TABLE numbers (number bigint PRIMARY KEY CHECK (number > 0))")
    try await body(database)
  }
}

private func numbers(_ database: Database) async throws -> [Int] {
  try await database.query("SELECT number FROM numbers ORDER BY number").map { try $0.decode(0) }
}

@Suite struct TransactionTests {
  @Test func `a unit takes effect as a whole and answers each statement`() async throws {
    try await withTable { database in
      let answers = try await database.unit([
        "INSERT INTO numbers VALUES (\(1)) RETURNING number", "INSERT INTO numbers VALUES (\(2))", "SELECT count(*) FROM numbers",
      ])
      #expect(answers.map(\.count) == [1, 0, 1])
      #expect(try answers[2][0].decode(0, as: Int.self) == 2)
      #expect(try await numbers(database) == [1, 2])
    }
  }

  @Test(arguments: [TransactionIsolation.readCommitted, .repeatableRead, .serializable, .readOnlySnapshot])
  func `a unit of any isolation may have a deadline`(isolation: TransactionIsolation) async throws {
    try await withDatabase { database in
      let deadline = ContinuousClock.now + .seconds(600)
      let rows = try await database.unit(["SELECT 1 AS one", "SELECT 2 AS two"], isolation: isolation, deadline: deadline)
      #expect(try rows.map { try $0[0].decode(0, as: Int.self) } == [1, 2])
    }
  }

  @Test func `a unit that fails anywhere leaves nothing, and its connection is as good as before`() async throws {
    try await withTable(configure: { $0.connectionsPerLoop = 1 }) { database in
      for failing in ["INSERT INTO numbers VALUES (-1)", "SELEC", "SELECT * FROM absent", "SELECT 1/0"] as [Statement] {
        let error = await #expect(throws: PostgresError.self) {
          try await database.unit(["INSERT INTO numbers VALUES (1)", failing, "INSERT INTO numbers VALUES (2)"])
        }
        #expect(error?.kind == .server)
        #expect(try await numbers(database).isEmpty)
      }
      // The statements that were prepared before and after the failures still work.
      _ = try await database.unit(["INSERT INTO numbers VALUES (1)", "INSERT INTO numbers VALUES (2)"])
      #expect(try await numbers(database) == [1, 2])
    }
  }

  @Test func `a unit takes one round trip, and a transaction one for each time it is asked and one to end`() async throws {
    try await withTestDatabase { test in
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      let database = Database(configuration: try configuration(.metrics), loops: TestLoops.single, logger: .silent)
      _ = try await database.query("SELECT 1")
      func turns(_ body: () async throws -> Void) async throws -> Int {
        let before = proxy.turns
        try await body()
        return proxy.turns - before
      }
      // The first time the statements are prepared, the second time they are known; with a deadline there is one more.
      for deadline in [nil, nil, ContinuousClock.now + .seconds(600)] {
        let unit = try await turns { _ = try await database.unit(["SELECT 1", "SELECT 2", "SELECT 3"], deadline: deadline) }
        #expect(unit == 1)
        let single = try await turns { _ = try await database.query("SELECT 4", deadline: deadline) }
        #expect(single == 1)
        let transaction = try await turns {
          try await database.transaction(deadline: deadline) { transaction in
            _ = try await transaction.query("SELECT 1")
            _ = try await transaction.pipeline(["SELECT 2", "SELECT 3"])
          }
        }
        #expect(transaction == 3)
        let nothing = try await turns { try await database.transaction(deadline: deadline) { _ in } }
        #expect(nothing == 0)
      }
      await database.close()
    }
  }

  @Test func `a unit may have thousands of statements`() async throws {
    try await withTable { database in
      let answers = try await database.unit((1...2000).map { "INSERT INTO numbers VALUES (\($0))" })
      #expect(answers.count == 2000)
      #expect(try await numbers(database).count == 2000)
    }
  }

  @Test func `a body that throws leaves nothing`() async throws {
    try await withTable { database in
      await #expect(throws: Stop.self) {
        try await database.transaction { transaction in
          try await transaction.execute("INSERT INTO numbers VALUES (1)")
          throw Stop()
        }
      }
      let stored = try await numbers(database)
      #expect(stored.isEmpty)
    }
  }

  @Test func `a body may await, and others do not see its writes before it ends`() async throws {
    try await withTable { database in
      let sum = try await database.transaction { transaction in
        try await transaction.execute("INSERT INTO numbers VALUES (1)")
        #expect(try await numbers(database).isEmpty)
        await Task.yield()
        let inside = try await transaction.pipeline(["INSERT INTO numbers VALUES (2)", "SELECT sum(number)::int8 FROM numbers"])
        return try inside[1][0].decode(0, as: Int.self)
      }
      #expect(sum == 3)
      #expect(try await numbers(database) == [1, 2])
    }
  }

  @Test func `a body that swallows a failure commits nothing and is told`() async throws {
    try await withTable { database in
      let error = await #expect(throws: PostgresError.self) {
        try await database.transaction { transaction in
          try await transaction.execute("INSERT INTO numbers VALUES (1)")
          _ = try? await transaction.execute("INSERT INTO numbers VALUES (-1)")
        }
      }
      #expect(error?.sqlState == "25P02")
      let stored = try await numbers(database)
      #expect(stored.isEmpty)
    }
  }

  @Test func `when the first statement fails nothing after it runs outside the transaction`() async throws {
    try await withTable { database in
      await #expect(throws: PostgresError.self) {
        try await database.transaction { transaction in
          _ = try? await transaction.execute("SELEC")
          try await transaction.execute("INSERT INTO numbers VALUES (1)")
        }
      }
      let stored = try await numbers(database)
      #expect(stored.isEmpty)
    }
  }

  @Test func `a transaction that nothing was asked of costs nothing and one that is over refuses`() async throws {
    try await withTable { database in
      let escaped = try await database.transaction { $0 }
      let error = await #expect(throws: PostgresError.self) { try await escaped.query("SELECT 1") }
      #expect(error?.kind == .misuse)
    }
  }

  @Test func `statements of one transaction asked for at the same time run one after the other`() async throws {
    try await withTable { database in
      try await database.transaction { transaction in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 1...50 { group.addTask { _ = try await transaction.execute("INSERT INTO numbers VALUES (\(number))") } }
          try await group.waitForAll()
        }
      }
      #expect(try await numbers(database) == Array(1...50))
    }
  }

  @Test func `serializable transactions that clash are tried again and none is lost`() async throws {
    try await withTable(configure: { $0.connectionsPerLoop = 4 }) { database in
      let runs = Shared(0)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try await database.transaction(isolation: .serializable, attempts: 100) { transaction in
              runs.change { $0 += 1 }
              let next = try await transaction.query("SELECT coalesce(max(number), 0) + 1 AS next FROM numbers")[0]
              try await transaction.execute("INSERT INTO numbers VALUES (\(try next.decode("next", as: Int.self)))")
            }
          }
        }
        // A duplicate key between two that read the same state is a clash as well, which PostgreSQL reports as one only at times.
        while let result = await group.nextResult() {
          if case .failure(let error as PostgresError) = result, !error.isUniqueViolation { throw error }
        }
      }
      let stored = try await numbers(database)
      #expect(stored == Array(1...stored.count))
      #expect(runs.value >= 8)
    }
  }

  @Test func `a violated constraint is named`() async throws {
    try await withTable { database in
      _ = try await database.execute("INSERT INTO numbers VALUES (7)")
      let duplicate = await #expect(throws: PostgresError.self) { try await database.execute("INSERT INTO numbers VALUES (7)") }
      #expect(duplicate?.isUniqueViolation == true)
      #expect(duplicate?.constraint == "numbers_pkey")
      #expect(duplicate?.table == "numbers")
      #expect(duplicate?.detail?.contains("7") == true)
      let check = await #expect(throws: PostgresError.self) { try await database.execute("INSERT INTO numbers VALUES (-7)") }
      #expect(check?.sqlState == "23514")
      #expect(check?.isUnavailable == false)
    }
  }
}

import Postgres
import TestSupport
import Testing

private let first = Migration(1, "kpis", Array("CREATE TABLE kpis (key text);\nINSERT INTO kpis VALUES ('one; two');".utf8))
private let second = Migration(version: 2, name: "labels", sql: "ALTER TABLE kpis ADD COLUMN label text; -- done")
private let third = Migration(version: 3, name: "broken", sql: "CREATE TABLE more (a bigint);\nCREATE TABLE kpis (key text);")

@Suite(.timeLimit(.minutes(5))) struct MigrationTests {
  private func applied(_ database: Database) async throws -> [String] {
    try await database.query("SELECT version || ' ' || name AS line FROM schema_migrations ORDER BY version").map {
      try $0.decode("line")
    }
  }

  @Test func `each migration is applied once, in order`() async throws {
    try await withDatabase { database in
      try await database.migrate(schema: "metrics", migrations: [first])
      try await database.migrate(schema: "metrics", migrations: [first, second])
      try await database.migrate(schema: "metrics", migrations: [first, second])
      #expect(try await applied(database) == ["1 kpis", "2 labels"])
      let rows = try await database.query("SELECT key, label FROM metrics.kpis")
      #expect(rows.count == 1)
    }
  }

  @Test func `eight connections that race apply each migration once`() async throws {
    try await withTestDatabase { test in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try await test.withDatabase(.metrics) { try await $0.migrate(schema: "metrics", migrations: [first, second]) }
          }
        }
        try await group.waitForAll()
      }
      try await test.withDatabase(.metrics) { database in
        #expect(try await applied(database) == ["1 kpis", "2 labels"])
        let count = try await database.query("SELECT count(*) AS n FROM kpis")[0].decode("n", as: Int.self)
        #expect(count == 1)
      }
    }
  }

  @Test func `a migration that was changed after it was applied is named, and nothing is done`() async throws {
    try await withDatabase { database in
      try await database.migrate(schema: "metrics", migrations: [first])
      var changed = first
      changed.sql += " "
      let error = await #expect(throws: PostgresError.self) {
        try await database.migrate(schema: "metrics", migrations: [changed, second])
      }
      #expect(error?.kind == .migration)
      #expect(error?.message.contains("metrics/0001_kpis was changed") == true)
      #expect(try await applied(database) == ["1 kpis"])
    }
  }

  @Test func `a migration that fails is named with its line, and none of the batch stays`() async throws {
    try await withDatabase { database in
      try await database.migrate(schema: "metrics", migrations: [first])
      let error = await #expect(throws: PostgresError.self) {
        try await database.migrate(schema: "metrics", migrations: [first, second, third])
      }
      #expect(error?.kind == .migration)
      #expect(error?.sqlState == "42P07")
      #expect(error?.message.contains("metrics/0003_broken") == true)
      #expect(try await applied(database) == ["1 kpis"])
      let misspelt = Migration(version: 2, name: "typo", sql: "SELECT 1;\n\nSELEC 2;")
      let typo = await #expect(throws: PostgresError.self) {
        try await database.migrate(schema: "metrics", migrations: [first, misspelt])
      }
      #expect(typo?.message.contains("metrics/0002_typo (line 3)") == true)
      try await database.migrate(schema: "metrics", migrations: [first, second])
      #expect(try await applied(database) == ["1 kpis", "2 labels"])
    }
  }

  @Test func `a migration that ends the transaction it runs in is refused`() async throws {
    try await withDatabase { database in
      let escaping = Migration(version: 1, name: "escape", sql: "CREATE TABLE a (a bigint); COMMIT;")
      let error = await #expect(throws: PostgresError.self) {
        try await database.migrate(schema: "metrics", migrations: [escaping])
      }
      #expect(error?.kind == .migration)
      #expect(error?.message.contains("0001_escape") == true)
    }
  }

  @Test func `a gap in the numbers, here or there, is named`() async throws {
    try await withDatabase { database in
      let here = await #expect(throws: PostgresError.self) { try await database.migrate(schema: "metrics", migrations: [second]) }
      #expect(here?.message.contains("metrics/0002_labels stands where number 1 should") == true)
      try await database.migrate(schema: "metrics", migrations: [first, second])
      _ = try await database.execute("DELETE FROM schema_migrations WHERE version = 1")
      let there = await #expect(throws: PostgresError.self) {
        try await database.migrate(schema: "metrics", migrations: [first, second])
      }
      #expect(there?.message.contains("metrics/0001_kpis was never applied, but number 2") == true)
    }
  }

  @Test func `the version before starts beside a newer one`() async throws {
    try await withDatabase { database in
      try await database.migrate(schema: "metrics", migrations: [first, second])
      try await database.migrate(schema: "metrics", migrations: [first])
      #expect(try await applied(database) == ["1 kpis", "2 labels"])
    }
  }

  @Test func `a schema of somebody else's is refused`() async throws {
    try await withDatabase(role: .sync) { database in
      let error = await #expect(throws: PostgresError.self) { try await database.migrate(schema: "metrics", migrations: [first]) }
      #expect(error?.sqlState == "42501" || error?.sqlState == "3F000")
    }
  }
}

import Postgres
import TestSupport
import Testing

@Suite struct RoleTests {
  private func everything(on schema: String) -> [Statement] {
    [
      "SELECT * FROM \(identifier: schema).secrets", "INSERT INTO \(identifier: schema).secrets VALUES (2)",
      "UPDATE \(identifier: schema).secrets SET id = 3", "DELETE FROM \(identifier: schema).secrets",
      "CREATE TABLE \(identifier: schema).mine (id bigint)", "DROP TABLE \(identifier: schema).secrets",
      "SELECT nextval('\(unsafeSQL: schema).counter')", "SELECT \(identifier: schema).reveal()",
    ]
  }

  @Test func `each role may everything in its own schema and nothing in another's`() async throws {
    try await withTestDatabase { test in
      for role in TestRole.allCases {
        try await test.withDatabase(role) { database in
          let path = try await database.query("SHOW search_path")[0].decode(0, as: String.self)
          #expect(path == role.schema)
          _ = try await database.unit([
            "CREATE TABLE secrets (id bigint)", "INSERT INTO secrets VALUES (1)", "CREATE SEQUENCE counter",
            "CREATE FUNCTION reveal() RETURNS bigint LANGUAGE sql AS 'SELECT max(id) FROM secrets'",
          ])
        }
      }
      for role in TestRole.allCases {
        try await test.withDatabase(role) { database in
          for other in TestRole.allCases where other != role {
            for statement in everything(on: other.schema) {
              let error = await #expect(throws: PostgresError.self, "\(role): \(statement.sql)") {
                try await database.query(statement)
              }
              #expect(error?.sqlState == "42501", "\(role): \(statement.sql): \(error?.message ?? "no error")")
            }
          }
        }
      }
      for role in TestRole.allCases {
        try await test.withDatabase(role) { database in
          let rows = try await database.query("SELECT id, reveal() AS id2 FROM secrets")
          #expect(rows.count == 1)
          #expect(try rows[0].decode("id", as: Int.self) == 1)
        }
      }
    }
  }

  @Test func `no role may make a schema, a role or a database, or use what all may use`() async throws {
    try await withTestDatabase { test in
      for role in TestRole.allCases {
        try await test.withDatabase(role) { database in
          for statement in [
            "CREATE SCHEMA mine", "CREATE ROLE friend", "CREATE DATABASE mine", "CREATE TABLE public.mine (id bigint)",
            "CREATE TEMPORARY TABLE mine (id bigint)", "SET ROLE lodestar_admin", "SELECT pg_read_file('PG_VERSION')",
            "COPY (SELECT 1) TO PROGRAM 'cat'",
          ] as [Statement] {
            let error = await #expect(throws: PostgresError.self) { try await database.query(statement) }
            #expect(error?.sqlState == "42501", "\(role): \(statement.sql): \(error?.message ?? "no error")")
          }
        }
      }
    }
  }
}

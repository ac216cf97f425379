import Postgres
import TestSupport
import Testing

@Suite struct StatementTests {
  @Test func `what is interpolated is a bind, not text`() {
    let name = "x'; DROP TABLE kpis; --"
    let statement: Statement = "SELECT * FROM kpis WHERE name = \(name) AND level > \(3)"
    #expect(statement.sql == "SELECT * FROM kpis WHERE name = $1 AND level > $2")
  }

  @Test func `nested statements number their binds anew`() {
    let condition: Statement = "a = \(1) OR a = \(2)"
    let statement: Statement = "SELECT \(0) WHERE (\(condition)) AND (\(condition)) AND b = \("x")"
    #expect(statement.sql == "SELECT $1 WHERE (a = $2 OR a = $3) AND (a = $4 OR a = $5) AND b = $6")
  }

  @Test func `identifiers are quoted and raw text has to be spelt`() {
    let statement: Statement = "SELECT \(identifier: "we\"ird; --") \(unsafeSQL: "FROM t")"
    #expect(statement.sql == "SELECT \"we\"\"ird; --\" FROM t")
  }

  @Test func `equal text with equal values is equal`() {
    func select(_ value: Int) -> Statement { "SELECT \(value)" }
    #expect(select(1) == select(1))
    #expect(select(1) != select(2))
  }

  @Test(arguments: ["'; DROP TABLE victims; --", "\"quoted\"", "back\\slash", "$1", "%s", "línea\nnueva\t", "", "🧭", "NULL"])
  func `hostile text goes in and comes out as it is`(text: String) async throws {
    try await withDatabase { database in
      _ = try await database.execute("CREATE TABLE victims (name text)")
      _ = try await database.execute("INSERT INTO victims VALUES (\(text))")
      let rows = try await database.query("SELECT name, length(name) AS length FROM victims WHERE name = \(text)")
      #expect(rows.count == 1)
      #expect(try rows[0].decode("name", as: String.self) == text)
      #expect(try rows[0].decode("length", as: Int.self) == text.unicodeScalars.count)
    }
  }

  @Test func `a NUL in a value is refused by the server and one in the SQL before it gets there`() async throws {
    try await withDatabase(configure: { $0.connectionsPerLoop = 1 }) { database in
      let refused = await #expect(throws: PostgresError.self) { try await database.query("SELECT \("a\0b")") }
      #expect(refused?.sqlState == "22021")
      let misused = await #expect(throws: PostgresError.self) {
        try await database.query(Statement(unsafeSQL: "SELECT 1\0; DROP TABLE x"))
      }
      #expect(misused?.kind == .misuse)
      let row = try await database.query("SELECT 1 AS one")[0]
      #expect(try row.decode("one", as: Int.self) == 1)
    }
  }
}

import Postgres
import TestSupport
import Testing

@Suite struct DatabaseTests {
  @Test func `a query's values arrive as binds and its rows come back decoded`() async throws {
    try await withDatabase { database in
      let rows = try await database.query("SELECT \(41 + 1) AS answer, \("x") AS text, \(nil as Int?) AS nothing")
      #expect(rows.count == 1)
      #expect(try rows[0].decode("answer", as: Int.self) == 42)
      #expect(try rows[0].decode(1, as: String.self) == "x")
      #expect(try rows[0].decode("nothing", as: Int?.self) == nil)
    }
  }
}

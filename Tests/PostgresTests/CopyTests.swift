import Postgres
import TestSupport
import Testing

@Suite struct CopyTests {
  private let columns = ["number", "label", "worth", "document", "saved_at", "flag"]

  private func withTable(_ body: (Database) async throws -> Void) async throws {
    try await withDatabase(configure: { $0.connectionsPerLoop = 1 }) { database in
      _ = try await database.execute(
        """
        CREATE TABLE things (
          number bigint PRIMARY KEY, label text, worth double precision, document jsonb, saved_at timestamptz, flag boolean)
        """)
      try await body(database)
    }
  }

  private func rows(_ numbers: some Sequence<Int>) -> CopyRows {
    var rows = CopyRows()
    for number in numbers {
      rows.append(
        number, number % 3 == 0 ? nil : "label \(number)\twith\\marks\n", Double(number) / 7, JSONText("{\"n\": \(number)}"),
        TimestampMicroseconds(sinceEpoch: Int64(number)), number % 2 == 0)
    }
    return rows
  }

  @Test func `ten thousand rows go in by COPY as they are`() async throws {
    try await withTable { database in
      let count = try await database.copyIn(table: "things", columns: columns, rows: rows(1...10_000))
      #expect(count == 10_000)
      let row = try await database.query(
        """
        SELECT count(*) AS rows, count(label) AS labels, sum(number)::int8 AS sum,
          bool_and(flag = (number % 2 = 0)) AS flags, bool_and((document ->> 'n')::int8 = number) AS documents,
          bool_and(worth = number::float8 / 7) AS worths,
          bool_and(label = 'label ' || number || E'\\twith\\\\marks\\n') AS texts
        FROM things
        """)[0]
      #expect(try row.decode("rows", as: Int.self) == 10_000)
      #expect(try row.decode("labels", as: Int.self) == 6667)
      #expect(try row.decode("sum", as: Int.self) == 50_005_000)
      for column in ["flags", "documents", "worths", "texts"] { #expect(try row.decode(column, as: Bool.self), "\(column)") }
    }
  }

  @Test func `a COPY that fails in one row leaves none, says where, and its connection goes on`() async throws {
    try await withTable { database in
      let error = await #expect(throws: PostgresError.self) {
        try await database.copyIn(table: "things", columns: columns, rows: rows(Array(1...5000) + [17]))
      }
      #expect(error?.isUniqueViolation == true)
      #expect(error?.context?.contains("COPY things, line 5001") == true)
      let stored = try await database.query("SELECT count(*) FROM things")[0].decode(0, as: Int.self)
      #expect(stored == 0)
      #expect(try await database.copyIn(table: "things", columns: columns, rows: rows(1...2)) == 2)
    }
  }

  @Test func `a COPY into what is not there is the server's error`() async throws {
    try await withTable { database in
      let table = await #expect(throws: PostgresError.self) {
        try await database.copyIn(table: "absent", columns: ["a"], rows: rows([1]))
      }
      #expect(table?.sqlState == "42P01")
      let injected = await #expect(throws: PostgresError.self) {
        try await database.copyIn(table: "things", columns: ["number) FROM STDIN; DROP TABLE things; --"], rows: rows([1]))
      }
      #expect(injected?.sqlState == "42703")
      let answer = try await database.query("SELECT count(*) FROM things")
      #expect(answer.count == 1)
    }
  }

  @Test func `no rows are no error`() async throws {
    try await withTable { database in
      let count = try await database.copyIn(table: "things", columns: columns, rows: CopyRows())
      #expect(count == 0)
    }
  }

  @Test func `a COPY belongs to its transaction, between other statements`() async throws {
    struct Stop: Error {}
    try await withTable { database in
      await #expect(throws: Stop.self) {
        try await database.transaction { transaction in
          #expect(try await transaction.copyIn(schema: "metrics", table: "things", columns: columns, rows: rows(1...10)) == 10)
          #expect(try await transaction.query("SELECT 1 FROM things").count == 10)
          throw Stop()
        }
      }
      let stored = try await database.query("SELECT 1 FROM things")
      #expect(stored.isEmpty)
    }
  }

  @Test func `COPY as a plain statement is refused without harm`() async throws {
    try await withTable { database in
      for statement in ["COPY things FROM STDIN", "COPY things TO STDOUT"] as [Statement] {
        let error = await #expect(throws: PostgresError.self) { try await database.query(statement) }
        #expect(error?.kind == .misuse)
        let answer = try await database.query("SELECT 1")
        #expect(answer.count == 1)
      }
    }
  }
}

import Postgres
import TestSupport
import Testing

private enum Level: String, PostgresCodable {
  case high, low
}

@Suite struct CodecTests {
  private func roundTrip<Value: PostgresCodable & Equatable>(_ value: Value, as type: String, _ database: Database) async throws {
    let rows = try await database.query("SELECT \(value)::\(unsafeSQL: type) AS value, pg_typeof(\(value))::text AS type")
    #expect(try rows[0].decode("value", as: Value.self) == value)
    #expect(try rows[0].decode("value", as: Value?.self) == value)
    #expect(try rows[0].decode("type", as: String.self) == type)
  }

  @Test func `every supported value comes back as it went, under its own type`() async throws {
    try await withDatabase { database in
      try await roundTrip(true, as: "boolean", database)
      for number in [Int.min, -1, 0, 1, .max] { try await roundTrip(number, as: "bigint", database) }
      for number in [Int32.min, -1, 0, .max] { try await roundTrip(number, as: "integer", database) }
      for number in [0.1, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
        try await roundTrip(number, as: "double precision", database)
      }
      try await roundTrip("grüße 🧭", as: "text", database)
      try await roundTrip([0, 1, 255] as [UInt8], as: "bytea", database)
      try await roundTrip([] as [UInt8], as: "bytea", database)
      try await roundTrip(PostgresUUID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210), as: "uuid", database)
      try await roundTrip(Level.low, as: "text", database)
    }
  }

  @Test func `arrays come back as they went, NULLs included`() async throws {
    try await withDatabase { database in
      try await roundTrip(["a", "", "{\"}", "NULL"], as: "text[]", database)
      try await roundTrip([] as [String], as: "text[]", database)
      try await roundTrip([1, .min, .max] as [Int64], as: "bigint[]", database)
      try await roundTrip([1.5, -.infinity], as: "double precision[]", database)
      try await roundTrip([true, false], as: "boolean[]", database)
      try await roundTrip([1, nil, 3] as [Int?], as: "bigint[]", database)
      try await roundTrip([nil, "x"] as [String?], as: "text[]", database)
    }
  }

  @Test func `not a number is not a number there, too`() async throws {
    try await withDatabase { database in
      let row = try await database.query("SELECT \(Double.nan) AS a, \(Double.nan) = 'NaN'::float8 AS b")[0]
      #expect(try row.decode("a", as: Double.self).isNaN)
      #expect(try row.decode("b", as: Bool.self))
    }
  }

  @Test(arguments: [
    (0, "1970-01-01 00:00:00+00"), (946_684_800_000_000, "2000-01-01 00:00:00+00"),
    (1_767_614_462_123_456, "2026-01-05 12:01:02.123456+00"), (-1, "1969-12-31 23:59:59.999999+00"),
  ])
  func `timestamps are microseconds since 1970`(microseconds: Int64, text: String) async throws {
    try await withDatabase { database in
      let instant = TimestampMicroseconds(sinceEpoch: microseconds)
      let row = try await database.query(
        "SELECT \(instant) = \(text)::timestamptz AS same, \(text)::timestamptz AS read")[0]
      #expect(try row.decode("same", as: Bool.self))
      #expect(try row.decode("read", as: TimestampMicroseconds.self) == instant)
    }
  }

  @Test func `the infinities of time are its ends`() async throws {
    try await withDatabase { database in
      let row = try await database.query(
        """
        SELECT 'infinity'::timestamptz AS future, '-infinity'::timestamptz AS past,
          \(TimestampMicroseconds.distantFuture) = 'infinity' AS a, \(TimestampMicroseconds.distantPast) = '-infinity' AS b
        """)[0]
      #expect(try row.decode("future", as: TimestampMicroseconds.self) == .distantFuture)
      #expect(try row.decode("past", as: TimestampMicroseconds.self) == .distantPast)
      #expect(try row.decode("a", as: Bool.self))
      #expect(try row.decode("b", as: Bool.self))
    }
  }

  @Test func `JSON is checked by the server and read as text`() async throws {
    try await withDatabase { database in
      let row = try await database.query("SELECT \(JSONText("{\"a\": [1, null]}")) AS value, \(JSONText("{\"a\":7}")) -> 'a' AS a")[
        0]
      #expect(try row.decode("value", as: JSONText.self) == JSONText("{\"a\": [1, null]}"))
      #expect(try row.decode("a", as: String.self) == "7")
      let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT \(JSONText("{oops"))") }
      #expect(error?.sqlState == "22P02")
    }
  }

  @Test func `NULL is nil for an optional and an error that names the column for anything else`() async throws {
    try await withDatabase { database in
      let row = try await database.query("SELECT NULL::text AS label, \(nil as Level?) AS level, \([nil] as [Int?]) AS numbers")[0]
      #expect(try row.decode("label", as: String?.self) == nil)
      #expect(try row.decode("level", as: Level?.self) == nil)
      let error = #expect(throws: PostgresError.self) { try row.decode("label", as: String.self) }
      #expect(error?.kind == .decoding)
      #expect(error?.message.contains("\"label\"") == true)
      #expect(throws: PostgresError.self) { try row.decode("numbers", as: [Int].self) }
    }
  }

  @Test func `a column of another type, another name or another range is an error that says so`() async throws {
    try await withDatabase { database in
      let row = try await database.query(
        "SELECT 1::numeric AS total, 'medium' AS level, 5000000000 AS big, '{{1}}'::int8[] AS deep")[0]
      func message<Value: PostgresDecodable>(_ column: String, _ type: Value.Type) -> String {
        (#expect(throws: PostgresError.self) { try row.decode(column, as: type) })?.message ?? ""
      }
      #expect(message("total", Int.self).contains("\"total\" (numeric)"))
      #expect(message("level", Level.self).contains("medium"))
      #expect(message("big", Int32.self).contains("int8"))
      #expect(message("big", String.self).contains("String"))
      #expect(message("big", [UInt8].self).contains("bytea"))
      #expect(message("deep", [Int].self).contains("2 dimensions"))
      #expect(message("absent", Int.self).contains("total, level, big, deep"))
      #expect(throws: PostgresError.self) { try row.decode(4, as: Int.self) }
      #expect(throws: PostgresError.self) { try row.decode(-1, as: Int.self) }
    }
  }

  @Test func `smaller integers and floats widen`() async throws {
    try await withDatabase { database in
      let row = try await database.query("SELECT 7::int2 AS a, 8::int4 AS b, 1.5::float4 AS c, 9::int2 AS d")[0]
      #expect(try row.decode("a", as: Int.self) == 7)
      #expect(try row.decode("b", as: Int64.self) == 8)
      #expect(try row.decode("c", as: Double.self) == 1.5)
      #expect(try row.decode("d", as: Int32.self) == 9)
    }
  }
}

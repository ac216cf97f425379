import CLibPQ

/// A result of libpq's, owned. It is only read after it was received, and libpq's readers don't write, so that threads may share it.
@safe final class ResultTable: @unchecked Sendable {
  struct Column: Sendable {
    var name: String
    var type: PostgresType
  }

  private let raw: OpaquePointer
  let columns: [Column]
  let rowCount: Int

  /// Takes the result over.
  init(owning raw: OpaquePointer) {
    unsafe self.raw = raw
    rowCount = Int(unsafe PQntuples(raw))
    columns = (0..<(unsafe PQnfields(raw))).map { number in
      Column(
        name: unsafe PQfname(raw, number).map { unsafe String(cString: $0) } ?? "",
        type: PostgresType(rawValue: unsafe PQftype(raw, number)))
    }
  }

  deinit {
    unsafe PQclear(raw)
  }

  var rows: [Row] {
    (0..<rowCount).map { Row(table: self, index: $0) }
  }

  /// `INSERT`, `COMMIT`, …, without the numbers that may follow.
  var command: Substring {
    let tag = unsafe PQcmdStatus(raw).map { unsafe String(cString: $0) } ?? ""
    return tag.prefix { $0 != " " }
  }

  /// Rows inserted, updated, deleted, copied or selected; 0 for other commands.
  var affectedRows: Int {
    unsafe PQcmdTuples(raw).flatMap { unsafe Int(String(cString: $0)) } ?? 0
  }

  func decode<Value: PostgresDecodable>(row: Int, column: Int, as: Value.Type) throws(PostgresError) -> Value {
    precondition(row >= 0 && row < rowCount && columns.indices.contains(column))
    let type = columns[column].type
    do throws(PostgresError) {
      guard unsafe PQfformat(raw, Int32(column)) == 1 else {
        throw PostgresError(.decoding, "came as text, not as binary")
      }
      if unsafe PQgetisnull(raw, Int32(row), Int32(column)) == 1 {
        return try Value.postgresNull()
      }
      let start = unsafe PQgetvalue(raw, Int32(row), Int32(column))
      let count = Int(unsafe PQgetlength(raw, Int32(row), Int32(column)))
      let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
      return try unsafe Value(postgres: bytes.bindMemory(to: UInt8.self).span, type: type)
    } catch {
      var named = error
      named.message = "column \"\(columns[column].name)\" (\(type)): \(error.message)"
      named.column = columns[column].name
      throw named
    }
  }

  func withBytes<Result>(row: Int, column: Int, _ body: (Span<UInt8>) throws -> Result) throws -> Result {
    precondition(row >= 0 && row < rowCount && columns.indices.contains(column))
    guard unsafe PQgetisnull(raw, Int32(row), Int32(column)) == 0, unsafe PQfformat(raw, Int32(column)) == 1 else {
      throw PostgresError(.decoding, "column \"\(columns[column].name)\" (\(columns[column].type)): is NULL or no binary value")
    }
    let count = Int(unsafe PQgetlength(raw, Int32(row), Int32(column)))
    let bytes = unsafe UnsafeRawBufferPointer(start: PQgetvalue(raw, Int32(row), Int32(column)), count: count)
    return try unsafe body(bytes.bindMemory(to: UInt8.self).span)
  }
}

/// One row of a result. Cheap to copy: rows of a result share its memory, which goes when the last of them goes.
public struct Row: Sendable {
  let table: ResultTable
  let index: Int

  /// The names of the columns, in order.
  public var columnNames: [String] { table.columns.map(\.name) }

  /// Reads the column with this 0-based number.
  /// Throws `PostgresError` of kind `.decoding`, naming the column, when there is none, it is NULL and `Value` is not optional, or its
  /// type or value does not fit.
  public func decode<Value: PostgresDecodable>(_ column: Int, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
    guard table.columns.indices.contains(column) else {
      throw PostgresError(.decoding, "the result has \(table.columns.count) columns, number \(column) is asked for")
    }
    return try table.decode(row: index, column: column, as: type)
  }

  /// Reads the column with this name. When several have it, the first.
  /// Throws as the other `decode` does.
  public func decode<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
    guard let number = table.columns.firstIndex(where: { $0.name == column }) else {
      let names = table.columns.map(\.name).joined(separator: ", ")
      throw PostgresError(.decoding, "the result has no column \"\(column)\"; it has: \(names)")
    }
    return try table.decode(row: index, column: number, as: type)
  }

  /// Hands over a column's bytes as they came, in PostgreSQL's binary format (a text's UTF-8, a `bytea`'s bytes), without a copy. They are
  /// gone when the body returns. Throws as `decode` does, NULL being no bytes.
  public func withBytes<Result>(_ column: Int, _ body: (Span<UInt8>) throws -> Result) throws -> Result {
    guard table.columns.indices.contains(column) else {
      throw PostgresError(.decoding, "the result has \(table.columns.count) columns, number \(column) is asked for")
    }
    return try table.withBytes(row: index, column: column, body)
  }
}

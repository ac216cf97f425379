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
}

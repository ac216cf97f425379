import ConstraintCompilationDomain
import Postgres

/// Rows of a tab that have a table of their own: how they are read, written and removed.
protocol StoredRowTable: StoredEntry {
  static var table: String { get }
  /// The primary key's columns in the order of `keyParts`, all of them text in normal form.
  static var tableKey: [String] { get }
  /// The other columns; the last is row_number.
  static var columns: [String] { get }
  /// Reads rows as `init` takes them, with initiatives as Central Backlog spells them; a condition may follow.
  static var selection: Statement { get }
  /// The column of the key that the rows of a selection are looked up by.
  static var lookup: String { get }
  var lookupKey: NormalKey { get }

  init(_ row: Row) throws
  /// Inserts new rows, and changes those that are there.
  static func upsert(_ rows: [Self], by actor: String) -> Statement
}

extension StoredRowTable {
  /// What is stored under the same lookup keys as the rows.
  static func beside(_ rows: [Self]) -> Statement {
    "\(selection) WHERE \(identifier: lookup) = ANY(\(lookupKeys(of: rows)))"
  }

  /// Each once. PostgreSQL takes no text with a NUL character, and nothing is stored under one.
  static func lookupKeys(of rows: [Self]) -> [String] {
    Set(rows.map(\.lookupKey.text)).filter { !$0.utf8.contains(0) }.sorted()
  }

  static func delete(_ rows: [Self]) -> Statement {
    let keys = rows.map(\.identity)
    var parts: Statement = "\(keys.map { $0[0].text })"
    for place in tableKey.indices.dropFirst() { parts = "\(parts), \(keys.map { $0[place].text })" }
    let match = tableKey.map { "stored.\($0) = gone.\($0)" }.joined(separator: " AND ")
    return """
      DELETE FROM \(identifier: table) AS stored USING unnest(\(parts)) AS gone (\(unsafeSQL: list(tableKey)))
      WHERE \(unsafeSQL: match)
      """
  }

  /// What an INSERT begins with; the values are those of the key, of the columns, and who saves.
  static var insertion: Statement {
    "INSERT INTO \(identifier: table) AS stored (\(unsafeSQL: list(tableKey + columns)), updated_by)"
  }

  /// What an INSERT ends with.
  static var replacement: Statement {
    RowReplacement(key: tableKey, content: Array(columns.dropLast()), beside: Array(columns.suffix(1))).statement
  }

  /// Names that stand in this program's text, never a person's.
  private static func list(_ columns: [String]) -> String { columns.joined(separator: ", ") }
}

extension RowSave where Entry: StoredRowTable {
  /// What makes the tables agree with the save.
  func statements(by actor: String) -> [Statement] {
    var statements: [Statement] = []
    if !removed.isEmpty { statements.append(Entry.delete(removed)) }
    if !stored.isEmpty { statements.append(Entry.upsert(stored, by: actor)) }
    return statements
  }
}

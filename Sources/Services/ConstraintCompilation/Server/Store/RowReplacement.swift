import Postgres

/// What an INSERT into a table that it calls `stored` ends with, when its rows may be there already: they are replaced, and who changed a
/// row, and when, stays as it was when its content did. All names stand in this program's text, never a person's.
struct RowReplacement {
  var key: [String]
  /// The columns by which a row is another one.
  var content: [String]
  /// The columns that follow without making it another, such as the row's number.
  var beside: [String]
  /// Columns that say who and when.
  var author = "updated_by"
  var moment = "updated_at"

  var statement: Statement {
    let changes = (content + beside).map { "\($0) = excluded.\($0)" }
    let isChanged =
      "ROW(\(Self.list(content.map { "stored.\($0)" }))) IS DISTINCT FROM ROW(\(Self.list(content.map { "excluded.\($0)" })))"
    return """
      ON CONFLICT (\(unsafeSQL: Self.list(key))) DO UPDATE SET \(unsafeSQL: Self.list(changes)),
        \(identifier: author) = CASE WHEN \(unsafeSQL: isChanged) THEN excluded.\(identifier: author) ELSE stored.\(identifier: author) END,
        \(identifier: moment) = CASE WHEN \(unsafeSQL: isChanged) THEN now() ELSE stored.\(identifier: moment) END
      """
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

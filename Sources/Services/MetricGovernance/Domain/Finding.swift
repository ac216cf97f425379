public enum Severity: Int, Comparable, Sendable {
  case info, warning, error

  public static func < (one: Severity, other: Severity) -> Bool { one.rawValue < other.rawValue }
}

/// What the rules say about one row: what was wrong, where, and what would be right.
public struct Finding: Equatable, Sendable {
  /// 0 when the finding is about the tab as a whole.
  public var row: Int
  /// The row's key as typed.
  public var key: String
  /// The header of the column at fault; empty for the whole row.
  public var column: String
  public var severity: Severity
  /// A stable word for programs.
  public var code: String
  /// A sentence for people.
  public var message: String

  public init(row: Int, key: String, column: String = "", severity: Severity, code: String, message: String) {
    self.row = row
    self.key = key
    self.column = column
    self.severity = severity
    self.code = code
    self.message = message
  }
}

/// What a save did, row by row, added up.
public struct SaveCounts: Equatable, Sendable {
  public var rows = 0
  public var upserts = 0
  public var unchanged = 0
  public var removed = 0
  /// Rows with a warning, and rows with an error.
  public var warnings = 0
  public var failures = 0

  public init(rows: Int = 0, upserts: Int = 0, unchanged: Int = 0, removed: Int = 0, warnings: Int = 0, failures: Int = 0) {
    self.rows = rows
    self.upserts = upserts
    self.unchanged = unchanged
    self.removed = removed
    self.warnings = warnings
    self.failures = failures
  }
}

/// How bad a finding about a row is. An error keeps its row from being saved; a warning does not.
public enum FindingSeverity: Int, Hashable, Sendable, Comparable {
  case info
  case warning
  case error

  public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// One thing to tell a person about a row, whoever found it.
public struct RowFinding: Hashable, Sendable {
  /// Counted from 1; 0 when it is about the tab as a whole.
  public var rowNumber: Int
  /// The row's key as the person spelt it; may be empty.
  public var key: String
  /// The canonical header of the column at fault; empty for the whole row.
  public var column: String
  public var severity: FindingSeverity
  /// A stable word for programs.
  public var code: String
  /// A sentence for people.
  public var message: String

  public init(rowNumber: Int, key: String = "", column: String = "", severity: FindingSeverity, code: String, message: String) {
    self.rowNumber = rowNumber
    self.key = key
    self.column = column
    self.severity = severity
    self.code = code
    self.message = message
  }
}

/// How bad a finding is: an error keeps its row from being stored, a warning does not.
public enum FindingSeverity: Int, Comparable, Sendable {
  case info, warning, error

  public static func < (one: FindingSeverity, other: FindingSeverity) -> Bool { one.rawValue < other.rawValue }
}

/// The tabs that planning rows come from, by their canonical names.
public enum PlanningTab: String, CaseIterable, Comparable, Sendable {
  case centralBacklog = "Central Backlog"
  case contributions = "KPI_Contributions"
  case candidates = "Candidates"
  case scenarios = "Scenario_Config"
  case constraints = "Constraints"
  case targets = "Targets"
  case mathModels = "MathModels"
  case params = "Params"
  case scoringInputs = "Scoring_Inputs"
  case results = "Results"
  case gapsAlerts = "Gaps_Alerts"

  public static func < (one: PlanningTab, other: PlanningTab) -> Bool { one.rawValue < other.rawValue }
}

/// The cell that a rule or a value came from.
public struct SourceCell: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var tab: PlanningTab
  /// 1-based; 0 when the row is not known.
  public var row: Int
  /// The canonical header; empty when the whole row is meant.
  public var column: String

  public init(_ tab: PlanningTab, row: Int, column: String = "") {
    self.tab = tab
    self.row = row
    self.column = column
  }

  /// `Constraints row 7`, as messages name it.
  public var description: String { row > 0 ? "\(tab.rawValue) row \(row)" : tab.rawValue }

  public static func < (one: SourceCell, other: SourceCell) -> Bool {
    (one.tab, one.row, one.column) < (other.tab, other.row, other.column)
  }
}

/// One thing that the rules say about a row: what was wrong, where, and what would be right.
public struct Finding: Hashable, Sendable {
  /// Row 0 means the tab as a whole.
  public var cell: SourceCell
  /// The row's key as typed; may be empty.
  public var key: String
  public var severity: FindingSeverity
  /// A stable word for programs.
  public var code: String
  /// A sentence for people.
  public var message: String

  public init(_ severity: FindingSeverity, at cell: SourceCell, key: String, code: String, _ message: String) {
    self.cell = cell
    self.key = key
    self.severity = severity
    self.code = code
    self.message = message
  }
}

extension [Finding] {
  public var haveErrors: Bool { contains { $0.severity == .error } }

  /// Of one tab: from its top to its bottom, in a row from column to column.
  public mutating func sortByPlace() {
    sort { ($0.cell.row, $0.cell.column, $0.message) < ($1.cell.row, $1.cell.column, $1.message) }
  }
}

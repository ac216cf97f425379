/// A mixed integer linear program as a value: columns (the unknowns), rows (linear rules over them) and an objective.
///
/// Building never fails; `validate()` names everything that would make the model meaningless, and `Solver` calls it.
public struct Model: Sendable, Equatable {
  /// Which way the objective is good.
  public enum Sense: Sendable, Equatable {
    case minimize, maximize
  }

  /// Which values a column may take between its bounds.
  public enum Kind: Sendable, Equatable {
    case continuous, integer
  }

  /// An unknown: its bounds, and what one unit of it adds to the objective.
  public struct Column: Sendable, Equatable {
    /// For messages only; need not be unique.
    public var name: String
    public var kind: Kind
    /// ±infinity where there is none. The bounds of an integer column are rounded inwards when it is solved.
    public var lower: Double
    public var upper: Double
    public var objective: Double

    public init(_ name: String, kind: Kind, lower: Double, upper: Double, objective: Double = 0) {
      self.name = name
      self.kind = kind
      self.lower = lower
      self.upper = upper
      self.objective = objective
    }

    /// A column that is 0 or 1.
    public static func binary(_ name: String, objective: Double = 0) -> Column {
      Column(name, kind: .integer, lower: 0, upper: 1, objective: objective)
    }
  }

  /// A column times a number, as rows add them up.
  public struct Term: Sendable, Equatable {
    /// An index into `columns`.
    public var column: Int
    public var coefficient: Double

    public init(_ column: Int, _ coefficient: Double) {
      self.column = column
      self.coefficient = coefficient
    }
  }

  /// lower <= sum of the terms <= upper.
  public struct Row: Sendable, Equatable {
    /// For messages only; need not be unique.
    public var name: String
    public var lower: Double
    public var upper: Double
    public var terms: [Term]

    public init(_ name: String, lower: Double = -.infinity, upper: Double = .infinity, terms: [Term]) {
      self.name = name
      self.lower = lower
      self.upper = upper
      self.terms = terms
    }
  }

  public var sense: Sense
  public var objectiveConstant: Double
  public var columns: [Column]
  public var rows: [Row]

  public init(sense: Sense = .maximize, objectiveConstant: Double = 0, columns: [Column] = [], rows: [Row] = []) {
    self.sense = sense
    self.objectiveConstant = objectiveConstant
    self.columns = columns
    self.rows = rows
  }

  /// Adds a column and returns its index.
  public mutating func add(_ column: Column) -> Int {
    columns.append(column)
    return columns.count - 1
  }

  /// Adds a row and returns its index.
  @discardableResult
  public mutating func add(_ row: Row) -> Int {
    rows.append(row)
    return rows.count - 1
  }
}

/// What to put into a cell. There is no formula among these: Lodestar writes values only.
public enum WrittenValue: Hashable, Sendable {
  /// Takes the value away and keeps the cell's format.
  case blank
  /// Stays text whatever it begins with, be it `=` or `+`. At most 32,767 UTF-16 units, a spreadsheet's own limit.
  case text(String)
  /// Must be finite.
  case number(Double)
  case boolean(Bool)
  /// Shown as a date where the workbook has a date format to show it with, and otherwise as RFC 3339 text.
  case date(DateSerial)

  /// The longest text that a cell can hold, in UTF-16 units.
  public static let longestText = 32_767
}

/// A value for one cell. The cell's format, borders and comment stay; rows and cells that are not there yet are made.
public struct CellWrite: Hashable, Sendable {
  public var address: CellAddress
  public var value: WrittenValue

  public init(_ address: CellAddress, _ value: WrittenValue) {
    self.address = address
    self.value = value
  }

  public init(row: Int, column: Int, _ value: WrittenValue) {
    self.init(CellAddress(row: row, column: column), value)
  }
}

/// The writes to one tab. Adding rows is writing below the last one.
public struct TabWrites: Hashable, Sendable {
  /// What to do with a cell that holds a formula. It is never overwritten.
  public enum FormulaPolicy: Hashable, Sendable {
    /// Nothing at all is written, and the error names the cells.
    case refuse
    /// The cell is left as it is and reported; the others are written.
    case skip
  }

  /// The tab's name, without regard to case.
  public var tab: String
  /// In any order; each address at most once.
  public var writes: [CellWrite]
  public var onFormula: FormulaPolicy

  public init(tab: String, writes: [CellWrite], onFormula: FormulaPolicy = .refuse) {
    self.tab = tab
    self.writes = writes
    self.onFormula = onFormula
  }
}

/// What a write did.
public struct WriteOutcome: Hashable, Sendable {
  public struct Skipped: Hashable, Sendable {
    public var tab: String
    public var address: CellAddress

    public init(tab: String, address: CellAddress) {
      self.tab = tab
      self.address = address
    }
  }

  public var cellsWritten: Int
  /// Cells left alone because a formula stands in them.
  public var skipped: [Skipped]

  public init(cellsWritten: Int, skipped: [Skipped]) {
    self.cellsWritten = cellsWritten
    self.skipped = skipped
  }
}

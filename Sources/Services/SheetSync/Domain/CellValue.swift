/// What stands in a cell, as far as the file says it without calculating anything.
public enum CellValue: Hashable, Sendable {
  /// Nothing, or only a format.
  case blank
  case text(String)
  case number(Double)
  case boolean(Bool)
  /// A number whose format shows it as a date or a time.
  case date(DateSerial)
  /// An error as the spreadsheet writes it, such as `#N/A`.
  case error(String)
  /// A formula with the value last calculated for it. nil: nobody has calculated it yet, so what it shows is unknown, which is
  /// something else than blank.
  indirect case formula(cached: CellValue?)

  /// The value to go by: a formula's calculated value, and any other value as it is; nil for a formula whose value is unknown.
  public var calculated: CellValue? {
    if case .formula(let cached) = self { cached } else { self }
  }

  public var isFormula: Bool {
    if case .formula = self { true } else { false }
  }
}

/// A cell that holds something.
public struct Cell: Hashable, Sendable {
  /// Counted from 1.
  public var column: Int
  public var value: CellValue

  public init(column: Int, value: CellValue) {
    self.column = column
    self.value = value
  }
}

/// A row that holds something.
public struct SheetRow: Hashable, Sendable {
  /// The row's number in the sheet, counted from 1.
  public var number: Int
  /// From left to right; cells that hold nothing are left out.
  public var cells: [Cell]

  public init(number: Int, cells: [Cell]) {
    self.number = number
    self.cells = cells
  }

  /// The value in a column counted from 1; blank where nothing stands.
  public subscript(column: Int) -> CellValue {
    var low = 0
    var high = cells.count
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].column < column { low = middle + 1 } else { high = middle }
    }
    return low < cells.count && cells[low].column == column ? cells[low].value : .blank
  }
}

/// What reading a tab gives.
public struct SheetTable: Hashable, Sendable {
  /// The tab's name as the workbook spells it.
  public var tab: String
  /// From top to bottom; rows that hold nothing are left out, so numbers can jump.
  public var rows: [SheetRow]
  /// The number of the last row that the sheet mentions, be it only by a format; 0 for an empty sheet. When reading stopped early,
  /// the last row looked at.
  public var lastRow: Int
  /// Reading stopped after a run of blank rows, before the sheet's end.
  public var stoppedAtBlankRows: Bool

  public init(tab: String, rows: [SheetRow], lastRow: Int, stoppedAtBlankRows: Bool = false) {
    self.tab = tab
    self.rows = rows
    self.lastRow = lastRow
    self.stoppedAtBlankRows = stoppedAtBlankRows
  }

  /// The row of a number; nil when it holds nothing.
  public func row(_ number: Int) -> SheetRow? {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low].number == number ? rows[low] : nil
  }
}

/// How much of a tab to read.
public struct ReadLimits: Hashable, Sendable {
  /// Stop after so many blank rows in a row; nil: read to the end.
  public var blankRows: Int?
  /// Rows beyond this number are not read.
  public var lastRow: Int
  /// A tab with more cells that hold something is refused, so that a hostile file cannot fill the memory.
  public var cells: Int

  public init(blankRows: Int? = 50, lastRow: Int = CellAddress.lastRow, cells: Int = 8_000_000) {
    self.blankRows = blankRows
    self.lastRow = lastRow
    self.cells = cells
  }
}

import SheetSyncDomain

/// A small sheet whose first row is its header.
struct SeedTable: Sendable {
  let tab: TabName
  let columns: [String]
  private(set) var rows: [[CellValue]]

  init(_ tab: TabName, _ text: String) {
    self.tab = tab
    let lines = text.split(separator: "\n").map { line in
      line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { Self.trimmed($0) }
    }
    columns = lines[0]
    rows = lines.dropFirst().map { $0.map(Self.cell) }
  }

  /// The table with another value in one cell.
  func with(_ value: CellValue, row: Int, column: Int) -> SeedTable {
    var table = self
    table.rows[row][column] = value
    return table
  }

  /// As a person reads the cell; empty when it is blank.
  func text(row: Int, column name: String) -> String {
    guard let column = columns.firstIndex(of: name) else { return "" }
    return switch rows[row][column] {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .boolean(let flag): flag ? "TRUE" : "FALSE"
    default: ""
    }
  }

  /// The number that a sheet has for the row at a place among those below the header.
  static func number(ofRow place: Int) -> Int { place + 2 }

  var sheet: SheetTable {
    let lines = [columns.map { CellValue.text($0) }] + rows
    let filled = lines.enumerated().map { number, values in
      SheetRow(
        number: number + 1,
        cells: values.enumerated().compactMap { $1 == .blank ? nil : Cell(column: $0 + 1, value: $1) })
    }
    return SheetTable(tab: tab.rawValue, rows: filled, lastRow: filled.count)
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }

  private static func cell(_ text: String) -> CellValue {
    if text.isEmpty { return .blank }
    if let number = Double(text) { return .number(number) }
    return text == "TRUE" || text == "FALSE" ? .boolean(text == "TRUE") : .text(text)
  }
}

import SheetSyncDomain

/// A small sheet written down as rows of cells; row 1 is the first.
func sheet(_ tab: String, _ rows: [[CellValue]]) -> SheetTable {
  numberedSheet(tab, rows.enumerated().map { ($0.offset + 1, $0.element) })
}

/// Likewise, with row numbers.
func numberedSheet(_ tab: String, _ rows: [(Int, [CellValue])]) -> SheetTable {
  let filled = rows.map { number, values in
    SheetRow(
      number: number,
      cells: values.enumerated().compactMap { $0.element == .blank ? nil : Cell(column: $0.offset + 1, value: $0.element) })
  }
  return SheetTable(tab: tab, rows: filled.filter { !$0.cells.isEmpty }, lastRow: rows.last?.0 ?? 0)
}

extension CellValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByExtendedGraphemeClusterLiteral,
  ExpressibleByUnicodeScalarLiteral, ExpressibleByNilLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .boolean(value) }
  init(nilLiteral: ()) { self = .blank }
}

func reading(_ tab: TabName, _ table: SheetTable, blankRows: Int = 50) throws -> TabReading {
  try TabReading(Catalogue[tab], of: table, limits: ReadingLimits(blankRows: blankRows))
}

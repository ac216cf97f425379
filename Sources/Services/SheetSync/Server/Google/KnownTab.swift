import SheetSyncDomain

/// What is known of a tab from reading it, for finding its rows again.
struct KnownTab: Sendable {
  let header: ResolvedHeader
  /// The texts of the header's row, by column.
  let headers: [Int: CellValue]
  /// The keys of the rows below the header that hold something; some are blank.
  private(set) var keys: [Int: RowKey]

  /// nil for a tab that the catalogue does not have, or whose header is not the catalogue's: rows of it cannot be followed.
  init?(_ table: SheetTable) {
    guard let definition = Catalogue.tab(spelt: table.tab), let header = try? ResolvedHeader(definition, of: table) else {
      return nil
    }
    self.header = header
    let row = table.rows.first { $0.number == header.rowNumber }
    headers = (row?.cells ?? []).reduce(into: [:]) { $0[$1.column] = $1.value }
    keys = table.rows.reduce(into: [:]) { if $1.number > header.rowNumber { $0[$1.number] = header.key(of: $1) } }
  }

  /// Rows that were written since, by the numbers that they were meant for.
  mutating func add(_ added: [Int: RowKey]) { keys.merge(added) { $1 } }

  /// The columns that a row's key stands in.
  var keyColumns: [Int] { header.definition.keyColumns.compactMap { header.column($0) } }

  /// The key that these cells of a row make.
  func key(_ number: Int, _ cells: [Int: CellValue]) -> RowKey {
    header.key(
      of: SheetRow(number: number, cells: cells.sorted { $0.key < $1.key }.map { Cell(column: $0.key, value: $0.value) }))
  }

  /// The keys of all rows below the header that hold something.
  func keys(in cells: [Int: [Int: CellValue]]) -> [Int: RowKey] {
    cells.reduce(into: [:]) { keys, row in
      if row.key > header.rowNumber { keys[row.key] = key(row.key, row.value) }
    }
  }

  /// The first of these columns whose header is not what it was; nil when all are.
  func changedHeader(_ columns: some Sequence<Int>, now: [Int: CellValue]) -> Int? {
    columns.first { Self.text(headers[$0]) != Self.text(now[$0]) }
  }

  private static func text(_ value: CellValue?) -> String {
    if case .text(let text)? = value?.calculated { HeaderText.normalized(text) } else { "" }
  }
}

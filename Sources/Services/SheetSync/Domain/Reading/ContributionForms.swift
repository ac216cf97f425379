/// KPI_Contributions has two forms: a row for each pair of initiative and KPI, or a column for each KPI.
extension TabReading {
  /// A tab with rows for pairs and columns for the same KPIs says two things, so each number in such a column is refused at its cell.
  mutating func refuseMixedForms(in table: SheetTable) {
    guard definition.name == .kpiContributions, !header.isWide else { return }
    let named = Set(rows.lazy.map { CellText.folded($0.text("kpi_key")) }.filter { !$0.isEmpty })
    let columns = header.unknown.filter { named.contains(CellText.folded($0.header)) }
    guard !columns.isEmpty else { return }
    var indices: [Int: Int] = [:]
    for index in rows.indices { indices[rows[index].number] = index }
    for row in table.rows {
      guard let index = indices[row.number] else { continue }
      for column in columns where !RowReader.isBlank(row[column.column]) {
        let place = header.place(row: row.number, column: column.column)
        rows[index].problems.append(
          RowFinding(
            rowNumber: row.number, key: rows[index].key.text, column: column.header, severity: .error, code: "mixed_forms",
            message: "\(place) (\(column.header)): the row is about the KPI of its kpi_key, and this column is about"
              + " \(column.header) as well; give it a row of its own, or have a column for each KPI without kpi_key and contribution"
          ))
      }
    }
  }

  /// Two numbers for one pair in the wide form: each cell is told of the other.
  func duplicatePair(of other: ReadRow, in row: ReadRow) -> RowFinding {
    let kpi = row.text("kpi_key")
    let column = header.kpiColumns.first { $0.header == kpi }?.column ?? 1
    return RowFinding(
      rowNumber: row.number, key: row.key.text, column: kpi, severity: .error, code: "duplicate_key",
      message: "\(header.place(row: row.number, column: column)) (\(kpi)): \"\(row.text("initiative_key"))\" has a number for it in"
        + " \(header.place(row: other.number, column: column)) too; keep one of the two")
  }
}

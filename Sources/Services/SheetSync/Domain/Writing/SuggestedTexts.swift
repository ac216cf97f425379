extension TabWriter {
  /// Texts for the column of a tab that belongs to a language model. This is the only way into it: no other plan has a cell of it.
  /// Where something stands already, be it a formula, nothing is planned.
  public func suggestions(_ texts: [(rowNumber: Int, text: String)]) -> PlannedWrites {
    var plan = PlannedWrites(tab: header.tab)
    guard let column = header.definition.columns.first(where: { $0.owner == .languageModel }) else { return plan }
    guard let place = header.column(column.name) else {
      plan.absentColumns.insert(column.name)
      return plan
    }
    for (number, text) in texts where number > header.rowNumber {
      let cell = table.row(number)?[place] ?? .blank
      if cell.isFormula { plan.formulaCells += 1 }
      guard WrittenValue.blank.isShown(by: cell) else { continue }
      plan.cells.append(CellWrite(row: number, column: place, .text(text)))
    }
    return plan
  }
}

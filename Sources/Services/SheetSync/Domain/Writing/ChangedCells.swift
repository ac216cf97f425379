/// Bringing a tab up to date without touching what is so already.
extension TabWriter {
  /// A column of the rows that are there, by their keys; rows are not added, and their statuses stay.
  public func values(of column: String, by value: (RowKey) -> WrittenValue?) -> PlannedWrites {
    var plan = PlannedWrites(tab: header.tab)
    for row in table.rows where row.number > header.rowNumber {
      let key = header.key(of: row)
      guard !key.isBlank, let value = value(key) else { continue }
      write([column: value], to: row.number, into: &plan)
    }
    return plan
  }

  /// The plan without the cells that hold already what they are to hold. A row that changes in nothing but its stamp is left alone,
  /// stamp and all. Beside it, how many rows and cells change, stamps not counted.
  public func onlyChanges(of plan: PlannedWrites) -> (plan: PlannedWrites, rows: Int, cells: Int) {
    let stamps = Set(["updated_source", "updated_at"].compactMap { header.column($0) })
    var changed: [CellWrite] = []
    var changedRows: Set<Int> = []
    for write in plan.cells where !stamps.contains(write.address.column) {
      let now = table.row(write.address.row)?[write.address.column] ?? .blank
      guard !write.value.isShown(by: now) else { continue }
      changed.append(write)
      changedRows.insert(write.address.row)
    }
    var kept = plan
    kept.cells =
      changed + plan.cells.filter { stamps.contains($0.address.column) && changedRows.contains($0.address.row) }
    return (kept, changedRows.count, changed.count)
  }
}

extension WrittenValue {
  /// Whether a cell that holds this would look as it does now.
  func isShown(by cell: CellValue) -> Bool {
    switch (self, cell) {
    case (.blank, .blank): true
    case (.blank, .text(let text)): text.isEmpty
    case (.text(let wanted), .blank): wanted.isEmpty
    case (.text(let wanted), .text(let text)): wanted == text
    case (.number(let wanted), .number(let number)): wanted == number
    case (.boolean(let wanted), .boolean(let flag)): wanted == flag
    // Half a second: a serial rarely hits a second exactly.
    case (.date(let wanted), .date(let date)): abs(wanted.days - date.days) < 0.5 / 86_400
    case (.date(let wanted), .number(let days)): abs(wanted.days - days) < 0.5 / 86_400
    // Where the workbook has no format for dates, they are written as text.
    case (.date(let wanted), .text(let text)): wanted.iso == text
    default: false
    }
  }
}

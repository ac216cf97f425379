import SheetSyncDomain

extension GoogleWorkbook {
  /// New tabs have room for so many rows from the start; writes add more where needed.
  static let firstRows = 1_000

  /// Adds the tabs that the spreadsheet lacks, with headers, notes, drop-downs, formats and rows: all of them in one call, or none.
  /// A tab of the same name, in whatever spelling, is left as it is. Answers the names of those added.
  @discardableResult
  func addMissingTabs(of workbook: NewWorkbook) async throws(WorkbookError) -> [String] {
    let taken = Set(sheets.map { $0.title.lowercased() })
    let missing = workbook.tabs.filter { !taken.contains($0.name.lowercased()) }
    guard !missing.isEmpty else { return [] }
    var ids = Set(sheets.map(\.id))
    let made = missing.map { tab in
      var id = Int.random(in: 1...Int(Int32.max))
      while !ids.insert(id).inserted { id = Int.random(in: 1...Int(Int32.max)) }
      let outline = SheetOutline(
        id: id, title: tab.name, isHidden: tab.isHidden, rowCount: max(Self.firstRows, tab.rows.count + 1),
        columnCount: tab.columns.count)
      return (outline: outline, tab: tab)
    }
    // All tabs first: formulas and drop-downs of one refer to others.
    var changes = made.map { outline, _ in
      SheetChange.addSheet(
        id: outline.id, title: outline.title, rows: outline.rowCount, columns: outline.columnCount, frozenRows: 1,
        frozenColumns: outline.columnCount > 1 ? 1 : 0, isHidden: outline.isHidden)
    }
    for (outline, tab) in made { changes += SpreadsheetTab(id: outline.id, tab: tab, lastRow: outline.rowCount).changes }
    do throws(WorkbookError) {
      _ = try await client.call(.change(address, changes), title: title)
    } catch {
      // A call that was cut may have taken effect; its repetition is then refused for the tabs that it finds.
      guard error.kind == .notAccessible else { throw error }
      let there = Set(try await GoogleWorkbook.open(address, with: client).sheets.map(\.id))
      guard made.allSatisfy({ there.contains($0.outline.id) }) else { throw error }
    }
    sheets += made.map(\.outline)
    return missing.map(\.name)
  }
}

/// What makes a new tab of a spreadsheet what the same tab of a file is.
private struct SpreadsheetTab {
  let id: Int
  let tab: NewTab
  let lastRow: Int

  var changes: [SheetChange] {
    let header = tab.columns.map { column in
      SheetChange.NewCell(value: .text(column.header), note: column.note, look: .header(column.owner))
    }
    let rows = tab.rows.map { row in row.map { SheetChange.NewCell(value: $0) } }
    return [.cells(sheet: id, CellAddress(row: 1, column: 1), rows: [header] + rows)]
      + tab.columns.enumerated().flatMap { index, column in changes(of: column, at: index + 1) }
  }

  private func changes(of column: NewColumn, at number: Int) -> [SheetChange] {
    let rows = 2...lastRow
    var changes = [SheetChange.width(sheet: id, columns: number...number, pixels: Int((column.width * 7).rounded()) + 5)]
    if let format = Self.format(column.format) {
      changes.append(.format(sheet: id, rows: rows, columns: number...number, format))
    }
    if let choices = column.choices { changes.append(.dropDown(sheet: id, rows: rows, column: number, choices)) }
    return changes
  }

  private static func format(_ format: NewColumn.Format) -> SheetChange.NumberFormat? {
    switch format {
    case .plain, .boolean: nil
    case .wholeNumber: .number(pattern: "#,##0")
    case .date: .date
    case .timestamp: .dateTime
    case .percent: .percent
    case .literal: .text
    }
  }
}

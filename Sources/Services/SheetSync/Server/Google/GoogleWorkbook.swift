import SheetSyncDomain

/// A Google spreadsheet.
///
/// Nothing can be locked there and no call can be made on a condition, so a write looks first, follows rows to where they have moved
/// since they were read, and looks again afterwards. Of Lodestar's own actions only one works on a spreadsheet at a time
/// (`WorkbookLocks`); people work on it all the time.
actor GoogleWorkbook: Workbook {
  /// The most cells asked for in one call, empty ones included: 5,000 rows of 52 columns.
  static let mostCells = 262_144

  nonisolated let title: String
  let address: SpreadsheetAddress
  let client: SheetsClient
  var sheets: [SheetOutline]
  /// What was read, for following rows.
  var known: [Int: KnownTab] = [:]

  /// Looks the spreadsheet up: one call. Throws when it is not there, or not shared with the service's account.
  static func open(_ address: SpreadsheetAddress, with client: SheetsClient) async throws(WorkbookError) -> GoogleWorkbook {
    let name = address.description
    guard case .value(let answer) = try await client.call(.outline(address), title: name), let outline = SpreadsheetOutline(answer)
    else { throw .unexpected(name, "it does not describe the spreadsheet") }
    return GoogleWorkbook(address, client, outline)
  }

  private init(_ address: SpreadsheetAddress, _ client: SheetsClient, _ outline: SpreadsheetOutline) {
    self.address = address
    self.client = client
    title = outline.title
    sheets = outline.sheets
  }

  func tabs() -> [WorkbookTab] {
    sheets.map { WorkbookTab(name: $0.title, isHidden: $0.isHidden, hasCells: $0.isGrid) }
  }

  /// Reads a tab: one call, unless it is very large. A large one is read in parts, and each part is of its own moment.
  func read(_ tab: String, limits: ReadLimits = ReadLimits()) async throws(WorkbookError) -> SheetTable {
    let sheet = try sheet(tab)
    var table = SheetTable(tab: sheet.title, rows: [], lastRow: 0)
    var scan = BlankRowScan(limits: limits)
    var next = 1
    let end = min(sheet.rowCount, limits.lastRow)
    var height = max(1, Self.mostCells / max(sheet.columnCount, 1))
    reading: while next <= end {
      let last = min(end, next + height - 1)
      let range = A1Range(
        tab: sheet.title, rows: next...last, columns: 1...max(sheet.columnCount, 1), isOpenEnded: last == sheet.rowCount)
      guard let grid = try await grids([range])?.first(where: { $0.outline.id == sheet.id }) else {
        // An answer that is too long: fewer rows at a time.
        guard last > next else { throw .overLimit(title, "a single row is longer than 10 MB", tab: sheet.title) }
        height = (last - next + 1) / 2
        continue
      }
      // Rows may have been added since the spreadsheet was looked up.
      let lastFound = range.isOpenEnded ? min(max(last, grid.cells.keys.max() ?? 0), limits.lastRow) : last
      for number in next...lastFound {
        switch scan.take(number, grid.cells[number]) {
        case .row(let row): table.rows.append(row)
        case .blank: break
        case .stop: break reading
        case .tooMany: throw .overLimit(title, "it holds more than \(limits.cells) filled cells", tab: sheet.title)
        }
      }
      next = last + 1
    }
    table.lastRow = scan.lastRow
    table.stoppedAtBlankRows = scan.hasStopped
    known[sheet.id] = KnownTab(table)
    return table
  }

  /// Throws unless the account may edit the spreadsheet: one call that writes nothing, for a null leaves its cell alone. It is about the
  /// last cell of a tab, which people protect least.
  func checkEditing() async throws(WorkbookError) {
    guard let sheet = sheets.first(where: { $0.isGrid && $0.rowCount > 0 && $0.columnCount > 0 }) else { return }
    let range = ValueRange(top: sheet.rowCount, left: sheet.columnCount, rows: [[nil]])
    _ = try await client.call(.write(address, [(sheet.title, range)]), title: title)
  }

  /// Cells of any tabs, all of one moment; nil when the answer is too long.
  func grids(_ ranges: [A1Range]) async throws(WorkbookError) -> [SheetGrid]? {
    switch try await client.call(.cells(address, ranges), title: title) {
    case .tooLong: return nil
    case .value(let answer):
      guard let grids = SheetGrid.all(answer) else { throw .unexpected(title, "it does not describe the tabs") }
      return grids
    }
  }

  /// Nothing is held at Google.
  func close() {}

  func sheet(_ tab: String) throws(WorkbookError) -> SheetOutline {
    let wanted = tab.lowercased()
    guard let sheet = sheets.first(where: { $0.title.lowercased() == wanted }) else {
      throw .missingTab(title, tab, among: sheets.map(\.title))
    }
    guard sheet.isGrid else { throw .noCells(title, "a chart or shows data from elsewhere", tab: sheet.title) }
    return sheet
  }
}

/// Ends a table after a run of blank rows, as `ReadLimits` wants it.
struct BlankRowScan {
  enum Step {
    case row(SheetRow)
    case blank
    /// A value far below the table's end: it is not read, and that is said.
    case stop
    case tooMany
  }

  let limits: ReadLimits
  private(set) var lastRow = 0
  private(set) var hasStopped = false
  private var lastFilledRow = 0
  private var cellCount = 0

  init(limits: ReadLimits) { self.limits = limits }

  mutating func take(_ number: Int, _ found: [Int: GridCell]?) -> Step {
    let isPastEnd = limits.blankRows.map { number - lastFilledRow > $0 } ?? false
    let cells = (found ?? [:]).filter { $0.value.value != .blank }.map { Cell(column: $0.key, value: $0.value.value) }
    guard !cells.isEmpty else {
      // A row that only has a format is mentioned all the same.
      if !isPastEnd, found != nil { lastRow = number }
      return .blank
    }
    if isPastEnd {
      hasStopped = true
      return .stop
    }
    cellCount += cells.count
    guard cellCount <= limits.cells else { return .tooMany }
    (lastRow, lastFilledRow) = (number, number)
    return .row(SheetRow(number: number, cells: cells.sorted { $0.column < $1.column }))
  }
}

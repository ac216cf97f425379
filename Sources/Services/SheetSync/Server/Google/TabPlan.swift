import SheetSyncDomain

/// What is to be written to one tab, as the tab is now.
struct TabPlan: Sendable {
  let sheet: SheetOutline
  let known: KnownTab?
  /// By row and column.
  private(set) var cells: [Int: [Int: WrittenValue]] = [:]
  private(set) var skipped: [CellAddress] = []
  /// The keys of new rows, by the numbers that they were meant for.
  private(set) var keysAdded: [Int: RowKey] = [:]
  /// Follows the rows after the write; nil when they cannot be followed.
  private(set) var repair: RowRepair?
  /// What has to be done to the tab first: rows that it lacks, and formats for dates.
  private(set) var changes: [SheetChange] = []

  /// The columns that a plan needs to know of: those written, and those that keys stand in.
  static func columns(_ writes: TabWrites, _ known: KnownTab?) -> Set<Int> {
    Set(writes.writes.map(\.address.column)).union(known?.keyColumns ?? [])
  }

  /// - Parameter survey: all rows of `columns`, as they are now.
  /// - Throws: when a column is not what it was, or a formula is in the way.
  init(_ writes: TabWrites, known: KnownTab?, survey: SheetGrid, title: String) throws(WorkbookError) {
    sheet = survey.outline
    self.known = known
    let values = survey.cells.mapValues { $0.mapValues(\.value) }
    if let known { try Self.checkHeader(writes, known, values[known.header.rowNumber] ?? [:], sheet, title) }
    let keysNow = known?.keys(in: values) ?? [:]
    let origins = place(writes, Moves(known: known?.keys ?? [:], now: keysNow, isKnown: known != nil))
    try leaveFormulas(writes.onFormula, survey, title)
    if let known { repair = makeRepair(known, values, origins) }
    prepare(survey)
  }

  private static func checkHeader(
    _ writes: TabWrites, _ known: KnownTab, _ now: [Int: CellValue], _ sheet: SheetOutline, _ title: String
  ) throws(WorkbookError) {
    guard let column = known.changedHeader(columns(writes, known).sorted(), now: now) else { return }
    throw WorkbookError(
      .changedMeanwhile, file: title, tab: sheet.title, cell: CellAddress(row: known.header.rowNumber, column: column),
      problem: "somebody changed or moved this column after the tab was read, so nothing was written",
      mend: "Repeat the action; it then works with the columns as they are.")
  }

  /// Answers for each row the number that it was meant for. What was meant for rows that are gone is not written.
  private mutating func place(_ writes: TabWrites, _ moves: Moves) -> [Int: Int] {
    var origins: [Int: Int] = [:]
    for write in writes.writes {
      guard let row = moves.place(write.address.row) else { continue }
      cells[row, default: [:]][write.address.column] = write.value
      origins[row] = write.address.row
    }
    return origins
  }

  private mutating func leaveFormulas(
    _ policy: TabWrites.FormulaPolicy, _ survey: SheetGrid, _ title: String
  ) throws(WorkbookError) {
    for (row, values) in cells {
      for column in values.keys where survey[row, column].value.isFormula {
        skipped.append(CellAddress(row: row, column: column))
        cells[row]?[column] = nil
      }
    }
    cells = cells.filter { !$0.value.isEmpty }
    skipped.sort()
    if policy == .refuse, !skipped.isEmpty { throw .formulaInTheWay(title, at: skipped, tab: sheet.title) }
  }

  private mutating func makeRepair(
    _ known: KnownTab, _ values: [Int: [Int: CellValue]], _ origins: [Int: Int]
  ) -> RowRepair {
    // The keys are compared with what values.batchGet tells after the write, and so are as bare as that.
    let bare = values.mapValues { $0.mapValues(\.bare) }
    let keysNow = known.keys(in: bare)
    var keys = keysNow
    let keyColumns = Set(known.keyColumns)
    for (row, written) in cells where !keyColumns.isDisjoint(with: written.keys) {
      let all = (bare[row] ?? [:]).merging(written.mapValues { CellValue($0).bare }) { $1 }
      keys[row] = known.key(row, all)
    }
    let columns = writtenColumns
    let before = values.mapValues { row in
      row.reduce(into: [Int: WrittenValue?]()) { kept, cell in
        if columns.contains(cell.key) { kept[cell.key] = .some(WrittenValue(cell.value)) }
      }
    }
    let newRows = Set(cells.keys.filter { keysNow[$0] == nil && keys[$0] != nil })
    for row in newRows { if let origin = origins[row] { keysAdded[origin] = keys[row] } }
    return RowRepair(written: cells, before: before, keys: keys, keyColumns: keyColumns, newRows: newRows)
  }

  private mutating func prepare(_ survey: SheetGrid) {
    if let last = cells.keys.max(), last > sheet.rowCount {
      changes.append(.grow(sheet: sheet.id, .rows, by: last - sheet.rowCount))
    }
    if let last = writtenColumns.max(), last > sheet.columnCount {
      changes.append(.grow(sheet: sheet.id, .columns, by: last - sheet.columnCount))
    }
    // A date in a cell without a format for dates would look like 46000.
    for (isWholeDay, format) in [(true, SheetChange.NumberFormat.date), (false, .dateTime)] {
      var dates: [CellWrite] = []
      for (row, values) in cells {
        for case (let column, .date(let date)) in values
        where date.isWholeDay == isWholeDay && !survey[row, column].showsDates {
          dates.append(CellWrite(row: row, column: column, .blank))
        }
      }
      for range in RangePlanning.ranges(dates, widestGap: 0) {
        let place = range.a1(sheet.title)
        changes.append(.format(sheet: sheet.id, rows: place.rows, columns: place.columns, format))
      }
    }
  }

  /// The columns that something is written to.
  var writtenColumns: Set<Int> { Set(cells.values.flatMap(\.keys)) }

  /// What to write now, given the keys of all rows and the cells of the written columns as they are.
  mutating func follow(_ keysNow: [Int: RowKey], _ cellsNow: [Int: [Int: CellValue]]) -> [CellWrite] {
    let columns = writtenColumns
    let keyless = cellsNow.filter { keysNow[$0.key]?.isBlank ?? true }.mapValues { row in
      row.compactMap { column, value in if case .text(let text) = value, columns.contains(column) { text } else { nil } }
    }
    return repair?.next(keysNow, keyless: keyless) ?? []
  }

  var writes: [CellWrite] {
    cells.flatMap { row, values in values.map { CellWrite(row: row, column: $0.key, $0.value) } }
  }
}

/// Where rows are now that stood elsewhere when they were read.
private struct Moves {
  private let identities: RowIdentities
  private let now: RowIdentities
  private let keysNow: [Int: RowKey]
  private let known: [Int: RowKey]
  private let isKnown: Bool
  /// By how much rows below the last one have moved.
  private let shiftAtEnd: Int
  private let hasMoved: Bool
  /// The rows that had keys, in their order.
  private let keyed: [Int]

  init(known: [Int: RowKey], now keysNow: [Int: RowKey], isKnown: Bool) {
    self.known = known
    self.keysNow = keysNow
    self.isKnown = isKnown
    identities = RowIdentities(known)
    now = RowIdentities(keysNow)
    shiftAtEnd = max(0, (now.ofRow.keys.max() ?? 0) - (identities.ofRow.keys.max() ?? 0))
    hasMoved = identities.ofRow != now.ofRow
    keyed = identities.ofRow.keys.sorted()
  }

  /// nil for a row that is gone.
  func place(_ row: Int) -> Int? {
    guard isKnown, hasMoved else { return row }
    if let identity = identities.ofRow[row] { return now.rowOf[identity] }
    // A new row goes below the last one, wherever that is.
    guard known[row] != nil else { return row + shiftAtEnd }
    // A row without a key is where it was in regard to the row above it.
    let place = row + shift(above: row)
    return keysNow[place].map(\.isBlank) ?? true ? place : nil
  }

  /// By how much the nearest row above that has a key has moved.
  private func shift(above row: Int) -> Int {
    var (low, high) = (0, keyed.count)
    while low < high {
      let middle = (low + high) / 2
      if keyed[middle] < row { low = middle + 1 } else { high = middle }
    }
    guard low > 0, let identity = identities.ofRow[keyed[low - 1]], let place = now.rowOf[identity] else { return 0 }
    return place - keyed[low - 1]
  }
}

extension CellValue {
  /// As values.batchGet tells it: without a format, an error as its text, a formula as what it shows.
  fileprivate var bare: CellValue {
    switch self {
    case .date(let date): .number(date.days)
    case .error(let text): .text(text)
    case .formula(let cached): cached?.bare ?? .blank
    case .blank, .text, .number, .boolean: self
    }
  }

  /// What reading the cell will give.
  init(_ written: WrittenValue) {
    self =
      switch written {
      case .blank: .blank
      case .text(let text): text.isEmpty ? .blank : .text(text)
      case .number(let number): .number(number)
      case .boolean(let boolean): .boolean(boolean)
      case .date(let date): .date(date)
      }
  }
}

extension WrittenValue {
  /// What would put this back; nil for what only a spreadsheet makes.
  init?(_ value: CellValue) {
    switch value {
    case .blank: self = .blank
    case .text(let text): self = .text(text)
    case .number(let number): self = .number(number)
    case .boolean(let boolean): self = .boolean(boolean)
    case .date(let date): self = .date(date)
    case .error, .formula: return nil
    }
  }
}

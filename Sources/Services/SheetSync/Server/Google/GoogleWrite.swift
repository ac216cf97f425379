import SheetSyncDomain
import Wire

extension GoogleWorkbook {
  /// How often rows are followed that move while they are written. Whoever sorts a tab more often than that in a few seconds gets the
  /// statuses with the next action.
  static let mostRepairs = 3

  /// Writes cells: one look at the columns, one call for up to 200 rectangles and 2 MB, and one look at the keys. Rows that have moved
  /// since they were read are followed. Values of rows that are gone are not written.
  ///
  /// All or nothing holds for each call; when one of several fails for good, what the earlier ones wrote stays.
  @discardableResult
  func write(_ writes: [TabWrites]) async throws(WorkbookError) -> WriteOutcome {
    try WriteCheck.check(writes, title: title)
    let wanted = writes.filter { !$0.writes.isEmpty }
    guard !wanted.isEmpty else { return WriteOutcome(cellsWritten: 0, skipped: []) }
    let surveys = try await survey(wanted)
    var plans: [TabPlan] = []
    for (tabWrites, survey) in zip(wanted, surveys) {
      plans.append(try TabPlan(tabWrites, known: known[survey.outline.id], survey: survey, title: title))
    }
    try await prepare(plans)
    try await put(plans.map { ($0.sheet.title, $0.writes) })
    try await settle(plans)
    for plan in plans { known[plan.sheet.id]?.add(plan.keysAdded) }
    var outcome = WriteOutcome(cellsWritten: 0, skipped: [])
    for plan in plans {
      outcome.cellsWritten += plan.writes.count
      outcome.skipped += plan.skipped.map { WriteOutcome.Skipped(tab: plan.sheet.title, address: $0) }
    }
    return outcome
  }

  // MARK: Looking

  /// The columns to be written and those of the keys, as they are now; one answer per tab of the writes.
  private func survey(_ writes: [TabWrites]) async throws(WorkbookError) -> [SheetGrid] {
    var grids: [SheetGrid] = []
    var ranges: [A1Range] = []
    for tabWrites in writes {
      let sheet = try sheet(tabWrites.tab)
      grids.append(SheetGrid(outline: sheet))
      let knownTab = known[sheet.id]
      let rows = tabWrites.writes.map(\.address.row)
      // Rows are looked for anywhere; where there are no keys to look for, only the cells themselves matter.
      let first = knownTab == nil ? rows.min() ?? 1 : 1
      let last = min(knownTab == nil ? rows.max() ?? 1 : sheet.rowCount, sheet.rowCount)
      guard first <= last else { continue }
      for columns in Self.spans(TabPlan.columns(tabWrites, knownTab)) where columns.lowerBound <= sheet.columnCount {
        let columns = columns.lowerBound...min(columns.upperBound, sheet.columnCount)
        ranges.append(A1Range(tab: sheet.title, rows: first...last, columns: columns, isOpenEnded: knownTab != nil))
      }
    }
    for batch in Self.batches(ranges) { try await look(batch, &grids) }
    return grids
  }

  private func look(_ ranges: [A1Range], _ grids: inout [SheetGrid]) async throws(WorkbookError) {
    guard let found = try await self.grids(ranges) else {
      // Too long: half the rows at a time.
      let halves = ranges.flatMap(\.halves)
      guard halves.count > ranges.count else { throw .overLimit(title, "a single row is longer than 10 MB") }
      for half in Self.batches(halves, most: (halves.count + 1) / 2) { try await look(half, &grids) }
      return
    }
    for index in grids.indices {
      guard let grid = found.first(where: { $0.outline.id == grids[index].outline.id }) else { continue }
      // Somebody may have added rows since the spreadsheet was looked up.
      if grid.outline.rowCount > 0 { (grids[index].outline.rowCount, grids[index].outline.columnCount) = grid.size }
      grids[index].cells.merge(grid.cells) { $0.merging($1) { $1 } }
    }
    for grid in found where grid.outline.rowCount > 0 {
      if let index = sheets.firstIndex(where: { $0.id == grid.outline.id }) {
        (sheets[index].rowCount, sheets[index].columnCount) = grid.size
      }
    }
  }

  // MARK: Writing

  private func prepare(_ plans: [TabPlan]) async throws(WorkbookError) {
    let changes = plans.flatMap(\.changes)
    guard !changes.isEmpty else { return }
    _ = try await client.call(.change(address, changes), title: title)
    for plan in plans {
      guard let index = sheets.firstIndex(where: { $0.id == plan.sheet.id }) else { continue }
      sheets[index].rowCount = max(sheets[index].rowCount, plan.writes.map(\.address.row).max() ?? 0)
      sheets[index].columnCount = max(sheets[index].columnCount, plan.writes.map(\.address.column).max() ?? 0)
    }
  }

  private func put(_ writes: [(tab: String, cells: [CellWrite])]) async throws(WorkbookError) {
    let ranges = writes.flatMap { tab, cells in RangePlanning.ranges(cells).map { (tab: tab, range: $0) } }
    for call in RangePlanning.calls(ranges) { _ = try await client.call(.write(address, call), title: title) }
  }

  // MARK: Following

  /// Looks at the keys again and puts right what landed on rows that moved meanwhile, until nothing moves any more.
  private func settle(_ plans: [TabPlan]) async throws(WorkbookError) {
    var open = plans.filter { $0.repair != nil && !$0.cells.isEmpty }
    for round in 0...Self.mostRepairs {
      guard !open.isEmpty else { return }
      let keys = try await keysNow(open)
      var repairs: [(tab: String, cells: [CellWrite])] = []
      var moving: [TabPlan] = []
      for (var plan, now) in zip(open, keys) {
        let cells = plan.follow(now.keys, now.cells)
        guard !cells.isEmpty else { continue }
        repairs.append((plan.sheet.title, cells))
        moving.append(plan)
      }
      guard round < Self.mostRepairs || repairs.isEmpty else { throw restless(moving.first?.sheet.title) }
      try await put(repairs)
      open = moving
    }
  }

  private func restless(_ tab: String?) -> WorkbookError {
    WorkbookError(
      .changedMeanwhile, file: title, tab: tab,
      problem: "its rows were moved again and again while they were written, so some statuses may stand on wrong rows",
      mend: "Repeat the action when nobody sorts or inserts rows; it puts them right.")
  }

  /// The keys of all rows and the cells of the written columns, by one values.batchGet: what landed on a row without a key is known only
  /// by its text.
  private func keysNow(_ plans: [TabPlan]) async throws(WorkbookError) -> [(keys: [Int: RowKey], cells: [Int: [Int: CellValue]])] {
    var ranges: [A1Range] = []
    var owners: [Int] = []
    for (index, plan) in plans.enumerated() {
      guard let known = plan.known, let sheet = sheets.first(where: { $0.id == plan.sheet.id }) else { continue }
      let header = known.header.rowNumber
      let wide = 1...max(1, sheet.columnCount)
      ranges.append(A1Range(tab: sheet.title, rows: header...header, columns: wide))
      owners.append(index)
      for columns in Self.spans(plan.writtenColumns.union(known.keyColumns)) where header < sheet.rowCount {
        ranges.append(
          A1Range(tab: sheet.title, rows: (header + 1)...sheet.rowCount, columns: columns, isOpenEnded: true))
        owners.append(index)
      }
    }
    let parts = try await values(ranges)
    var cells = plans.map { _ in [Int: [Int: CellValue]]() }
    for (owner, part) in zip(owners, parts) { cells[owner].merge(part) { $0.merging($1) { $1 } } }
    var found: [(keys: [Int: RowKey], cells: [Int: [Int: CellValue]])] = []
    for (plan, cells) in zip(plans, cells) {
      guard let known = plan.known else { continue }
      let columns = plan.writtenColumns.union(known.keyColumns).sorted()
      if let column = known.changedHeader(columns, now: cells[known.header.rowNumber] ?? [:]) {
        throw misplaced(plan, CellAddress(row: known.header.rowNumber, column: column))
      }
      found.append((known.keys(in: cells), cells.filter { $0.key > known.header.rowNumber }))
    }
    return found
  }

  /// Cells of ranges, each range by itself. A range whose answer is too long is halved.
  private func values(_ ranges: [A1Range]) async throws(WorkbookError) -> [[Int: [Int: CellValue]]] {
    switch try await client.call(.values(address, ranges), title: title) {
    case .value(let answer):
      guard let parts = answer["valueRanges"]?.arrayValue, parts.count == ranges.count else {
        throw .unexpected(title, "it does not have the ranges that were asked for")
      }
      return zip(ranges, parts).map { $0.cells($1["values"]?.arrayValue ?? []) }
    case .tooLong:
      var all: [[Int: [Int: CellValue]]] = []
      for range in ranges {
        let halves = range.halves
        guard halves.count > 1 || ranges.count > 1 else { throw .overLimit(title, "a single row is longer than 10 MB") }
        var cells: [Int: [Int: CellValue]] = [:]
        for half in halves {
          for part in try await values([half]) { cells.merge(part) { $0.merging($1) { $1 } } }
        }
        all.append(cells)
      }
      return all
    }
  }

  private func misplaced(_ plan: TabPlan, _ cell: CellAddress) -> WorkbookError {
    WorkbookError(
      .writtenAstray, file: title, tab: plan.sheet.title, cell: cell,
      problem:
        "somebody moved or renamed this column at the very moment of writing, so what was written may stand in another column",
      mend: "Look at the columns; File > \"Version history\" of the spreadsheet has what stood there. Then repeat the action.")
  }

  // MARK: Ranges

  /// Columns as few stretches.
  private static func spans(_ columns: Set<Int>) -> [ClosedRange<Int>] {
    var spans: [ClosedRange<Int>] = []
    for column in columns.sorted() {
      if let last = spans.last, last.upperBound + 1 == column {
        spans[spans.count - 1] = last.lowerBound...column
      } else {
        spans.append(column...column)
      }
    }
    return spans
  }

  /// Ranges in calls of at most `mostCells`; a larger one is cut into pieces.
  private static func batches(_ ranges: [A1Range], most: Int = .max) -> [[A1Range]] {
    var batches: [[A1Range]] = []
    var cells = 0
    for range in ranges.flatMap({ $0.pieces(of: mostCells) }) {
      if let last = batches.indices.last, cells + range.cellCount <= mostCells, batches[last].count < most {
        batches[last].append(range)
        cells += range.cellCount
      } else {
        batches.append([range])
        cells = range.cellCount
      }
    }
    return batches
  }
}

extension SheetGrid {
  fileprivate var size: (Int, Int) { (outline.rowCount, outline.columnCount) }
}

extension A1Range {
  /// The values of an answer of values.batchGet, which leaves out what is blank at the end of rows and at the end of the range.
  func cells(_ values: [JSONValue]) -> [Int: [Int: CellValue]] {
    var cells: [Int: [Int: CellValue]] = [:]
    for (index, row) in values.enumerated() {
      for (offset, value) in (row.arrayValue ?? []).enumerated() {
        let found: CellValue
        switch value {
        case .string(let text): found = text.isEmpty ? .blank : .text(text)
        case .number(let number): found = number.double.map { .number($0) } ?? .blank
        case .bool(let boolean): found = .boolean(boolean)
        default: found = .blank
        }
        if found != .blank { cells[rows.lowerBound + index, default: [:]][columns.lowerBound + offset] = found }
      }
    }
    return cells
  }
}

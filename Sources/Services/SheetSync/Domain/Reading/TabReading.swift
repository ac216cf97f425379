/// How far to read.
public struct ReadingLimits: Hashable, Sendable {
  /// A run of so many blank rows ends the table.
  public var blankRows: Int

  public init(blankRows: Int = 50) {
    self.blankRows = blankRows
  }
}

/// A tab, read: its rows that hold something, and what is wrong with them.
public struct TabReading: Sendable {
  public let header: ResolvedHeader
  /// From top to bottom, the unreadable ones among them.
  public internal(set) var rows: [ReadRow] = []
  /// Findings about the tab as a whole.
  public private(set) var findings: [RowFinding] = []
  /// Rows between the others whose editable cells are all blank.
  public private(set) var blankRows = 0

  public var definition: TabDefinition { header.definition }

  /// Reads a tab of the catalogue. Cells of columns that people do not type into are not looked at.
  public init(_ definition: TabDefinition, of table: SheetTable, limits: ReadingLimits = ReadingLimits()) throws(TabProblem) {
    header = try ResolvedHeader(definition, of: table)
    let reader = RowReader(header)
    var lastFilled = header.rowNumber
    var blanks = 0
    for row in table.rows where row.number > header.rowNumber {
      if reader.isBlank(row) {
        blanks += 1
        // A row that Lodestar has filled is no gap, though nobody has written beside it.
        if reader.isNamed(row) {
          lastFilled = row.number
          blankRows += blanks
          blanks = 0
        }
        continue
      }
      guard row.number - lastFilled <= limits.blankRows else {
        findings.append(
          RowFinding(
            rowNumber: 0, severity: .warning, code: "rows_after_gap",
            message: "\(table.tab) was read down to row \(lastFilled): after \(limits.blankRows) blank rows it counts as ended,"
              + " so that row \(row.number) and those below it were not read"))
        break
      }
      lastFilled = row.number
      blankRows += blanks
      blanks = 0
      reader.read(row, into: &rows)
    }
    refuseMixedForms(in: table)
    findDuplicates()
  }

  /// Two rows with one key contradict each other: each is told of the other.
  private mutating func findDuplicates() {
    var first: [RowKey: Int] = [:]
    first.reserveCapacity(rows.count)
    var named: Set<Int> = []
    for index in rows.indices {
      let row = rows[index]
      guard !row.key.isBlank, !definition.keyColumns.contains(where: { row.isUnreadable($0) }) else { continue }
      guard let earlier = first[row.key] else {
        first[row.key] = index
        continue
      }
      if named.insert(earlier).inserted { rows[earlier].problems.append(duplicate(of: rows[index], in: rows[earlier])) }
      rows[index].problems.append(duplicate(of: rows[earlier], in: row))
    }
  }

  private func duplicate(of other: ReadRow, in row: ReadRow) -> RowFinding {
    if header.isWide { return duplicatePair(of: other, in: row) }
    let present = definition.keyColumns.filter { header.column($0) != nil }
    let columns = present.joined(separator: ", ")
    // The last part that is filled tells rows of one group apart, and so is where the mend belongs.
    let column = present.last { !row.text($0).isEmpty } ?? definition.keyColumns[0]
    return RowFinding(
      rowNumber: row.number, key: row.key.text, column: column, severity: .error, code: "duplicate_key",
      message: "\(columns) \"\(row.key.text)\" is also in row \(other.number); keep one of the two")
  }

  /// So many keys that no row has are told what was probably meant. Each takes a look at every row, and more are not misspelt: they are
  /// the keys of another tab.
  static let mostSuggestions = 20

  /// The rows that were asked for, and an error for each asked-for key that no row has.
  public func selecting(_ keys: [String]) -> (rows: [ReadRow], missing: [RowFinding]) {
    let selection = RowSelection(keys: keys)
    var found: Set<String> = []
    let selected = rows.filter { row in
      let matches = selection.matches(row.key)
      for match in matches { found.insert(CellText.folded(match)) }
      return !matches.isEmpty
    }
    var missing: [RowFinding] = []
    for key in keys where !found.contains(CellText.folded(key)) {
      var message = "no row of \(header.tab) has the key \"\(key)\""
      if missing.count < Self.mostSuggestions, let near = NearestName.suggestion(for: key, in: rows.lazy.map(\.key.text)) {
        message += "; did you mean \"\(near)\"?"
      }
      missing.append(RowFinding(rowNumber: 0, key: key, severity: .error, code: "unknown_row", message: message))
    }
    return (selected, missing)
  }
}

/// Reads rows of one tab, cell by cell.
struct RowReader {
  private let header: ResolvedHeader
  private let columns: [(definition: ColumnDefinition, place: Int?)]
  /// The columns that the sheet has, by their positions among `columns`, and whether they may be blank.
  private let places: [(position: Int, place: Int, mayBeBlank: Bool)]
  private let layout: ColumnLayout
  private let keyPositions: [Int]
  private let kpiColumns: [ResolvedHeader.UnknownColumn]

  init(_ header: ResolvedHeader) {
    self.header = header
    kpiColumns = header.kpiColumns
    let columns = header.definition.readColumns.map { (definition: $0, place: header.column($0.name)) }
    self.columns = columns
    places = columns.enumerated().compactMap { position, column in
      column.place.map { (position, $0, column.definition.need != .value) }
    }
    let layout = ColumnLayout(names: columns.map(\.definition.name))
    self.layout = layout
    keyPositions = header.definition.keyColumns.map { layout.position(of: $0) }
  }

  /// Whether nothing was typed. A check box that is not ticked is nothing typed. What Lodestar names a row of an output tab by is not
  /// typed either: such a row is blank when it has no notes, and no run that they were about.
  func isBlank(_ row: SheetRow) -> Bool {
    columns.allSatisfy { column in
      header.definition.isOutput && header.definition.keyColumns.contains(column.definition.name)
        || column.place.map { Self.isBlank(row[$0]) } ?? true
    } && kpiColumns.allSatisfy { Self.isBlank(row[$0.column]) }
  }

  /// Whether Lodestar has filled the row of an output tab.
  func isNamed(_ row: SheetRow) -> Bool {
    guard header.definition.isOutput else { return false }
    return header.definition.keyColumns.contains { name in header.column(name).map { !Self.isBlank(row[$0]) } ?? false }
  }

  static func isBlank(_ value: CellValue) -> Bool {
    switch value.calculated {
    case .blank, .boolean(false): true
    case .text(let text): CellText.trimmed(text).isEmpty
    default: false
    }
  }

  func read(_ row: SheetRow, into rows: inout [ReadRow]) {
    var values = [ReadValue?](repeating: nil, count: columns.count)
    var problems: [RowFinding] = []
    for (position, place, mayBeBlank) in places {
      let cell = row[place]
      // Most cells are; a definition is large, and looked at only where there is something to read.
      if mayBeBlank, case .blank = cell { continue }
      let column = columns[position].definition
      do throws(CellProblem) {
        values[position] = try column.type.read(cell)
        if values[position] == nil, column.need == .value { problems.append(missing(column, row: row.number, place: place)) }
      } catch {
        problems.append(finding(error, column, row: row.number, place: place))
      }
    }
    guard header.isWide else {
      rows.append(finished(row.number, values, problems))
      return
    }
    spread(row, values, problems, into: &rows)
  }

  /// A row of the wide form: a pair for each KPI that has a number.
  private func spread(_ row: SheetRow, _ values: [ReadValue?], _ problems: [RowFinding], into rows: inout [ReadRow]) {
    for kpi in kpiColumns where !Self.isBlank(row[kpi.column]) {
      var values = values
      var problems = problems
      values[layout.position(of: "kpi_key")] = .text(kpi.header)
      do throws(CellProblem) {
        values[layout.position(of: "contribution")] = try ColumnType.number.read(row[kpi.column])
      } catch {
        let place = header.place(row: row.number, column: kpi.column)
        problems.append(
          RowFinding(
            rowNumber: row.number, column: kpi.header, severity: .error, code: error.code,
            message: "\(place) (\(kpi.header)): \(error.message)"))
      }
      rows.append(finished(row.number, values, problems))
    }
  }

  private func finished(_ number: Int, _ values: [ReadValue?], _ problems: [RowFinding]) -> ReadRow {
    let key = RowKey(
      keyPositions.map { position in
        if case .text(let text) = values[position] { text } else { "" }
      })
    let keyInSheet = header.isWide ? RowKey(zip(keyPositions, key.parts).map { columns[$0].place == nil ? "" : $1 }) : key
    var problems = problems
    for index in problems.indices { problems[index].key = key.text }
    return ReadRow(number: number, key: key, keyInSheet: keyInSheet, layout: layout, values: values, problems: problems)
  }

  private func missing(_ column: ColumnDefinition, row: Int, place: Int) -> RowFinding {
    RowFinding(
      rowNumber: row, column: column.name, severity: .error, code: ReadRow.missingValue,
      message: "\(header.place(row: row, column: place)) is blank: each row needs \(column.name)")
  }

  private func finding(_ problem: CellProblem, _ column: ColumnDefinition, row: Int, place: Int) -> RowFinding {
    let isError = column.severity == .error
    var message = "\(header.place(row: row, column: place)) (\(column.name)): \(problem.message)"
    if !isError { message += "; saved without it" }
    return RowFinding(
      rowNumber: row, column: column.name, severity: isError ? .error : .warning, code: problem.code, message: message)
  }
}

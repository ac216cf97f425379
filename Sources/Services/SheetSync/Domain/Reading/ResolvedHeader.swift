/// Which column of a sheet is which column of the catalogue.
public struct ResolvedHeader: Hashable, Sendable {
  public var definition: TabDefinition
  /// The tab's name as the workbook spells it.
  public var tab: String
  /// The row that the headers stand in, counted from 1.
  public var rowNumber: Int
  /// By canonical name, the sheet's columns, counted from 1.
  public var columns: [String: Int]
  /// Headers that are not in the catalogue, in the sheet's order. They are never touched; KPI_Contributions in its wide form has its
  /// KPIs among them.
  public var unknown: [UnknownColumn]

  public struct UnknownColumn: Hashable, Sendable {
    public var header: String
    public var column: Int
  }

  /// Whether KPI_Contributions has a column for each KPI, instead of a row for each pair.
  public var isWide: Bool {
    definition.name == .kpiContributions && columns["kpi_key"] == nil && columns["contribution"] == nil && !unknown.isEmpty
  }

  /// The columns of the wide form that have a KPI in their header. Headers that other tabs have, such as a title fetched by a formula,
  /// are people's own.
  public var kpiColumns: [UnknownColumn] {
    isWide ? unknown.filter { !Self.namesOfColumns.contains(HeaderText.normalized($0.header)) } : []
  }

  private static let namesOfColumns = Set(Catalogue.tabs.flatMap { $0.columns.map(\.name) })

  /// Where a column stands; nil when the sheet does without it.
  public func column(_ name: String) -> Int? { columns[name] }

  /// The key that a row has as it stands there.
  public func key(of row: SheetRow) -> RowKey {
    RowKey(
      definition.keyColumns.map { name in
        guard let column = self.column(name), let type = definition.column(name)?.type,
          case .text(let text)? = try? type.read(row[column])
        else { return "" }
        return text
      })
  }

  /// Where a cell is, for people: `Candidates!E7`.
  public func place(row: Int, column: Int) -> String {
    "\(tab)!\(CellAddress(row: row, column: column))"
  }

  /// What the header looks like, for telling later whether somebody changed it: canonical names, in the sheet's order.
  public var fingerprint: String {
    let known = columns.map { ($0.value, $0.key) }
    let others = unknown.map { ($0.column, "?" + HeaderText.normalized($0.header)) }
    return (known + others).sorted { $0.0 < $1.0 }.map(\.1).joined(separator: ",")
  }

  /// Reads the first row that holds something. Columns stand in any order; those that the catalogue does not know are left alone.
  public init(_ definition: TabDefinition, of table: SheetTable) throws(TabProblem) {
    guard let row = table.rows.first(where: { row in row.cells.contains { !Self.text(of: $0.value).isEmpty } }) else {
      throw TabProblem(
        code: "missing_header",
        message: "\(table.tab) is empty: its first row must name its columns, at least \(Self.required(definition))")
    }
    self.init(definition, tab: table.tab, rowNumber: row.number)
    var spellings: [String: String] = [:]
    for column in definition.columns {
      for spelling in [column.name] + column.aliases { spellings[spelling] = column.name }
    }
    var found: [String: [(header: String, column: Int)]] = [:]
    for cell in row.cells {
      let header = Self.text(of: cell.value)
      guard !header.isEmpty else { continue }
      if let name = spellings[HeaderText.normalized(header)] {
        found[name, default: []].append((header, cell.column))
      } else {
        unknown.append(UnknownColumn(header: header, column: cell.column))
      }
    }
    var problems: [String] = []
    for column in definition.columns {
      guard let places = found[column.name] else { continue }
      if let column = settle(column, places, &problems) { columns[column.name] = column.place }
    }
    problems += missing(except: Set(found.keys)) + repeatedKPIs()
    guard problems.isEmpty else {
      throw TabProblem(code: "wrong_header", message: problems.joined(separator: "; "))
    }
  }

  private init(_ definition: TabDefinition, tab: String, rowNumber: Int) {
    self.definition = definition
    self.tab = tab
    self.rowNumber = rowNumber
    columns = [:]
    unknown = []
  }

  /// One place for a column. A column of Lodestar's own that also has a stranger under its alias goes by its canonical name.
  private mutating func settle(
    _ column: ColumnDefinition, _ places: [(header: String, column: Int)], _ problems: inout [String]
  ) -> (name: String, place: Int)? {
    if places.count == 1 { return (column.name, places[0].column) }
    let canonical = places.filter { HeaderText.normalized($0.header) == column.name }
    if column.kind == .system, canonical.count == 1 {
      for other in places where other.column != canonical[0].column {
        unknown.append(UnknownColumn(header: other.header, column: other.column))
      }
      return (column.name, canonical[0].column)
    }
    let where_ = places.map { "\"\($0.header)\" in \(place(row: rowNumber, column: $0.column))" }.joined(separator: " and ")
    problems.append(
      "the column \(column.name) is there \(places.count == 2 ? "twice" : "\(places.count) times"): \(where_); keep one")
    return nil
  }

  private func missing(except found: Set<String>) -> [String] {
    var problems: [String] = []
    for column in definition.columns where column.need != .optional && !found.contains(column.name) {
      // The wide form has the KPI in the header and the contribution below it.
      let isOfLongForm = definition.name == .kpiContributions && (column.name == "kpi_key" || column.name == "contribution")
      if isWide, isOfLongForm { continue }
      var message = "\(tab) has no column \"\(column.name)\" (row \(rowNumber) has the headers)"
      if isOfLongForm, !found.isDisjoint(with: ["kpi_key", "contribution"]) {
        message += "; it has a row for each pair with kpi_key and contribution, or a column for each KPI and neither of the two"
      }
      if let near = NearestName.suggestion(for: column.name, in: unknown.map(\.header)),
        let place = unknown.first(where: { $0.header == near })
      {
        message += "; is it \"\(near)\" in \(self.place(row: rowNumber, column: place.column))?"
      }
      problems.append(message)
    }
    return problems
  }

  /// Two columns of one KPI contradict each other in every row.
  private func repeatedKPIs() -> [String] {
    Dictionary(grouping: kpiColumns) { CellText.folded($0.header) }.values.filter { $0.count > 1 }
      .sorted { $0[0].column < $1[0].column }.map { places in
        let named = places.map { "\"\($0.header)\" in \(place(row: rowNumber, column: $0.column))" }.joined(separator: " and ")
        return "the KPI \(places[0].header) has \(places.count == 2 ? "two" : "\(places.count)") columns: \(named); keep one"
      }
  }

  private static func required(_ definition: TabDefinition) -> String {
    definition.columns.filter { $0.need != .optional }.map(\.name).joined(separator: ", ")
  }

  private static func text(of value: CellValue) -> String {
    switch value.calculated {
    case .text(let text): CellText.trimmed(text)
    case .number(let number): NumberText.text(of: number)
    case .boolean(let flag): flag ? "TRUE" : "FALSE"
    default: ""
    }
  }
}

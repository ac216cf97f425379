import SheetSyncDomain

/// The seeds' own example tables (002, "the mental model"), as sheets. Candidates has the mandate_reason that the seeds' first document asks
/// for and the example leaves out; what formulas feed is left out, for nobody types it.
enum SeedTables {
  static let all = [scenarios, constraints, targets, candidates]

  static let scenarios = SeedTable(
    .scenarioConfig,
    """
    | scenario_name  | period_key | capacity_total_tokens | objective_mode  | objective_weights_json                  | notes                 |
    | Q1-2026 Core   | 2026-Q1    |                  1200 | weighted_kpis   | {"north_star":0.6,"strategic_kpis":0.4} | Default Q1 portfolio  |
    | Q1-2026 Growth | 2026-Q1    |                  1200 | north_star_only | {}                                      | Pure NSM maximization |
    """)

  static let constraints = SeedTable(
    .constraints,
    """
    | scenario_name | constraint_set_name | constraint_type       | dimension  | key                      | min_tokens | max_tokens | target_kpi_key | target_value | notes                               |
    | Q1-2026 Core  | Baseline            | capacity_floor        | country    | UK                       |        250 |            |                |              | Minimum UK capacity                 |
    | Q1-2026 Core  | Baseline            | capacity_cap          | country    | DE                       |            |        180 |                |              | Cap Germany                         |
    | Q1-2026 Core  | Baseline            | mandatory             | initiative | INIT-000017              |            |            |                |              | Must ship (regulatory)              |
    | Q1-2026 Core  | Baseline            | bundle_all_or_nothing | bundle     | BNDL-PAYMENTS            |            |            |                |              | If pick one, pick all in bundle     |
    | Q1-2026 Core  | Baseline            | exclude               | initiative | INIT-000044              |            |            |                |              | Blocked by legal                    |
    | Q1-2026 Core  | Aggressive          | capacity_floor        | country    | UK                       |        350 |            |                |              | More UK investment                  |
    | Q1-2026 Core  | Aggressive          | capacity_cap          | country    | DE                       |            |        120 |                |              | Lower DE cap                        |
    | Q1-2026 Core  | Aggressive          | mandatory             | initiative | INIT-000017              |            |            |                |              | Same mandatory                      |
    | Q1-2026 Core  | Aggressive          | require_prereq        | initiative | INIT-000081<-INIT-000012 |            |            |                |              | “INIT-81 requires INIT-12” encoding |
    """)

  static let targets = SeedTable(
    .targets,
    """
    | scenario_name | constraint_set_name | country | kpi_key        | floor_or_goal | target_value | notes               |
    | Q1-2026 Core  | Baseline            | UK      | NSM_ORDERS     | floor         |       200000 | Must not drop below |
    | Q1-2026 Core  | Baseline            | UK      | KPI_CONVERSION | goal          |        0.035 | Stretch goal        |
    | Q1-2026 Core  | Aggressive          | UK      | NSM_ORDERS     | goal          |       240000 | Push growth         |
    | Q1-2026 Core  | Aggressive          | DE      | NSM_ORDERS     | floor         |       120000 | Keep stable         |
    """)

  static let candidates = SeedTable(
    .candidates,
    """
    | initiative_key | engineering_tokens | deadline_date | is_mandatory | mandate_reason | bundle_key    | prerequisite_keys | exclusion_keys | is_selected_for_run | notes           |
    | INIT-000017    |                180 | 2026-02-15    | TRUE         | Regulatory     |               |                   |                | TRUE                | Regulatory      |
    | INIT-000081    |                220 |               |              |                | BNDL-PAYMENTS | INIT-000012       |                | TRUE                | Depends on auth |
    | INIT-000044    |                120 |               |              |                |               |                   | INIT-000099    | FALSE               | Blocked         |
    """)
}

/// A small sheet whose first row is its header.
struct SeedTable: Sendable {
  let tab: TabName
  let columns: [String]
  private(set) var rows: [[CellValue]]

  init(_ tab: TabName, _ text: String) {
    self.tab = tab
    let lines = text.split(separator: "\n").map { line in
      line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { Self.trimmed($0) }
    }
    columns = lines[0]
    rows = lines.dropFirst().map { $0.map(Self.cell) }
  }

  /// The table with another value in one cell.
  func with(_ value: CellValue, row: Int, column: Int) -> SeedTable {
    var table = self
    table.rows[row][column] = value
    return table
  }

  /// As a person reads the cell; empty when it is blank.
  func text(row: Int, column name: String) -> String {
    guard let column = columns.firstIndex(of: name) else { return "" }
    return switch rows[row][column] {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .boolean(let flag): flag ? "TRUE" : "FALSE"
    default: ""
    }
  }

  /// The number that a sheet has for the row at a place among those below the header.
  static func number(ofRow place: Int) -> Int { place + 2 }

  var sheet: SheetTable {
    let lines = [columns.map { CellValue.text($0) }] + rows
    let filled = lines.enumerated().map { number, values in
      SheetRow(
        number: number + 1,
        cells: values.enumerated().compactMap { $1 == .blank ? nil : Cell(column: $0 + 1, value: $1) })
    }
    return SheetTable(tab: tab.rawValue, rows: filled, lastRow: filled.count)
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }

  private static func cell(_ text: String) -> CellValue {
    if text.isEmpty { return .blank }
    if let number = Double(text) { return .number(number) }
    return text == "TRUE" || text == "FALSE" ? .boolean(text == "TRUE") : .text(text)
  }
}

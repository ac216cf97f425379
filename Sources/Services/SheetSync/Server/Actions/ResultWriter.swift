import Messages
import SheetSyncDomain

/// Writes runs into Runs, Results and Gaps_Alerts: Lodestar's own columns of all three in one atomic replacement of the file.
struct ResultWriter {
  /// The runs to list, of each scenario and set one with a portfolio at most; the targets of those go to Gaps_Alerts.
  let runs: [Run]
  /// The one whose portfolio Results shows; nil when it stays as it is.
  let portfolio: Run?
  let now: DateSerial

  init(run: Run, now: DateSerial) {
    self.init(runs: [run], portfolio: run.result == nil ? nil : run, now: now)
  }

  init(runs: [Run], portfolio: Run?, now: DateSerial) {
    self.runs = runs
    self.portfolio = portfolio
    self.now = now
  }

  /// What was written.
  struct Report {
    var rows = 0
    var added = 0
    var absentColumns: [String] = []

    mutating func note(_ plan: PlannedWrites) {
      added += plan.rowsAdded
      if !plan.absentColumns.isEmpty {
        absentColumns.append("\(plan.tab) has no column \(plan.absentColumns.sorted().joined(separator: ", "))")
      }
    }
  }

  /// The tabs that a run is written to. A run without a portfolio is only listed.
  static func tabs(hasResult: Bool) -> [TabName] { hasResult ? [.runs, .results, .gapsAlerts] : [.runs] }

  /// Throws `TabProblem` when a tab or a header is missing; nothing is written then.
  func write(to workbook: any Workbook) async throws -> Report {
    let names = try await workbook.tabs().filter(\.hasCells).map(\.name)
    var report = Report()
    var writes: [TabWrites] = []
    for tab in Self.tabs(hasResult: runs.contains { $0.result != nil }) {
      let (plan, rows) = self.plan(tab, with: try await Self.writer(tab, among: names, of: workbook, now: now))
      report.rows += rows
      report.note(plan)
      writes.append(plan.tabWrites)
    }
    try await workbook.write(writes)
    return report
  }

  /// The writes to one of the three tabs, and how many rows they are about.
  func plan(_ tab: TabName, with writer: TabWriter) -> (plan: PlannedWrites, rows: Int) {
    switch tab {
    case .results:
      guard let portfolio, let result = portfolio.result else { return (PlannedWrites(tab: writer.header.tab), 0) }
      let records = RunRecords(run: portfolio)
      let rows = records.results(result)
      return (writer.records(rows) { _, cell in Self.isBare(cell) ? nil : records.outdatedResult }, rows.count)
    case .gapsAlerts:
      let withResult = runs.filter { $0.result != nil }.map { RunRecords(run: $0) }
      let rows = withResult.flatMap { records in records.run.result.map { records.gaps($0) } ?? [] }
      return (writer.records(rows) { key, _ in withResult.lazy.compactMap { $0.outdatedGap(key) }.first }, rows.count)
    default:
      let rows = runs.flatMap { RunRecords(run: $0).runs }
      return (writer.records(rows), rows.count)
    }
  }

  /// Whether a row of Results says nothing of any run, so that there is nothing to take back.
  private static func isBare(_ cell: (String) -> CellValue) -> Bool {
    ["run_id", "selected", "allocated_tokens"].allSatisfy { cell($0) == .blank }
  }

  /// Finds a tab and its header, as it is now and to its last row.
  static func writer(
    _ tab: TabName, among names: [String], of workbook: any Workbook, now: DateSerial
  ) async throws -> TabWriter {
    let definition = Catalogue[tab]
    let name = try definition.find(among: names, workbookTitle: workbook.title)
    let table = try await workbook.read(name, limits: ReadLimits(blankRows: nil))
    return TabWriter(try ResolvedHeader(definition, of: table), table: table, source: definition.sourceToken, now: now)
  }

  /// Looks whether a run could be written, before it is asked for.
  static func check(_ workbook: any Workbook) async throws {
    let names = try await workbook.tabs().filter(\.hasCells).map(\.name)
    for tab in tabs(hasResult: true) {
      _ = try await writer(tab, among: names, of: workbook, now: DateSerial(days: 0))
    }
  }
}

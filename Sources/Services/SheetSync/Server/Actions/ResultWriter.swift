import Messages
import SheetSyncDomain

/// Writes a run into Runs, Results and Gaps_Alerts: Lodestar's own columns of all three in one atomic replacement of the file.
struct ResultWriter {
  let run: Run
  let now: DateSerial

  /// What was written.
  struct Report {
    var rows = 0
    var added = 0
    var absentColumns: [String] = []
  }

  /// The tabs that a run is written to. A run without a portfolio is only listed.
  static func tabs(hasResult: Bool) -> [TabName] { hasResult ? [.runs, .results, .gapsAlerts] : [.runs] }

  /// Throws `TabProblem` when a tab or a header is missing; nothing is written then.
  func write(to workbook: any Workbook) async throws -> Report {
    let names = try await workbook.tabs().filter(\.hasCells).map(\.name)
    let records = RunRecords(run: run)
    var report = Report()
    var writes: [TabWrites] = []
    for tab in Self.tabs(hasResult: run.result != nil) {
      let writer = try await Self.writer(tab, among: names, of: workbook, now: now)
      let plan: PlannedWrites
      let rows: [RecordWrite]
      switch (tab, run.result) {
      case (.results, let result?):
        rows = records.results(result)
        plan = writer.records(rows) { _, cell in Self.isBare(cell) ? nil : records.outdatedResult }
      case (.gapsAlerts, let result?):
        rows = records.gaps(result)
        plan = writer.records(rows) { key, _ in records.outdatedGap(key) }
      default:
        rows = records.runs
        plan = writer.records(rows)
      }
      report.rows += rows.count
      report.added += plan.rowsAdded
      if !plan.absentColumns.isEmpty {
        report.absentColumns.append("\(plan.tab) has no column \(plan.absentColumns.sorted().joined(separator: ", "))")
      }
      writes.append(plan.tabWrites)
    }
    try await workbook.write(writes)
    return report
  }

  /// Whether a row of Results says nothing of any run, so that there is nothing to take back.
  private static func isBare(_ cell: (String) -> CellValue) -> Bool {
    ["run_id", "selected", "allocated_tokens"].allSatisfy { cell($0) == .blank }
  }

  /// Finds a tab and its header, as it is now and to its last row.
  private static func writer(
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

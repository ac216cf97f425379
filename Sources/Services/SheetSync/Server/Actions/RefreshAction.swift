import Messages
import SheetSyncDomain

/// Brings Lodestar's own columns of a workbook up to date with what is stored: what each candidate brings to the north star, the newest
/// written run of each scenario and set, and statuses that the workbook is owed. People's columns stay as they are, and what is so
/// already is not written again.
struct RefreshAction {
  let context: ActionContext
  let journal: ActionJournal
  let path: String
  /// The tab to refresh; nil for all that there is.
  let definition: TabDefinition?

  /// The tabs with columns that are filled from the database, beside their statuses.
  static let filledTabs: [TabName] = [.candidates, .runs, .results, .gapsAlerts]

  /// What was brought up to date.
  private struct Report {
    var tabs: [TabWrites] = []
    var rows = 0
    var changedRows = 0
    var changedCells = 0
    var findings: [RowFinding] = []

    mutating func note(_ code: String, _ message: String, _ severity: FindingSeverity = .info) {
      findings.append(RowFinding(rowNumber: 0, severity: severity, code: code, message: message))
    }

    mutating func add(_ plan: PlannedWrites, of writer: TabWriter, rows count: Int) {
      let (changes, rows, cells) = writer.onlyChanges(of: plan)
      self.rows += count
      changedRows += rows
      changedCells += cells
      if !changes.cells.isEmpty { tabs.append(changes.tabWrites) }
      for column in plan.absentColumns.sorted() {
        note("no_column", "\(plan.tab) has no column \(column), so nothing was written there")
      }
      if plan.formulaCells > 0 {
        note("formula_kept", "\(plan.formulaCells) cells of \(plan.tab) hold formulas and were left as they are")
      }
    }
  }

  func perform() async throws -> ActionEnding {
    try await context.withWorkbook(path, editing: true, telling: journal) { workbook in
      let paid = try await payDebts(workbook)
      let writers = try await read(workbook)
      let report = try await fetch(writers)
      try await journal.begin("write", "writing \(report.changedCells) cells to \(workbook.title)")
      if !report.tabs.isEmpty { try await workbook.write(report.tabs) }
      journal.end("\(report.changedCells) cells written")
      return ending(report, writers.map(\.header.tab), paid: paid)
    }
  }

  /// Statuses that the workbook is owed go in first: what follows is about the workbook as it is then.
  private func payDebts(_ workbook: any Workbook) async throws -> Int {
    try await journal.begin("statuses", "looking for statuses that \(workbook.title) is owed")
    let written = try await context.payDebts(of: path, in: workbook).rowsWritten
    journal.end("\(written) statuses written")
    return written
  }

  /// The tabs to refresh, as they are. One that was named has to be there.
  private func read(_ workbook: any Workbook) async throws -> [TabWriter] {
    try await journal.begin("read", "reading \(definition?.title ?? workbook.title)")
    let names = try await workbook.tabs().filter(\.hasCells).map(\.name)
    let now = DateSerial(microsecondsSince1970: context.clock.nowUs() / 1_000_000 * 1_000_000)
    var writers: [TabWriter] = []
    if let definition {
      journal.name(tab: definition.title)
      _ = try definition.find(among: names, workbookTitle: workbook.title)
    }
    for tab in Self.filledTabs where definition == nil || definition?.name == tab {
      if definition == nil, (try? Catalogue[tab].find(among: names, workbookTitle: workbook.title)) == nil { continue }
      writers.append(try await ResultWriter.writer(tab, among: names, of: workbook, now: now))
    }
    journal.end("\(writers.count) tabs")
    return writers
  }

  private func fetch(_ writers: [TabWriter]) async throws -> Report {
    try await journal.begin("fetch", "asking for what is stored")
    var report = Report()
    if let candidates = writers.first(where: { $0.header.definition.name == .candidates }) {
      try await refreshNorthStar(candidates, &report)
      journal.tellProgress("asking for runs", fraction: 0.5)
    }
    let outputs = writers.filter { $0.header.definition.name != .candidates }
    if !outputs.isEmpty { try await refreshRuns(outputs, &report) }
    journal.end("\(report.changedCells) cells differ")
    return report
  }

  private func refreshNorthStar(_ writer: TabWriter, _ report: inout Report) async throws {
    guard writer.header.column("north_star_contribution") != nil else {
      report.note("no_column", "\(writer.header.tab) has no column north_star_contribution, so nothing was written there")
      return
    }
    guard let star = try await context.rows.metricsConfig().kpis.first(where: { $0.isActive && $0.kpiLevel == .northStar }) else {
      report.note("no_north_star", "no active north star is stored; save Metrics_Config first", .warning)
      return
    }
    let kpi = CellText.folded(star.kpiKey)
    var values: [RowKey: Double] = [:]
    for initiative in try await context.rows.initiatives() {
      for contribution in initiative.contributions where CellText.folded(contribution.kpiKey) == kpi {
        values[RowKey([initiative.initiativeKey])] = contribution.value
      }
    }
    var rows = 0
    let plan = writer.values(of: "north_star_contribution") { key in
      rows += 1
      guard let value = values[key], value.isFinite else { return .blank }
      return .number(value)
    }
    report.add(plan, of: writer, rows: rows)
  }

  private func refreshRuns(_ writers: [TabWriter], _ report: inout Report) async throws {
    let shown = writers.map { Self.runIDs(in: $0) }
    let written = try await context.store.runsWritten(to: path)
    let newest = try await context.optimizer.newest(among: Set(shown.flatMap(\.self)).union(written))
    guard !newest.runs.isEmpty else {
      report.note("no_runs", "no run has been written to this workbook yet")
      return
    }
    let results = zip(writers, shown).first { $0.0.header.definition.name == .results }?.1 ?? []
    let writer = ResultWriter(
      runs: newest.runs.reversed(), portfolio: newest.portfolio(shown: results, written: written), now: DateSerial(days: 0))
    for tab in writers {
      let (plan, rows) = writer.plan(tab.header.definition.name, with: tab)
      report.add(plan, of: tab, rows: rows)
    }
  }

  /// The runs that a tab speaks of, each once, from top to bottom.
  private static func runIDs(in writer: TabWriter) -> [String] {
    guard let column = writer.header.column("run_id") else { return [] }
    var seen: Set<String> = []
    return writer.table.rows.compactMap { row in
      guard row.number > writer.header.rowNumber, case .text(let text)? = row[column].calculated else { return nil }
      let id = CellText.trimmed(text)
      return !id.isEmpty && seen.insert(id).inserted ? id : nil
    }
  }

  private func ending(_ report: Report, _ tabs: [String], paid: Int) -> ActionEnding {
    var parts: [String] = []
    if report.changedCells > 0 {
      parts.append(
        "\(report.changedCells) cells in \(report.changedRows) rows of \(tabs.joined(separator: ", ")) were brought up to date")
    } else if tabs.isEmpty {
      parts.append("\(definition?.title ?? "The workbook") has no columns that Lodestar fills from the database")
    } else {
      parts.append("\(tabs.joined(separator: ", ")): everything was up to date")
    }
    if paid > 0 { parts.append("\(paid) statuses that were owed are written") }
    let counts = SaveCounts(
      rows: UInt32(report.rows), upserts: UInt32(report.changedRows), unchanged: UInt32(max(0, report.rows - report.changedRows)),
      warnings: UInt32(report.findings.count { $0.severity == .warning }))
    return ActionEnding(
      status: .ok, message: parts.joined(separator: ". ") + ".", counts: counts, messages: ActionEnding.messages(report.findings),
      changedCells: report.changedCells)
  }
}

import Messages
import SheetSyncDomain

/// Says what a save of a tab would change, cell by cell, and what it would answer to each row. Nothing is written: not to the database,
/// not to the workbook, and not what is remembered of its headers. Only where constraint sets stand that it showed is remembered: the next
/// save is made against that.
struct PreviewAction {
  let context: ActionContext
  let journal: ActionJournal
  let path: String
  let definition: TabDefinition
  let scope: RowScope
  /// The rows meant when the scope is a selection.
  let keys: [String]

  /// So many changes are listed; all are counted.
  static let mostChanges = 2_000
  /// So many characters of a text are shown: cells that are filled to their brim would make an answer that nobody takes.
  static let longestText = 1_000

  func perform() async throws -> ActionEnding {
    // Between two saves, so that what is read, judged and compared is of one moment.
    try await context.withWorkbook(path, editing: false, telling: journal) { workbook in
      let (rows, drift) = try await read(workbook)
      guard !rows.isEmpty else { return rows.nothing(drift) }
      var outcome = try await judge(rows.parcel)
      // What comes next compares with what is stored; it is the owner's word that says which rows would be.
      let comparison = try await compare(rows, outcome)
      outcome.findings += try await see(outcome)
      outcome.findings = drift + rows.reading.findings + rows.findings + outcome.findings
      return ending(outcome, rows, comparison)
    }
  }

  private func read(_ workbook: any Workbook) async throws -> (SavedRows, drift: [RowFinding]) {
    try await journal.begin("read", "reading \(definition.title)")
    let (reading, table) = try await SavedRows.read(definition, of: workbook, limits: context.limits)
    let before = try await context.store.fingerprint(path: path, tab: definition.title)
    journal.end("\(reading.rows.count) rows")
    return (
      SavedRows(reading, table, scope: scope, keys: keys, actor: journal.run.actor),
      SavedRows.drift(of: reading.header, from: before)
    )
  }

  private func judge(_ parcel: RowParcel) async throws -> SaveOutcome {
    try await journal.begin("judge", "having \(parcel.readable.count) rows judged")
    var parcel = parcel
    parcel.isPreview = true
    let outcome = try await context.rows.save(parcel) { fraction in
      journal.tellProgress("having \(parcel.readable.count) rows judged", fraction: fraction)
    }
    // A half-judged preview would keep quiet about the other half.
    if let failure = outcome.failure { throw failure }
    journal.end("\(outcome.counts.upserts) would change, \(outcome.counts.unchanged) would not")
    return outcome
  }

  /// Remembers where the sets stand, and tells which of them were saved elsewhere since the workbook saw them.
  private func see(_ outcome: SaveOutcome) async throws -> [RowFinding] {
    guard SeenHeads.concern(definition.name) else { return [] }
    let before = try await context.store.takeSeenHeads(of: path)
    try await context.store.keepSeenHeads(before.after(preview: outcome, ofAll: scope == .all), of: path)
    return before.moved(in: outcome).map { set in
      RowFinding(
        rowNumber: 0, severity: .warning, code: "set_changed_elsewhere",
        message:
          "set \"\(set.constraintSetName)\" of \"\(set.scenarioName)\" was saved elsewhere since this workbook's last save or preview:"
          + " what differs from this tab is among the changes, and a save now would take it back")
    }
  }

  private func compare(_ rows: SavedRows, _ outcome: SaveOutcome) async throws -> RowComparison {
    try await journal.begin("compare", "comparing with what is stored")
    let stored = try await context.rows.stored(definition.name)
    let comparison = PreviewComparison(rows, outcome, stored: stored).comparison
    journal.end("\(comparison.changedFields) cells differ")
    return comparison
  }

  private func ending(_ outcome: SaveOutcome, _ rows: SavedRows, _ comparison: RowComparison) -> ActionEnding {
    let summary = SaveSummary(
      outcome, rows.parcel, title: definition.title, blankRows: scope == .all ? rows.reading.blankRows : 0)
    var ending = summary.previewEnding(changedCells: comparison.changedFields)
    ending.changedCells = comparison.changedFields
    ending.changes = comparison.changes.map { change in
      CellChange(
        rowNumber: UInt32(change.rowNumber), key: change.key.text, column: change.column, cell: cell(of: change, rows.header),
        stored: Self.shown(change.stored), typed: Self.shown(change.typed))
    }
    return ending
  }

  private static func shown(_ text: String) -> String {
    text.utf8.count <= longestText || text.count <= longestText ? text : text.prefix(longestText - 1) + "…"
  }

  /// Where the field stands: empty for a column that the sheet does without, whose fields a save blanks all the same.
  private func cell(of change: FieldChange, _ header: ResolvedHeader) -> String {
    guard change.rowNumber > 0 else { return "" }
    var column = header.column(change.column)
    if header.isWide, change.column == "kpi_key" || change.column == "contribution", let kpi = change.key.folded.last {
      column = header.unknown.first { CellText.folded($0.header) == kpi }?.column
    }
    return column.map { CellAddress(row: change.rowNumber, column: $0).description } ?? ""
  }
}

import Logging
import Messages
import SheetSyncDomain

/// Finds out what became of a save whose program died while its rows were on their way, and says so beside each row: a row that is stored
/// as it stands there has its usual answer, and one that is not is told to be saved again. Nothing is stored that was not.
struct SaveSettlement {
  let context: ActionContext
  let save: InterruptedSave

  /// Leaves the save unsettled when it cannot be looked up now, and answers whether it is.
  @discardableResult
  func perform() async -> Bool {
    do {
      if !save.isSuperseded { try await settle() }
      try await context.store.settle(save)
      return true
    } catch {
      let mayPass = Self.mayPass(error)
      context.logger.notice(
        "an interrupted save is not settled",
        metadata: ["action_run_id": "\(save.run.actionRunId)", "error": "\(error)", "again": "\(mayPass)"])
      if !mayPass { try? await context.store.settle(save) }
      return !mayPass
    }
  }

  /// Whether it is worth trying again later.
  static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case let error as WorkbookError:
      [.openElsewhere, .busy, .changedMeanwhile, .writtenAstray, .notAccessible, .unavailable, .credentials, .notShared]
        .contains(error.kind)
    case let error as ActionFailure: ["service_unavailable", "service_slow", "busy"].contains(error.code)
    // The tab is not there any more, and neither is a place to say anything.
    case is TabProblem: false
    default: true
    }
  }

  private func settle() async throws {
    guard let definition = Catalogue.tab(spelt: save.run.tab) else { return }
    let path = save.run.workbookPath
    try await context.locks.holding(path) {
      try await context.workbooks.withWorkbook(path, editing: true) { workbook in
        let (reading, table) = try await SavedRows.read(definition, of: workbook, limits: context.limits)
        let rows = SavedRows(reading, table, scope: save.request.meantScope, keys: save.request.keys, actor: save.run.actor)
        guard !rows.isEmpty else { return }
        let outcome = try await judge(rows)
        let statuses = SaveSummary(outcome, rows.parcel, title: definition.title, blankRows: 0).statuses
        try await write(statuses, definition, rows, to: workbook)
      }
    }
  }

  private func judge(_ rows: SavedRows) async throws -> SaveOutcome {
    var parcel = rows.parcel
    parcel.isPreview = true
    var outcome = try await context.rows.save(parcel) { _ in }
    if let failure = outcome.failure { throw failure }
    outcome.findings = rows.findings + outcome.findings
    outcome.findings += Self.unstored(parcel.readable, outcome.findings)
    return outcome
  }

  /// The rows that a save would change now: they are not stored as they stand there.
  static func unstored(_ rows: [ReadRow], _ findings: [RowFinding]) -> [RowFinding] {
    let answered = Set(
      findings.lazy.filter { $0.severity == .error || ($0.severity == .info && RowStatus.isReservation($0.message)) }.map(
        \.rowNumber))
    var unchanged: [Int: Int] = [:]
    for finding in findings where finding.code == "unchanged" { unchanged[finding.rowNumber, default: 0] += 1 }
    // KPI_Contributions in its wide form has several rows of one number: all of them have to be stored.
    let ofNumber = Dictionary(grouping: rows, by: \.number)
    return ofNumber.keys.sorted().compactMap { number in
      guard !answered.contains(number), let rows = ofNumber[number], unchanged[number, default: 0] < rows.count else { return nil }
      return RowFinding(
        rowNumber: number, key: rows[0].key.text, severity: .error, code: "interrupted",
        message: "not saved: lodestar-sync ended before this row was stored; save it again")
    }
  }

  private func write(
    _ statuses: [UnfinishedWrite.Row], _ definition: TabDefinition, _ rows: SavedRows, to workbook: any Workbook
  ) async throws {
    let own = UnfinishedWrite(
      actionRunID: save.run.actionRunId, workbookPath: save.run.workbookPath, tab: rows.header.tab, source: definition.saveToken,
      decidedAtUs: context.clock.nowUs(), rows: statuses)
    let report = try await context.payDebts(of: own.workbookPath, in: workbook, besides: own, read: rows.table)
    context.logger.info(
      "an interrupted save is settled", metadata: ["action_run_id": "\(save.run.actionRunId)", "rows": "\(report.rowsWritten)"])
  }
}

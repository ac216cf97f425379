import Logging
import Messages
import Postgres
import SheetSyncDomain

/// Saves the rows of a tab: reads them, hands them to the service that owns them, and writes each row's answer back.
struct SaveAction {
  let context: ActionContext
  let journal: ActionJournal
  let path: String
  let definition: TabDefinition
  let scope: RowScope
  /// The rows meant when the scope is a selection.
  let keys: [String]

  func perform() async throws -> ActionEnding {
    try await context.withWorkbook(path, editing: true, telling: journal) { workbook in
      let (rows, drift) = try await read(workbook)
      guard !rows.isEmpty else { return rows.nothing(drift) }
      var outcome = try await send(rows.parcel)
      outcome.findings = drift + rows.reading.findings + rows.findings + outcome.findings
      return try await writeBack(outcome, rows, to: workbook)
    }
  }

  private func read(_ workbook: any Workbook) async throws -> (SavedRows, drift: [RowFinding]) {
    try await journal.begin("read", "reading \(definition.title)")
    journal.name(tab: definition.title)
    let (reading, table) = try await SavedRows.read(definition, of: workbook, limits: context.limits)
    let before = try await context.store.exchangeFingerprint(path: path, tab: definition.title, reading.header.fingerprint)
    journal.end("\(reading.rows.count) rows")
    return (
      SavedRows(reading, table, scope: scope, keys: keys, actor: journal.run.actor),
      SavedRows.drift(of: reading.header, from: before)
    )
  }

  // MARK: Saving

  private func send(_ parcel: RowParcel) async throws -> SaveOutcome {
    try await journal.begin("send", "saving \(parcel.readable.count) rows")
    let outcome = try await againstSeenHeads(parcel) { parcel in
      try await context.rows.save(parcel) { fraction in
        journal.tellProgress("saving \(parcel.readable.count) rows", fraction: fraction)
      }
    }
    if let failure = outcome.failure {
      journal.end(failure.message, .failed)
    } else {
      journal.end("\(outcome.counts.upserts) saved, \(outcome.counts.unchanged) unchanged")
    }
    return outcome
  }

  /// Has rows of constraint sets saved against where the workbook saw these last.
  private func againstSeenHeads(
    _ parcel: RowParcel, _ save: (RowParcel) async throws -> SaveOutcome
  ) async throws -> SaveOutcome {
    guard SeenHeads.concern(definition.name) else { return try await save(parcel) }
    let seen = try await context.store.takeSeenHeads(of: path)
    var parcel = parcel
    parcel.expectedHeads = seen.expected
    var outcome = try await save(parcel)
    do {
      try await context.store.keepSeenHeads(seen.after(outcome), of: path)
    } catch let error as PostgresError {
      // The rows are stored: the next save is made against nothing, as the first was.
      context.logger.error("where constraint sets stand could not be kept", metadata: ["error": "\(error)"])
    }
    if let wayOut = outcome.wayOut(of: definition.title) { outcome.findings.append(wayOut) }
    return outcome
  }

  private func writeBack(
    _ outcome: SaveOutcome, _ rows: SavedRows, to workbook: any Workbook
  ) async throws -> ActionEnding {
    var summary = SaveSummary(
      outcome, rows.parcel, title: definition.title, blankRows: scope == .all ? rows.reading.blankRows : 0)
    let own = UnfinishedWrite(
      actionRunID: journal.run.actionRunId, workbookPath: path, tab: rows.header.tab, source: definition.saveToken,
      decidedAtUs: context.clock.nowUs(), rows: summary.statuses)
    var owed = [own]
    var isRecordable = false
    do {
      try await journal.begin("write_back", "writing statuses to \(workbook.title)")
      owed += try await context.store.unfinishedWrites(of: path)
      isRecordable = true
    } catch let error as PostgresError {
      context.noteUnrecorded(error)
    }
    // The new file is made while the statuses are recorded, and takes the old one's place only once they are: from then on they find their
    // way even if this program dies.
    let keeping = Task { [context, isRecordable] in isRecordable ? await context.keep(own) : false }
    do {
      let report = try await put(owed, rows.table, into: workbook, once: { _ = await keeping.value }, &summary)
      // Where nothing was to be written nobody has waited for it, and what is settled next must be there.
      _ = await keeping.value
      summary.note(report)
      journal.end("\(report.rowsWritten) statuses written")
      return summary.ending(settled: report.settled)
    } catch {
      let areKept = await keeping.value
      guard let error = error as? WorkbookError else { throw error }
      let failure = ActionFailure(error)
      journal.end(failure.message, .failed)
      return summary.ending(withoutStatuses: failure, areKept: areKept)
    }
  }

  /// A workbook that somebody saved since it was read is opened anew; the statuses find their rows by their keys.
  private func put(
    _ owed: [UnfinishedWrite], _ table: SheetTable, into workbook: any Workbook, once isReady: @Sendable () async -> Void,
    _ summary: inout SaveSummary
  ) async throws -> StatusWriteBack.Report {
    do {
      var writeBack = StatusWriteBack(tables: [table.tab: table])
      return try await writeBack.write(owed, to: workbook, once: isReady)
    } catch let error as WorkbookError where error.kind == .changedMeanwhile {
      summary.noteChange()
      // Many programs save into the file that is there, on which this one's lock would be in its own way.
      await workbook.close()
      return try await context.workbooks.withWorkbook(path, editing: true) { workbook in
        var writeBack = StatusWriteBack()
        return try await writeBack.write(owed, to: workbook, once: isReady)
      }
    }
  }
}

extension ActionContext {
  /// Whether statuses could be recorded before they are written.
  fileprivate func keep(_ write: UnfinishedWrite) async -> Bool {
    do {
      try await store.keep(write)
      return true
    } catch {
      noteUnrecorded(error)
      return false
    }
  }

  /// The rows are stored: their statuses are worth more than the record of them.
  fileprivate func noteUnrecorded(_ error: any Error) {
    logger.error("statuses could not be recorded before they are written", metadata: ["error": "\(error)"])
  }
}

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
    try await context.locks.holding(path) {
      journal.tellProgress("waiting for another action on this workbook", fraction: 0)
    } _: {
      try await context.workbooks.withWorkbook(path, editing: true) { workbook in
        let (reading, table, drift) = try await read(workbook)
        let rows = select(reading)
        guard !rows.parcel.readable.isEmpty || !rows.parcel.unreadable.isEmpty else {
          return nothing(in: reading, rows.findings + drift)
        }
        var outcome = try await send(rows.parcel)
        outcome.findings = drift + reading.findings + rows.findings + outcome.findings
        return try await writeBack(outcome, rows.parcel, reading, table, to: workbook)
      }
    }
  }

  // MARK: Reading

  private func read(_ workbook: any Workbook) async throws -> (TabReading, SheetTable, [RowFinding]) {
    try await journal.begin("read", "reading \(definition.title)")
    let tabs = try await workbook.tabs()
    let tab = try definition.find(among: tabs.filter(\.hasCells).map(\.name), workbookTitle: workbook.title)
    journal.name(tab: definition.title)
    // Rows far below the table's end are looked at as well, so that a person is told that they were not read.
    let table = try await workbook.read(tab, limits: ReadLimits(blankRows: max(1_000, context.limits.blankRows * 2)))
    let reading = try TabReading(definition, of: table, limits: context.limits)
    let drift = try await drift(of: reading.header)
    journal.end("\(reading.rows.count) rows")
    return (reading, table, drift)
  }

  /// Says so when the headers are not what they were the last time.
  private func drift(of header: ResolvedHeader) async throws -> [RowFinding] {
    let now = header.fingerprint
    guard let before = try await context.store.exchangeFingerprint(path: path, tab: definition.title, now), before != now else {
      return []
    }
    let (old, new) = (Set(before.split(separator: ",")), Set(now.split(separator: ",")))
    func named(_ columns: Set<Substring>) -> String { columns.map { $0.drop { $0 == "?" } }.sorted().joined(separator: ", ") }
    var changes: [String] = []
    if new != old {
      if !new.subtracting(old).isEmpty { changes.append("new: \(named(new.subtracting(old)))") }
      if !old.subtracting(new).isEmpty { changes.append("gone: \(named(old.subtracting(new)))") }
    } else {
      changes.append("their order")
    }
    return [
      RowFinding(
        rowNumber: 0, severity: .info, code: "headers_changed",
        message: "the columns of \(header.tab) have changed since the last save (\(changes.joined(separator: "; ")))")
    ]
  }

  private func select(_ reading: TabReading) -> (parcel: RowParcel, findings: [RowFinding]) {
    var (rows, missing) = (reading.rows, [RowFinding]())
    if scope == .selection { (rows, missing) = reading.selecting(keys) }
    let parcel = RowParcel(
      tab: definition.name, readable: rows.filter(\.isReadable), unreadable: rows.filter { !$0.isReadable }, scope: scope,
      actor: journal.run.actor)
    return (parcel, missing + rows.flatMap(\.problems))
  }

  // MARK: Saving

  private func send(_ parcel: RowParcel) async throws -> SaveOutcome {
    try await journal.begin("send", "saving \(parcel.readable.count) rows")
    let outcome = try await context.rows.save(parcel) { fraction in
      journal.tellProgress("saving \(parcel.readable.count) rows", fraction: fraction)
    }
    if let failure = outcome.failure {
      journal.end(failure.message, .failed)
    } else {
      journal.end("\(outcome.counts.upserts) saved, \(outcome.counts.unchanged) unchanged")
    }
    return outcome
  }

  private func writeBack(
    _ outcome: SaveOutcome, _ parcel: RowParcel, _ reading: TabReading, _ table: SheetTable, to workbook: any Workbook
  ) async throws -> ActionEnding {
    var summary = SaveSummary(outcome, parcel, title: definition.title, blankRows: scope == .all ? reading.blankRows : 0)
    let own = UnfinishedWrite(
      actionRunID: journal.run.actionRunId, workbookPath: path, tab: reading.header.tab, source: definition.saveToken,
      decidedAtUs: context.clock.nowUs(), rows: summary.statuses)
    var owed = [own]
    do {
      try await journal.begin("write_back", "writing statuses to \(workbook.title)")
      // From here on the statuses find their way even if this program dies.
      owed += try await context.store.unfinishedWrites(of: path)
      try await context.store.keep(own)
    } catch let error as PostgresError {
      // The rows are stored: their statuses are worth more than the record of them.
      context.logger.error("statuses could not be recorded before they are written", metadata: ["error": "\(error)"])
    }
    do {
      let report = try await put(owed, table, into: workbook)
      summary.note(report)
      journal.end("\(report.rowsWritten) statuses written")
      return summary.ending(settled: report.settled)
    } catch let error as WorkbookError {
      let failure = ActionFailure(error)
      journal.end(failure.message, .failed)
      return summary.ending(withoutStatuses: failure)
    }
  }

  /// A workbook that somebody saved since it was read is opened anew; the statuses find their rows by their keys.
  private func put(_ owed: [UnfinishedWrite], _ table: SheetTable, into workbook: any Workbook) async throws
    -> StatusWriteBack.Report
  {
    do {
      var writeBack = StatusWriteBack(tables: [table.tab: table])
      return try await writeBack.write(owed, to: workbook)
    } catch let error as WorkbookError where error.kind == .changedMeanwhile {
      return try await context.workbooks.withWorkbook(path, editing: true) { workbook in
        var writeBack = StatusWriteBack()
        return try await writeBack.write(owed, to: workbook)
      }
    }
  }

  private func nothing(in reading: TabReading, _ findings: [RowFinding]) -> ActionEnding {
    let all = reading.findings + findings
    let isFailed = all.contains { $0.severity == .error }
    let counts = SaveCounts(skipped: UInt32(reading.blankRows), failures: UInt32(all.count { $0.severity == .error }))
    let message =
      isFailed
      ? all.filter { $0.severity == .error }.map(\.message).joined(separator: "; ")
      : "\(reading.header.tab) has no rows to save. Nothing was changed"
    return ActionEnding(
      status: isFailed ? .failed : .ok, message: message + ".", counts: counts, messages: ActionEnding.messages(all))
  }
}

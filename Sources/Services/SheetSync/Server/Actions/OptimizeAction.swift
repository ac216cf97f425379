import Messages
import RPC
import SheetSyncDomain

/// Runs the optimizer on the selected candidates or on all of them, and writes the portfolio into the workbook.
struct OptimizeAction {
  let context: ActionContext
  let journal: ActionJournal
  let path: String
  let selectedOnly: Bool
  let request: RunActionRequest

  func perform() async throws -> ActionEnding {
    var (selection, findings) = try await readSelection()
    try await journal.begin("submit", "asking for a run of \(request.scenarioName) with \(request.constraintSetName)")
    let submitted = try await context.optimizer.submit(
      SubmitRunRequest(
        scenarioName: request.scenarioName, constraintSetName: request.constraintSetName, initiativeKeys: selection,
        selectedOnly: selectedOnly, timeLimitMs: request.timeLimitMs,
        // A repetition after a crash finds the run that was asked for the first time.
        idempotencyKey: request.idempotencyKey.isEmpty ? journal.run.actionRunId : request.idempotencyKey, actor: journal.run.actor)
    )
    try await journal.name(runID: submitted.runId)
    findings += try await changedInputs(of: submitted)
    journal.end(submitted.runId)
    try await journal.begin("solve", "solving \(submitted.runId)")
    let run = try await follow(submitted)
    journal.end(RunRecords(run: run).status)
    var ending = try await WriteResultsAction(context: context, journal: journal, path: path).write(run)
    ending.messages = ActionEnding.messages(findings) + ending.messages
    return ending
  }

  /// Says so when the run goes by another revision of the set than the workbook has seen.
  private func changedInputs(of run: Run) async throws -> [RowFinding] {
    let seen = try await context.store.seenHeads(of: path).revision(of: RowKey([run.scenarioName, run.constraintSetName]))
    guard let seen, !run.revision.isEmpty, seen != run.revision else { return [] }
    return [
      RowFinding(
        rowNumber: 0, severity: .warning, code: "set_changed_elsewhere",
        message:
          "the run goes by revision \(run.revision.prefix(12)) of set \"\(run.constraintSetName)\", which was saved elsewhere since"
          + " this workbook's last save or preview; pm.preview of Constraints and Targets shows what differs")
    ]
  }

  /// The keys of the rows that are ticked, empty when all candidates are meant, and what there is to say of the tab. The workbook is opened as for writing, so that
  /// whoever has it open is named before the solver has worked for nothing.
  private func readSelection() async throws -> (keys: [String], findings: [RowFinding]) {
    try await journal.begin("read", selectedOnly ? "reading the selected candidates" : "looking at the workbook")
    return try await context.withWorkbook(path, editing: true, telling: journal) { workbook in
      try await ResultWriter.check(workbook)
      guard selectedOnly else {
        journal.end("the workbook is ready")
        return ([], [])
      }
      let (keys, findings) = try await ticked(workbook)
      journal.end("\(keys.count) candidates are selected")
      return (keys, findings)
    }
  }

  private func ticked(_ workbook: any Workbook) async throws -> (keys: [String], findings: [RowFinding]) {
    let (reading, _) = try await SavedRows.read(Catalogue[.candidates], of: workbook, limits: context.limits)
    let tab = reading.header.tab
    guard reading.header.column("is_selected_for_run") != nil else {
      throw ActionFailure(
        code: "wrong_header",
        message:
          "\(tab) has no column \"is_selected_for_run\", so no candidate can be selected. Add the column, or run all candidates")
    }
    let unreadable = reading.rows.flatMap { row in
      row.problems.filter {
        $0.column == "is_selected_for_run" || ($0.column == "initiative_key" && row.isUnreadable("initiative_key"))
      }
    }
    guard unreadable.isEmpty else {
      throw ActionFailure(
        code: "unreadable_selection",
        message: unreadable.prefix(10).map(\.message).joined(separator: "; ") + ". No run was asked for")
    }
    var seen: Set<RowKey> = []
    let keys = reading.rows.map { CandidatePlanRow($0) }.filter(\.isSelectedForRun).map(\.initiativeKey)
      .filter { !$0.isEmpty && seen.insert(RowKey([$0])).inserted }
    guard !keys.isEmpty else {
      throw ActionFailure(
        code: "nothing_selected",
        message: "no row of \(tab) has TRUE in is_selected_for_run. Tick the candidates to choose from, or run all candidates")
    }
    return (keys, reading.findings)
  }

  private func follow(_ submitted: Run) async throws -> Run {
    if submitted.status.isEnded { return try await context.optimizer.get(submitted.runId) }
    let startedAt = ContinuousClock.now
    return try await context.optimizer.follow(submitted.runId) { event in
      let (message, fraction) = Self.progress(event, elapsed: ContinuousClock.now - startedAt, limitMs: request.timeLimitMs)
      journal.tellProgress(message, fraction: fraction)
    }
  }

  /// `RUNNING: 43 %, gap 1.2 %`. The fraction is that of the time limit; without one it is how far the gap is closed.
  static func progress(_ event: RunEvent, elapsed: Duration, limitMs: UInt32) -> (message: String, fraction: Double) {
    guard let run = event.run else { return ("RUNNING: the optimizer is away, waiting for it", 0) }
    guard let progress = event.progress else { return (RunRecords(run: run).status, run.status.isEnded ? 1 : 0) }
    if run.status == .queued {
      let ahead = progress.queuePosition
      return (ahead == 0 ? "RUNNING: queued" : "RUNNING: queued behind \(ahead)", 0)
    }
    let gap = progress.hasIncumbent ? progress.relativeGap : nil
    let timeFraction = limitMs > 0 ? min(1, (elapsed / .milliseconds(1)) / Double(limitMs)) : nil
    let fraction = timeFraction ?? gap.map { 1 - min(max($0, 0), 1) }
    return (RowStatus.running(fraction: fraction, gap: gap), fraction ?? 0)
  }
}

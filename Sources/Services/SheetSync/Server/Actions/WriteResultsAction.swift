import Messages
import SheetSyncDomain

/// Writes a run that has ended into the workbook.
struct WriteResultsAction {
  let context: ActionContext
  let journal: ActionJournal
  let path: String

  /// Writes the run of that name, or the newest ended one of the scenario and set.
  func perform(runID: String, scenarioName: String, constraintSetName: String) async throws -> ActionEnding {
    try await journal.begin("fetch", "asking for the run")
    let run: Run
    if runID.isEmpty {
      guard let newest = try await context.optimizer.newestEnded(scenarioName: scenarioName, constraintSetName: constraintSetName)
      else {
        throw ActionFailure(
          code: "no_run",
          message: "no run of \(scenarioName) with \(constraintSetName) has ended. Ask for one with pm.optimize.run_all_candidates")
      }
      run = newest
    } else {
      run = try await context.optimizer.get(runID)
    }
    guard run.status.isEnded else {
      throw ActionFailure(
        code: "run_not_ended", message: "\(run.runId) is still \(run.status.word). Write its results when it has ended")
    }
    try await journal.name(runID: run.runId)
    journal.end(run.runId)
    return try await write(run)
  }

  func write(_ run: Run) async throws -> ActionEnding {
    try await journal.begin("write_results", "writing \(run.runId) into the workbook")
    let now = DateSerial(microsecondsSince1970: context.clock.nowUs() / 1_000_000 * 1_000_000)
    let writer = ResultWriter(run: run, now: now)
    do {
      let report = try await context.withWorkbook(path, editing: true, telling: journal) { workbook in
        try await context.payDebts(of: path, in: workbook)
        return try await writer.write(to: workbook)
      }
      journal.end("\(report.rows) rows written")
      return ending(run, report)
    } catch let error as WorkbookError {
      var failure = ActionFailure(error)
      failure.message += ". The run \(run.runId) is stored: write it later with pm.optimize.write_results"
      throw failure
    }
  }

  private func ending(_ run: Run, _ report: ResultWriter.Report) -> ActionEnding {
    var findings = report.absentColumns.map {
      RowFinding(rowNumber: 0, severity: .info, code: "no_column", message: "\($0), so nothing was written there")
    }
    let counts = SaveCounts(rows: UInt32(report.rows), upserts: UInt32(report.rows))
    let status = RunRecords(run: run).status
    let sentence = status.hasSuffix(".") ? status : status + "."
    guard let result = run.result else {
      findings.append(
        RowFinding(
          rowNumber: 0, key: run.runId, severity: .error, code: run.status.word, message: run.message.isEmpty ? status : run.message
        ))
      return ActionEnding(
        status: .failed, message: "\(run.runId): \(sentence) It is listed in Runs; Results and Gaps_Alerts were left as they are.",
        counts: counts, messages: ActionEnding.messages(findings))
    }
    let message =
      "\(run.runId): \(sentence) \(result.selectedCount) of \(result.items.count) candidates are selected, with"
      + " \(result.capacityUsedTokens) of \(run.capacityTotalTokens) tokens; \(report.rows) rows were written."
    return ActionEnding(status: .ok, message: message, counts: counts, messages: ActionEnding.messages(findings))
  }
}

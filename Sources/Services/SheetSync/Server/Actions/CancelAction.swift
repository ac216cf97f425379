import Messages
import SheetSyncDomain

/// Stops an optimization run. It waits for no other action: the one that follows the run holds on to its workbook only while it reads
/// and writes, and writes the best portfolio found when the run ends.
struct CancelAction {
  let context: ActionContext
  let journal: ActionJournal

  /// Stops the run of that name, or the newest of the scenario and set that has not ended.
  func perform(runID: String, scenarioName: String, constraintSetName: String) async throws -> ActionEnding {
    try await journal.begin("cancel", "asking the optimizer to stop")
    var runID = runID
    if runID.isEmpty {
      guard let newest = try await context.optimizer.newestUnended(scenarioName: scenarioName, constraintSetName: constraintSetName)
      else {
        throw ActionFailure(
          code: "no_run", message: "no run of \(scenarioName) with \(constraintSetName) is queued or running, so none was cancelled"
        )
      }
      runID = newest.runId
    }
    let run = try await context.optimizer.cancel(runID)
    try await journal.name(runID: run.runId)
    journal.end(run.status.word)
    return ActionEnding(status: .ok, message: Self.sentence(run))
  }

  static func sentence(_ run: Run) -> String {
    switch run.status {
    case .cancelled: "\(run.runId) is cancelled."
    case .unspecified, .queued, .running:
      "\(run.runId) is being cancelled. The action that follows it writes the best portfolio found so far, if there is one."
    case .success, .infeasible, .failed, .timeLimit:
      "\(run.runId) had ended already (\(run.status.word)), so there was nothing to cancel."
    }
  }
}

import Messages
import RPC
import SheetSyncDomain

/// The newest runs of scenarios and sets.
struct NewestRuns: Sendable {
  /// With their results, the newest first. Where the newest of a scenario and set has no portfolio, those before it are here too,
  /// back to one that has.
  var runs: [Run] = []
  /// The scenario and set of each run that was asked about, by its name.
  var sets: [String: RowKey] = [:]

  /// The run that Results is to show: the newest of the scenario and set that it shows now (`shown`), else of the one that was written
  /// last, else the newest of all.
  func portfolio(shown: [String], written: [String]) -> Run? {
    let portfolios = runs.filter { $0.result != nil }
    for name in shown + written {
      guard let set = sets[name] else { continue }
      if let run = portfolios.first(where: { RowKey([$0.scenarioName, $0.constraintSetName]) == set }) { return run }
    }
    return portfolios.first
  }
}

extension OptimizerGateway {
  /// A page of runs is a few rows; so many are looked through before the rest counts as too old.
  private static let mostListedRuns = 2_000

  /// The newest of the named runs of each scenario and set, back to the newest with a portfolio: one that failed leaves what the
  /// one before it brought. Those that the optimizer does not list any more are left out.
  func newest(among wanted: Set<String>) async throws -> NewestRuns {
    var newest = NewestRuns()
    guard !wanted.isEmpty else { return newest }
    return try await dependency.calling {
      var ended: [(id: String, set: RowKey)] = []
      var unseen = wanted
      try await eachListed { run in
        guard unseen.remove(run.runId) != nil else { return true }
        let set = RowKey([run.scenarioName, run.constraintSetName])
        newest.sets[run.runId] = set
        if run.status.isEnded { ended.append((run.runId, set)) }
        return !unseen.isEmpty
      }
      var done: Set<RowKey> = []
      for (id, set) in ended where !done.contains(set) {
        let run = try await client.getRun(GetRunRequest(runId: id), options: options)
        newest.runs.append(run)
        if run.result != nil { done.insert(set) }
      }
      return newest
    }
  }

  /// The newest run of a scenario and set that has not ended; nil when there is none.
  func newestUnended(scenarioName: String, constraintSetName: String) async throws -> Run? {
    try await dependency.calling {
      var found: Run?
      try await eachListed(scenarioName: scenarioName, constraintSetName: constraintSetName) { run in
        if !run.status.isEnded { found = run }
        return found == nil
      }
      return found
    }
  }

  /// Stops the run, which keeps the best portfolio that it has found. Answers it as it is then, be it that it had ended before.
  func cancel(_ runID: String) async throws -> Run {
    try await dependency.calling { try await client.cancelRun(CancelRunRequest(runId: runID), options: options) }
  }

  /// Shows the runs, the newest first, until there are no more or the body has seen enough.
  private func eachListed(
    scenarioName: String = "", constraintSetName: String = "", _ body: (Run) throws -> Bool
  ) async throws {
    var token = ""
    var seen = 0
    repeat {
      let page = try await client.listRuns(
        ListRunsRequest(scenarioName: scenarioName, constraintSetName: constraintSetName, pageSize: 200, pageToken: token),
        options: options)
      for run in page.runs where try !body(run) { return }
      token = page.nextPageToken
      seen += page.runs.count
    } while !token.isEmpty && seen < Self.mostListedRuns
  }
}

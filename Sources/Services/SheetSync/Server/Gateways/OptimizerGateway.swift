import Messages
import RPC
import SheetSyncDomain

/// Asks the optimizer for runs.
struct OptimizerGateway: Sendable {
  static let patience: Duration = .seconds(60)
  /// How long a run is waited for while the optimizer cannot be reached; it goes on there meanwhile.
  static let absencePatience: Duration = .seconds(10)
  /// Pages looked through for the newest ended run.
  static let mostPages = 5

  let client: PortfolioOptimizationClient
  let dependency: Dependency

  var options: CallOptions { CallOptions(timeout: Self.patience) }

  func submit(_ request: SubmitRunRequest) async throws -> Run {
    try await dependency.calling { try await client.submitRun(request, options: options) }
  }

  /// Follows a run to its end. An optimizer that goes away is asked again for a while: another instance may have taken over.
  func follow(_ runID: String, told: (RunEvent) -> Void) async throws -> Run {
    var lastSign = ContinuousClock.now
    while true {
      do {
        for try await event in client.watchRun(WatchRunRequest(runId: runID)) {
          lastSign = .now
          told(event)
          if let run = event.run, run.status.isEnded { return try await get(runID) }
        }
        // A stream that ends before the run does comes from an instance that is going down.
        let run = try await client.getRun(GetRunRequest(runId: runID), options: options)
        if run.status.isEnded { return run }
        lastSign = .now
      } catch let error as RPCError where error.code == .unavailable && ContinuousClock.now - lastSign < Self.absencePatience {
        told(RunEvent())
      } catch let error as RPCError {
        var failure = dependency.failure(error)
        failure.message +=
          ". The run \(runID) goes on in the optimizer: write it into the workbook later with pm.optimize.write_results"
        throw failure
      }
      try await Task.sleep(for: .milliseconds(250))
    }
  }

  func get(_ runID: String) async throws -> Run {
    try await dependency.calling { try await client.getRun(GetRunRequest(runId: runID), options: options) }
  }

  /// The newest run of a scenario and set that has ended; nil when there is none.
  func newestEnded(scenarioName: String, constraintSetName: String) async throws -> Run? {
    try await dependency.calling {
      var token = ""
      for _ in 0..<Self.mostPages {
        let page = try await client.listRuns(
          ListRunsRequest(scenarioName: scenarioName, constraintSetName: constraintSetName, pageSize: 50, pageToken: token),
          options: options)
        if let ended = page.runs.first(where: { $0.status.isEnded }) {
          return try await client.getRun(GetRunRequest(runId: ended.runId), options: options)
        }
        guard !page.nextPageToken.isEmpty else { return nil }
        token = page.nextPageToken
      }
      return nil
    }
  }
}

extension RunStatus {
  var isEnded: Bool {
    switch self {
    case .unspecified, .queued, .running: false
    case .success, .infeasible, .failed, .cancelled, .timeLimit: true
    }
  }

  /// As optimization_db_status shows it: `time_limit`.
  var word: String {
    switch self {
    case .unspecified: "unspecified"
    case .queued: "queued"
    case .running: "running"
    case .success: "success"
    case .infeasible: "infeasible"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .timeLimit: "time_limit"
    }
  }
}

import Messages
import RPC
import Synchronization

/// A lodestar-metrics that keeps what it was asked and answers as it is told to.
final class FakeMetrics: MetricGovernanceService {
  let requests = Mutex<[SaveMetricsConfigRequest]>([])
  /// What is saved.
  let config = Mutex(MetricsConfig())
  let answer = Mutex<@Sendable (SaveMetricsConfigRequest) throws -> SaveMetricsConfigResponse>({ request in
    SaveMetricsConfigResponse(
      saved: !request.validateOnly, revision: 1,
      counts: SaveCounts(rows: UInt32(request.rows.count), upserts: UInt32(request.rows.count)))
  })

  func saveMetricsConfig(_ request: SaveMetricsConfigRequest, context: CallContext) async throws -> SaveMetricsConfigResponse {
    requests.withLock { $0.append(request) }
    return try answer.withLock { $0 }(request)
  }

  func getMetricsConfig(_ request: GetMetricsConfigRequest, context: CallContext) async throws -> MetricsConfig {
    config.withLock { $0 }
  }

  func watchMetricsConfig(
    _ request: WatchMetricsConfigRequest, context: CallContext, responses: ResponseWriter<MetricsConfig>
  ) async throws {}
}

/// A lodestar-compiler that keeps what it was asked and answers as it is told to.
final class FakeCompiler: ConstraintCompilationService {
  let initiatives = Mutex<[SaveInitiativesRequest]>([])
  let contributions = Mutex<[SaveContributionsRequest]>([])
  let candidates = Mutex<[SaveCandidatesRequest]>([])
  let scenarios = Mutex<[SaveScenariosRequest]>([])
  let constraints = Mutex<[SaveConstraintsRequest]>([])
  let targets = Mutex<[SaveTargetsRequest]>([])
  let mathModels = Mutex<[SaveMathModelsRequest]>([])
  let modelParams = Mutex<[SaveModelParamsRequest]>([])
  let scoringInputs = Mutex<[SaveScoringInputsRequest]>([])
  let resultNotes = Mutex<[SaveResultNotesRequest]>([])
  let gapNotes = Mutex<[SaveGapNotesRequest]>([])
  /// The initiatives that are stored.
  let backlog = Mutex<[Initiative]>([])
  /// What is stored, by tab.
  let stored = Mutex<[String: StoredTabRows]>([:])
  /// Whether rows of Candidates and KPI_Contributions are really stored, into `stored`, and answered by what was there before.
  let keepsRows = Mutex<Bool>(false)
  /// Called when rows of Candidates arrive; they are answered when it returns.
  let arrival = Mutex<@Sendable () async -> Void>({})
  /// What rows are answered: messages for the numbers of the rows asked about.
  let messages = Mutex<@Sendable ([UInt32]) throws -> [RowMessage]>({ _ in [] })
  let sets = Mutex<[SetOutcome]>([])

  private func answer(_ numbers: [UInt32]) throws -> SaveRowsResponse {
    let messages = try messages.withLock { $0 }(numbers)
    let failed = Set(messages.filter { $0.severity == .error }.map(\.rowNumber)).count
    return SaveRowsResponse(
      messages: messages, counts: SaveCounts(rows: UInt32(numbers.count), upserts: UInt32(numbers.count - failed)))
  }

  private func answerSets(_ numbers: [UInt32]) throws -> SaveSetsResponse {
    let rows = try answer(numbers)
    return SaveSetsResponse(messages: rows.messages, counts: rows.counts, sets: sets.withLock { $0 })
  }

  func saveInitiatives(_ request: SaveInitiativesRequest, context: CallContext) async throws -> SaveRowsResponse {
    initiatives.withLock { $0.append(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func saveContributions(_ request: SaveContributionsRequest, context: CallContext) async throws -> SaveRowsResponse {
    contributions.withLock { $0.append(request) }
    if keepsRows.withLock({ $0 }) { return keep(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func saveCandidates(_ request: SaveCandidatesRequest, context: CallContext) async throws -> SaveRowsResponse {
    candidates.withLock { $0.append(request) }
    await arrival.withLock { $0 }()
    if keepsRows.withLock({ $0 }) { return keep(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func saveScenarios(_ request: SaveScenariosRequest, context: CallContext) async throws -> SaveRowsResponse {
    scenarios.withLock { $0.append(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func saveConstraints(_ request: SaveConstraintsRequest, context: CallContext) async throws -> SaveSetsResponse {
    constraints.withLock { $0.append(request) }
    return try answerSets(request.rows.map(\.rowNumber))
  }

  func saveTargets(_ request: SaveTargetsRequest, context: CallContext) async throws -> SaveSetsResponse {
    targets.withLock { $0.append(request) }
    return try answerSets(request.rows.map(\.rowNumber))
  }

  func saveMathModels(_ request: SaveMathModelsRequest, context: CallContext) async throws -> SaveRowsResponse {
    mathModels.withLock { $0.append(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func saveModelParams(_ request: SaveModelParamsRequest, context: CallContext) async throws -> SaveRowsResponse {
    modelParams.withLock { $0.append(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func saveScoringInputs(_ request: SaveScoringInputsRequest, context: CallContext) async throws -> SaveRowsResponse {
    scoringInputs.withLock { $0.append(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func saveResultNotes(_ request: SaveResultNotesRequest, context: CallContext) async throws -> SaveRowsResponse {
    resultNotes.withLock { $0.append(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func saveGapNotes(_ request: SaveGapNotesRequest, context: CallContext) async throws -> SaveRowsResponse {
    gapNotes.withLock { $0.append(request) }
    return try answer(request.rows.map(\.rowNumber))
  }

  func listStoredRows(
    _ request: ListStoredRowsRequest, context: CallContext, responses: ResponseWriter<StoredTabRows>
  ) async throws {
    if let rows = stored.withLock({ $0[request.tab] }) { try await responses.write(rows) }
  }

  func listInitiatives(_ request: ListInitiativesRequest, context: CallContext) async throws -> ListInitiativesResponse {
    ListInitiativesResponse(initiatives: backlog.withLock { $0 })
  }
  func getInitiative(_ request: GetInitiativeRequest, context: CallContext) async throws -> Initiative { .init() }
  func watchInitiatives(
    _ request: WatchInitiativesRequest, context: CallContext, responses: ResponseWriter<InitiativeChange>
  ) async throws {}
  func validateRows(_ request: ValidateRowsRequest, context: CallContext) async throws -> ValidateRowsResponse { .init() }
  func diffRevisions(_ request: DiffRevisionsRequest, context: CallContext) async throws -> DiffRevisionsResponse { .init() }
  func verifyRevisions(_ request: VerifyRevisionsRequest, context: CallContext) async throws -> VerifyRevisionsResponse { .init() }
  func listScenarios(_ request: ListScenariosRequest, context: CallContext) async throws -> ListScenariosResponse { .init() }
  func getScenario(_ request: GetScenarioRequest, context: CallContext) async throws -> Scenario { .init() }
  func getConstraintSet(_ request: GetConstraintSetRequest, context: CallContext) async throws -> ConstraintSetRevision { .init() }
  func getRevision(_ request: GetRevisionRequest, context: CallContext) async throws -> ConstraintSetRevision { .init() }
  func assembleProblem(_ request: AssembleProblemRequest, context: CallContext) async throws -> AssembleProblemResponse { .init() }
}

/// A lodestar-optimizer whose every run ends as it is told to.
final class FakeOptimizer: PortfolioOptimizationService {
  let submitted = Mutex<[SubmitRunRequest]>([])
  /// What SubmitRun answers; the run's own end comes with `ended`.
  let submission = Mutex<@Sendable (SubmitRunRequest) throws -> Run>({ request in
    Run(
      runId: "run_20260105T120102Z_a1b2c3d4", scenarioName: request.scenarioName, constraintSetName: request.constraintSetName,
      status: .queued)
  })
  let ended = Mutex<Run>(.example())
  let list = Mutex<[Run]>([])
  /// How often WatchRun ends before the run does.
  let brokenWatches = Mutex<Int>(0)

  func submitRun(_ request: SubmitRunRequest, context: CallContext) async throws -> Run {
    submitted.withLock { $0.append(request) }
    return try submission.withLock { $0 }(request)
  }

  func watchRun(_ request: WatchRunRequest, context: CallContext, responses: ResponseWriter<RunEvent>) async throws {
    let isBroken = brokenWatches.withLock { count in
      count -= 1
      return count >= 0
    }
    try await responses.write(
      RunEvent(run: Run(runId: request.runId, status: .running), progress: RunProgress(hasIncumbent: true, relativeGap: 0.5)))
    await watched.withLock { $0 }()
    if isBroken { throw RPCError(.unavailable, "This instance is going down.") }
    try await responses.write(RunEvent(run: ended.withLock { $0 }))
  }

  func getRun(_ request: GetRunRequest, context: CallContext) async throws -> Run {
    let run = (list.withLock { $0 } + [ended.withLock { $0 }]).first { $0.runId == request.runId }
    guard let run else { throw RPCError(.notFound, "there is no run \"\(request.runId)\".") }
    return run
  }

  func listRuns(_ request: ListRunsRequest, context: CallContext) async throws -> ListRunsResponse {
    let listed = list.withLock { $0 }.filter { request.scenarioName.isEmpty || $0.scenarioName == request.scenarioName }
    return ListRunsResponse(
      runs: listed.map { run in
        var run = run
        run.result = nil
        return run
      })
  }

  let cancelled = Mutex<[String]>([])
  /// Called when a run is watched; the watch goes on when it returns.
  let watched = Mutex<@Sendable () async -> Void>({})
  /// What CancelRun does and answers.
  let cancellation = Mutex<@Sendable (String) throws -> Run>({ Run(runId: $0, status: .running) })

  func cancelRun(_ request: CancelRunRequest, context: CallContext) async throws -> Run {
    cancelled.withLock { $0.append(request.runId) }
    return try cancellation.withLock { $0 }(request.runId)
  }
}

import Jobs
import Logging
import Messages
import PortfolioOptimizationDomain
import Postgres
import RPC
import Reactor
import Synchronization
import TestSupport
import Testing
import Wire

@testable import PortfolioOptimizationServer

/// A compiler service that answers AssembleProblem with a given problem and nothing else.
private final class FakeCompiler: ConstraintCompilationService {
  let problem: Mutex<PortfolioProblem>
  let asked = Mutex<[AssembleProblemRequest]>([])

  init(_ problem: PortfolioProblem) { self.problem = Mutex(problem) }

  func assembleProblem(_ request: AssembleProblemRequest, context: CallContext) async throws -> AssembleProblemResponse {
    asked.withLock { $0.append(request) }
    guard request.scenarioName == "Core" else { throw RPCError(.notFound, "There is no scenario \"\(request.scenarioName)\".") }
    return AssembleProblemResponse(problem: problem.withLock { $0 }, problemHash: String(repeating: "a", count: 64))
  }

  private var refusal: RPCError { RPCError(.unimplemented, "the fake compiler only assembles") }
  func saveInitiatives(_: SaveInitiativesRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func saveContributions(_: SaveContributionsRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func saveCandidates(_: SaveCandidatesRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func saveScenarios(_: SaveScenariosRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func saveConstraints(_: SaveConstraintsRequest, context: CallContext) async throws -> SaveSetsResponse { throw refusal }
  func saveTargets(_: SaveTargetsRequest, context: CallContext) async throws -> SaveSetsResponse { throw refusal }
  func saveMathModels(_: SaveMathModelsRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func saveModelParams(_: SaveModelParamsRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func saveScoringInputs(_: SaveScoringInputsRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func saveResultNotes(_: SaveResultNotesRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func saveGapNotes(_: SaveGapNotesRequest, context: CallContext) async throws -> SaveRowsResponse { throw refusal }
  func listStoredRows(_: ListStoredRowsRequest, context: CallContext, responses: ResponseWriter<StoredTabRows>) async throws {
    throw refusal
  }
  func validateRows(_: ValidateRowsRequest, context: CallContext) async throws -> ValidateRowsResponse { throw refusal }
  func listInitiatives(_: ListInitiativesRequest, context: CallContext) async throws -> ListInitiativesResponse { throw refusal }
  func getInitiative(_: GetInitiativeRequest, context: CallContext) async throws -> Initiative { throw refusal }
  func watchInitiatives(_: WatchInitiativesRequest, context: CallContext, responses: ResponseWriter<InitiativeChange>) async throws
  {
    throw refusal
  }
  func listScenarios(_: ListScenariosRequest, context: CallContext) async throws -> ListScenariosResponse { throw refusal }
  func getScenario(_: GetScenarioRequest, context: CallContext) async throws -> Scenario { throw refusal }
  func getConstraintSet(_: GetConstraintSetRequest, context: CallContext) async throws -> ConstraintSetRevision { throw refusal }
  func getRevision(_: GetRevisionRequest, context: CallContext) async throws -> ConstraintSetRevision { throw refusal }
  func diffRevisions(_: DiffRevisionsRequest, context: CallContext) async throws -> DiffRevisionsResponse { throw refusal }
  func verifyRevisions(_: VerifyRevisionsRequest, context: CallContext) async throws -> VerifyRevisionsResponse { throw refusal }
}

/// Six initiatives, capacity for some: the best are B, C and E.
private func smallProblem() -> PortfolioProblem {
  var problem = PortfolioProblem(scenarioName: "Core", periodKey: "2026-Q1", constraintSetName: "Baseline", revision: "r1")
  problem.capacityTotalTokens = 100
  problem.objective = Objective(mode: .northStar, terms: [ObjectiveTerm(kpiKey: "ORDERS", weight: 1, normalizer: 1)])
  problem.kpis = [ProblemKpi(kpiKey: "ORDERS", unit: "orders")]
  for (key, tokens, gain) in [("A", 60, 50.0), ("B", 40, 45), ("C", 30, 30), ("D", 50, 31), ("E", 30, 29), ("F", 10, 1)] {
    problem.candidates.append(
      Candidate(
        initiativeKey: key, title: "Initiative \(key)", tokens: Int64(tokens), country: "UK",
        contributions: [Contribution(kpiKey: "ORDERS", value: gain)],
        source: CellSource(tab: "Candidates", rowNumber: UInt32(problem.candidates.count + 2))))
  }
  return problem
}

/// Value and cost nearly proportional under caps that overlap: out of reach of branch and bound for minutes.
private func hardProblem() -> PortfolioProblem {
  let hard = Examples.correlated(candidates: 120, seed: 5)
  var problem = PortfolioProblem(scenarioName: "Core", periodKey: "2026-Q1", constraintSetName: "Baseline", revision: "r1")
  problem.capacityTotalTokens = hard.capacityTokens
  problem.objective = Objective(mode: .northStar, terms: [ObjectiveTerm(kpiKey: "K", weight: 1, normalizer: 1)])
  problem.kpis = hard.kpis.map { ProblemKpi(kpiKey: $0.key) }
  problem.candidates = hard.candidates.map { candidate in
    Candidate(
      initiativeKey: candidate.key, title: candidate.key, tokens: candidate.tokens, country: candidate.country,
      department: candidate.department, category: candidate.category,
      contributions: candidate.contributions.map { Contribution(kpiKey: $0.kpiKey, value: $0.value) })
  }
  let dimensions: [Problem.Dimension: Messages.Dimension] = [.country: .country, .department: .department, .category: .category]
  problem.tokenBounds = hard.tokenBounds.map {
    TokenBound(dimension: dimensions[$0.member.dimension] ?? .all, key: $0.member.key, kind: .atMost, tokens: $0.limit)
  }
  return problem
}

/// The optimizer over a fresh database, with a compiler behind real RPC.
private struct Service {
  let handler: PortfolioOptimizationHandler
  let worker: RunWorker
  let database: Database
  let compiler: FakeCompiler

  static func with<Result: Sendable>(
    _ problem: PortfolioProblem = smallProblem(), solving: Bool = true, _ body: (Service) async throws -> Result
  ) async throws -> Result {
    try await withDatabase(role: .optimizer) { database in
      try await database.migrate(schema: "optimizer", migrations: PortfolioOptimizationServer.migrations)
      let compiler = FakeCompiler(problem)
      let server = RPCServer(
        configuration: RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)]), services: [compiler],
        loops: TestLoops.shared, logger: .silent)
      let address = try await server.start()[0]
      let channel = RPCChannel(to: address, loops: TestLoops.shared, logger: .silent)
      let feed = RunFeed()
      let service = Service(
        handler: PortfolioOptimizationHandler(
          database: database, feed: feed, compiler: ConstraintCompilationClient(channel: channel),
          compilerAddress: address.description, logger: .silent),
        worker: RunWorker(
          database: database, feed: feed, instance: "test", timing: LeaseTiming(sweep: .milliseconds(50)), logger: .silent),
        database: database, compiler: compiler)
      let background = Task {
        await withTaskGroup(of: Void.self) { group in
          group.addTask { await feed.run(database) }
          if solving { group.addTask { try? await service.worker.run() } }
        }
      }
      let result: Swift.Result<Result, any Error>
      do { result = .success(try await body(service)) } catch { result = .failure(error) }
      background.cancel()
      await background.value
      await channel.close()
      await server.drain(grace: .zero)
      return try result.get()
    }
  }

  var context: CallContext {
    CallContext(method: "/test", metadata: Metadata(), deadline: nil, peer: "test", logger: .silent)
  }

  func submit(_ change: (inout SubmitRunRequest) -> Void = { _ in }) async throws -> Run {
    var request = SubmitRunRequest(scenarioName: "Core", constraintSetName: "Baseline", actor: "ada")
    change(&request)
    return try await handler.submitRun(request, context: context)
  }

  /// Watches the run to its end; answers every event.
  func watch(_ runID: String) async throws -> [RunEvent] {
    let events = Events()
    let writer = ResponseWriter<RunEvent> { events.append($0) }
    try await handler.watchRun(WatchRunRequest(runId: runID), context: context, responses: writer)
    return events.all.withLock { $0 }
  }

  private final class Events: Sendable {
    let all = Mutex<[RunEvent]>([])
    func append(_ event: RunEvent) { all.withLock { $0.append(event) } }
  }

  func count(_ table: String, _ runID: String) async throws -> Int {
    try await database.query("SELECT count(*) AS n FROM \(identifier: table) WHERE run_id = \(runID)")[0].decode("n")
  }
}

@Suite(.timeLimit(.minutes(5))) struct RunServiceTests {
  @Test func `a submitted run is solved, verified and stored with its snapshot, portfolio, items and gaps`() async throws {
    var problem = smallProblem()
    problem.targets = [
      KpiTarget(
        kpiKey: "ORDERS", dimension: .country, key: "UK", kind: .goal, targetValue: 200,
        source: CellSource(tab: "Targets", rowNumber: 2))
    ]
    try await Service.with(problem) { service in
      let run = try await service.submit()
      #expect(run.status == .queued && run.runId.hasPrefix("run_20") && run.candidateCount == 6)
      let last = try #require(try await service.watch(run.runId).last?.run)
      #expect(last.status == .success, "\(last.message)")
      let result = try #require(last.result)
      #expect(result.items.filter(\.selected).map(\.initiativeKey) == ["B", "C", "E"])
      #expect(result.totalObjective == 104 && result.capacityUsedTokens == 100 && result.selectedCount == 3)
      #expect(result.relativeGap == 0 && result.bestBound == 104)
      #expect(result.gaps.map(\.gap) == [96] && result.gaps[0].severity == .critical && !result.gaps[0].recommendation.isEmpty)
      #expect(result.items.allSatisfy { !$0.reason.isEmpty })
      #expect(try await service.count("portfolios", run.runId) == 1)
      #expect(try await service.count("portfolio_items", run.runId) == 6)
      #expect(try await service.count("gaps", run.runId) == 1)
      let full = try await service.handler.getRun(
        GetRunRequest(runId: run.runId, includeSnapshot: true), context: service.context)
      #expect(full.snapshot == problem)
    }
  }

  @Test func `a candidate that is left out though its deadline is inside the period is an alert, stored with the result`()
    async throws
  {
    var problem = smallProblem()
    for place in problem.candidates.indices { problem.candidates[place].deadlineDate = "2026-02-1\(place)" }
    problem.candidates[5].deadlineDate = "2026-04-01"
    try await Service.with(problem) { service in
      let submitted = try await service.submit()
      let run = try #require(try await service.watch(submitted.runId).last?.run)
      #expect(run.result?.missedDeadlines.map(\.initiativeKey) == ["A", "D"])
      #expect(run.result?.missedDeadlines.map(\.deadlineDate) == ["2026-02-10", "2026-02-13"])
      #expect(run.result?.missedDeadlines.first?.source == CellSource(tab: "Candidates", rowNumber: 2))
      #expect(run.alerts.map(\.code) == ["deadline_missed", "deadline_missed"] && run.alerts.map(\.initiativeKey) == ["A", "D"])
      #expect(run.alerts.allSatisfy { $0.severity == .warning && $0.kpiKey.isEmpty })
      #expect(
        run.alerts.first?.message.hasPrefix("A misses its deadline 2026-02-10 (Candidates row 2), which is inside 2026-Q1") == true)
    }
  }

  @Test func `a candidate of either form is in as the one that serves the portfolio, and the run tells which`() async throws {
    var problem = smallProblem()
    // Mandatory, A is in as its mvp: whole it would leave room for B alone.
    problem.candidates[0].mvp = SmallerForm(tokens: 20, contributions: [Contribution(kpiKey: "ORDERS", value: 20)])
    problem.candidates[1].form = .mvp
    problem.mandatory = [MandatoryRule(initiativeKey: "A", source: CellSource(tab: "Candidates", rowNumber: 2))]
    try await Service.with(problem) { service in
      let run = try await service.submit()
      let last = try #require(try await service.watch(run.runId).last?.run)
      #expect(last.status == .success, "\(last.message)")
      let result = try #require(last.result)
      let selected = result.items.filter(\.selected)
      #expect(selected.map(\.initiativeKey) == ["A", "B", "C", "F"] && result.totalObjective == 96)
      #expect(selected.map(\.form) == [.mvp, .mvp, .unspecified, .unspecified])
      #expect(selected[0].allocatedTokens == 20 && selected[0].gains == [Contribution(kpiKey: "ORDERS", value: 20)])
      #expect(
        selected[0].reason.hasSuffix("in as mvp: the whole needs 60 tokens, 40 more, and 0 are left"), "\(selected[0].reason)")
      #expect(result.items.filter { !$0.selected }.allSatisfy { $0.form == .unspecified })
      let stored = try await service.database.query(
        "SELECT form FROM portfolio_items WHERE run_id = \(run.runId) ORDER BY initiative_key"
      ).map { try $0.decode("form", as: String?.self) }
      #expect(stored == ["mvp", "mvp", "full", nil, nil, "full"])
      let full = try await service.handler.getRun(
        GetRunRequest(runId: run.runId, includeSnapshot: true), context: service.context)
      #expect(full.snapshot == problem && full.result == result)
    }
  }

  @Test func `a problem and a result keep the forms there and back`() throws {
    var message = smallProblem()
    let smaller = SmallerForm(tokens: 20, contributions: [Contribution(kpiKey: "ORDERS", value: 17)])
    message.candidates[0].mvp = smaller
    message.candidates[1].form = .mvp
    let problem = try Problem(message)
    #expect(problem.candidates[0].form == .whole && problem.candidates[1].form == .smaller)
    #expect(
      problem.candidates.map(\.smaller) == [.init(tokens: 20, contributions: [.init(kpiKey: "ORDERS", value: 17)])]
        + Array(repeating: nil, count: 5))
    let forms: [Problem.Form?] = [.smaller, .smaller, .whole, nil, nil, nil]
    let result = RunResult(
      Evaluation(of: forms, in: problem), of: problem, SearchOutcome(ending: .proven, bestBound: 92, relativeGap: 0))
    #expect(result.items.map(\.form) == [.mvp, .mvp] + Array(repeating: .unspecified, count: 4))
    #expect(result.claim.items.map(\.form) == [.smaller, .smaller, .whole])
    #expect(Verifier(problem).objections(to: result.claim) == [])
    #expect(try RunResult(jsonValue: result.jsonValue) == result)
    // Who has no choice has no second form either.
    message.candidates[1].mvp = smaller
    #expect(throws: ProblemFault.self) { try Problem(message) }
  }

  @Test func `a run records by which version and content each KPI is measured, and warns of versions on their way out`()
    async throws
  {
    var problem = smallProblem()
    let hash = String(repeating: "c3", count: 32)
    problem.kpis = [
      ProblemKpi(kpiKey: "ORDERS", metricKey: "orders", metricVersion: "v2", metricStatus: .deprecated, metricContentHash: hash),
      ProblemKpi(kpiKey: "COST"),
    ]
    try await Service.with(problem) { service in
      let submitted = try await service.submit()
      let measure = KpiMeasure(
        kpiKey: "ORDERS", metricKey: "orders", metricVersion: "v2", metricStatus: .deprecated, metricContentHash: hash)
      #expect(submitted.measures == [measure])
      let run = try #require(try await service.watch(submitted.runId).last?.run)
      #expect(run.status == .success && run.measures == [measure])
      #expect(run.alerts.map(\.code) == ["metric_deprecated"] && run.alerts.map(\.severity) == [.warning])
      #expect(run.alerts.first?.message.hasPrefix("ORDERS is measured by orders v2, which is deprecated") == true)
      let listed = try await service.handler.listRuns(ListRunsRequest(), context: service.context).runs
      #expect(listed.map(\.runId) == [run.runId] && listed[0].measures.isEmpty)
    }
  }

  @Test(arguments: [
    (VersionStatus.active, nil), (.unspecified, nil), (.deprecated, GapSeverity.warning), (.sunset, .critical),
    (.retired, .critical),
  ])
  func `an alert is as grave as where the version is in its life`(status: VersionStatus, severity: GapSeverity?) {
    let alert = RunAlert(KpiMeasure(kpiKey: "K", metricKey: "m", metricVersion: "v1", metricStatus: status))
    #expect(alert?.severity == severity)
  }

  @Test func `the same idempotency key gives the same run, submitted twice or eight times at once`() async throws {
    try await Service.with(solving: false) { service in
      let ids = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<8 { group.addTask { try await service.submit { $0.idempotencyKey = "one" }.runId } }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(ids.count == 1)
      let other = try await service.submit { $0.idempotencyKey = "two" }
      #expect(!ids.contains(other.runId))
      let unkeyed = [try await service.submit().runId, try await service.submit().runId]
      #expect(unkeyed[0] != unkeyed[1])
    }
  }

  @Test func `an infeasible problem says which rows cannot hold together`() async throws {
    var problem = smallProblem()
    problem.mandatory = [MandatoryRule(initiativeKey: "A", source: CellSource(tab: "Candidates", rowNumber: 2))]
    problem.tokenBounds = [
      TokenBound(
        dimension: .country, key: "UK", kind: .atMost, tokens: 50, source: CellSource(tab: "Constraints", rowNumber: 9))
    ]
    try await Service.with(problem) { service in
      let run = try await service.submit()
      let last = try #require(try await service.watch(run.runId).last?.run)
      #expect(last.status == .infeasible && last.result == nil)
      #expect(last.message.contains("Candidates row 2") && last.message.contains("Constraints row 9"), "\(last.message)")
    }
  }

  @Test func `a run whose instance died is solved again and stored once`() async throws {
    try await Service.with(solving: false) { service in
      let run = try await service.submit()
      // The dead instance had claimed and begun it; its lease ends at once by the server's clock.
      let dead = LeaseWorker(
        database: service.database, table: leasedRuns, name: "dead", channel: runsChannel,
        timing: LeaseTiming(lease: .milliseconds(1)), logger: .silent)
      let old = try #require(try await dead.claim())
      try await service.database.execute(BeginRun(lease: old, solver: "GLPK", instance: "dead").statement)
      var taken: Lease?
      let next = LeaseWorker(
        database: service.database, table: leasedRuns, name: "next", channel: runsChannel, logger: .silent)
      while taken == nil { taken = try await next.claim() }
      let lease = try #require(taken)
      #expect(lease.key == run.runId && lease.epoch == old.epoch + 1)
      try await service.worker.work(on: lease)
      // The dead one comes back to life and works on: nothing of it is stored.
      try await service.worker.work(on: old)
      let stored = try await service.handler.getRun(GetRunRequest(runId: run.runId), context: service.context)
      #expect(stored.status == .success && stored.result?.totalObjective == 104)
      #expect(try await service.count("portfolios", run.runId) == 1)
    }
  }

  @Test func `a running run tells its progress, and cancelled ends soon with the best portfolio so far`() async throws {
    try await Service.with(hardProblem()) { service in
      let run = try await service.submit()
      let clock = ContinuousClock()
      let cancelled = Mutex<ContinuousClock.Instant?>(nil)
      let (told, signal) = AsyncStream<RunEvent>.makeStream()
      let watching = Task {
        let writer = ResponseWriter<RunEvent> { signal.yield($0) }
        try await service.handler.watchRun(WatchRunRequest(runId: run.runId), context: service.context, responses: writer)
        signal.finish()
      }
      var last: Run?
      for await event in told {
        last = event.run
        guard cancelled.withLock({ $0 == nil }), event.progress?.hasIncumbent == true else { continue }
        #expect(event.run?.status == .running && event.run?.solver.hasPrefix("GLPK") == true)
        cancelled.withLock { $0 = clock.now }
        _ = try await service.handler.cancelRun(CancelRunRequest(runId: run.runId), context: service.context)
      }
      try await watching.value
      // The solver's half second is measured elsewhere; this is the way there and back, on whatever machine runs the tests.
      let asked = try #require(cancelled.withLock { $0 })
      #expect(clock.now - asked < .seconds(5))
      let ended = try #require(last)
      #expect(ended.status == .cancelled, "\(ended.message)")
      let result = try #require(ended.result)
      #expect(result.selectedCount > 0 && result.bestBound >= result.totalObjective && result.relativeGap > 0)
      #expect(try await service.count("portfolios", run.runId) == 1)
    }
  }

  @Test func `a time limit ends a run with what it found and what is left unproven`() async throws {
    try await Service.with(hardProblem()) { service in
      let run = try await service.submit { $0.timeLimitMs = 1_000 }
      let ended = try #require(try await service.watch(run.runId).last?.run)
      #expect(ended.status == .timeLimit && ended.message.contains("time limit"), "\(ended.message)")
      #expect(try #require(ended.result).relativeGap > 0)
    }
  }

  @Test func `an answer that breaks a rule is never stored`() async throws {
    try await Service.with(solving: false) { service in
      let run = try await service.submit()
      var worker = service.worker
      worker.search = { problem, _, _, _ in
        // Everything at once: far beyond the capacity.
        let all = Evaluation(of: problem.candidates.map { _ in true }, in: problem)
        return SearchOutcome(ending: .proven, evaluation: all, bestBound: 186, relativeGap: 0)
      }
      let leasing = LeaseWorker(
        database: service.database, table: leasedRuns, name: "test", channel: runsChannel, logger: .silent)
      try await worker.work(on: try #require(try await leasing.claim()))
      let ended = try await service.handler.getRun(GetRunRequest(runId: run.runId), context: service.context)
      #expect(ended.status == .failed && ended.result == nil)
      #expect(ended.message.contains("at most 100 tokens in all"), "\(ended.message)")
      #expect(try await service.count("portfolios", run.runId) == 0)
    }
  }

  @Test func `a queued run that is cancelled is never begun, and cancelling an ended run changes nothing`() async throws {
    try await Service.with(solving: false) { service in
      let run = try await service.submit()
      let cancelled = try await service.handler.cancelRun(CancelRunRequest(runId: run.runId), context: service.context)
      #expect(cancelled.status == .cancelled && cancelled.finishedAtUs > 0)
      let worker = LeaseWorker(
        database: service.database, table: leasedRuns, name: "w", channel: runsChannel, logger: .silent)
      #expect(try await worker.claim() == nil)
      let again = try await service.handler.cancelRun(CancelRunRequest(runId: run.runId), context: service.context)
      #expect(again == cancelled)
    }
  }

  @Test func `runs are listed newest first, a page at a time, by scenario and set`() async throws {
    try await Service.with(solving: false) { service in
      var ids: [String] = []
      for _ in 0..<5 { ids.append(try await service.submit().runId) }
      var listed: [String] = []
      var request = ListRunsRequest(scenarioName: "core", pageSize: 2)
      repeat {
        let page = try await service.handler.listRuns(request, context: service.context)
        #expect(page.runs.count <= 2)
        listed += page.runs.map(\.runId)
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(listed == ids.reversed())
      let none = try await service.handler.listRuns(ListRunsRequest(scenarioName: "Growth"), context: service.context)
      #expect(none.runs.isEmpty)
    }
  }

  @Test func `what is wrong with a request is named, and nothing is stored`() async throws {
    try await Service.with(solving: false) { service in
      let nameless = await #expect(throws: RPCError.self) { try await service.submit { $0.scenarioName = "" } }
      #expect(nameless?.code == .invalidArgument && nameless?.message.contains("scenario_name") == true)
      let unknown = await #expect(throws: RPCError.self) { try await service.submit { $0.scenarioName = "Züri" } }
      #expect(unknown?.code == .notFound && unknown?.message.contains("Züri") == true)
      let absent = await #expect(throws: RPCError.self) {
        try await service.handler.getRun(GetRunRequest(runId: "run_x"), context: service.context)
      }
      #expect(absent?.code == .notFound)
      let page = await #expect(throws: RPCError.self) {
        try await service.handler.listRuns(ListRunsRequest(pageToken: "not one"), context: service.context)
      }
      #expect(page?.code == .invalidArgument)
      let listed = try await service.handler.listRuns(ListRunsRequest(), context: service.context)
      #expect(listed.runs.isEmpty)
    }
  }
}

import ConstraintCompilationDomain
import Logging
import Messages
import Postgres
import RPC
import Runtime

/// Serves lodestar.constraints.v1.ConstraintCompilation.
struct ConstraintCompilationHandler: ConstraintCompilationService {
  /// Rows that one call may bring: a whole tab of 200,000, and some more. The work and the memory are linear in them.
  static let mostRows = 250_000
  static let longestActor = 200

  var store: PlanningStore
  var metrics: MetricsSource
  var settings = ConstraintCompilationSettings()

  // MARK: Rows

  func saveInitiatives(_ request: SaveInitiativesRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    let entries = request.rows.map { InitiativeEntry($0) }
    let kpis = request.namesKpis ? try await metrics.catalogue() : KpiCatalogue(revision: 0, kpis: [])
    return try await answering(context) {
      let save = try await store.saveInitiatives(entries, kpis: kpis, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  func saveContributions(_ request: SaveContributionsRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    let kpis = try await metrics.catalogue()
    return try await answering(context) {
      let save = try await store.saveContributions(
        request.rows.map { ContributionEntry($0) }, unreadable: request.unreadableInitiativeKeys, kpis: kpis, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  func saveCandidates(_ request: SaveCandidatesRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    return try await answering(context) {
      let save = try await store.saveCandidates(request.rows.map { CandidateEntry($0) }, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  func saveScenarios(_ request: SaveScenariosRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    let kpis = try await metrics.catalogue()
    return try await answering(context) {
      let save = try await store.saveScenarios(request.rows.map { ScenarioEntry($0) }, kpis: kpis, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  func saveConstraints(_ request: SaveConstraintsRequest, context: CallContext) async throws -> SaveSetsResponse {
    let terms = try terms(of: request, rows: request.rows.count + request.unreadableRows.count, context)
    return try await saveSets(
      PlanningStore.SetRequest(
        rows: request.rows.map { TypedSetRow($0) }, tab: .constraints, unreadable: request.unreadableRows.map { UnreadRow($0) },
        expected: try HeadExpectation.list(request.expectedHeads), terms: terms), context)
  }

  func saveTargets(_ request: SaveTargetsRequest, context: CallContext) async throws -> SaveSetsResponse {
    let terms = try terms(of: request, rows: request.rows.count + request.unreadableRows.count, context)
    return try await saveSets(
      PlanningStore.SetRequest(
        rows: request.rows.map { TypedSetRow($0) }, tab: .targets, unreadable: request.unreadableRows.map { UnreadRow($0) },
        expected: try HeadExpectation.list(request.expectedHeads), terms: terms), context)
  }

  private func saveSets(_ request: PlanningStore.SetRequest, _ context: CallContext) async throws -> SaveSetsResponse {
    var kpis = try await metrics.catalogue()
    kpis.targetLevels = settings.targetLevels
    return try await answering(context) {
      let answer = try await store.saveSets(request, kpis: kpis)
      return SaveSetsResponse(messages: RowMessage.list(answer.findings), counts: SaveCounts(answer.tally), sets: answer.sets)
    }
  }

  // MARK: What is stored

  func listScenarios(_ request: ListScenariosRequest, context: CallContext) async throws -> ListScenariosResponse {
    try await answering(context) {
      let scenarios = try await store.scenarios(deadline: context.deadline)
      return ListScenariosResponse(scenarios: scenarios.map { Scenario($0.scenario, setNames: $0.setNames) })
    }
  }

  func getScenario(_ request: GetScenarioRequest, context: CallContext) async throws -> Scenario {
    try require(request.scenarioName, "scenario_name")
    return try await answering(context) {
      let scenarios = try await store.scenarios(deadline: context.deadline)
      guard let found = scenarios.first(where: { NormalKey($0.scenario.name) == NormalKey(request.scenarioName) }) else {
        throw Self.unknownScenario(request.scenarioName, among: scenarios.map(\.scenario.name))
      }
      return Scenario(found.scenario, setNames: found.setNames)
    }
  }

  func getConstraintSet(_ request: GetConstraintSetRequest, context: CallContext) async throws -> ConstraintSetRevision {
    try require(request.scenarioName, "scenario_name")
    try require(request.constraintSetName, "constraint_set_name")
    return try await answering(context) {
      ConstraintSetRevision(try await newestRevision(request.scenarioName, request.constraintSetName, context))
    }
  }

  func getRevision(_ request: GetRevisionRequest, context: CallContext) async throws -> ConstraintSetRevision {
    try require(request.revision, "revision")
    return try await answering(context) {
      ConstraintSetRevision(try await revision(request.revision, context))
    }
  }

  // MARK: Problems

  func assembleProblem(_ request: AssembleProblemRequest, context: CallContext) async throws -> AssembleProblemResponse {
    try require(request.scenarioName, "scenario_name")
    try require(request.constraintSetName, "constraint_set_name")
    try checkCount(ofInitiativeKeys: request.initiativeKeys)
    let kpis = try await metrics.catalogue()
    return try await answering(context) {
      let key = SetKey(scenarioName: request.scenarioName, setName: request.constraintSetName)
      let materials = try await store.materials(key, revision: request.revision, deadline: context.deadline)
      return try ProblemAnswer.assemble(request, key, materials, kpis)
    }
  }

  // MARK: What all calls share

  /// What the request says beside its rows, when it says all that it has to.
  func terms(of request: some SaveRequest, rows: Int, _ context: CallContext) throws -> SaveTerms {
    guard request.scope != .unspecified else {
      throw RPCError(.invalidArgument, "scope is not set; send ROW_SCOPE_ALL or ROW_SCOPE_SELECTION.")
    }
    guard !request.actor.isEmpty, request.actor.count <= Self.longestActor, !request.actor.contains("\0") else {
      throw RPCError(.invalidArgument, "actor must name who saves, in 1 to \(Self.longestActor) characters.")
    }
    guard rows <= Self.mostRows else {
      throw RPCError(.invalidArgument, "rows has \(rows) rows; at most \(Self.mostRows) are taken in one call.")
    }
    return SaveTerms(
      actor: request.actor, isWholeTab: request.scope == .all, isPreview: request.validateOnly, deadline: context.deadline)
  }

  func require(_ value: String, _ field: String) throws {
    guard NormalKey(value).isEmpty || value.contains("\0") else { return }
    throw RPCError(.invalidArgument, "\(field) is empty; it is required.")
  }

  func checkCount(ofInitiativeKeys keys: [String]) throws {
    guard keys.count <= Self.mostRows else {
      throw RPCError(.invalidArgument, "initiative_keys has \(keys.count) keys; at most \(Self.mostRows) are taken.")
    }
  }

  static func unknownScenario(_ name: String, among names: [String]) -> RPCError {
    RPCError(.notFound, "scenario_name \"\(name)\" is not in Scenario_Config\(KeyBook.hint(for: name, among: names))")
  }

  static func unknownSet(_ name: String, of scenario: String, among names: [String]) -> RPCError {
    let hint = names.isEmpty ? "; it has no compiled set yet: save Constraints and Targets" : KeyBook.hint(for: name, among: names)
    return RPCError(.notFound, "constraint_set_name \"\(name)\" is not a compiled set of scenario \"\(scenario)\"\(hint)")
  }

  func answering<Answer>(_ context: CallContext, _ work: () async throws -> Answer) async throws -> Answer {
    do {
      return try await context.answering(for: "compiler", work)
    } catch let error as RevisionFault {
      context.logger.error("a stored revision is broken", metadata: ["error": "\(error)"])
      throw RPCError(.dataLoss, "The stored constraint set cannot be read; the log of lodestar-compiler has the details.")
    } catch is HeadRace {
      throw RPCError(.aborted, "A constraint set was changed while it was saved; nothing was stored. Save again.")
    }
  }
}

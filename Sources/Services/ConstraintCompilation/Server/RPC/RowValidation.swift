import ConstraintCompilationDomain
import Messages
import RPC

/// ValidateRows: the saves themselves, in one transaction that is taken back.
extension ConstraintCompilationHandler {
  func validateRows(_ request: ValidateRowsRequest, context: CallContext) async throws -> ValidateRowsResponse {
    let rows = request.rowCount
    guard rows <= Self.mostRows else {
      throw RPCError(.invalidArgument, "The tabs have \(rows) rows together; at most \(Self.mostRows) are taken in one call.")
    }
    // Asked for once, and before anything is locked.
    let metrics = request.needsMetrics ? try await metrics.remembering(namesFor: request.chains) : metrics
    return try await answering(context) {
      try await store.rehearse(
        locking: request.setKeys, andStored: request.takesWholeTabOfSets, deadline: context.deadline
      ) { store in
        var judge = self
        judge.store = store
        judge.metrics = metrics
        return try await judge.answers(request, context)
      }
    }
  }

  /// In the order in which tabs refer to each other.
  private func answers(_ request: ValidateRowsRequest, _ context: CallContext) async throws -> ValidateRowsResponse {
    var answer = ValidateRowsResponse()
    if let tab = request.initiatives { answer.initiatives = try await saveInitiatives(tab, context: context) }
    if let tab = request.contributions { answer.contributions = try await saveContributions(tab, context: context) }
    if let tab = request.candidates { answer.candidates = try await saveCandidates(tab, context: context) }
    if let tab = request.scenarios { answer.scenarios = try await saveScenarios(tab, context: context) }
    if let tab = request.constraints { answer.constraints = try await saveConstraints(tab, context: context) }
    if let tab = request.targets { answer.targets = try await saveTargets(tab, context: context) }
    if let tab = request.mathModels { answer.mathModels = try await saveMathModels(tab, context: context) }
    if let tab = request.modelParams { answer.modelParams = try await saveModelParams(tab, context: context) }
    if let tab = request.scoringInputs { answer.scoringInputs = try await saveScoringInputs(tab, context: context) }
    return answer
  }
}

extension ValidateRowsRequest {
  fileprivate var rowCount: Int {
    let planned = [initiatives?.rows.count, contributions?.rows.count, candidates?.rows.count, scenarios?.rows.count]
    let ruled = [
      constraints.map { $0.rows.count + $0.unreadableRows.count }, targets.map { $0.rows.count + $0.unreadableRows.count },
    ]
    let modelled = [mathModels?.rows.count, modelParams?.rows.count, scoringInputs?.rows.count]
    return (planned + ruled + modelled).reduce(0) { $0 + ($1 ?? 0) }
  }

  fileprivate var chains: [String] { mathModels?.chains ?? [] }

  /// Whether a tab comes whose save would ask the metrics service.
  fileprivate var needsMetrics: Bool {
    contributions != nil || scenarios != nil || constraints != nil || targets != nil || initiatives?.namesKpis == true
      || !chains.isEmpty
  }

  /// The sets that rows of Constraints and Targets name.
  fileprivate var setKeys: Set<SetKey> {
    var keys: Set<SetKey> = []
    if let tab = constraints {
      keys.formUnion(tab.rows.map { SetKey(scenarioName: $0.scenarioName, setName: $0.constraintSetName) })
      keys.formUnion(tab.unreadableRows.map { UnreadRow($0).key })
    }
    if let tab = targets {
      keys.formUnion(tab.rows.map { SetKey(scenarioName: $0.scenarioName, setName: $0.constraintSetName) })
      keys.formUnion(tab.unreadableRows.map { UnreadRow($0).key })
    }
    return keys
  }

  fileprivate var takesWholeTabOfSets: Bool { constraints?.scope == .all || targets?.scope == .all }
}

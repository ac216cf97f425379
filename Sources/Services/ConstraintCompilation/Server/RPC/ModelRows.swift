import ConstraintCompilationDomain
import Messages
import RPC

/// Rows of MathModels, Params and Scoring_Inputs, and people's notes beside results.
extension ConstraintCompilationHandler {
  func saveMathModels(_ request: SaveMathModelsRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    let entries = request.rows.map { MathModelEntry($0) }
    let names = try await metricNames(for: entries.map(\.chainText))
    return try await answering(context) {
      let save = try await store.saveMathModels(entries, names: names, checks: settings.chainChecks, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  /// The metrics service is asked only for what the chains need: models without chains are saved while it is away, and the registry
  /// is listed only when a chain names what is no KPI.
  private func metricNames(for chains: [String]) async throws -> MetricNames {
    let typed = chains.filter { !NormalKey($0).isEmpty }
    if typed.isEmpty { return MetricNames(kpiKeys: [], metricKeys: []) }
    let kpis = try await metrics.catalogue()
    let known = MetricNames(kpis)
    if typed.allSatisfy({ MetricChainParser.knowsAll(of: $0, names: known) }) { return known }
    return MetricNames(kpis, metricKeys: try await metrics.metricKeys())
  }

  func saveModelParams(_ request: SaveModelParamsRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    return try await answering(context) {
      let save = try await store.saveModelParams(request.rows.map { ModelParamEntry($0) }, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  func saveScoringInputs(_ request: SaveScoringInputsRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    return try await answering(context) {
      let save = try await store.saveScoringInputs(request.rows.map { ScoringInputEntry($0) }, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  func saveResultNotes(_ request: SaveResultNotesRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    return try await answering(context) {
      let save = try await store.saveResultNotes(request.rows.map { ResultNoteEntry($0) }, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  func saveGapNotes(_ request: SaveGapNotesRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    return try await answering(context) {
      let save = try await store.saveGapNotes(request.rows.map { GapNoteEntry($0) }, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
  }

  func listStoredRows(
    _ request: ListStoredRowsRequest, context: CallContext, responses: ResponseWriter<StoredTabRows>
  ) async throws {
    guard let tab = PlanningTab(rawValue: request.tab) else {
      let known = PlanningTab.allCases.map(\.rawValue)
      throw RPCError(
        .invalidArgument,
        "tab \"\(request.tab)\" is none whose rows are stored here; it must be one of \(known.joined(separator: ", "))"
          + KeyBook.hint(for: request.tab, among: known))
    }
    try await answering(context) {
      try await store.storedRows(of: tab, deadline: context.deadline) { try await responses.write($0) }
    }
  }
}

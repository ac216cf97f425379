import ConstraintCompilationDomain
import Messages
import RPC

/// Rows of MathModels, Params and Scoring_Inputs, and people's notes beside results.
extension ConstraintCompilationHandler {
  func saveMathModels(_ request: SaveMathModelsRequest, context: CallContext) async throws -> SaveRowsResponse {
    let terms = try terms(of: request, rows: request.rows.count, context)
    let entries = request.rows.map { MathModelEntry($0) }
    let names = try await metrics.names(for: request.chains)
    return try await answering(context) {
      let save = try await store.saveMathModels(entries, names: names, checks: settings.chainChecks, terms)
      return SaveRowsResponse(save.findings, save.tally)
    }
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

import Messages
import RPC

/// Rows of MathModels, Params and Scoring_Inputs, and people's notes beside results.
extension ConstraintCompilationHandler {
  func saveMathModels(_ request: SaveMathModelsRequest, context: CallContext) async throws -> SaveRowsResponse {
    throw RPCError(.unimplemented, "MathModels is not stored yet.")
  }

  func saveModelParams(_ request: SaveModelParamsRequest, context: CallContext) async throws -> SaveRowsResponse {
    throw RPCError(.unimplemented, "Params is not stored yet.")
  }

  func saveScoringInputs(_ request: SaveScoringInputsRequest, context: CallContext) async throws -> SaveRowsResponse {
    throw RPCError(.unimplemented, "Scoring_Inputs is not stored yet.")
  }

  func saveResultNotes(_ request: SaveResultNotesRequest, context: CallContext) async throws -> SaveRowsResponse {
    throw RPCError(.unimplemented, "Notes of Results are not stored yet.")
  }

  func saveGapNotes(_ request: SaveGapNotesRequest, context: CallContext) async throws -> SaveRowsResponse {
    throw RPCError(.unimplemented, "Notes of Gaps_Alerts are not stored yet.")
  }

  func listStoredRows(
    _ request: ListStoredRowsRequest, context: CallContext, responses: ResponseWriter<StoredTabRows>
  ) async throws {
    throw RPCError(.unimplemented, "Stored rows are not listed yet.")
  }
}

import Messages

/// What every save says beside its rows.
protocol SaveRequest {
  var scope: RowScope { get }
  var actor: String { get }
  var validateOnly: Bool { get }
}

extension SaveInitiativesRequest: SaveRequest {}
extension SaveContributionsRequest: SaveRequest {}
extension SaveCandidatesRequest: SaveRequest {}
extension SaveScenariosRequest: SaveRequest {}
extension SaveConstraintsRequest: SaveRequest {}
extension SaveTargetsRequest: SaveRequest {}
extension SaveMathModelsRequest: SaveRequest {}
extension SaveModelParamsRequest: SaveRequest {}
extension SaveScoringInputsRequest: SaveRequest {}
extension SaveResultNotesRequest: SaveRequest {}
extension SaveGapNotesRequest: SaveRequest {}

import ConstraintCompilationDomain
import Messages
import RPC

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

extension SaveInitiativesRequest {
  /// The KPIs are asked for only when a row names one: the backlog can be saved while the metrics service is away.
  var namesKpis: Bool { rows.contains { !NormalKey($0.immediateKpiKey).isEmpty } }
}

extension SaveMathModelsRequest {
  /// The metric chains that were typed: models without any are saved while the metrics service is away.
  var chains: [String] { rows.map(\.metricChainText).filter { !NormalKey($0).isEmpty } }
}

extension HeadExpectation {
  /// Throws when one of them names no set or no revision, or two name one set.
  static func list(_ heads: [ExpectedHead]) throws(RPCError) -> [HeadExpectation] {
    var seen: Set<SetKey> = []
    var list: [HeadExpectation] = []
    for head in heads {
      let key = SetKey(scenarioName: head.scenarioName, setName: head.constraintSetName)
      guard !key.scenario.isEmpty, !key.set.isEmpty else {
        throw RPCError(.invalidArgument, "expected_heads names no set; send scenario_name and constraint_set_name.")
      }
      let isName = head.revision.utf8.count == 64 && head.revision.allSatisfy(\.isHexDigit)
      guard head.revision.isEmpty || isName else {
        throw RPCError(
          .invalidArgument,
          "expected_heads has \"\(head.revision)\" for set \"\(head.constraintSetName)\", which is no revision: send the 64 hex digits that GetConstraintSet told, or nothing when there was no such set."
        )
      }
      guard seen.insert(key).inserted else {
        throw RPCError(.invalidArgument, "expected_heads names set \"\(head.constraintSetName)\" twice; send it once.")
      }
      list.append(HeadExpectation(key: key, revision: head.revision.lowercased()))
    }
    return list
  }
}

/// A row of MathModels, without the suggested chain: that one counts only once a person has copied it.
public struct MathModelTextRow: TypedRow, Hashable {
  public static var tab: TabName { .mathModels }
  public let number: Int
  public let initiativeKey: String
  public let modelName: String
  public let formulaText: String
  public let assumptionsText: String
  /// As typed, line breaks included.
  public let metricChainText: String
  public let isApprovedByUser: Bool
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    initiativeKey = row.text("initiative_key")
    modelName = row.text("model_name")
    formulaText = row.text("formula_text")
    assumptionsText = row.text("assumptions_text")
    metricChainText = row.text("metric_chain_text")
    isApprovedByUser = row.boolean("approved_by_user", default: false)
    notes = row.text("notes")
  }
}

/// A row of Params.
public struct ParamRow: TypedRow, Hashable {
  public static var tab: TabName { .params }
  public let number: Int
  public let initiativeKey: String
  public let modelName: String
  public let paramName: String
  public let value: Double?
  public let unit: String
  public let source: String
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    initiativeKey = row.text("initiative_key")
    modelName = row.text("model_name")
    paramName = row.text("param_name")
    value = row.number("value")
    unit = row.text("unit")
    source = row.text("source")
    notes = row.text("notes")
  }
}

/// A row of Scoring_Inputs.
public struct ScoringRow: TypedRow, Hashable {
  public static var tab: TabName { .scoringInputs }
  public let number: Int
  public let initiativeKey: String
  public let inputName: String
  public let value: Double?
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    initiativeKey = row.text("initiative_key")
    inputName = row.text("input_name")
    value = row.number("value")
    notes = row.text("notes")
  }
}

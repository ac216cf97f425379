/// A row of MathModels: the formula behind what an initiative brings, and the chain of metrics that it works through.
public struct MathModelEntry: StoredEntry {
  public static let tab = PlanningTab.mathModels
  public static let noun = "stored model"
  public static let keyColumns = ["initiative_key", "model_name"]

  public var row: Int
  public var initiativeKey: String
  /// Empty when the initiative has one model.
  public var modelName: String
  public var formula: String
  public var assumptions: String
  /// As typed.
  public var chainText: String
  /// Only approved models are stored.
  public var isApproved: Bool
  public var notes: String

  public init(
    row: Int, initiativeKey: String, modelName: String = "", formula: String = "", assumptions: String = "", chainText: String = "",
    isApproved: Bool = true, notes: String = ""
  ) {
    self.row = row
    self.initiativeKey = initiativeKey
    self.modelName = modelName
    self.formula = formula
    self.assumptions = assumptions
    self.chainText = chainText
    self.isApproved = isApproved
    self.notes = notes
  }

  public var keyParts: [String] { [initiativeKey, modelName] }
}

/// How grave it is when a chain holds something that is probably not meant. (R31)
public enum ChainChecks: String, CaseIterable, Sendable {
  case warn, error
}

/// How grave a change is, the gravest last.
public enum ChangeClass: Int, CaseIterable, Comparable, Sendable {
  /// Byte for byte the same.
  case identical
  /// Spelt another way, or something beside the numbers: white space, case of key words, brackets without effect, a guide's words.
  case cosmetic
  /// Another formula that gives the same values on all data.
  case equivalent
  /// The same formula, other answers in its edge cases.
  case edgeCase
  case breaking

  public static func < (one: ChangeClass, other: ChangeClass) -> Bool { one.rawValue < other.rawValue }

  /// For sentences.
  public var words: String {
    switch self {
    case .identical: "identical"
    case .cosmetic: "cosmetic"
    case .equivalent: "equivalent"
    case .edgeCase: "a change of edge cases"
    case .breaking: "breaking"
    }
  }
}

/// One thing that two versions do not have in common.
public struct DefinitionChange: Equatable, Sendable {
  public enum Part: String, CaseIterable, Sendable {
    case formula, filter, grain, relation, columns
    case columnsRead = "columns_read"
    case edgeCases = "edge_cases"
    case dbtModel = "dbt_model"
    case migrationGuide = "migration_guide"
  }

  public var changeClass: ChangeClass
  public var part: Part
  public var before: String
  public var after: String
  /// A sentence, or a few.
  public var explanation: String

  public init(_ changeClass: ChangeClass, _ part: Part, before: String, after: String, _ explanation: String) {
    self.changeClass = changeClass
    self.part = part
    self.before = before
    self.after = after
    self.explanation = explanation
  }
}

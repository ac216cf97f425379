/// What became of a version: how grave it is, what changed, and what to think of it. Whether a change is breaking is for a person to
/// decide (requirement R51); this proposes.
public struct VersionComparison: Equatable, Sendable {
  /// The gravest of the changes.
  public let changeClass: ChangeClass
  public let changes: [DefinitionChange]
  /// What the service thinks and why.
  public let advice: String
  /// Empty for a definition that cannot be read.
  public let fromNormalForm: String
  public let toNormalForm: String
  /// Whether both definitions come to one normal form: what a correction may change (requirement R46b).
  public let keepsFormula: Bool

  public init(from: VersionContent, to: VersionContent) {
    let before = try? Formula(from.definition)
    let after = try? Formula(to.definition)
    fromNormalForm = before?.normalForm ?? ""
    toNormalForm = after?.normalForm ?? ""
    let formula = FormulaComparison(from: from.definition, to: to.definition)
    keepsFormula = formula.changeClass <= .equivalent
    changes =
      formula.changes
      + Self.edgeCases(from.edgeCases, to.edgeCases, divides: before?.root.divides ?? true || after?.root.divides ?? true)
      + Self.places(from, to) + ColumnsComparison.changes(from: from.columns, to: to.columns) + Self.guide(from, to)
    changeClass = changes.map(\.changeClass).max() ?? .identical
    advice = Self.advice(changeClass, changes)
  }

  private static func edgeCases(_ from: EdgeCases, _ to: EdgeCases, divides: Bool) -> [DefinitionChange] {
    var changes: [DefinitionChange] = []
    if from.onZeroDenominator != to.onZeroDenominator {
      let (before, after) = (from.onZeroDenominator ?? .null, to.onZeroDenominator ?? .null)
      let changeClass: ChangeClass = before == after ? .cosmetic : divides ? .edgeCase : .equivalent
      let explanation =
        switch changeClass {
        case .cosmetic: "A division by zero gives null, stated or not."
        case .edgeCase: "A division by zero gives \(after.words) now, no longer \(before.words)."
        default: "Neither formula divides, so what a division by zero gives has no effect."
        }
      changes.append(
        DefinitionChange(
          changeClass, .edgeCases, before: from.onZeroDenominator?.rawValue ?? "", after: to.onZeroDenominator?.rawValue ?? "",
          explanation))
    }
    if from.currency != to.currency {
      let explanation =
        to.currency == .separate
        ? "There is one value for each currency now; before, a value was of all of them."
        : "A value is of all currencies now, which adds up amounts of different ones; before, each currency had its own."
      changes.append(
        DefinitionChange(
          .breaking, .grain, before: from.currency?.rawValue ?? "", after: to.currency?.rawValue ?? "", explanation))
    }
    if from.notes.map(ExactText.init) != to.notes.map(ExactText.init) {
      changes.append(
        DefinitionChange(
          .edgeCase, .edgeCases, before: from.notes.joined(separator: "\n"), after: to.notes.joined(separator: "\n"),
          "The notes on edge cases say something else; only a person can tell what that changes."))
    }
    return changes
  }

  private static func places(_ from: VersionContent, _ to: VersionContent) -> [DefinitionChange] {
    var changes: [DefinitionChange] = []
    if ExactText(from.dbtModel) != ExactText(to.dbtModel) {
      changes.append(
        DefinitionChange(
          .cosmetic, .dbtModel, before: from.dbtModel, after: to.dbtModel,
          "Another dbt model computes the values. Its code is not seen here: compare the values side by side."))
    }
    if ExactText(from.relation) != ExactText(to.relation) {
      changes.append(
        DefinitionChange(
          .cosmetic, .relation, before: from.relation, after: to.relation,
          "The values are read from another relation of the warehouse."))
    }
    return changes
  }

  private static func guide(_ from: VersionContent, _ to: VersionContent) -> [DefinitionChange] {
    guard ExactText(from.migrationGuide) != ExactText(to.migrationGuide) else { return [] }
    return [
      DefinitionChange(
        .cosmetic, .migrationGuide, before: from.migrationGuide, after: to.migrationGuide,
        from.migrationGuide.isEmpty
          ? "There is a migration guide now."
          : to.migrationGuide.isEmpty ? "The migration guide is gone." : "The migration guide changed.")
    ]
  }

  private static func advice(_ changeClass: ChangeClass, _ changes: [DefinitionChange]) -> String {
    let gravest = changes.filter { $0.changeClass == changeClass && changeClass > .cosmetic }
    // What became of the formula says which columns come and go.
    let saysColumns = gravest.contains { $0.part == .formula }
    let reasons = gravest.filter { $0.part != .columnsRead || !saysColumns }.map(\.explanation)
    let verdict =
      switch changeClass {
      case .identical: "Both versions are identical."
      case .cosmetic: "This looks cosmetic: no number should change."
      case .equivalent: "This looks equivalent: the formulas give the same values on all numeric data."
      case .edgeCase: "This looks like a change of edge cases: ordinary values stay, answers in edge cases differ."
      case .breaking: "This looks breaking: values or their meaning change."
      }
    return ([verdict] + reasons + ["Whether it is a breaking change is for a person to decide."]).joined(separator: " ")
  }
}

extension EdgeCases.ZeroDenominator {
  fileprivate var words: String {
    switch self {
    case .zero: "0"
    case .null: "null"
    case .error: "an error"
    }
  }
}

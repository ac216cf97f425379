/// What became of a formula.
public struct FormulaComparison: Equatable, Sendable {
  public let changeClass: ChangeClass
  /// Of the parts formula, columns_read and filter.
  public let changes: [DefinitionChange]

  public init(from: String, to: String) {
    guard ExactText(from) != ExactText(to) else {
      self.init(.identical, [])
      return
    }
    do throws(FormulaError) {
      self.init(from: try Formula(from), to: try Formula(to))
    } catch {
      let change = DefinitionChange(
        .breaking, .formula, before: from, after: to,
        "A definition cannot be read (\(error)), so nothing is known of what it gives.")
      self.init(.breaking, [change])
    }
  }

  public init(from: Formula, to: Formula) {
    let found = Self.classify(from, to)
    guard found != .identical else {
      self.init(.identical, [])
      return
    }
    var changes = [
      DefinitionChange(found, .formula, before: from.text, after: to.text, Self.explanation(found, from, to))
    ]
    if found > .equivalent { changes += Self.columnsRead(from, to) + Self.filters(from, to, found) }
    self.init(found, changes)
  }

  private init(_ changeClass: ChangeClass, _ changes: [DefinitionChange]) {
    self.changeClass = changeClass
    self.changes = changes
  }

  private static func classify(_ from: Formula, _ to: Formula) -> ChangeClass {
    if from == to { return .identical }
    if from.isSpelling(of: to) { return .cosmetic }
    let (before, after) = (from.normalRoot, to.normalRoot)
    if before == after { return .equivalent }
    let (bareBefore, bareAfter) = (bare(before), bare(after))
    return bareBefore == bareAfter ? .edgeCase : .breaking
  }

  private static func bare(_ normal: FormulaNode) -> FormulaNode { FormulaNormalizer.normal(EdgeCaseForm.bare(normal)) }

  private static func explanation(_ found: ChangeClass, _ from: Formula, _ to: Formula) -> String {
    switch found {
    case .identical: ""
    case .cosmetic: "The formula is spelt another way and means the same."
    case .equivalent: "Both formulas come to \(to.normalForm.prefix(500)), which gives the same values on all numeric data."
    case .edgeCase, .breaking:
      FormulaDifference(from: from.root, to: to.root).sentences.joined(separator: " ")
        + (found == .edgeCase ? " That matters where there is nothing, or zero, to divide by." : "")
    }
  }

  private static func columnsRead(_ from: Formula, _ to: Formula) -> [DefinitionChange] {
    let (before, after) = (from.root.columns, to.root.columns)
    guard before != after else { return [] }
    let (gone, new) = (before.subtracting(after).list, after.subtracting(before).list)
    let sentences = [new.isEmpty ? "" : "It reads \(new) now.", gone.isEmpty ? "" : "It no longer reads \(gone)."]
    return [
      DefinitionChange(
        .breaking, .columnsRead, before: from.columnsRead.joined(separator: ", "), after: to.columnsRead.joined(separator: ", "),
        sentences.filter { !$0.isEmpty }.joined(separator: " "))
    ]
  }

  private static func filters(_ from: Formula, _ to: Formula, _ found: ChangeClass) -> [DefinitionChange] {
    func filters(_ formula: Formula) -> String {
      let all = Set(formula.normalRoot.filters.map { FormulaWriter.key($0) })
      return all.sorted().map(\.text).joined(separator: "; ")
    }
    let (before, after) = (filters(from), filters(to))
    guard ExactText(before) != ExactText(after) else { return [] }
    let explanation =
      before.isEmpty
      ? "Some rows no longer count: there was no filter."
      : after.isEmpty
        ? "All rows count: there is no filter any more."
        : "Other rows count: the filter changed."
    return [DefinitionChange(found, .filter, before: before, after: after, explanation)]
  }
}

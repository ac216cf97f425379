/// Brings formulas that are known to give the same values to one tree.
///
/// What it does holds in PostgreSQL for all numeric data, NULLs and empty groups included, and for failing: a division by zero fails
/// before and after, or gives what the metric's edge cases say, before and after. Tests evaluate both sides in PostgreSQL. What it does not
/// do, because it would not hold: cancel `x / x` or `x - x` (NULL, zero), drop `0 * x` (NULL), regroup around a division (it rounds),
/// take SUM(a + b) apart (rows where one of them is NULL), take COUNT for a sum of ones (empty groups), change the order of conditions that
/// may fail, drop a digit behind the point of a literal or its being whole under a division (both decide how far and how PostgreSQL
/// divides).
enum FormulaNormalizer {
  static func normal(_ root: FormulaNode) -> FormulaNode { value(root, exact: false) }

  /// - Parameter exact: Whether the value ends up in a division, where the digits and the type of a literal count.
  static func value(_ node: FormulaNode, exact: Bool) -> FormulaNode {
    switch node {
    case .number(let number): .number(exact ? number : number.stripped)
    case .text, .null, .column, .truth: node
    case .sum, .product, .negative: LinearForm(of: node, exact: exact).node(exact: exact)
    case .aggregate(let aggregate): self.aggregate(aggregate, exact: exact)
    case .coalesce(let values): coalesce(values.map { value($0, exact: exact) })
    case .nullIf(let one, let other): .nullIf(value(one, exact: exact), value(other, exact: exact))
    case .choice(let branches, let otherwise): choice(branches, otherwise, exact: exact)
    case .simpleChoice(let operand, let branches, let otherwise):
      choice(
        branches.map {
          FormulaNode.Branch(condition: .comparison(.equal, operand, $0.condition), result: $0.result)
        }, otherwise, exact: exact)
    case .comparison, .membership, .between, .like, .isNull, .and, .or, .not: ConditionNormalizer.condition(node)
    }
  }

  // MARK: - Aggregates

  private static func aggregate(_ written: FormulaNode.Aggregate, exact: Bool) -> FormulaNode {
    var aggregate = written
    aggregate.filter = written.filter.map { ConditionNormalizer.condition($0) }
    let counts = written.function == .count
    aggregate.argument = written.argument.map { value($0, exact: !counts && (exact || written.function == .average)) }
    let coefficient = pullApart(&aggregate, exact: exact)
    if counts, !aggregate.isDistinct, let argument = aggregate.argument, argument.isLiteral { aggregate.argument = nil }
    if aggregate.filter == .truth(true) { aggregate.filter = nil }
    return LinearForm(terms: [.init(coefficient: coefficient, factors: [.aggregate(aggregate)])]).node(exact: exact)
  }

  /// Takes out of the argument what can stand around it: conditions, and, of SUM, constants. SUM(2 * x) is 2 * SUM(x): nothing is rounded,
  /// and both are NULL where nothing is summed up.
  private static func pullApart(_ aggregate: inout FormulaNode.Aggregate, exact: Bool) -> ExactDecimal {
    var coefficient = ExactDecimal.one
    while true {
      pullFilter(&aggregate)
      guard aggregate.function == .sum, let argument = aggregate.argument else { return coefficient }
      let form = LinearForm(normal: argument)
      guard form.terms.count == 1, let term = form.terms.first, !term.factors.isEmpty else { return coefficient }
      let bare = LinearForm(terms: [.init(coefficient: .one, factors: term.factors)]).node(exact: exact)
      guard bare != argument else { return coefficient }
      coefficient = coefficient * term.coefficient
      aggregate.argument = bare
    }
  }

  /// SUM(CASE WHEN c THEN x END) is SUM(x) FILTER (WHERE c): an aggregate passes over NULLs.
  private static func pullFilter(_ aggregate: inout FormulaNode.Aggregate) {
    while case .choice(let branches, nil)? = aggregate.argument, branches.count == 1 {
      let (condition, result) = (branches[0].condition, branches[0].result)
      // With DISTINCT, PostgreSQL may sort, and so evaluate, before it filters.
      if aggregate.isDistinct, result.divides || condition.divides { return }
      if let filter = aggregate.filter {
        if condition.divides { return }
        aggregate.filter = ConditionNormalizer.condition(.and([filter, condition]))
      } else {
        aggregate.filter = condition
      }
      aggregate.argument = result
    }
  }

  // MARK: - Choices

  private static func coalesce(_ values: [FormulaNode]) -> FormulaNode {
    let flat = values.flatMap { value -> [FormulaNode] in
      if case .coalesce(let inner) = value { return inner }
      return value == .null ? [] : [value]
    }
    return flat.count == 1 ? flat[0] : flat.isEmpty ? .null : .coalesce(flat)
  }

  private static func choice(_ written: [FormulaNode.Branch], _ last: FormulaNode?, exact: Bool) -> FormulaNode {
    let branches = written.map {
      FormulaNode.Branch(condition: ConditionNormalizer.condition($0.condition), result: value($0.result, exact: exact))
    }
    var otherwise = last.map { value($0, exact: exact) }
    if otherwise == .null { otherwise = nil }
    if branches.count == 1, let otherwise, let shorter = shorter(branches[0], otherwise, exact: exact) { return shorter }
    if branches.count > 1, let operand = commonOperand(branches) {
      let values = branches.map { FormulaNode.Branch(condition: other(than: operand, in: $0.condition), result: $0.result) }
      return .simpleChoice(operand, values, otherwise: otherwise)
    }
    return .choice(branches, otherwise: otherwise)
  }

  /// The functions that stand for a CASE with one branch.
  private static func shorter(_ branch: FormulaNode.Branch, _ otherwise: FormulaNode, exact: Bool) -> FormulaNode? {
    switch branch.condition {
    case .isNull(let node, isNegated: true) where node == branch.result: return coalesce([node, otherwise])
    case .isNull(let node, isNegated: false) where node == otherwise: return coalesce([node, branch.result])
    case .comparison(.equal, otherwise, let other) where branch.result == .null:
      // NULLIF gives its first value in the type that the comparison takes, which another number's may not be.
      if case .number(let number) = other, !exact || number.isInteger { return .nullIf(otherwise, other) }
      if case .text = other { return .nullIf(otherwise, other) }
      return nil
    default: return nil
    }
  }

  /// What all branches compare with, when each is an equation.
  private static func commonOperand(_ branches: [FormulaNode.Branch]) -> FormulaNode? {
    guard case .comparison(.equal, let one, let other)? = branches.first?.condition else { return nil }
    return [one, other].first { candidate in
      branches.allSatisfy {
        if case .comparison(.equal, let left, let right) = $0.condition { left == candidate || right == candidate } else { false }
      }
    }
  }

  private static func other(than operand: FormulaNode, in condition: FormulaNode) -> FormulaNode {
    guard case .comparison(_, let left, let right) = condition else { return condition }
    return left == operand ? right : left
  }
}

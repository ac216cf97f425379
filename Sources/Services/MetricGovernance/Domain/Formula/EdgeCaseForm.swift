/// A formula without what it does about its edge cases: NULLIF(x, 0) under a division, COALESCE(x, number) around the aggregates, CASE
/// WHEN x = 0 THEN … ELSE … / x END. Two formulas that agree without them differ in their edge cases alone.
enum EdgeCaseForm {
  static func bare(_ node: FormulaNode) -> FormulaNode {
    switch node {
    case .sum(let parts): .sum(parts.map { .init(isNegative: $0.isNegative, node: bare($0.node)) })
    case .product(let factors):
      .product(factors.map { .init(isDivisor: $0.isDivisor, node: $0.isDivisor ? divisor($0.node) : bare($0.node)) })
    case .negative(let inner): .negative(bare(inner))
    case .coalesce(let values) where values.count == 2 && isNumber(values[1]): bare(values[0])
    case .choice(let branches, let otherwise?) where branches.count == 1 && isGuard(branches[0].condition, of: otherwise):
      bare(otherwise)
    default: node
    }
  }

  private static func divisor(_ node: FormulaNode) -> FormulaNode {
    if case .nullIf(let value, .number(let number)) = node, number.isZero { return bare(value) }
    return bare(node)
  }

  private static func isNumber(_ node: FormulaNode) -> Bool {
    if case .number = node { true } else { false }
  }

  /// Whether the condition asks for zero in what the value divides by.
  private static func isGuard(_ condition: FormulaNode, of value: FormulaNode) -> Bool {
    guard case .comparison(.equal, let one, .number(let number)) = condition, number.isZero,
      case .product(let factors) = value
    else { return false }
    return factors.contains { $0.isDivisor && divisor($0.node) == bare(one) }
  }
}

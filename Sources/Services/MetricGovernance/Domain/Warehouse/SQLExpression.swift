/// Writes a formula as PostgreSQL's SQL. All of the text comes from the tree: names are quoted, literals escaped.
///
/// Every division is one of numeric values, whatever the columns are (PostgreSQL divides whole numbers without remainder, which is never
/// meant by a metric), and gives what the metric's edge cases say where the denominator is zero.
struct SQLExpression {
  /// A denominator is written twice where zero has an answer of its own, and so on in its own divisions.
  static let mostCharacters = 200_000

  let onZeroDenominator: EdgeCases.ZeroDenominator
  /// What columns are qualified by.
  let relation: String
  private(set) var isTooLong = false

  /// Nil when the text would be longer than `mostCharacters`.
  static func text(
    _ node: FormulaNode, onZeroDenominator: EdgeCases.ZeroDenominator, relation: String
  ) -> String? {
    var expression = SQLExpression(onZeroDenominator: onZeroDenominator, relation: relation)
    let text = expression.write(node)
    return expression.isTooLong ? nil : text
  }

  private init(onZeroDenominator: EdgeCases.ZeroDenominator, relation: String) {
    self.onZeroDenominator = onZeroDenominator
    self.relation = relation
  }

  /// In brackets of its own where it is more than a word or a call.
  private mutating func write(_ node: FormulaNode) -> String {
    switch node {
    case .number(let number): return number.isNegative ? "(\(number.text))" : number.text
    case .text(let text): return SQLText.literal(text.text)
    case .truth(let truth): return truth ? "TRUE" : "FALSE"
    case .null: return "NULL"
    case .column(let column): return "\(SQLText.identifier(relation)).\(SQLText.identifier(column.name.text))"
    case .sum(let parts):
      var text = ""
      for part in parts { text += (part.isNegative ? " - " : text.isEmpty ? "" : " + ") + write(part.node) }
      return "(\(text))"
    case .product(let factors): return product(factors)
    case .negative(let inner): return "(- \(write(inner)))"
    case .aggregate(let aggregate): return self.aggregate(aggregate)
    case .coalesce(let values): return "COALESCE(\(list(values)))"
    case .nullIf(let one, let other): return "NULLIF(\(list([one, other])))"
    case .choice(let branches, let otherwise): return choice(nil, branches, otherwise)
    case .simpleChoice(let operand, let branches, let otherwise): return choice(operand, branches, otherwise)
    case .comparison(let relation, let one, let other): return "(\(write(one)) \(relation.rawValue) \(write(other)))"
    case .membership(let inner, let items, let isNegated):
      return "(\(write(inner))\(isNegated ? " NOT" : "") IN (\(list(items))))"
    case .between(let inner, let low, let high, let isNegated):
      return "(\(write(inner))\(isNegated ? " NOT" : "") BETWEEN \(write(low)) AND \(write(high)))"
    case .like(let inner, let pattern, let isNegated):
      return "(\(write(inner))\(isNegated ? " NOT" : "") LIKE \(SQLText.literal(pattern.text)))"
    case .isNull(let inner, let isNegated): return "(\(write(inner)) IS \(isNegated ? "NOT " : "")NULL)"
    case .and(let parts): return "(\(joined(parts, by: " AND ")))"
    case .or(let parts): return "(\(joined(parts, by: " OR ")))"
    case .not(let inner): return "(NOT \(write(inner)))"
    }
  }

  private mutating func product(_ factors: [FormulaNode.Factor]) -> String {
    var text = ""
    for factor in factors {
      let next = write(factor.node)
      if factor.isDivisor {
        text = quotient(text, next, isConstant: factor.node.isLiteral)
      } else {
        text = text.isEmpty ? next : "(\(text) * \(next))"
      }
    }
    return text
  }

  private mutating func quotient(_ above: String, _ below: String, isConstant: Bool) -> String {
    guard above.utf8.count + 2 * below.utf8.count <= Self.mostCharacters, !isTooLong else {
      isTooLong = true
      return ""
    }
    // A literal zero was refused when the formula was read.
    if isConstant { return "(\(above)::numeric / \(below))" }
    switch onZeroDenominator {
    case .zero: return "(CASE WHEN \(below) = 0 THEN 0 ELSE \(above)::numeric / \(below) END)"
    case .null: return "(\(above)::numeric / NULLIF(\(below), 0))"
    case .error: return "(\(above)::numeric / \(below))"
    }
  }

  private mutating func aggregate(_ aggregate: FormulaNode.Aggregate) -> String {
    let argument = aggregate.argument.map { (aggregate.isDistinct ? "DISTINCT " : "") + write($0) } ?? "*"
    let filter = aggregate.filter.map { " FILTER (WHERE \(write($0)))" } ?? ""
    return "\(aggregate.function.rawValue)(\(argument))\(filter)"
  }

  private mutating func choice(_ operand: FormulaNode?, _ branches: [FormulaNode.Branch], _ otherwise: FormulaNode?) -> String {
    var text = "(CASE"
    if let operand { text += " " + write(operand) }
    for branch in branches { text += " WHEN \(write(branch.condition)) THEN \(write(branch.result))" }
    if let otherwise { text += " ELSE " + write(otherwise) }
    return text + " END)"
  }

  private mutating func list(_ nodes: [FormulaNode]) -> String { joined(nodes, by: ", ") }

  private mutating func joined(_ nodes: [FormulaNode], by separator: String) -> String {
    var texts: [String] = []
    for node in nodes { texts.append(write(node)) }
    return texts.joined(separator: separator)
  }
}

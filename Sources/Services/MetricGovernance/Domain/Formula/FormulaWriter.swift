/// Writes a tree as a formula, with no more brackets than it needs.
enum FormulaWriter {
  static func text(_ node: FormulaNode) -> String { write(node, above: .lowest) }

  /// What the normal form puts in order by.
  static func key(_ node: FormulaNode) -> ExactText { ExactText(text(node)) }

  /// In brackets where what stands around binds as tightly or more.
  private static func write(_ node: FormulaNode, above least: FormulaParser.Binding) -> String {
    let (text, binding) = bare(node)
    return binding <= least ? "(\(text))" : text
  }

  private static func bare(_ node: FormulaNode) -> (text: String, binding: FormulaParser.Binding) {
    switch node {
    case .number(let number): return (number.text, number.isNegative ? .product : .primary)
    case .text(let text): return (quoted(text.text, by: "'"), .primary)
    case .truth(let truth): return (truth ? "TRUE" : "FALSE", .primary)
    case .null: return ("NULL", .primary)
    case .column(let column): return (write(column), .primary)
    case .sum(let parts): return (write(parts), .sum)
    case .product(let factors): return (write(factors), .product)
    case .negative(let node): return ("-" + write(node, above: .sum, isSigned: true), .product)
    case .aggregate(let aggregate): return (write(aggregate), .primary)
    case .coalesce(let values): return ("COALESCE(\(list(values)))", .primary)
    case .nullIf(let one, let other): return ("NULLIF(\(list([one, other])))", .primary)
    case .choice(let branches, let otherwise): return (write(nil, branches, otherwise), .primary)
    case .simpleChoice(let operand, let branches, let otherwise): return (write(operand, branches, otherwise), .primary)
    case .comparison(let relation, let one, let other):
      return ("\(write(one, above: .comparison)) \(relation.rawValue) \(write(other, above: .comparison))", .comparison)
    case .membership(let node, let items, let isNegated):
      return ("\(write(node, above: .range))\(isNegated ? " NOT" : "") IN (\(list(items)))", .range)
    case .between(let node, let low, let high, let isNegated):
      let bounds = "\(write(low, above: .range)) AND \(write(high, above: .range))"
      return ("\(write(node, above: .range))\(isNegated ? " NOT" : "") BETWEEN \(bounds)", .range)
    case .like(let node, let pattern, let isNegated):
      return ("\(write(node, above: .range))\(isNegated ? " NOT" : "") LIKE \(quoted(pattern.text, by: "'"))", .range)
    case .isNull(let node, let isNegated):
      return ("\(write(node, above: .isNull)) IS \(isNegated ? "NOT " : "")NULL", .isNull)
    case .and(let parts): return (parts.map { write($0, above: .and) }.joined(separator: " AND "), .and)
    case .or(let parts): return (parts.map { write($0, above: .or) }.joined(separator: " OR "), .or)
    case .not(let node): return ("NOT \(write(node, above: .not))", .not)
    }
  }

  private static func write(_ parts: [FormulaNode.Signed]) -> String {
    var text = ""
    for part in parts {
      if text.isEmpty {
        text = part.isNegative ? "-" + write(part.node, above: .sum, isSigned: true) : write(part.node, above: .lowest)
      } else {
        text += (part.isNegative ? " - " : " + ") + write(part.node, above: .sum, isSigned: true)
      }
    }
    return text
  }

  private static func write(_ factors: [FormulaNode.Factor]) -> String {
    var text = ""
    for factor in factors {
      if text.isEmpty {
        text = write(factor.node, above: .sum)
      } else {
        text += (factor.isDivisor ? " / " : " * ") + write(factor.node, above: .product, isSigned: true)
      }
    }
    return text
  }

  /// What stands behind a sign never begins with another: two of them would be a comment.
  private static func write(_ node: FormulaNode, above least: FormulaParser.Binding, isSigned: Bool) -> String {
    let text = write(node, above: least)
    return text.utf8.first == UInt8(ascii: "-") ? "(\(text))" : text
  }

  private static func write(_ aggregate: FormulaNode.Aggregate) -> String {
    let argument = aggregate.argument.map { (aggregate.isDistinct ? "DISTINCT " : "") + text($0) } ?? "*"
    let filter = aggregate.filter.map { " FILTER (WHERE \(text($0)))" } ?? ""
    return "\(aggregate.function.rawValue)(\(argument))\(filter)"
  }

  private static func write(_ operand: FormulaNode?, _ branches: [FormulaNode.Branch], _ otherwise: FormulaNode?) -> String {
    var text = "CASE"
    if let operand { text += " " + Self.text(operand) }
    for branch in branches { text += " WHEN \(Self.text(branch.condition)) THEN \(Self.text(branch.result))" }
    if let otherwise { text += " ELSE " + Self.text(otherwise) }
    return text + " END"
  }

  private static func write(_ column: FormulaColumn) -> String {
    [column.qualifier, column.name].compactMap(\.self).map { name($0.text) }.joined(separator: ".")
  }

  /// In quotes where it would not be read as it is without.
  private static func name(_ name: String) -> String {
    FormulaParser.isPlainName(name) ? name : quoted(name, by: "\"")
  }

  static func quoted(_ text: String, by mark: Character) -> String {
    var quoted = String(mark)
    for scalar in text.unicodeScalars {
      quoted.unicodeScalars.append(scalar)
      if Character(scalar) == mark { quoted.append(mark) }
    }
    quoted.append(mark)
    return quoted
  }

  private static func list(_ nodes: [FormulaNode]) -> String { nodes.map(text).joined(separator: ", ") }
}

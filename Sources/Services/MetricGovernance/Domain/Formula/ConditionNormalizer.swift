/// Brings conditions to one form, NULL being neither true nor false.
enum ConditionNormalizer {
  /// - Parameter isNegated: Whether the condition's negation is meant.
  static func condition(_ node: FormulaNode, isNegated: Bool = false) -> FormulaNode {
    switch node {
    case .truth(let truth): return .truth(truth != isNegated)
    case .not(let inner): return condition(inner, isNegated: !isNegated)
    case .and(let parts): return joined(parts, byAnd: !isNegated, isNegated: isNegated)
    case .or(let parts): return joined(parts, byAnd: isNegated, isNegated: isNegated)
    case .comparison(let relation, let one, let other):
      return comparison(isNegated ? relation.opposite : relation, operand(one), operand(other))
    case .membership(let node, let items, let isWithout):
      return membership(operand(node), items.map(operand), isNegated: isWithout != isNegated)
    case .between(let node, let low, let high, let isOutside):
      return .between(operand(node), low: operand(low), high: operand(high), isNegated: isOutside != isNegated)
    case .like(let node, let pattern, let isUnlike): return .like(operand(node), pattern, isNegated: isUnlike != isNegated)
    case .isNull(let node, let isNot): return .isNull(operand(node), isNegated: isNot != isNegated)
    default:
      let value = operand(node)
      return isNegated ? .not(value) : value
    }
  }

  /// Comparing looks at the value alone, not at the digits that it is written with.
  private static func operand(_ node: FormulaNode) -> FormulaNode { FormulaNormalizer.value(node, exact: false) }

  /// Literals stand on the right; otherwise the texts decide.
  private static func comparison(_ relation: FormulaNode.Relation, _ one: FormulaNode, _ other: FormulaNode) -> FormulaNode {
    let isOrdered =
      one.isLiteral != other.isLiteral ? other.isLiteral : FormulaWriter.key(one) <= FormulaWriter.key(other)
    return isOrdered ? .comparison(relation, one, other) : .comparison(relation.flipped, other, one)
  }

  private static func membership(_ node: FormulaNode, _ items: [FormulaNode], isNegated: Bool) -> FormulaNode {
    let items = distinct(items)
    if items.count == 1 { return comparison(isNegated ? .unequal : .equal, node, items[0]) }
    return .membership(node, items, isNegated: isNegated)
  }

  /// Each once, in the order of their texts.
  private static func distinct(_ nodes: [FormulaNode]) -> [FormulaNode] {
    var byKey: [ExactText: FormulaNode] = [:]
    for node in nodes { byKey[FormulaWriter.key(node)] = node }
    return byKey.sorted { $0.key < $1.key }.map(\.value)
  }

  // MARK: - AND and OR

  private static func joined(_ written: [FormulaNode], byAnd: Bool, isNegated: Bool) -> FormulaNode {
    let parts = written.flatMap { flat(condition($0, isNegated: isNegated), byAnd: byAnd) }
    // PostgreSQL goes from left to right and stops when it knows: where a part may fail, the order counts.
    guard !parts.contains(where: \.divides) else { return join(parts, byAnd: byAnd) }
    if parts.contains(.truth(!byAnd)) { return .truth(!byAnd) }
    let open = parts.filter { $0 != .truth(byAnd) }
    if open.isEmpty { return .truth(byAnd) }
    return join(distinct(ranged(listed(open, byAnd: byAnd), byAnd: byAnd)), byAnd: byAnd)
  }

  private static func flat(_ node: FormulaNode, byAnd: Bool) -> [FormulaNode] {
    switch node {
    case .and(let parts) where byAnd: parts
    case .or(let parts) where !byAnd: parts
    default: [node]
    }
  }

  private static func join(_ parts: [FormulaNode], byAnd: Bool) -> FormulaNode {
    parts.count == 1 ? parts[0] : byAnd ? .and(parts) : .or(parts)
  }

  /// x = 1 OR x = 2 is x IN (1, 2); x <> 1 AND x <> 2 is x NOT IN (1, 2).
  private static func listed(_ parts: [FormulaNode], byAnd: Bool) -> [FormulaNode] {
    struct Subject: Hashable {
      var node: FormulaNode
      var kind: FormulaNode.Kind
    }
    var rest: [FormulaNode] = []
    var lists: [Subject: [FormulaNode]] = [:]
    for part in parts {
      let found: (node: FormulaNode, items: [FormulaNode])? =
        switch part {
        case .comparison(byAnd ? .unequal : .equal, let node, let item): (node, [item])
        case .membership(let node, let items, isNegated: byAnd): (node, items)
        default: nil
        }
      if let found, !found.node.isLiteral, found.items.allSatisfy(\.isLiteral), let kind = found.items.first?.kind {
        lists[Subject(node: found.node, kind: kind), default: []] += found.items
      } else {
        rest.append(part)
      }
    }
    return rest + lists.map { membership($0.key.node, $0.value, isNegated: byAnd) }
  }

  /// x >= 1 AND x <= 2 is x BETWEEN 1 AND 2; x < 1 OR x > 2 is x NOT BETWEEN 1 AND 2.
  private static func ranged(_ parts: [FormulaNode], byAnd: Bool) -> [FormulaNode] {
    struct Bounds {
      var lows: [FormulaNode] = []
      var highs: [FormulaNode] = []
    }
    var rest: [FormulaNode] = []
    var ranges: [FormulaNode: Bounds] = [:]
    for part in parts {
      switch part {
      case .comparison(byAnd ? .greaterOrEqual : .less, let node, let low) where low.isLiteral && !node.isLiteral:
        ranges[node, default: Bounds()].lows.append(low)
      case .comparison(byAnd ? .lessOrEqual : .greater, let node, let high) where high.isLiteral && !node.isLiteral:
        ranges[node, default: Bounds()].highs.append(high)
      case .between(let node, let low, let high, isNegated: !byAnd)
      where low.isLiteral && high.isLiteral && !node.isLiteral:
        ranges[node, default: Bounds()].lows.append(low)
        ranges[node, default: Bounds()].highs.append(high)
      default: rest.append(part)
      }
    }
    for (node, bounds) in ranges {
      let (lows, highs) = (distinct(bounds.lows), distinct(bounds.highs))
      if lows.count == 1, highs.count == 1 {
        rest.append(.between(node, low: lows[0], high: highs[0], isNegated: !byAnd))
      } else {
        rest += lows.map { .comparison(byAnd ? .greaterOrEqual : .less, node, $0) }
        rest += highs.map { .comparison(byAnd ? .lessOrEqual : .greater, node, $0) }
      }
    }
    return rest
  }
}

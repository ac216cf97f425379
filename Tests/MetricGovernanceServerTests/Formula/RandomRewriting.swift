import SeededNumbers

@testable import MetricGovernanceDomain

/// Changes a formula somewhere: most of the time so that its values should stay, at times so that they only seem to.
struct RandomRewriting {
  var random: SeededGenerator
  /// Whether changes are made as well that do not keep the values.
  var isDaring: Bool

  mutating func rewritten(_ node: FormulaNode) -> FormulaNode {
    var countdown = Int.random(in: 0..<node.size, using: &random)
    return walk(node, &countdown)
  }

  private mutating func walk(_ node: FormulaNode, _ countdown: inout Int) -> FormulaNode {
    countdown -= 1
    if countdown == -1 { return isDaring && random.chance(2) ? changed(node) : restated(node) }
    var (this, left) = (self, countdown)
    let result = node.mapped { this.walk($0, &left) }
    (self, countdown) = (this, left)
    return result
  }

  /// What should give the same values.
  private mutating func restated(_ node: FormulaNode) -> FormulaNode {
    switch node {
    case .sum(let parts): return restated(parts)
    case .product(let factors) where !factors.contains(where: \.isDivisor): return .product(factors.shuffled(using: &random))
    case .product(let factors):
      return .negative(
        .product([.init(isDivisor: false, node: .negative(factors[0].node))] + factors.dropFirst()))
    case .aggregate(let aggregate): return restated(aggregate)
    case .coalesce(let values) where values.count > 1: return .coalesce([values[0], .coalesce(Array(values.dropFirst()))])
    case .nullIf(let one, let other):
      return .choice([.init(condition: .comparison(.equal, one, other), result: .null)], otherwise: one)
    case .simpleChoice(let operand, let branches, let otherwise):
      return .choice(
        branches.map { .init(condition: .comparison(.equal, operand, $0.condition), result: $0.result) },
        otherwise: otherwise ?? .null)
    case .comparison(let relation, let one, let other):
      return random.chance(2) ? .comparison(relation.flipped, other, one) : .not(.comparison(relation.opposite, one, other))
    case .membership(let one, let items, let isNegated):
      let parts = items.map { FormulaNode.comparison(isNegated ? .unequal : .equal, one, $0) }.shuffled(using: &random)
      return parts.count == 1 ? parts[0] : isNegated ? .and(parts) : .or(parts)
    case .between(let one, let low, let high, let isNegated):
      let parts: [FormulaNode] = [
        .comparison(isNegated ? .greater : .lessOrEqual, one, high), .comparison(isNegated ? .less : .greaterOrEqual, one, low),
      ]
      return isNegated ? .or(parts) : .and(parts)
    case .and(let parts): return random.chance(2) ? .and(parts.shuffled(using: &random)) : .not(.or(parts.map { .not($0) }))
    case .or(let parts): return random.chance(2) ? .or(parts.shuffled(using: &random)) : .not(.and(parts.map { .not($0) }))
    case .not(let inner): return .not(.not(.not(inner)))
    case .like(let one, let pattern, let isNegated): return .not(.like(one, pattern, isNegated: !isNegated))
    case .isNull(let one, let isNegated): return .not(.isNull(one, isNegated: !isNegated))
    case .number, .negative: return numberRestated(node)
    case .column(let column) where column.name.text == "is_new" || column.name.text == "channel": return node
    case .choice(let branches, nil): return .choice(branches, otherwise: .null)
    default: return numberRestated(node)
    }
  }

  private mutating func numberRestated(_ node: FormulaNode) -> FormulaNode {
    guard node.kind == .number || node.kind == .open else { return node }
    let one = FormulaNode.number(.one)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return .negative(.negative(node))
    case 1: return .product([.init(isDivisor: false, node: one), .init(isDivisor: false, node: node)])
    case 2: return .product([.init(isDivisor: false, node: node), .init(isDivisor: true, node: one)])
    case 3: return .sum([.init(isNegative: false, node: .number(ExactDecimal(0))), .init(isNegative: false, node: node)])
    default:
      // x is 2 x - x.
      return .sum([
        .init(isNegative: true, node: node),
        .init(
          isNegative: false,
          node: .product([.init(isDivisor: false, node: node), .init(isDivisor: false, node: .number(ExactDecimal(2)))])),
      ])
    }
  }

  private mutating func restated(_ parts: [FormulaNode.Signed]) -> FormulaNode {
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return .sum(parts.shuffled(using: &random))
    case 1: return .negative(.sum(parts.map { .init(isNegative: !$0.isNegative, node: $0.node) }))
    default:
      return .sum([
        parts[0],
        .init(
          isNegative: true, node: .negative(.sum([.init(isNegative: false, node: .number(ExactDecimal(0)))] + parts.dropFirst()))),
      ])
    }
  }

  private mutating func restated(_ aggregate: FormulaNode.Aggregate) -> FormulaNode {
    var other = aggregate
    if let filter = aggregate.filter, let argument = aggregate.argument {
      other.filter = nil
      other.argument = .choice([.init(condition: filter, result: argument)], otherwise: random.chance(2) ? .null : nil)
    } else if aggregate.argument == nil {
      other.argument = number(1)
    } else if aggregate.function == .sum, let argument = aggregate.argument {
      other.argument = .product([.init(isDivisor: false, node: number(3)), .init(isDivisor: false, node: argument)])
      return random.chance(3)
        ? .product([.init(isDivisor: false, node: .aggregate(other)), .init(isDivisor: true, node: number(3))])
        : .sum([
          .init(isNegative: false, node: .aggregate(other)), .init(isNegative: true, node: .aggregate(aggregate)),
          .init(isNegative: true, node: .aggregate(aggregate)),
        ])
    }
    return .aggregate(other)
  }

  private func number(_ digit: UInt8) -> FormulaNode { .number(ExactDecimal(digit)) }

  /// What seems to give the same values, or nearly.
  private mutating func changed(_ node: FormulaNode) -> FormulaNode {
    switch node {
    case .number(let number):
      return .number(
        random.chance(2)
          ? number + .one : ExactDecimal(literal: number.text + (number.isInteger ? ".00" : "0"), mostDigits: 40) ?? number)
    case .sum(let parts): return .sum(parts.map { .init(isNegative: $0.isNegative != random.chance(3), node: $0.node) })
    case .product(let factors): return changed(factors)
    case .aggregate(let aggregate): return changed(aggregate)
    case .coalesce(let values): return values[0]
    case .nullIf(let one, _): return one
    case .choice(let branches, let otherwise): return .choice(branches.reversed(), otherwise: otherwise ?? number(0))
    case .comparison(let relation, let one, let other):
      return random.chance(2)
        ? .comparison(relation.opposite, one, other) : .or([.comparison(relation, one, other), .isNull(one, isNegated: false)])
    case .and(let parts): return .and([parts[0]] + parts)
    case .or(let parts): return .and(parts)
    case .not(let inner): return inner
    default: return restated(node)
    }
  }

  /// Moves a factor over the division, or leaves a factor out.
  private mutating func changed(_ factors: [FormulaNode.Factor]) -> FormulaNode {
    if random.chance(2) { return .product([factors[0]] + factors.dropFirst().shuffled(using: &random)) }
    return .product([
      factors[0], factors[1], .init(isDivisor: true, node: factors[1].node), .init(isDivisor: false, node: factors[1].node),
    ])
  }

  private mutating func changed(_ aggregate: FormulaNode.Aggregate) -> FormulaNode {
    var other = aggregate
    switch Int.random(in: 0..<5, using: &random) {
    case 0: other.filter = nil
    case 1 where aggregate.argument != nil: other.function = random.pick([.sum, .average, .least, .greatest])
    case 2 where aggregate.argument != nil && aggregate.function != .count:
      other.argument = aggregate.argument.map { .coalesce([$0, number(0)]) }
    case 3 where aggregate.function == .count: other.argument = number(0)
    case 4 where aggregate.function == .sum:
      if case .sum(let parts)? = aggregate.argument {
        return .sum(
          parts.map { part in
            var one = aggregate
            one.argument = part.node
            return .init(isNegative: part.isNegative, node: .aggregate(one))
          })
      }
    default: break
    }
    if other.function != .count { other.isDistinct = false }
    return .aggregate(other)
  }
}

import SeededNumbers

@testable import MetricGovernanceDomain

/// Makes formulas over the columns a, b, c (numeric), channel (text) and is_new (boolean).
struct RandomFormula {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func definition() -> FormulaNode {
    let root = value(depth: 3, isRow: false)
    return root.contains { if case .aggregate = $0 { true } else { false } }
      ? root : .sum([.init(isNegative: false, node: root), .init(isNegative: random.chance(2), node: aggregate(depth: 2))])
  }

  mutating func number() -> FormulaNode {
    .number(
      ExactDecimal(
        literal: random.pick(["0", "1", "2", "3", "10", "100", "0.5", "1.0", "2.50", "1e2", "0.00", "7"]), mostDigits: 40)!)
  }

  mutating func value(depth: Int, isRow: Bool) -> FormulaNode {
    if depth <= 0 || random.chance(5) {
      if random.chance(4) { return number() }
      return isRow ? .column(.init(name: ExactText(random.pick(["a", "b", "c"])))) : aggregate(depth: max(depth, 1))
    }
    func next(_ this: inout Self) -> FormulaNode { this.value(depth: depth - 1, isRow: isRow) }
    switch Int.random(in: 0..<11, using: &random) {
    case 0...2:
      return .sum((0...Int.random(in: 1...2, using: &random)).map { _ in .init(isNegative: random.chance(2), node: next(&self)) })
    case 3...5:
      return .product(
        (0...Int.random(in: 1...2, using: &random)).map { place in
          .init(isDivisor: place > 0 && random.chance(2), node: next(&self))
        })
    case 6: return .negative(next(&self))
    case 7: return .coalesce([next(&self), next(&self)])
    case 8: return .nullIf(next(&self), random.chance(2) ? number() : next(&self))
    case 9:
      let branches = (0...Int.random(in: 0...1, using: &random)).map { _ in
        FormulaNode.Branch(condition: condition(depth: depth - 1, isRow: isRow), result: next(&self))
      }
      return .choice(branches, otherwise: random.chance(2) ? next(&self) : nil)
    default:
      let branches = (0...Int.random(in: 0...1, using: &random)).map { _ in
        FormulaNode.Branch(condition: number(), result: next(&self))
      }
      return .simpleChoice(next(&self), branches, otherwise: random.chance(2) ? next(&self) : nil)
    }
  }

  mutating func aggregate(depth: Int) -> FormulaNode {
    let function = random.pick(FormulaNode.Aggregate.Function.allCases + [.sum, .sum])
    var aggregate = FormulaNode.Aggregate(function: function)
    aggregate.argument = function == .count && random.chance(3) ? nil : value(depth: depth - 1, isRow: true)
    aggregate.isDistinct = function == .count && aggregate.argument != nil && random.chance(3)
    aggregate.filter = random.chance(3) ? condition(depth: depth - 1, isRow: true) : nil
    return .aggregate(aggregate)
  }

  mutating func condition(depth: Int, isRow: Bool) -> FormulaNode {
    let choices = isRow ? 10 : 7
    switch depth <= 0 ? Int.random(in: 3..<choices, using: &random) : Int.random(in: 0..<choices, using: &random) {
    case 0: return .and([condition(depth: depth - 1, isRow: isRow), condition(depth: depth - 1, isRow: isRow)])
    case 1: return .or([condition(depth: depth - 1, isRow: isRow), condition(depth: depth - 1, isRow: isRow)])
    case 2: return .not(condition(depth: depth - 1, isRow: isRow))
    case 3:
      let relation = FormulaNode.Relation(rawValue: random.pick(["=", "<>", "<", "<=", ">", ">="]))!
      return .comparison(
        relation, value(depth: depth - 1, isRow: isRow), random.chance(2) ? number() : value(depth: depth - 1, isRow: isRow))
    case 4:
      return .membership(
        value(depth: depth - 1, isRow: isRow), (0...Int.random(in: 0...2, using: &random)).map { _ in number() },
        isNegated: random.chance(2))
    case 5: return .between(value(depth: depth - 1, isRow: isRow), low: number(), high: number(), isNegated: random.chance(2))
    case 6: return .isNull(value(depth: depth - 1, isRow: isRow), isNegated: random.chance(2))
    case 7: return .column(.init(name: ExactText("is_new")))
    case 8:
      return .like(
        .column(.init(name: ExactText("channel"))), ExactText(random.pick(["p%", "%a_d%", "x"])), isNegated: random.chance(2))
    default:
      return .comparison(
        random.pick([.equal, .unequal]), .column(.init(name: ExactText("channel"))),
        .text(ExactText(random.pick(["paid", "organic", "it's"]))))
    }
  }
}

extension FormulaNode {
  /// The same with other children.
  func mapped(_ change: (FormulaNode) -> FormulaNode) -> FormulaNode {
    switch self {
    case .number, .text, .truth, .null, .column: return self
    case .sum(let parts): return .sum(parts.map { .init(isNegative: $0.isNegative, node: change($0.node)) })
    case .product(let factors): return .product(factors.map { .init(isDivisor: $0.isDivisor, node: change($0.node)) })
    case .negative(let node): return .negative(change(node))
    case .not(let node): return .not(change(node))
    case .aggregate(var aggregate):
      aggregate.argument = aggregate.argument.map(change)
      aggregate.filter = aggregate.filter.map(change)
      return .aggregate(aggregate)
    case .coalesce(let nodes): return .coalesce(nodes.map(change))
    case .and(let nodes): return .and(nodes.map(change))
    case .or(let nodes): return .or(nodes.map(change))
    case .nullIf(let one, let other): return .nullIf(change(one), change(other))
    case .comparison(let relation, let one, let other): return .comparison(relation, change(one), change(other))
    case .choice(let branches, let otherwise):
      return .choice(
        branches.map { .init(condition: change($0.condition), result: change($0.result)) }, otherwise: otherwise.map(change))
    case .simpleChoice(let operand, let branches, let otherwise):
      return .simpleChoice(
        change(operand), branches.map { .init(condition: change($0.condition), result: change($0.result)) },
        otherwise: otherwise.map(change))
    case .membership(let node, let items, let isNegated):
      return .membership(change(node), items.map(change), isNegated: isNegated)
    case .between(let node, let low, let high, let isNegated):
      return .between(change(node), low: change(low), high: change(high), isNegated: isNegated)
    case .like(let node, let pattern, let isNegated): return .like(change(node), pattern, isNegated: isNegated)
    case .isNull(let node, let isNegated): return .isNull(change(node), isNegated: isNegated)
    }
  }

  var size: Int { children.reduce(1) { $0 + $1.size } }
}

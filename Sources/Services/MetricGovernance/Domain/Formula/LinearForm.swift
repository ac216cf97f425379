/// A sum of products, each with a constant in front: additions and multiplications are exact in numeric, so their order and grouping do not
/// count, and constants can be reckoned out.
struct LinearForm {
  struct Term {
    var coefficient: ExactDecimal
    /// In the order of their texts; none for a constant.
    var factors: [FormulaNode]

    var key: ExactText { ExactText(factors.map { FormulaWriter.text($0) }.joined(separator: "\u{1F}")) }
  }

  private(set) var terms: [Term]

  init(terms: [Term]) {
    // What is zero, or NULL, whatever the data has no sign.
    self.terms = terms.map { term in
      let hasNoSign = term.coefficient.isNegative && term.factors.contains(where: \.isNothing)
      return hasNoSign ? Term(coefficient: term.coefficient.magnitude, factors: term.factors) : term
    }
  }

  /// Of a node that is in normal form already.
  init(normal node: FormulaNode) {
    switch node {
    case .number(let number): terms = [Term(coefficient: number, factors: [])]
    case .sum(let parts):
      terms = parts.flatMap { part in
        let inner = LinearForm(normal: part.node)
        return part.isNegative ? inner.negated.terms : inner.terms
      }
    case .negative(let inner): terms = LinearForm(normal: inner).negated.terms
    case .product(let factors) where !factors.contains(where: \.isDivisor):
      if case .number(let number)? = factors.first?.node {
        terms = [Term(coefficient: number, factors: factors.dropFirst().map(\.node))]
      } else {
        terms = [Term(coefficient: .one, factors: factors.map(\.node))]
      }
    default: terms = [Term(coefficient: .one, factors: [node])]
    }
  }

  /// - Parameter exact: As for `FormulaNormalizer.value`.
  init(of node: FormulaNode, exact: Bool) {
    switch node {
    case .sum(let parts):
      self.init(
        terms: parts.flatMap { part in
          let form = LinearForm(of: part.node, exact: exact)
          return part.isNegative ? form.negated.terms : form.terms
        })
      collect(exact: exact)
    case .negative(let inner): self = LinearForm(of: inner, exact: exact).negated
    case .product(let factors): self = Self.product(factors, exact: exact)
    default: self.init(normal: FormulaNormalizer.value(node, exact: exact))
    }
  }

  var negated: LinearForm {
    LinearForm(terms: terms.map { Term(coefficient: $0.coefficient.negated, factors: $0.factors) })
  }

  // MARK: - Products

  private static func product(_ written: [FormulaNode.Factor], exact: Bool) -> LinearForm {
    var factors = written
    // x / 1 is x, with other digits behind the point, which count where another division follows.
    for index in factors.indices.reversed() where factors[index].isDivisor && !exact {
      guard case .number(let number) = FormulaNormalizer.value(factors[index].node, exact: true), number.magnitude.isOne else {
        break
      }
      factors[index] = FormulaNode.Factor(isDivisor: false, node: .number(number))
    }
    let lastDivisor = factors.lastIndex { $0.isDivisor } ?? -1
    var result = LinearForm(of: factors[0].node, exact: exact || 0 < lastDivisor)
    for (index, factor) in factors.enumerated().dropFirst() {
      let isExact = exact || index <= lastDivisor
      let next = LinearForm(of: factor.node, exact: isExact)
      result = factor.isDivisor ? result.distributed(exact: true).divided(by: next) : result.multiplied(by: next, exact: isExact)
    }
    return result.distributed(exact: exact)
  }

  /// A number times a sum as the sum of the products.
  private func distributed(exact: Bool) -> LinearForm {
    guard terms.count == 1, terms[0].factors.count == 1, case .sum = terms[0].factors[0] else { return self }
    let inner = LinearForm(normal: terms[0].factors[0]).terms
    var form = LinearForm(
      terms: inner.map { Term(coefficient: terms[0].coefficient * $0.coefficient, factors: $0.factors) })
    form.collect(exact: exact)
    return form
  }

  private func multiplied(by other: LinearForm, exact: Bool) -> LinearForm {
    let (one, two) = (asTerm(exact: exact), other.asTerm(exact: exact))
    let factors = one.factors + two.factors
    let coefficient = one.coefficient * two.coefficient
    return LinearForm(terms: [Term(coefficient: coefficient, factors: Self.sorted(factors))])
  }

  /// A division rounds, so what is divided and what divides stay together; only the sign, which rounding does not look at, comes out.
  private func divided(by other: LinearForm) -> LinearForm {
    let (above, below) = (leadingPositive, other.leadingPositive)
    let quotient = FormulaNode.product([
      .init(isDivisor: false, node: above.form.node(exact: true)), .init(isDivisor: true, node: below.form.node(exact: true)),
    ])
    let isNegative = above.isFlipped != below.isFlipped
    return LinearForm(terms: [Term(coefficient: isNegative ? ExactDecimal.one.negated : .one, factors: [quotient])])
  }

  /// The form or its negation, whichever begins with a positive coefficient. A term without a sign decides nothing: it is the same in both.
  private var leadingPositive: (form: LinearForm, isFlipped: Bool) {
    let ordered = terms.sorted { $0.key < $1.key }
    let first = ordered.first { !$0.coefficient.isZero && !$0.factors.contains(where: \.isNothing) }
    let isFlipped = first?.coefficient.isNegative ?? false
    return (isFlipped ? negated : self, isFlipped)
  }

  /// As one factor: a sum is taken as a whole, its sign in front.
  private func asTerm(exact: Bool) -> Term {
    if terms.count == 1 { return terms[0] }
    let (form, isFlipped) = leadingPositive
    return Term(coefficient: isFlipped ? ExactDecimal.one.negated : .one, factors: [form.node(exact: exact)])
  }

  private static func sorted(_ factors: [FormulaNode]) -> [FormulaNode] {
    factors.map { (node: $0, key: FormulaWriter.key($0)) }.sorted { $0.key < $1.key }.map(\.node)
  }

  // MARK: - Sums

  /// Adds up the terms of the same factors, and drops a zero that stands beside others.
  private mutating func collect(exact: Bool) {
    var places: [ExactText: Int] = [:]
    var collected: [Term] = []
    for term in terms {
      let key = term.key
      if let place = places[key] {
        collected[place].coefficient = collected[place].coefficient + term.coefficient
      } else {
        places[key] = collected.count
        collected.append(term)
      }
    }
    terms = collected
    let others = terms.filter { !($0.factors.isEmpty && $0.coefficient.isZero && (!exact || $0.coefficient.isInteger)) }
    if !others.isEmpty { terms = others }
  }

  // MARK: - As a tree

  func node(exact: Bool) -> FormulaNode {
    if terms.count == 1 { return Self.node(of: terms[0], exact: exact) }
    // The constant comes last.
    let ordered = terms.map { (term: $0, key: $0.key) }.sorted { one, other in
      one.term.factors.isEmpty != other.term.factors.isEmpty ? other.term.factors.isEmpty : one.key < other.key
    }
    return .sum(
      ordered.map { item in
        let magnitude = Term(coefficient: item.term.coefficient.magnitude, factors: item.term.factors)
        return FormulaNode.Signed(isNegative: item.term.coefficient.isNegative, node: Self.node(of: magnitude, exact: exact))
      })
  }

  private static func node(of term: Term, exact: Bool) -> FormulaNode {
    let coefficient = exact ? term.coefficient : term.coefficient.stripped
    guard !term.factors.isEmpty else { return .number(coefficient) }
    if coefficient.isNegative, coefficient.magnitude.isOne, coefficient.isInteger {
      return .negative(node(of: Term(coefficient: .one, factors: term.factors), exact: exact))
    }
    let isNeeded = !(coefficient.isOne && coefficient.isInteger)
    let factors = (isNeeded ? [.number(coefficient)] : []) + term.factors
    return factors.count == 1 ? factors[0] : .product(factors.map { FormulaNode.Factor(isDivisor: false, node: $0) })
  }
}

extension FormulaNode {
  /// Whether it can only be zero or NULL, or fail.
  fileprivate var isNothing: Bool {
    switch self {
    case .number(let number): number.isZero
    case .sum(let parts): parts.allSatisfy { $0.node.isNothing }
    case .negative(let node): node.isNothing
    case .product(let factors): factors.contains { !$0.isDivisor && $0.node.isNothing }
    default: false
    }
  }
}

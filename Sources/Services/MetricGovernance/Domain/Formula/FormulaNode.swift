/// A formula's tree. The parser lets it grow no deeper than `FormulaLimits.depth`, so walking it by recursion is safe.
indirect enum FormulaNode: Hashable, Sendable {
  case number(ExactDecimal)
  case text(ExactText)
  case truth(Bool)
  case null
  case column(FormulaColumn)
  /// At least two parts.
  case sum([Signed])
  /// At least two factors, from left to right; the first is no divisor.
  case product([Factor])
  case negative(FormulaNode)
  case aggregate(Aggregate)
  case coalesce([FormulaNode])
  case nullIf(FormulaNode, FormulaNode)
  case choice([Branch], otherwise: FormulaNode?)
  /// CASE operand WHEN value THEN …: the branches' conditions are the values.
  case simpleChoice(FormulaNode, [Branch], otherwise: FormulaNode?)
  case comparison(Relation, FormulaNode, FormulaNode)
  case membership(FormulaNode, [FormulaNode], isNegated: Bool)
  case between(FormulaNode, low: FormulaNode, high: FormulaNode, isNegated: Bool)
  case like(FormulaNode, ExactText, isNegated: Bool)
  case isNull(FormulaNode, isNegated: Bool)
  case and([FormulaNode])
  case or([FormulaNode])
  case not(FormulaNode)

  struct Signed: Hashable, Sendable {
    var isNegative: Bool
    var node: FormulaNode
  }

  struct Factor: Hashable, Sendable {
    var isDivisor: Bool
    var node: FormulaNode
  }

  struct Branch: Hashable, Sendable {
    var condition: FormulaNode
    var result: FormulaNode
  }

  struct Aggregate: Hashable, Sendable {
    enum Function: String, CaseIterable, Sendable {
      case sum = "SUM"
      case count = "COUNT"
      case average = "AVG"
      case least = "MIN"
      case greatest = "MAX"
    }

    var function: Function
    var isDistinct = false
    /// Nil for COUNT(*).
    var argument: FormulaNode?
    var filter: FormulaNode?
  }

  enum Relation: String, Sendable {
    case equal = "="
    case unequal = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// What holds between the other way round.
    var flipped: Relation {
      switch self {
      case .equal, .unequal: self
      case .less: .greater
      case .lessOrEqual: .greaterOrEqual
      case .greater: .less
      case .greaterOrEqual: .lessOrEqual
      }
    }

    /// What holds exactly when this does not; both are unknown beside NULL.
    var opposite: Relation {
      switch self {
      case .equal: .unequal
      case .unequal: .equal
      case .less: .greaterOrEqual
      case .lessOrEqual: .greater
      case .greater: .lessOrEqual
      case .greaterOrEqual: .less
      }
    }
  }
}

/// A column as PostgreSQL knows it: letters folded where it was not in quotes.
struct FormulaColumn: Hashable, Sendable {
  /// The relation's name in front of the point; nil without one.
  var qualifier: ExactText?
  var name: ExactText
}

extension Set<FormulaColumn> {
  /// As they are written, in the order of their letters.
  var names: [String] { map { FormulaWriter.text(.column($0)) }.sorted() }
  var list: String { names.joined(separator: ", ") }
}

extension FormulaNode {
  /// What a value is, as far as the formula alone tells.
  enum Kind: String {
    case number = "a number"
    case text = "a text"
    case truth = "a condition"
    case null = "NULL"
    /// A column may be anything.
    case open = "a column's value"

    /// The kind of values that may be either; nil when they go not together.
    func merged(with other: Kind) -> Kind? {
      if self == other || other == .null || other == .open { return self == .null ? other : self }
      return self == .null || self == .open ? other : nil
    }
  }

  var kind: Kind {
    switch self {
    case .number, .sum, .product, .negative: .number
    case .text: .text
    case .null: .null
    case .column: .open
    case .truth, .comparison, .membership, .between, .like, .isNull, .and, .or, .not: .truth
    case .aggregate(let aggregate):
      switch aggregate.function {
      case .sum, .count, .average: .number
      case .least, .greatest: aggregate.argument?.kind ?? .open
      }
    case .coalesce(let values): Self.merged(values)
    case .nullIf(let value, _): value.kind
    case .choice(let branches, let otherwise), .simpleChoice(_, let branches, let otherwise):
      Self.merged(branches.map(\.result) + [otherwise ?? .null])
    }
  }

  private static func merged(_ values: [FormulaNode]) -> Kind {
    values.reduce(.null) { $0.merged(with: $1.kind) ?? $0 }
  }

  var isLiteral: Bool {
    switch self {
    case .number, .text, .truth, .null: true
    default: false
    }
  }

  /// The parts, in the order of the text.
  var children: [FormulaNode] {
    switch self {
    case .number, .text, .truth, .null, .column: []
    case .sum(let parts): parts.map(\.node)
    case .product(let factors): factors.map(\.node)
    case .negative(let node), .not(let node), .like(let node, _, _), .isNull(let node, _): [node]
    case .aggregate(let aggregate): [aggregate.argument, aggregate.filter].compactMap(\.self)
    case .coalesce(let nodes), .and(let nodes), .or(let nodes): nodes
    case .nullIf(let one, let other), .comparison(_, let one, let other): [one, other]
    case .choice(let branches, let otherwise):
      branches.flatMap { [$0.condition, $0.result] } + [otherwise].compactMap(\.self)
    case .simpleChoice(let operand, let branches, let otherwise):
      [operand] + branches.flatMap { [$0.condition, $0.result] } + [otherwise].compactMap(\.self)
    case .membership(let node, let items, _): [node] + items
    case .between(let node, let low, let high, _): [node, low, high]
    }
  }

  /// Whether anything in it is so.
  func contains(_ isSo: (FormulaNode) -> Bool) -> Bool { isSo(self) || children.contains { $0.contains(isSo) } }

  /// Whether there is a division, the one thing here that can fail.
  var divides: Bool {
    contains { node in
      if case .product(let factors) = node { factors.contains(where: \.isDivisor) } else { false }
    }
  }

  var columns: Set<FormulaColumn> {
    if case .column(let column) = self { return [column] }
    return children.reduce(into: []) { $0.formUnion($1.columns) }
  }

  var filters: [FormulaNode] {
    if case .aggregate(let aggregate) = self, let filter = aggregate.filter { return [filter] }
    return children.flatMap(\.filters)
  }
}

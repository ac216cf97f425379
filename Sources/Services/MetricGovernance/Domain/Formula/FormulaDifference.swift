/// Says in plain words where two formulas part, as near to the place as it can.
struct FormulaDifference {
  private(set) var sentences: [String] = []

  /// - Parameter before: A formula's tree as written, like `after`; their normal forms differ.
  init(from before: FormulaNode, to after: FormulaNode) { compare(before, after) }

  private mutating func compare(_ before: FormulaNode, _ after: FormulaNode) {
    guard normal(before) != normal(after) else { return }
    switch (before, after) {
    case (.aggregate(let one), .aggregate(let other)): compare(one, other)
    case (.product(let one), .product(let other)) where one.map(\.isDivisor) == other.map(\.isDivisor):
      compareQuotients(one, other, before, after)
    case (.sum(let one), .sum(let other)): compareSums(one, other)
    case (.negative(let one), .negative(let other)), (.not(let one), .not(let other)): compare(one, other)
    case (_, .nullIf(let value, _)) where normal(value) == normal(before):
      replaced(before, after, "it is NULL now where NULLIF finds its second value")
    case (.nullIf(let value, _), _) where normal(value) == normal(after):
      replaced(before, after, "NULLIF no longer makes it NULL")
    case (_, .coalesce(let values)) where values.first.map(normal) == normal(before):
      replaced(
        before, after,
        "where it is NULL, \(values.dropFirst().map(FormulaWriter.text).joined(separator: ", then ")) stands for it now")
    case (.coalesce(let values), _) where values.first.map(normal) == normal(after):
      replaced(before, after, "nothing stands for it any more where it is NULL")
    default: compareChildren(before, after)
    }
  }

  /// Goes on in the children when the two are of one shape and few of them differ.
  private mutating func compareChildren(_ before: FormulaNode, _ after: FormulaNode) {
    let (ones, others) = (before.children, after.children)
    let differing = zip(ones, others).filter { normal($0) != normal($1) }
    let isOneShape = before.shape == after.shape && ones.count == others.count
    if isOneShape, !differing.isEmpty, differing.count < max(2, ones.count) {
      for (one, other) in differing { compare(one, other) }
    } else {
      replaced(before, after, nil)
    }
  }

  private mutating func compareQuotients(
    _ one: [FormulaNode.Factor], _ other: [FormulaNode.Factor], _ before: FormulaNode, _ after: FormulaNode
  ) {
    let isQuotient = one.count == 2 && one[1].isDivisor
    guard isQuotient else { return compareChildren(before, after) }
    let places = ["The numerator", "The denominator"]
    if one.map({ normal($0.node) }) == other.reversed().map({ normal($0.node) }) {
      return sentences.append("Numerator and denominator changed places: \(code(before)) became \(code(after)).")
    }
    for (place, pair) in zip(places, zip(one, other)) where normal(pair.0.node) != normal(pair.1.node) {
      var inner = FormulaDifference()
      inner.compare(pair.0.node, pair.1.node)
      sentences += inner.sentences.map { "\(place): \($0)" }
    }
  }

  private mutating func compareSums(_ one: [FormulaNode.Signed], _ other: [FormulaNode.Signed]) {
    func without(_ parts: [FormulaNode.Signed], _ others: [FormulaNode.Signed]) -> [FormulaNode.Signed] {
      var left = others.map { FormulaNode.Signed(isNegative: $0.isNegative, node: normal($0.node)) }
      return parts.filter { part in
        let own = FormulaNode.Signed(isNegative: part.isNegative, node: normal(part.node))
        guard let place = left.firstIndex(of: own) else { return true }
        left.remove(at: place)
        return false
      }
    }
    let (gone, new) = (without(one, other), without(other, one))
    if gone.count == 1, new.count == 1, gone[0].isNegative == new[0].isNegative { return compare(gone[0].node, new[0].node) }
    for part in gone { sentences.append("\(code(part.node)) is no longer \(part.isNegative ? "subtracted" : "added").") }
    for part in new { sentences.append("\(code(part.node)) is \(part.isNegative ? "subtracted" : "added") now.") }
  }

  private mutating func compare(_ one: FormulaNode.Aggregate, _ other: FormulaNode.Aggregate) {
    let (before, after) = (FormulaNode.aggregate(one), FormulaNode.aggregate(other))
    var (bareOne, bareOther) = (one, other)
    bareOne.filter = nil
    bareOther.filter = nil
    let isSameBare = normal(.aggregate(bareOne)) == normal(.aggregate(bareOther))
    if isSameBare { return replaced(before, after, filterWords(one.filter, other.filter)) }
    let isSameArgument = one.argument.map(normal) == other.argument.map(normal)
    if one.function == other.function, isSameArgument, one.filter == other.filter {
      return replaced(
        before, after, other.isDistinct ? "equal values count once now" : "equal values count as often as they occur now")
    }
    if isSameArgument, one.filter == other.filter {
      return replaced(before, after, "it is \(other.function.words) now, no longer \(one.function.words)")
    }
    let (gone, new) = (before.columns.subtracting(after.columns), after.columns.subtracting(before.columns))
    guard one.function == other.function, !gone.isEmpty || !new.isEmpty else { return replaced(before, after, nil) }
    let words = [
      new.isEmpty ? nil : "it reads \(new.list) now", gone.isEmpty ? nil : "it no longer reads \(gone.list)",
    ]
    replaced(before, after, words.compactMap(\.self).joined(separator: ", and "))
  }

  private func filterWords(_ before: FormulaNode?, _ after: FormulaNode?) -> String {
    switch (before, after) {
    case (nil, let after?): "only rows where \(code(after)) count now; \(otherRows(after)) no longer count"
    case (let before?, nil): "all rows count now; before, only those where \(code(before))"
    case (let before?, let after?): "rows count where \(code(after)) now; before, where \(code(before))"
    case (nil, nil): "the filter is another"
    }
  }

  private func otherRows(_ filter: FormulaNode) -> String {
    switch filter {
    case .comparison(.equal, .column(let column), let value) where value.isLiteral,
      .comparison(.equal, let value, .column(let column)) where value.isLiteral:
      "rows with another \(column.name.text), or none,"
    case .membership(.column(let column), _, isNegated: false): "rows with another \(column.name.text), or none,"
    case .isNull(.column(let column), isNegated: true): "rows without \(column.name.text)"
    default: "the others"
    }
  }

  private mutating func replaced(_ before: FormulaNode, _ after: FormulaNode, _ meaning: String?) {
    sentences.append("\(code(before)) was replaced by \(code(after))\(meaning.map { ": \($0)" } ?? "").")
  }

  private init() {}

  private func normal(_ node: FormulaNode) -> FormulaNode { FormulaNormalizer.value(node, exact: false) }

  /// Shortened where it is long: the change carries both texts in full.
  private func code(_ node: FormulaNode) -> String {
    let text = FormulaWriter.text(node)
    return text.count <= 200 ? text : text.prefix(200) + "…"
  }
}

extension FormulaNode {
  /// What it is, without what is in it.
  fileprivate var shape: String {
    switch self {
    case .number, .text, .truth, .null: "literal"
    case .column: "column"
    case .sum: "sum"
    case .product(let factors): "product" + factors.map { $0.isDivisor ? "/" : "*" }.joined()
    case .negative: "negative"
    case .aggregate(let aggregate): aggregate.function.rawValue
    case .coalesce: "coalesce"
    case .nullIf: "nullif"
    case .choice(let branches, let otherwise), .simpleChoice(_, let branches, let otherwise):
      "case\(branches.count)\(otherwise != nil)"
    case .comparison(let relation, _, _): relation.rawValue
    case .membership(_, _, let isNegated): "in\(isNegated)"
    case .between(_, _, _, let isNegated): "between\(isNegated)"
    case .like(_, let pattern, let isNegated): "like\(isNegated)\(pattern.text)"
    case .isNull(_, let isNegated): "null\(isNegated)"
    case .and: "and"
    case .or: "or"
    case .not: "not"
    }
  }
}

extension FormulaNode.Aggregate.Function {
  fileprivate var words: String {
    switch self {
    case .sum: "a sum"
    case .count: "a count"
    case .average: "an average"
    case .least: "the least value"
    case .greatest: "the greatest value"
    }
  }
}

/// Reads a definition by the precedences of PostgreSQL: OR, AND, NOT, IS, comparisons, BETWEEN and its like, + and -, * and /, unary -.
struct FormulaParser {
  /// How tightly an operator binds.
  enum Binding: Int, Comparable {
    case lowest, or, and, not, isNull, comparison, range, sum, product, unary, primary

    static func < (one: Binding, other: Binding) -> Bool { one.rawValue < other.rawValue }
  }

  /// Where in the formula the parser is: what may stand there depends on it.
  enum Place {
    case outside, argument, filter
  }

  let limits: FormulaLimits
  let scalars: [Unicode.Scalar]
  private let tokens: [FormulaToken]
  private var next = 0
  private var depth = 0
  var place = Place.outside
  var hasAggregate = false

  init(_ text: String, limits: FormulaLimits) throws(FormulaError) {
    self.limits = limits
    // Counting bytes costs nothing; a text of this many has too many characters, or characters of an absurd length.
    guard text.utf8.count <= limits.characters * 8, text.unicodeScalars.count <= limits.characters else {
      throw FormulaError(
        position: limits.characters + 1, found: "a text of \(text.utf8.count) bytes",
        message: "a formula has at most \(limits.characters) characters")
    }
    var tokenizer = FormulaTokenizer(text, mostDigits: limits.digits)
    tokens = try tokenizer.tokens()
    scalars = tokenizer.scalars
  }

  mutating func definition() throws(FormulaError) -> FormulaNode {
    guard token.content != .end else { throw error(token, "a formula has something in it, as SUM(revenue) / SUM(spend)") }
    let first = token
    let root = try expression(.lowest)
    guard token.content == .end else { throw unexpected("the formula was complete before this; an operator may be missing") }
    try check(root, from: first, is: .number, "a definition gives")
    guard hasAggregate else {
      throw error(first, "a definition sums up rows: it needs at least one of \(Self.aggregateNames)")
    }
    guard root.isShallower(than: 2 * limits.depth) else { throw tooDeep(first) }
    return root
  }

  // MARK: - Operators

  /// An expression of operators that bind more tightly than `least`.
  mutating func expression(_ least: Binding) throws(FormulaError) -> FormulaNode {
    let start = token
    var left = try operand()
    var most = Binding.unary
    while let binding = infix(), binding > least, binding < most || [.or, .and, .sum, .product].contains(binding) {
      guard binding <= most else { break }
      left = try extend(left, from: start, by: binding)
      most = binding
    }
    if let binding = infix(), binding > least, binding == most, binding == .comparison {
      throw unexpected("comparisons cannot be chained; join them with AND")
    }
    return left
  }

  private mutating func operand() throws(FormulaError) -> FormulaNode {
    let start = token
    if take(word: "not") {
      return try deeper(start) { parser throws(FormulaError) in
        .not(try parser.condition(after: "NOT takes", .not))
      }
    }
    if take(sign: "-") {
      return try deeper(start) { parser throws(FormulaError) in
        let first = parser.token
        let node = try parser.expression(.product)
        try parser.check(node, from: first, is: .number, "- takes")
        return .negative(node)
      }
    }
    if token.content == .sign("+") { throw unexpected("a + stands between two values") }
    return try primary()
  }

  /// The operator that comes next behind an operand; nil when none does.
  private func infix() -> Binding? {
    switch token.content {
    case .word("or"): .or
    case .word("and"): .and
    case .word("is"): .isNull
    case .word("between"), .word("in"), .word("like"): .range
    case .word("not"): following.map { ["between", "in", "like"].contains($0) ? .range : nil } ?? nil
    case .sign("="), .sign("<>"), .sign("<"), .sign("<="), .sign(">"), .sign(">="): .comparison
    case .sign("+"), .sign("-"): .sum
    case .sign("*"), .sign("/"): .product
    default: nil
    }
  }

  private mutating func extend(
    _ left: FormulaNode, from start: FormulaToken, by binding: Binding
  ) throws(FormulaError) -> FormulaNode {
    switch binding {
    case .or: try connective(left, from: start, "or", .or)
    case .and: try connective(left, from: start, "and", .and)
    case .isNull: try isNull(left)
    case .comparison: try comparison(left, from: start)
    case .range: try range(left, from: start)
    case .sum: try sum(left, from: start)
    case .product: try product(left, from: start)
    case .lowest, .not, .unary, .primary: left
    }
  }

  private mutating func connective(
    _ left: FormulaNode, from start: FormulaToken, _ word: String, _ binding: Binding
  ) throws(FormulaError) -> FormulaNode {
    try check(left, from: start, is: .truth, "\(word.uppercased()) takes")
    var parts = [left]
    if case .and(let inner) = left, binding == .and { parts = inner }
    if case .or(let inner) = left, binding == .or { parts = inner }
    while take(word: word) { parts.append(try condition(after: "\(word.uppercased()) takes", binding)) }
    return binding == .and ? .and(parts) : .or(parts)
  }

  private mutating func isNull(_ left: FormulaNode) throws(FormulaError) -> FormulaNode {
    advance()
    let isNegated = take(word: "not")
    guard take(word: "null") else { throw unexpected("IS is followed by NULL or NOT NULL") }
    return .isNull(left, isNegated: isNegated)
  }

  private mutating func comparison(_ left: FormulaNode, from start: FormulaToken) throws(FormulaError) -> FormulaNode {
    guard case .sign(let sign) = token.content, let relation = FormulaNode.Relation(rawValue: sign) else { return left }
    advance()
    let right = try comparand(.comparison, with: left, from: start)
    return .comparison(relation, left, right)
  }

  private mutating func range(_ left: FormulaNode, from start: FormulaToken) throws(FormulaError) -> FormulaNode {
    let isNegated = take(word: "not")
    if take(word: "between") {
      let low = try comparand(.range, with: left, from: start)
      guard take(word: "and") else { throw unexpected("BETWEEN is followed by two values with AND between them") }
      let high = try comparand(.range, with: left, from: start)
      return .between(left, low: low, high: high, isNegated: isNegated)
    }
    if take(word: "like") {
      let pattern = token
      guard case .text(let text) = pattern.content else { throw unexpected("LIKE is followed by a text, as LIKE 'paid%'") }
      advance()
      try check(left, from: start, is: .text, "LIKE looks at")
      guard text.reversed().prefix(while: { $0 == "\\" }).count.isMultiple(of: 2) else {
        throw error(pattern, "a pattern cannot end with its escape character \\")
      }
      return .like(left, ExactText(text), isNegated: isNegated)
    }
    advance()
    let bracket = token
    guard take(sign: "(") else { throw unexpected("IN is followed by values in brackets") }
    let items = try deeper(bracket) { parser throws(FormulaError) in
      var items = [try parser.comparand(.lowest, with: left, from: start)]
      while parser.take(sign: ",") { items.append(try parser.comparand(.lowest, with: left, from: start)) }
      return items
    }
    guard take(sign: ")") else { throw unexpected("the values of IN end with )") }
    return .membership(left, items, isNegated: isNegated)
  }

  /// The other side of a comparison, which has to be of the same kind.
  mutating func comparand(
    _ binding: Binding, with left: FormulaNode, from start: FormulaToken
  ) throws(FormulaError) -> FormulaNode {
    if left.kind == .null { throw error(start, "nothing is equal to NULL; ask with IS NULL or IS NOT NULL") }
    let first = token
    let right = try expression(binding)
    if right.kind == .null { throw error(first, "nothing is equal to NULL; ask with IS NULL or IS NOT NULL") }
    guard left.kind.merged(with: right.kind) != nil else {
      throw error(first, "\(left.kind.rawValue) cannot be compared with \(right.kind.rawValue)")
    }
    return right
  }

  private mutating func sum(_ left: FormulaNode, from start: FormulaToken) throws(FormulaError) -> FormulaNode {
    try check(left, from: start, is: .number, "+ and - take")
    var parts = [FormulaNode.Signed(isNegative: false, node: left)]
    // a + b in brackets in front of + c is the same tree as without them.
    if case .sum(let inner) = left { parts = inner }
    while case .sign(let sign) = token.content, sign == "+" || sign == "-" {
      advance()
      let first = token
      let node = try expression(.sum)
      try check(node, from: first, is: .number, "\(sign) takes")
      parts.append(FormulaNode.Signed(isNegative: sign == "-", node: node))
    }
    return .sum(parts)
  }

  private mutating func product(_ left: FormulaNode, from start: FormulaToken) throws(FormulaError) -> FormulaNode {
    try check(left, from: start, is: .number, "* and / take")
    var factors = [FormulaNode.Factor(isDivisor: false, node: left)]
    if case .product(let inner) = left { factors = inner }
    while case .sign(let sign) = token.content, sign == "*" || sign == "/" {
      advance()
      let first = token
      let node = try expression(.product)
      try check(node, from: first, is: .number, "\(sign) takes")
      // However it is written: -0, 1 - 1.
      if sign == "/", case .number(let number) = FormulaNormalizer.value(node, exact: true), number.isZero {
        throw error(first, "this divides by zero on all data")
      }
      factors.append(FormulaNode.Factor(isDivisor: sign == "/", node: node))
    }
    return .product(factors)
  }

  // MARK: - Tokens

  var token: FormulaToken { tokens[next] }

  /// The word behind the next token.
  private var following: String? {
    guard next + 1 < tokens.count, case .word(let word) = tokens[next + 1].content else { return nil }
    return word
  }

  /// Whether the token behind the next one opens a bracket.
  var isCall: Bool { next + 1 < tokens.count && tokens[next + 1].content == .sign("(") }

  mutating func advance() {
    if next + 1 < tokens.count { next += 1 }
  }

  mutating func take(word: String) -> Bool {
    guard token.content == .word(word) else { return false }
    advance()
    return true
  }

  mutating func take(sign: String) -> Bool {
    guard token.content == .sign(sign) else { return false }
    advance()
    return true
  }

  mutating func deeper<Result>(
    _ at: FormulaToken, _ body: (inout FormulaParser) throws(FormulaError) -> Result
  ) throws(FormulaError) -> Result {
    guard depth < limits.depth else { throw tooDeep(at) }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  // MARK: - What is wrong

  mutating func condition(after what: String, _ binding: Binding) throws(FormulaError) -> FormulaNode {
    let first = token
    let node = try expression(binding)
    try check(node, from: first, is: .truth, what)
    return node
  }

  func check(_ node: FormulaNode, from first: FormulaToken, is kind: FormulaNode.Kind, _ what: String) throws(FormulaError) {
    guard node.kind != kind, node.kind != .open else { return }
    throw error(first, "\(what) \(kind.rawValue), and this is \(node.kind.rawValue)")
  }

  func unexpected(_ message: String) -> FormulaError { error(token, message) }

  func error(_ at: FormulaToken, _ message: String) -> FormulaError {
    FormulaTokenizer.error(scalars, at.start, at.end, message)
  }

  private func tooDeep(_ at: FormulaToken) -> FormulaError {
    error(at, "brackets, functions and CASE can be \(limits.depth) deep in one another, and this is deeper")
  }
}

extension FormulaNode {
  /// Looks no deeper than that.
  func isShallower(than depth: Int) -> Bool { depth > 0 && children.allSatisfy { $0.isShallower(than: depth - 1) } }
}

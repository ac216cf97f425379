/// What operators stand between: literals, columns, functions, CASE and brackets.
extension FormulaParser {
  static let aggregateNames = "SUM, COUNT, AVG, MIN and MAX"
  private static let functions = FormulaNode.Aggregate.Function.allCases.map(\.rawValue) + ["NULLIF", "COALESCE"]

  /// The words that PostgreSQL takes for its own everywhere: a column of such a name is written in quotes.
  private static let reserved: Set<String> = [
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between", "binary", "both",
    "case", "cast", "check", "coalesce", "collate", "collation", "column", "concurrently", "constraint", "create", "cross",
    "current_catalog",
    "current_date", "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "default", "deferrable",
    "desc", "distinct", "do", "else", "end", "except", "exists", "extract", "false", "fetch", "for", "foreign", "freeze", "from",
    "full",
    "grant", "greatest", "group", "grouping", "having", "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull",
    "join", "lateral",
    "leading", "least", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not", "notnull", "null", "nullif",
    "offset",
    "on", "only", "or", "order", "outer", "overlaps", "placing", "primary", "references", "returning", "right", "row", "select",
    "session_user", "similar", "some", "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing", "true",
    "union", "unique", "user", "using", "values", "variadic", "verbose", "when", "where", "window", "with",
  ]

  /// Whether a name reads the same with and without quotes.
  static func isPlainName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !reserved.contains(name), !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return false
    }
    return name.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || $0 == UInt8(ascii: "_")
    }
  }

  mutating func primary() throws(FormulaError) -> FormulaNode {
    let start = token
    switch start.content {
    case .number(let number):
      advance()
      return .number(number)
    case .text(let text):
      advance()
      return .text(ExactText(text))
    case .sign("("):
      advance()
      let inner = try deeper(start) { parser throws(FormulaError) in try parser.expression(.lowest) }
      guard take(sign: ")") else {
        throw unexpected("the bracket opened at character \(error(start, "").position) is not closed; write )")
      }
      return inner
    case .word("true"), .word("false"), .word("null"):
      advance()
      return start.content == .word("null") ? .null : .truth(start.content == .word("true"))
    case .word("case"): return try deeper(start) { parser throws(FormulaError) in try parser.choice() }
    case .word(let word) where isCall: return try deeper(start) { parser throws(FormulaError) in try parser.call(word) }
    case .word, .quoted: return try column()
    case .end: throw unexpected("a value is missing at the end")
    case .sign: throw unexpected("a value belongs here: a number, a column or a function")
    }
  }

  // MARK: - Columns

  private mutating func column() throws(FormulaError) -> FormulaNode {
    let start = token
    var names = [try name()]
    while take(sign: ".") { names.append(try name()) }
    guard names.count <= 2 else { throw error(start, "a column is written as column or relation.column, without a schema") }
    let column = FormulaColumn(qualifier: names.count == 2 ? names[0] : nil, name: names[names.count - 1])
    guard place != .outside else {
      let shown = FormulaWriter.text(.column(column))
      throw error(
        start,
        "the column \(shown) stands outside an aggregate, where there is one value for many rows; write SUM(\(shown)) or another of "
          + Self.aggregateNames)
    }
    return .column(column)
  }

  private mutating func name() throws(FormulaError) -> ExactText {
    switch token.content {
    case .quoted(let name):
      advance()
      return ExactText(name)
    case .word(let word):
      if Self.reserved.contains(word) {
        throw unexpected(
          "\(word.uppercased()) is a word of SQL and cannot stand here; a column of that name is written \"\(word)\"")
      }
      advance()
      return ExactText(word)
    default: throw unexpected("the name of a column belongs here")
    }
  }

  // MARK: - Functions

  private mutating func call(_ word: String) throws(FormulaError) -> FormulaNode {
    let start = token
    if let function = FormulaNode.Aggregate.Function(rawValue: word.uppercased()) { return try aggregate(function) }
    guard word == "coalesce" || word == "nullif" else { throw unknownFunction(word) }
    advance()
    advance()
    var values: [FormulaNode] = []
    var kind = FormulaNode.Kind.null
    repeat {
      let first = token
      let value = try expression(.lowest)
      guard let merged = kind.merged(with: value.kind) else {
        throw error(first, "\(word.uppercased()) has \(kind.rawValue) before this, and this is \(value.kind.rawValue)")
      }
      if word == "nullif", value.kind == .null { throw error(first, "NULLIF compares, and nothing is equal to NULL") }
      kind = merged
      values.append(value)
    } while take(sign: ",")
    guard take(sign: ")") else { throw unexpected("the values of \(word.uppercased()) end with )") }
    if word == "coalesce" { return .coalesce(values) }
    guard values.count == 2 else { throw error(start, "NULLIF takes two values, as NULLIF(SUM(spend), 0)") }
    return .nullIf(values[0], values[1])
  }

  private func unknownFunction(_ word: String) -> FormulaError {
    if ["and", "or", "in", "when", "then", "else", "where", "between", "is"].contains(word) {
      return unexpected("a value is missing before \(word.uppercased())")
    }
    let nearest = Spelling.nearest(to: word, among: Self.functions.map { $0.lowercased() })
    let advice =
      nearest.map { "did you mean \($0.uppercased())?" } ?? "there are \(Self.functions.joined(separator: ", ")) and CASE"
    return unexpected("\(word.uppercased()) is not a function of formulas; \(advice)")
  }

  private mutating func aggregate(_ function: FormulaNode.Aggregate.Function) throws(FormulaError) -> FormulaNode {
    let start = token
    switch place {
    case .outside: break
    case .argument: throw error(start, "\(function.rawValue) stands inside another aggregate; aggregates cannot be nested")
    case .filter: throw error(start, "\(function.rawValue) stands inside FILTER, which looks at one row at a time")
    }
    hasAggregate = true
    advance()
    advance()
    var aggregate = FormulaNode.Aggregate(function: function)
    place = .argument
    if function == .count, take(sign: "*") {
      aggregate.argument = nil
    } else {
      let distinct = token
      aggregate.isDistinct = take(word: "distinct")
      if aggregate.isDistinct, function != .count { throw error(distinct, "DISTINCT is known in COUNT only") }
      aggregate.argument = try argument(of: function)
    }
    guard take(sign: ")") else { throw unexpected("\(function.rawValue) takes one value and ends with )") }
    if token.content == .word("filter"), isCall { aggregate.filter = try filter() }
    place = .outside
    return .aggregate(aggregate)
  }

  private mutating func argument(of function: FormulaNode.Aggregate.Function) throws(FormulaError) -> FormulaNode {
    let first = token
    if first.content == .sign(")") { throw unexpected("\(function.rawValue) takes a value, as \(function.rawValue)(spend)") }
    if first.content == .sign("*") { throw unexpected("only COUNT takes *") }
    let argument = try expression(.lowest)
    switch function {
    case .sum, .average: try check(argument, from: first, is: .number, "\(function.rawValue) takes")
    case .least, .greatest:
      // PostgreSQL has no least and greatest of booleans.
      if argument.kind == .truth || argument.kind == .null {
        throw error(first, "\(function.rawValue) takes a value, and this is \(argument.kind.rawValue)")
      }
    case .count:
      if argument.kind == .null { throw error(first, "COUNT counts values, and NULL is none") }
    }
    return argument
  }

  private mutating func filter() throws(FormulaError) -> FormulaNode {
    advance()
    advance()
    place = .filter
    guard take(word: "where") else { throw unexpected("FILTER is followed by (WHERE condition)") }
    let condition = try condition(after: "WHERE takes", .lowest)
    guard take(sign: ")") else { throw unexpected("the condition of FILTER ends with )") }
    return condition
  }

  // MARK: - CASE

  private mutating func choice() throws(FormulaError) -> FormulaNode {
    let start = token
    advance()
    let first = token
    let operand: FormulaNode? = token.content == .word("when") ? nil : try expression(.lowest)
    var branches: [FormulaNode.Branch] = []
    var kind = FormulaNode.Kind.null
    while take(word: "when") {
      let condition: FormulaNode
      if let operand {
        condition = try comparand(.lowest, with: operand, from: first)
      } else {
        condition = try self.condition(after: "WHEN takes", .lowest)
      }
      guard take(word: "then") else { throw unexpected("WHEN is followed by a condition and THEN") }
      branches.append(FormulaNode.Branch(condition: condition, result: try result(&kind)))
    }
    guard !branches.isEmpty else { throw unexpected("CASE is followed by WHEN") }
    let otherwise: FormulaNode? = take(word: "else") ? try result(&kind) : nil
    guard take(word: "end") else {
      throw unexpected("the CASE begun at character \(error(start, "").position) is not ended; write END")
    }
    if let operand { return .simpleChoice(operand, branches, otherwise: otherwise) }
    return .choice(branches, otherwise: otherwise)
  }

  private mutating func result(_ kind: inout FormulaNode.Kind) throws(FormulaError) -> FormulaNode {
    let first = token
    let result = try expression(.lowest)
    guard let merged = kind.merged(with: result.kind) else {
      throw error(first, "CASE gives \(kind.rawValue) before this, and this is \(result.kind.rawValue)")
    }
    kind = merged
    return result
  }
}

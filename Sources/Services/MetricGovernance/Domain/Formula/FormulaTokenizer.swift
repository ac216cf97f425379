/// The words, signs and literals of a formula.
struct FormulaToken: Equatable, Sendable {
  enum Content: Equatable, Sendable {
    /// A name or a key word, its letters folded to small ones.
    case word(String)
    /// A name in double quotes.
    case quoted(String)
    case number(ExactDecimal)
    case text(String)
    case sign(String)
    case end
  }

  var content: Content
  /// From 0, in Unicode scalars.
  var start: Int
  var end: Int
}

struct FormulaTokenizer {
  /// PostgreSQL cuts longer names off, and would take two for one.
  static let longestName = 63
  private static let twoLetterSigns: Set<String> = ["<>", "!=", "<=", ">="]
  private static let oneLetterSigns: Set<Unicode.Scalar> = ["(", ")", ",", ".", "+", "-", "*", "/", "=", "<", ">"]

  let scalars: [Unicode.Scalar]
  private let mostDigits: Int
  private var place = 0

  init(_ text: String, mostDigits: Int) {
    scalars = Array(text.unicodeScalars)
    self.mostDigits = mostDigits
  }

  mutating func tokens() throws(FormulaError) -> [FormulaToken] {
    var tokens: [FormulaToken] = []
    repeat { tokens.append(try next()) } while tokens.last?.content != .end
    return tokens
  }

  private mutating func next() throws(FormulaError) -> FormulaToken {
    while let scalar = peek(), Self.isSpace(scalar) { place += 1 }
    let start = place
    guard let scalar = peek() else { return FormulaToken(content: .end, start: start, end: start) }
    let content: FormulaToken.Content
    if Self.isLetter(scalar) {
      content = .word(try word())
    } else if Self.isDigit(scalar) || (scalar == "." && peek(1).map(Self.isDigit) == true) {
      content = .number(try number())
    } else if scalar == "'" {
      content = .text(try enclosed(by: "'", what: "a text"))
    } else if scalar == "\"" {
      content = .quoted(try quotedName())
    } else {
      content = .sign(try sign(scalar))
    }
    return FormulaToken(content: content, start: start, end: place)
  }

  private mutating func word() throws(FormulaError) -> String {
    let start = place
    while let scalar = peek(), Self.isLetter(scalar) || Self.isDigit(scalar) || scalar == "$" { place += 1 }
    guard place - start <= Self.longestName else {
      throw error(start, "this name is longer than \(Self.longestName) letters, which PostgreSQL would cut off")
    }
    return String(String.UnicodeScalarView(scalars[start..<place])).lowercased()
  }

  private mutating func number() throws(FormulaError) -> ExactDecimal {
    let start = place
    func isExponent(_ scalar: Unicode.Scalar) -> Bool { scalar == "e" || scalar == "E" }
    while let scalar = peek(),
      Self.isLetter(scalar) || Self.isDigit(scalar) || scalar == "." || scalar == "_"
        || ((scalar == "-" || scalar == "+") && place > start && isExponent(scalars[place - 1]))
    { place += 1 }
    let literal = String(String.UnicodeScalarView(scalars[start..<place]))
    guard let number = ExactDecimal(literal: literal, mostDigits: mostDigits) else {
      throw error(start, "this is no number of at most \(mostDigits) digits; write it as 12, 12.5 or 1.25e3")
    }
    return number
  }

  private mutating func quotedName() throws(FormulaError) -> String {
    let start = place
    let name = try enclosed(by: "\"", what: "a name in quotes")
    guard !name.isEmpty else { throw error(start, "a name in quotes needs at least one letter") }
    guard name.utf8.count <= Self.longestName else {
      throw error(start, "this name is longer than \(Self.longestName) bytes, which PostgreSQL would cut off")
    }
    return name
  }

  /// What is between two quotation marks, of which two in a row stand for one.
  private mutating func enclosed(by mark: Unicode.Scalar, what: String) throws(FormulaError) -> String {
    let start = place
    var content = String.UnicodeScalarView()
    place += 1
    while let scalar = peek() {
      place += 1
      guard scalar != "\0" else { throw error(place - 1, "\(what) cannot have the character U+0000 in it") }
      if scalar == mark {
        guard peek() == mark else { return String(content) }
        place += 1
      }
      content.append(scalar)
    }
    throw error(start, "\(what) begins here and does not end; close it with \(mark)")
  }

  private mutating func sign(_ scalar: Unicode.Scalar) throws(FormulaError) -> String {
    let pair = peek(1).map { "\(scalar)\($0)" } ?? ""
    if pair == "--" || pair == "/*" {
      throw error(place, "this begins a comment in SQL; a formula has none (write a - (-b) to subtract a negative)")
    }
    if pair == "::" { throw error(place, "a formula has no casts: every number in it is numeric already") }
    if Self.twoLetterSigns.contains(pair) {
      place += 2
      return pair == "!=" ? "<>" : pair
    }
    guard Self.oneLetterSigns.contains(scalar) else { throw unknown(scalar) }
    place += 1
    return String(scalar)
  }

  private func unknown(_ scalar: Unicode.Scalar) -> FormulaError {
    switch scalar {
    case ";": error(place, "a formula is one expression; take the semicolon away")
    case "%", "^": error(place, "this operator is not known; a formula reckons with + - * /")
    case "‘", "’", "“", "”", "`": error(place, "this mark is not known; write texts in '…' and names in \"…\"")
    case "\u{A0}": error(place, "this is a no-break space; write an ordinary one")
    case _ where scalar.value > 127: error(place, "this letter can only be in '…' or in \"…\"")
    default: error(place, "this character is not part of a formula")
    }
  }

  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    place + ahead < scalars.count ? scalars[place + ahead] : nil
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{C}"
  }
  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  private func error(_ at: Int, _ message: String) -> FormulaError { Self.error(scalars, at, at + 20, message) }

  /// An error at a place, which it names in characters as people count them.
  static func error(_ scalars: [Unicode.Scalar], _ start: Int, _ end: Int, _ message: String) -> FormulaError {
    let before = String(String.UnicodeScalarView(scalars[..<start]))
    let there = String(String.UnicodeScalarView(scalars[start..<min(end, start + 40, scalars.count)]))
    return FormulaError(position: before.count + 1, found: there.isEmpty ? "the end" : "\"\(there)\"", message: message)
  }
}

/// Says whether a text is JSON, to the letter of RFC 8259, and where it stops being so. What the JSON means is not known here.
public struct JSONSyntax {
  /// A place in a text, and what would be right there.
  public struct Problem: Error, Hashable, Sendable {
    /// Counted from 1, in characters.
    public var character: Int
    public var expected: String
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The deepest nesting that is read; nothing that a cell holds needs more.
  public static let deepestNesting = 32

  /// The first thing wrong with a text, or nil for JSON.
  public static func problem(in text: String) -> Problem? {
    var reader = JSONSyntax(text)
    do throws(Problem) {
      try reader.value(depth: 0)
      reader.skipSpace()
      if reader.position < reader.scalars.count { throw reader.expected("the end") }
      return nil
    } catch {
      return error
    }
  }

  private func expected(_ what: String) -> Problem { Problem(character: position + 1, expected: what) }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func skipSpace() {
    while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { position += 1 }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(Problem) {
    guard depth < Self.deepestNesting else { throw expected("no deeper nesting") }
    skipSpace()
    switch next {
    case "{": try object(depth: depth)
    case "[": try array(depth: depth)
    case "\"": try string()
    case "t": try word("true")
    case "f": try word("false")
    case "n": try word("null")
    case let scalar? where scalar == "-" || ("0"..."9").contains(scalar): try number()
    default: throw expected("a value")
    }
  }

  private mutating func object(depth: Int) throws(Problem) {
    position += 1
    skipSpace()
    if take("}") { return }
    while true {
      skipSpace()
      guard next == "\"" else { throw expected("a name in double quotes") }
      try string()
      skipSpace()
      guard take(":") else { throw expected("a colon") }
      try value(depth: depth + 1)
      skipSpace()
      if take("}") { return }
      guard take(",") else { throw expected("a comma or }") }
    }
  }

  private mutating func array(depth: Int) throws(Problem) {
    position += 1
    skipSpace()
    if take("]") { return }
    while true {
      try value(depth: depth + 1)
      skipSpace()
      if take("]") { return }
      guard take(",") else { throw expected("a comma or ]") }
    }
  }

  private mutating func string() throws(Problem) {
    position += 1
    while let scalar = next {
      position += 1
      if scalar == "\"" { return }
      if scalar.value < 0x20 { throw Problem(character: position, expected: "no line break or control character in a text") }
      guard scalar == "\\" else { continue }
      guard let escaped = next, "\"\\/bfnrtu".unicodeScalars.contains(escaped) else { throw expected("an escape such as \\n") }
      position += 1
      guard escaped == "u" else { continue }
      for _ in 0..<4 {
        guard let digit = next, digit.properties.isASCIIHexDigit else { throw expected("four hexadecimal digits") }
        position += 1
      }
    }
    throw expected("a closing double quote")
  }

  private mutating func word(_ word: String) throws(Problem) {
    for scalar in word.unicodeScalars {
      guard take(scalar) else { throw expected(word) }
    }
  }

  private mutating func digits() throws(Problem) {
    guard let first = next, ("0"..."9").contains(first) else { throw expected("a digit") }
    while let scalar = next, ("0"..."9").contains(scalar) { position += 1 }
  }

  private mutating func number() throws(Problem) {
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
  }
}

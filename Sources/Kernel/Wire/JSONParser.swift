/// Where and why a text is not JSON.
public struct JSONParseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// 1-based.
  public var line: Int
  /// 1-based, in bytes of UTF-8.
  public var column: Int
  public var message: String

  public var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONValue {
  /// Objects and lists in each other; deeper texts are refused, for they are read by recursion.
  public static let maximumDepth = 64

  /// Reads one JSON text (RFC 8259), strictly: no duplicate names, no lone surrogates, nothing after the value.
  public init(parsing text: String) throws(JSONParseError) { try self.init(parsing: Array(text.utf8)) }

  public init(parsing bytes: [UInt8]) throws(JSONParseError) {
    var parser = JSONParser(bytes)
    self = try parser.parse()
  }
}

private struct JSONParser {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse() throws(JSONParseError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard index == bytes.count else { throw error("something follows the end of the value") }
    return value
  }

  private func error(_ message: String, at position: Int? = nil) -> JSONParseError {
    let before = bytes[..<min(position ?? index, bytes.count)]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return JSONParseError(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before.count - lineStart + 1, message: message)
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func value() throws(JSONParseError) -> JSONValue {
    skipSpace()
    guard let first = next else { throw error("the text ends where a value should be") }
    switch first {
    case UInt8(ascii: "{"): return .object(try nested { (parser) throws(JSONParseError) in try parser.object() })
    case UInt8(ascii: "["): return .array(try nested { (parser) throws(JSONParseError) in try parser.array() })
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw error("no JSON value starts like this")
    }
  }

  private mutating func nested<Value>(
    _ body: (inout JSONParser) throws(JSONParseError) -> Value
  ) throws(JSONParseError) -> Value {
    guard depth < JSONValue.maximumDepth else { throw error("nested deeper than \(JSONValue.maximumDepth) levels") }
    depth += 1
    defer { depth -= 1 }
    index += 1
    return try body(&self)
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
    let expected = Array(word.description.utf8)
    guard bytes[index...].starts(with: expected) else { throw error("expected \(word)") }
    index += expected.count
    return value
  }

  private mutating func array() throws(JSONParseError) -> [JSONValue] {
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return elements }
    while true {
      elements.append(try value())
      skipSpace()
      if take("]") { return elements }
      guard take(",") else { throw error("expected , or ] in a list") }
    }
  }

  private mutating func object() throws(JSONParseError) -> JSONObject {
    var object = JSONObject()
    var names: Set<ExactName> = []
    skipSpace()
    if take("}") { return object }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("expected a member's name in quotes") }
      let start = index
      let name = try string()
      guard names.insert(ExactName(name: name)).inserted else {
        throw error("the name \"\(name)\" comes twice in one object", at: start)
      }
      skipSpace()
      guard take(":") else { throw error("expected : after a member's name") }
      object.append(name, try value())
      skipSpace()
      if take("}") { return object }
      guard take(",") else { throw error("expected , or } in an object") }
    }
  }

  private mutating func number() throws(JSONParseError) -> JSONNumber {
    let start = index
    _ = take("-")
    if !take("0") { try digits("a digit") }
    if take(".") { try digits("a digit after the point") }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits("a digit in the exponent")
    }
    if let byte = next, (0x30...0x39).contains(byte) { throw error("a number has no leading zeros", at: start) }
    return JSONNumber(verified: String(decoding: bytes[start..<index], as: UTF8.self))
  }

  private mutating func digits(_ expected: String) throws(JSONParseError) {
    let start = index
    while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
    guard index > start else { throw error("expected \(expected)") }
  }

  private mutating func string() throws(JSONParseError) -> String {
    let start = index
    index += 1
    var text: [UInt8] = []
    var plainStart = index
    while true {
      guard let byte = next else { throw error("the string does not end", at: start) }
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[plainStart..<index]
        index += 1
        guard let string = String(validating: text, as: UTF8.self) else { throw error("the string is not valid UTF-8", at: start) }
        return string
      case UInt8(ascii: "\\"):
        text += bytes[plainStart..<index]
        text += String(try escape()).utf8
        plainStart = index
      case 0..<0x20: throw error("a control character has to be escaped")
      default: index += 1
      }
    }
  }

  private mutating func escape() throws(JSONParseError) -> Unicode.Scalar {
    let start = index
    index += 1
    let character = next
    index += 1
    switch character {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw error("no such escape", at: start)
    }
    let first = try hexadecimal(start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, take("\\"), take("u") else { throw error("half of a surrogate pair", at: start) }
    let second = try hexadecimal(start)
    guard (0xDC00...0xDFFF).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + second - 0xDC00) else {
      throw error("half of a surrogate pair", at: start)
    }
    return scalar
  }

  private mutating func hexadecimal(_ start: Int) throws(JSONParseError) -> UInt32 {
    let digits = bytes[min(index, bytes.count)..<min(index + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("expected four hexadecimal digits", at: start) }
    index += 4
    return value
  }
}

/// Names are the same when their bytes are; Swift's own comparison takes different spellings of é for one.
private struct ExactName: Hashable {
  let name: String

  static func == (one: ExactName, other: ExactName) -> Bool { one.name.utf8.elementsEqual(other.name.utf8) }

  func hash(into hasher: inout Hasher) {
    hasher.combine(name.utf8.count)
    for byte in name.utf8 { hasher.combine(byte) }
  }
}

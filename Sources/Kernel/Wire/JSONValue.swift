/// A JSON text as a value. Objects keep their order, numbers their digits.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// A JSON object: members in the order of the text, each name once.
public struct JSONObject: Sendable, Equatable {
  /// One name with its value.
  public struct Member: Sendable, Equatable {
    /// As spelt in the text, escapes resolved.
    public var name: String
    public var value: JSONValue
  }

  /// In the order of the text, or of their adding.
  public private(set) var members: [Member] = []

  public init() {}

  /// The value by that exact name. Assigning nil removes the member; a new name goes to the end.
  public subscript(name: String) -> JSONValue? {
    get { members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value }
    set {
      let index = members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Adds a member whose name the caller knows to be new.
  mutating func append(_ name: String, _ value: JSONValue) { members.append(Member(name: name, value: value)) }
}

/// A JSON number, exactly as it was written: 9007199254740993 and 0.10 stay what they are.
public struct JSONNumber: Sendable, Equatable, CustomStringConvertible {
  /// A number by JSON's grammar.
  public let text: String

  init(verified text: String) { self.text = text }

  public init(_ integer: some BinaryInteger) { text = String(integer) }

  /// The shortest decimal that reads back as the same double; nil for an infinity or a NaN, which JSON has no number for.
  public init?(_ double: Double) {
    guard double.isFinite else { return nil }
    let text = double.description
    self.text = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  public var description: String { text }

  /// The value when it is a whole number in range, however written: 5, 5.0 and 0.5e1. Exact for every size.
  public func integer<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self) -> Integer? {
    Integer(text) ?? wholeDigits.flatMap { Integer($0) }
  }

  /// The number without point and exponent; nil when it is not whole or has more digits than any integer type.
  private var wholeDigits: String? {
    let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
    guard let power = parts.count > 1 ? Int32(parts[1]) : 0 else { return nil }
    let mantissa = parts[0].split(separator: ".")
    var digits = mantissa.joined()
    var exponent = Int(power) - (mantissa.count > 1 ? mantissa[1].count : 0)
    while exponent < 0, digits.last == "0", digits.count > 1 {
      digits.removeLast()
      exponent += 1
    }
    guard exponent != 0 else { return digits }
    if digits.allSatisfy({ $0 == "0" || $0 == "-" }) { return "0" }
    guard (1...Self.largestIntegerDigits).contains(exponent) else { return nil }
    return digits + String(repeating: "0", count: exponent)
  }

  private static let largestIntegerDigits = 39

  /// The nearest double; nil when it is too large for one.
  public var double: Double? {
    guard let double = Double(text), double.isFinite else { return nil }
    return double
  }

  /// One text for equal numbers: an integer's own digits, otherwise the nearest double's shortest decimal.
  var canonicalText: String {
    if text == "-0" { return "0" }
    guard text.utf8.contains(where: { !(0x30...0x39).contains($0) && $0 != 0x2D }) else { return text }
    guard let double, let number = JSONNumber(double) else { return text }
    return number.text == "-0" ? "0" : number.text
  }
}

extension JSONValue {
  /// What the value is, when it is a string; likewise below.
  public var stringValue: String? { if case .string(let string) = self { string } else { nil } }
  public var boolValue: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  public var numberValue: JSONNumber? { if case .number(let number) = self { number } else { nil } }
  /// A number that is whole and in range.
  public var int64Value: Int64? { numberValue?.integer() }
  public var doubleValue: Double? { numberValue?.double }
  public var arrayValue: [JSONValue]? { if case .array(let array) = self { array } else { nil } }
  public var objectValue: JSONObject? { if case .object(let object) = self { object } else { nil } }

  /// A member of an object; nil when there is none or the value is no object.
  public subscript(name: String) -> JSONValue? { objectValue?[name] }

  /// An element of an array; nil when there is none or the value is no array.
  public subscript(index: Int) -> JSONValue? {
    guard let array = arrayValue, array.indices.contains(index) else { return nil }
    return array[index]
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(floatLiteral value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }

  /// A name that comes again replaces the value it had.
  public init(_ members: [(String, JSONValue)]) {
    for (name, value) in members { self[name] = value }
  }
}

// The proto3 JSON mapping of what is not a message: https://protobuf.dev/programming-guides/json/

extension String: JSONMappable {
  public init(json: JSONValue) throws(JSONMappingError) {
    guard case .string(let string) = json else { throw JSONMappingError("expected a string") }
    guard !string.utf8.contains(0) else { throw JSONMappingError("a string may not hold U+0000") }
    self = string
  }

  public func json(includingDefaults: Bool) -> JSONValue { .string(self) }
  public static var jsonDefault: String? { "" }
}

extension Bool: JSONMappable {
  public init(json: JSONValue) throws(JSONMappingError) {
    guard case .bool(let bool) = json else { throw JSONMappingError("expected true or false") }
    self = bool
  }

  public func json(includingDefaults: Bool) -> JSONValue { .bool(self) }
  public static var jsonDefault: Bool? { false }
}

extension FixedWidthInteger where Self: JSONMappable {
  public init(json: JSONValue) throws(JSONMappingError) {
    let integer: Self? =
      switch json {
      case .number(let number): number.integer()
      case .string(let text): (try? JSONValue(parsing: text))?.numberValue?.integer()
      default: throw JSONMappingError("expected a whole number")
      }
    guard let integer else { throw JSONMappingError("expected a whole number from \(Self.min) to \(Self.max)") }
    self = integer
  }

  /// A reader of JSON may take every number for a double, which holds 53 bits; larger types travel as strings.
  public func json(includingDefaults: Bool) -> JSONValue {
    Self.bitWidth > 32 ? .string(String(self)) : .number(JSONNumber(self))
  }

  public static var jsonDefault: Self? { 0 }
}

extension Int32: JSONMappable {}
extension Int64: JSONMappable {}
extension UInt32: JSONMappable {}
extension UInt64: JSONMappable {}

extension Double: JSONMappable {
  public init(json: JSONValue) throws(JSONMappingError) {
    switch json {
    case .string("NaN"): self = .nan
    case .string("Infinity"): self = .infinity
    case .string("-Infinity"): self = -.infinity
    case .number(let number):
      guard let double = number.double else { throw JSONMappingError("too large for a double") }
      self = double
    case .string(let text):
      guard let double = (try? JSONValue(parsing: text))?.doubleValue else { throw JSONMappingError("expected a number") }
      self = double
    default: throw JSONMappingError("expected a number")
    }
  }

  public func json(includingDefaults: Bool) -> JSONValue {
    if let number = JSONNumber(self) { return .number(number) }
    return .string(isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity")
  }

  public static var jsonDefault: Double? { 0 }
}

extension Float: JSONMappable {
  public init(json: JSONValue) throws(JSONMappingError) {
    let double = try Double(json: json)
    let float = Float(double)
    guard float.isFinite || !double.isFinite else { throw JSONMappingError("too large for a float") }
    self = float
  }

  /// The shortest decimal of the float, not that of the double next to it.
  public func json(includingDefaults: Bool) -> JSONValue {
    guard isFinite, let double = Double(description) else { return Double(self).json(includingDefaults: includingDefaults) }
    return double.json(includingDefaults: includingDefaults)
  }

  public static var jsonDefault: Float? { 0 }
}

/// `bytes`: base64 with padding; read with either alphabet, padded or not.
extension Array: JSONMappable where Element == UInt8 {
  public init(json: JSONValue) throws(JSONMappingError) {
    guard case .string(let text) = json, let bytes = Base64.decode(text) else { throw JSONMappingError("expected bytes in base64") }
    self = bytes
  }

  public func json(includingDefaults: Bool) -> JSONValue { .string(Base64.encode(self)) }
  public static var jsonDefault: [UInt8]? { [] }
}

extension WireEnum {
  public init(json: JSONValue) throws(JSONMappingError) {
    switch json {
    case .string(let name):
      guard let value = Self(protoName: name) else { throw JSONMappingError("\(Self.protoEnumName) has no value \"\(name)\"") }
      self = value
    case .number(let number):
      guard let number = number.integer(as: Int32.self), let value = Self(rawValue: number) else {
        throw JSONMappingError("\(Self.protoEnumName) has no value \(number)")
      }
      self = value
    default: throw JSONMappingError("expected the name of a value of \(Self.protoEnumName)")
    }
  }

  public func json(includingDefaults: Bool) -> JSONValue { .string(protoName) }
  public static var jsonDefault: Self? { Self(rawValue: 0) }
}

extension String: PostgresCodable {
  /// `text`.
  public static var postgresType: PostgresType { .text }

  /// UTF-8. PostgreSQL refuses U+0000 (SQLSTATE 22021).
  public func encodePostgres(into bytes: inout [UInt8]) {
    bytes.append(contentsOf: utf8)
  }

  /// Reads `text`, `varchar`, `bpchar`, `name`, `json`, `jsonb`, `uuid` and untyped literals.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    switch type {
    case .uuid: self = try PostgresUUID(postgres: bytes, type: type).description
    case .jsonb: self = try JSONText(postgres: bytes, type: type).text
    default:
      try expect(type, oneOf: .text, .varchar, .bpchar, .name, .json, .unknown, as: "String")
      self = try String(checkedUTF8: bytes)
    }
  }

  init(checkedUTF8 bytes: Span<UInt8>) throws(PostgresError) {
    let text: String
    do {
      text = String(copying: try UTF8Span(validating: bytes))
    } catch {
      throw PostgresError(.decoding, "is not UTF-8: \(error)")
    }
    self = text
  }
}

/// JSON as text, for `jsonb` columns. PostgreSQL checks it (SQLSTATE 22P02).
public struct JSONText: Hashable, Sendable {
  /// The JSON document.
  public var text: String

  /// The JSON document that the text spells.
  public init(_ text: String) {
    self.text = text
  }
}

extension JSONText: PostgresCodable {
  /// `jsonb`.
  public static var postgresType: PostgresType { .jsonb }

  /// The format's version and UTF-8.
  public func encodePostgres(into bytes: inout [UInt8]) {
    bytes.append(1)
    bytes.append(contentsOf: text.utf8)
  }

  /// Reads `jsonb` and `json`.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    if type == .json {
      text = try String(checkedUTF8: bytes)
      return
    }
    try expect(type, oneOf: .jsonb, as: "JSONText")
    guard !bytes.isEmpty, bytes[0] == 1 else {
      throw PostgresError(.decoding, "has a jsonb format other than version 1")
    }
    text = try String(checkedUTF8: bytes.extracting(1...))
  }
}

/// A `uuid` of PostgreSQL's, as `gen_random_uuid()` makes them.
public struct PostgresUUID: Hashable, Sendable {
  /// The first eight bytes.
  public var high: UInt64
  /// The last eight bytes.
  public var low: UInt64

  /// The value with these bytes.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

extension PostgresUUID: CustomStringConvertible {
  /// Lower-case hexadecimal in groups of 8-4-4-4-12.
  public var description: String {
    func hex(_ value: UInt64, from: UInt64, digits: Int) -> String {
      let text = String(value >> from & (1 << (4 * UInt64(digits)) - 1), radix: 16)
      return String(repeating: "0", count: digits - text.count) + text
    }
    return [
      hex(high, from: 32, digits: 8), hex(high, from: 16, digits: 4), hex(high, from: 0, digits: 4), hex(low, from: 48, digits: 4),
      hex(low, from: 0, digits: 12),
    ].joined(separator: "-")
  }
}

extension PostgresUUID: PostgresCodable {
  /// `uuid`.
  public static var postgresType: PostgresType { .uuid }

  /// Sixteen bytes.
  public func encodePostgres(into bytes: inout [UInt8]) {
    bytes.append(bigEndian: high)
    bytes.append(bigEndian: low)
  }

  /// Reads `uuid`.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    try expect(type, oneOf: .uuid, as: "PostgresUUID")
    guard bytes.count == 16 else {
      throw PostgresError(.decoding, "has \(bytes.count) bytes where 16 are expected")
    }
    high = try bytes.extracting(0..<8).bigEndian()
    low = try bytes.extracting(8..<16).bigEndian()
  }
}

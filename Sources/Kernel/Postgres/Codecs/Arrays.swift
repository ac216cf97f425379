/// What an array's element has to know, so that `[Element]` can be bound and read.
public protocol PostgresArrayElement: PostgresCodable {
  /// The type of an array of these.
  static var postgresArrayType: PostgresType { get }
  /// Appends a whole array.
  static func encodePostgresArray(_ elements: [Self], into bytes: inout [UInt8])
  /// Reads a whole array. Throws `PostgresError` of kind `.decoding` when it is not one of these or has several dimensions.
  static func decodePostgresArray(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
  /// The array type of the elements, or `bytea` for `[UInt8]`.
  public static var postgresType: PostgresType { Element.postgresArrayType }

  /// Appends the array.
  public func encodePostgres(into bytes: inout [UInt8]) {
    Element.encodePostgresArray(self, into: &bytes)
  }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
  /// Reads the array.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    self = try Element.decodePostgresArray(bytes, type: type)
  }
}

extension PostgresArrayElement {
  /// One dimension: flags, the elements' type, the length, then each with its own length (-1 for NULL).
  public static func encodePostgresArray(_ elements: [Self], into bytes: inout [UInt8]) {
    bytes.append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
    bytes.append(bigEndian: Int32(elements.contains(where: \.isPostgresNull) ? 1 : 0))
    bytes.append(bigEndian: postgresType.rawValue)
    guard !elements.isEmpty else { return }
    bytes.append(bigEndian: Int32(elements.count))
    bytes.append(bigEndian: Int32(1))
    for element in elements {
      if element.isPostgresNull {
        bytes.append(bigEndian: Int32(-1))
        continue
      }
      let place = bytes.count
      bytes.append(bigEndian: Int32(0))
      element.encodePostgres(into: &bytes)
      var count: [UInt8] = []
      count.append(bigEndian: Int32(bytes.count - place - 4))
      bytes.replaceSubrange(place..<place + 4, with: count)
    }
  }

  /// Reads an array of one dimension, or an empty one.
  public static func decodePostgresArray(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) -> [Self] {
    var offset = 0
    func next(_ bytes: Span<UInt8>) throws(PostgresError) -> Int32 {
      guard bytes.count >= offset + 4 else { throw PostgresError(.decoding, "is no array: it ends early") }
      defer { offset += 4 }
      return try bytes.extracting(offset..<offset + 4).bigEndian()
    }
    guard arrayTypes.contains(type) else {
      throw PostgresError(.decoding, "is \(type), which cannot be read as an array of \(Self.self)")
    }
    let dimensions = try next(bytes)
    guard dimensions <= 1 else { throw PostgresError(.decoding, "has \(dimensions) dimensions, one can be read") }
    _ = try next(bytes)
    let elementType = PostgresType(rawValue: UInt32(bitPattern: try next(bytes)))
    guard dimensions == 1 else { return [] }
    let count = Int(try next(bytes))
    _ = try next(bytes)
    guard count >= 0, count <= bytes.count / 4 else { throw PostgresError(.decoding, "is no array: its length is \(count)") }
    var elements: [Self] = []
    elements.reserveCapacity(count)
    for _ in 0..<count {
      let length = Int(try next(bytes))
      if length == -1 {
        elements.append(try postgresNull())
        continue
      }
      guard length >= 0, bytes.count >= offset + length else { throw PostgresError(.decoding, "is no array: it ends early") }
      elements.append(try Self(postgres: bytes.extracting(offset..<offset + length), type: elementType))
      offset += length
    }
    return elements
  }
}

private let arrayTypes: Set<PostgresType> = [
  .boolArray, .int4Array, .int8Array, .float8Array, .textArray, .varcharArray, .timestamptzArray, .uuidArray, .jsonbArray,
]

extension Bool: PostgresArrayElement {
  /// `bool[]`.
  public static var postgresArrayType: PostgresType { .boolArray }
}

extension Int32: PostgresArrayElement {
  /// `int4[]`.
  public static var postgresArrayType: PostgresType { .int4Array }
}

extension Int64: PostgresArrayElement {
  /// `int8[]`.
  public static var postgresArrayType: PostgresType { .int8Array }
}

extension Int: PostgresArrayElement {
  /// `int8[]`.
  public static var postgresArrayType: PostgresType { .int8Array }
}

extension Double: PostgresArrayElement {
  /// `float8[]`.
  public static var postgresArrayType: PostgresType { .float8Array }
}

extension String: PostgresArrayElement {
  /// `text[]`.
  public static var postgresArrayType: PostgresType { .textArray }
}

extension JSONText: PostgresArrayElement {
  /// `jsonb[]`.
  public static var postgresArrayType: PostgresType { .jsonbArray }
}

extension TimestampMicroseconds: PostgresArrayElement {
  /// `timestamptz[]`.
  public static var postgresArrayType: PostgresType { .timestamptzArray }
}

extension PostgresUUID: PostgresArrayElement {
  /// `uuid[]`.
  public static var postgresArrayType: PostgresType { .uuidArray }
}

/// Arrays may have NULLs: `[String?]`.
extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {
  /// The wrapped value's.
  public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
}

/// `[UInt8]` is `bytea`, not an array.
extension UInt8: PostgresArrayElement {
  /// Not a type of PostgreSQL's by itself; as `int2`.
  public static var postgresType: PostgresType { .int2 }

  /// `bytea`.
  public static var postgresArrayType: PostgresType { .bytea }

  /// Two bytes.
  public func encodePostgres(into bytes: inout [UInt8]) {
    bytes.append(bigEndian: Int16(self))
  }

  /// Reads an integer column; throws beyond 0...255.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    let value = try Int64(postgres: bytes, type: type)
    guard let byte = UInt8(exactly: value) else { throw PostgresError(.decoding, "\(value) is not in 0...255") }
    self = byte
  }

  /// The bytes as they are.
  public static func encodePostgresArray(_ elements: [UInt8], into bytes: inout [UInt8]) {
    bytes += elements
  }

  /// The bytes as they are.
  public static func decodePostgresArray(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) -> [UInt8] {
    try expect(type, oneOf: .bytea, as: "[UInt8]")
    return unsafe bytes.withUnsafeBufferPointer { unsafe [UInt8]($0) }
  }
}

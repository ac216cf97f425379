/// A value that can be bound to a statement, in PostgreSQL's binary format.
public protocol PostgresEncodable: Sendable {
  /// The type that the bind is declared with. PostgreSQL casts it where it would cast a column of that type.
  static var postgresType: PostgresType { get }
  /// Whether this is SQL's NULL; then nothing is encoded.
  var isPostgresNull: Bool { get }
  /// Appends the binary format of a value that is not NULL.
  func encodePostgres(into bytes: inout [UInt8])
}

extension PostgresEncodable {
  /// Not NULL, as most values.
  public var isPostgresNull: Bool { false }
}

/// A value that can be read from a column, in PostgreSQL's binary format.
public protocol PostgresDecodable: Sendable {
  /// Reads a value that is not NULL. Throws `PostgresError` of kind `.decoding` when the type or the bytes do not fit.
  init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError)
  /// The value of SQL's NULL. Throws `PostgresError` of kind `.decoding` when there is none, as for all but optionals.
  static func postgresNull() throws(PostgresError) -> Self
}

extension PostgresDecodable {
  /// Refuses NULL.
  public static func postgresNull() throws(PostgresError) -> Self {
    throw PostgresError(.decoding, "is NULL, which \(Self.self) cannot be")
  }
}

/// A value that works both ways.
public typealias PostgresCodable = PostgresDecodable & PostgresEncodable

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// The wrapped value's.
  public static var postgresType: PostgresType { Wrapped.postgresType }

  /// Whether it is nil, or its value is NULL.
  public var isPostgresNull: Bool { self?.isPostgresNull ?? true }

  /// Appends the wrapped value.
  public func encodePostgres(into bytes: inout [UInt8]) {
    self?.encodePostgres(into: &bytes)
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// Reads the wrapped value.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    self = try Wrapped(postgres: bytes, type: type)
  }

  /// nil.
  public static func postgresNull() throws(PostgresError) -> Wrapped? { nil }
}

/// A Swift enum with raw values becomes a column by declaring the conformance: `enum Level: String, PostgresCodable { … }`.
extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
  /// The raw value's.
  public static var postgresType: PostgresType { RawValue.postgresType }

  /// Whether the raw value is.
  public var isPostgresNull: Bool { rawValue.isPostgresNull }

  /// Appends the raw value.
  public func encodePostgres(into bytes: inout [UInt8]) {
    rawValue.encodePostgres(into: &bytes)
  }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
  /// Reads the raw value. Throws when no case has it.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    let rawValue = try RawValue(postgres: bytes, type: type)
    guard let value = Self(rawValue: rawValue) else {
      throw PostgresError(.decoding, "\"\(rawValue)\" is no \(Self.self)")
    }
    self = value
  }
}

/// What every decoder starts with.
func expect(_ type: PostgresType, oneOf expected: PostgresType..., as name: String) throws(PostgresError) {
  guard expected.contains(type) else {
    let cast = expected[0]
    throw PostgresError(.decoding, "is \(type), which cannot be read as \(name); cast it in the query, e.g. to \(cast)")
  }
}

extension Span<UInt8> {
  /// The integer in network byte order that fills the span. Throws when the span has another size.
  func bigEndian<Integer: FixedWidthInteger>(as: Integer.Type = Integer.self) throws(PostgresError) -> Integer {
    guard count * 8 == Integer.bitWidth else {
      throw PostgresError(.decoding, "has \(count) bytes where \(Integer.bitWidth / 8) are expected")
    }
    var value: Integer = 0
    for index in indices {
      value = value << 8 | Integer(truncatingIfNeeded: self[index])
    }
    return value
  }
}

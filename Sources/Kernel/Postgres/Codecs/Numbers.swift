extension Bool: PostgresCodable {
  /// `bool`.
  public static var postgresType: PostgresType { .bool }

  /// One byte.
  public func encodePostgres(into bytes: inout [UInt8]) {
    bytes.append(self ? 1 : 0)
  }

  /// Reads `bool`.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    try expect(type, oneOf: .bool, as: "Bool")
    self = try bytes.bigEndian(as: UInt8.self) != 0
  }
}

extension Int64: PostgresCodable {
  /// `int8`.
  public static var postgresType: PostgresType { .int8 }

  /// Eight bytes.
  public func encodePostgres(into bytes: inout [UInt8]) {
    bytes.append(bigEndian: self)
  }

  /// Reads `int8`, `int4`, `int2` and `oid`.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    switch type {
    case .int4: self = Int64(try bytes.bigEndian(as: Int32.self))
    case .int2: self = Int64(try bytes.bigEndian(as: Int16.self))
    case .oid: self = Int64(try bytes.bigEndian(as: UInt32.self))
    default:
      try expect(type, oneOf: .int8, as: "an integer")
      self = try bytes.bigEndian()
    }
  }
}

extension Int: PostgresCodable {
  /// `int8`.
  public static var postgresType: PostgresType { .int8 }

  /// Eight bytes.
  public func encodePostgres(into bytes: inout [UInt8]) {
    Int64(self).encodePostgres(into: &bytes)
  }

  /// Reads `int8`, `int4`, `int2` and `oid`.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    self = Int(try Int64(postgres: bytes, type: type))
  }
}

extension Int32: PostgresCodable {
  /// `int4`.
  public static var postgresType: PostgresType { .int4 }

  /// Four bytes.
  public func encodePostgres(into bytes: inout [UInt8]) {
    bytes.append(bigEndian: self)
  }

  /// Reads `int4` and `int2`.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    try expect(type, oneOf: .int4, .int2, as: "Int32")
    self = Int32(truncatingIfNeeded: try Int64(postgres: bytes, type: type))
  }
}

extension Double: PostgresCodable {
  /// `float8`.
  public static var postgresType: PostgresType { .float8 }

  /// Eight bytes; NaN and the infinities are values of PostgreSQL's, too.
  public func encodePostgres(into bytes: inout [UInt8]) {
    bytes.append(bigEndian: bitPattern)
  }

  /// Reads `float8` and `float4`.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    if type == .float4 {
      self = Double(Float(bitPattern: try bytes.bigEndian()))
      return
    }
    try expect(type, oneOf: .float8, as: "Double")
    self = Double(bitPattern: try bytes.bigEndian())
  }
}

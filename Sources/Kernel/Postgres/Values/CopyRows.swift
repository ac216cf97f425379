/// Rows for `copyIn`, gathered in PostgreSQL's binary COPY format. Each value must be of its column's very type (COPY does not cast):
/// `Int` and `Int64` for bigint, `Int32` for integer, `Double` for double precision, `String` for text, `JSONText` for jsonb,
/// `TimestampMicroseconds` for timestamptz; optionals where NULL may be.
public struct CopyRows: Sendable {
  /// Rows appended.
  public private(set) var count = 0
  private var bytes: [UInt8]

  /// No rows yet.
  public init() {
    bytes = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
  }

  /// Appends a row, its values in the order of the columns named to `copyIn`.
  public mutating func append<each Value: PostgresEncodable>(_ values: repeat each Value) {
    var fields: Int16 = 0
    for _ in repeat each values { fields += 1 }
    bytes.append(bigEndian: fields)
    for value in repeat each values {
      let place = bytes.count
      bytes.append(bigEndian: Int32(-1))
      guard !value.isPostgresNull else { continue }
      value.encodePostgres(into: &bytes)
      let length = UInt32(bytes.count - place - 4)
      for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
    }
    count += 1
  }

  /// The whole stream, its trailer included.
  var stream: [UInt8] { bytes + [0xFF, 0xFF] }
}

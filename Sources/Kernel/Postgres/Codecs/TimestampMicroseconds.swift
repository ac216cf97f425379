/// An instant for `timestamptz` columns: microseconds since 1970-01-01 00:00 UTC, PostgreSQL's own resolution.
public struct TimestampMicroseconds: Hashable, Sendable, Comparable {
  /// Microseconds since 1970-01-01 00:00 UTC.
  public var sinceEpoch: Int64

  /// The instant this many microseconds after 1970-01-01 00:00 UTC.
  public init(sinceEpoch: Int64) {
    self.sinceEpoch = sinceEpoch
  }

  /// Later than every instant (`'infinity'`).
  public static let distantFuture = TimestampMicroseconds(sinceEpoch: .max)
  /// Earlier than every instant (`'-infinity'`).
  public static let distantPast = TimestampMicroseconds(sinceEpoch: .min)

  /// Earlier is less.
  public static func < (left: TimestampMicroseconds, right: TimestampMicroseconds) -> Bool {
    left.sinceEpoch < right.sinceEpoch
  }

  /// PostgreSQL counts from 2000-01-01.
  private static let postgresEpoch: Int64 = 946_684_800_000_000
}

extension TimestampMicroseconds: PostgresCodable {
  /// `timestamptz`.
  public static var postgresType: PostgresType { .timestamptz }

  /// Eight bytes; an instant that PostgreSQL cannot hold becomes an infinity.
  public func encodePostgres(into bytes: inout [UInt8]) {
    let (value, overflow) = sinceEpoch.subtractingReportingOverflow(Self.postgresEpoch)
    bytes.append(bigEndian: self == .distantFuture ? .max : overflow ? Int64.min : value)
  }

  /// Reads `timestamptz`; an instant beyond `Int64` becomes an infinity.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    try expect(type, oneOf: .timestamptz, as: "TimestampMicroseconds")
    let value: Int64 = try bytes.bigEndian()
    let (microseconds, overflow) = value.addingReportingOverflow(Self.postgresEpoch)
    sinceEpoch = overflow ? .max : value == .min ? .min : microseconds
  }
}

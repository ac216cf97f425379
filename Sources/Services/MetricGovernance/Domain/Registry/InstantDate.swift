extension Instant {
  /// Days since 1970-01-01 in UTC, rounded down.
  public var day: Int64 {
    let (days, rest) = microseconds.quotientAndRemainder(dividingBy: Self.microsecondsPerDay)
    return rest < 0 ? days - 1 : days
  }

  /// The day in UTC, as "2026-11-21".
  public var date: String { String(utc.prefix { $0 != "T" }) }
}

/// A moment in microseconds since 1970-01-01T00:00:00Z, by the database's clock: time is passed in, a domain has none.
public struct Instant: Hashable, Comparable, Sendable {
  public static let microsecondsPerDay: Int64 = 86_400_000_000

  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// That many times 24 hours later, in UTC, where every day has 24.
  public func advanced(byDays days: Int64) -> Instant {
    Instant(microseconds: microseconds + days * Self.microsecondsPerDay)
  }

  public static func < (one: Instant, other: Instant) -> Bool { one.microseconds < other.microseconds }
}

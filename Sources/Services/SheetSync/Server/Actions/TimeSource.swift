import Runtime

/// The time of day, in microseconds since 1970-01-01T00:00:00Z; tests set their own.
struct TimeSource: Sendable {
  var nowUs: @Sendable () -> Int64

  static let system = TimeSource { WallClock.nowMicroseconds() }
}

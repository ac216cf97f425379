/// When a call's time is up, as calls hold it. An instant of the clock is opaque to this module, so that every call would carry it about by calls into the
/// library, although few have one.
struct Deadline {
  /// What deadlines are counted from.
  private static let epoch = ContinuousClock.now

  private let sinceEpoch: Duration

  init(_ instant: ContinuousClock.Instant) { sinceEpoch = Self.epoch.duration(to: instant) }
  init(after timeout: Duration) { sinceEpoch = Self.epoch.duration(to: .now) + timeout }

  var instant: ContinuousClock.Instant { Self.epoch.advanced(by: sinceEpoch) }
}

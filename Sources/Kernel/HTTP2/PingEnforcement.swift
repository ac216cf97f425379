/// gRPC's keepalive enforcement (gRFC A8, keepalive.md): a server forgives two pings that come too early; the third ends the connection. What the
/// server sends of any call wipes the slate, so that pings which measure the bandwidth of an answer are never held against a client.
struct PingEnforcement: Sendable, Equatable {
  /// How often a client without calls may ping where it may not ping at all: what TCP's own keepalive does by default.
  static let intervalWithoutCalls = Duration.seconds(2 * 60 * 60)
  static let forgivenPings = 2

  private var lastPing: ContinuousClock.Instant?
  private var strikes = 0
  private var sentFrames = 0

  /// Whether a ping is put up with.
  mutating func allows(
    _ tolerance: PingTolerance, hasCalls: Bool, sentFrames: Int, now: ContinuousClock.Instant
  ) -> Bool {
    if sentFrames != self.sentFrames { (strikes, lastPing, self.sentFrames) = (0, nil, sentFrames) }
    let interval =
      hasCalls || tolerance.permitsWithoutCalls
      ? tolerance.minimumInterval : max(tolerance.minimumInterval, Self.intervalWithoutCalls)
    defer { lastPing = now }
    guard let lastPing, now < lastPing.advanced(by: interval) else { return true }
    strikes += 1
    return strikes <= Self.forgivenPings
  }
}

/// How often a server lets its clients ping while it has nothing to send to them.
public struct PingTolerance: Sendable, Equatable {
  public var minimumInterval: Duration
  /// Whether that also goes while no call is open; if not, a client may then ping every two hours.
  public var permitsWithoutCalls: Bool

  public init(minimumInterval: Duration = .seconds(300), permitsWithoutCalls: Bool = false) {
    self.minimumInterval = minimumInterval
    self.permitsWithoutCalls = permitsWithoutCalls
  }
}

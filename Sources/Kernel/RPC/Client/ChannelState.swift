/// Where a channel stands and what it does with a call. A value.
struct ChannelState {
  enum Phase: Equatable {
    case idle
    case connecting
    case ready
    /// The last attempt failed; the next is not made before that instant.
    case resting(until: ContinuousClock.Instant, because: RPCError)
    case closed
  }

  enum OnCall: Equatable {
    case begin
    case wait
    case connectAndWait
    /// Waits for the attempt that is due then.
    case waitUntil(ContinuousClock.Instant)
    case fail(RPCError)
  }

  /// The pause after the first failed attempt, how it grows, and the longest. Short, so that a peer that is back is found by the next
  /// call a person makes: until the pause is over calls are told of the last failure.
  static let firstPause = Duration.milliseconds(100)
  static let growth = 1.6
  static let longestPause = Duration.milliseconds(250)
  /// A pause is up to this part shorter, so that many callers of a peer that restarts do not come at once.
  static let jitter = 0.2

  private(set) var phase = Phase.idle
  private var failures = 0

  mutating func callArrives(waitsForReady: Bool, now: ContinuousClock.Instant) -> OnCall {
    switch phase {
    case .ready: return .begin
    case .connecting: return .wait
    case .closed: return .fail(RPCError(.cancelled, "The channel is closed."))
    case .resting(let until, let error) where now < until: return waitsForReady ? .waitUntil(until) : .fail(error)
    case .idle, .resting:
      phase = .connecting
      return .connectAndWait
    }
  }

  mutating func connected() {
    guard phase == .connecting else { return }
    phase = .ready
    failures = 0
  }

  /// Answers when the next attempt may be made. `random` is within 0..<1.
  mutating func failedToConnect(_ error: RPCError, now: ContinuousClock.Instant, random: Double) -> ContinuousClock.Instant {
    guard phase == .connecting else { return now }
    var pause = Self.firstPause
    for _ in 0..<failures where pause < Self.longestPause { pause = pause * Self.growth }
    failures += 1
    let until = now.advanced(by: min(pause, Self.longestPause) * (1 - Self.jitter * random))
    phase = .resting(until: until, because: error)
    return until
  }

  /// The connection takes no more calls, or is gone.
  mutating func lost() {
    if phase == .ready { phase = .idle }
  }

  mutating func close() { phase = .closed }
}

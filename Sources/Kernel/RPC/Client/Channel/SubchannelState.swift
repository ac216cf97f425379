/// Where the way to an address stands, and when it is tried again. A value.
struct SubchannelState {
  enum Phase: Equatable {
    case idle
    case connecting
    case ready
    /// The last attempt failed; the next is not made before that instant.
    case resting(until: ContinuousClock.Instant, because: RPCError)
    case closed
  }

  private let backoff: ConnectionBackoff
  private(set) var phase = Phase.idle
  private var failures = 0

  init(backoff: ConnectionBackoff) { self.backoff = backoff }

  /// Somebody wants to call. True when a connection has to be begun for that.
  mutating func wanted(now: ContinuousClock.Instant) -> Bool {
    switch phase {
    case .connecting, .ready, .closed: return false
    case .resting(let until, _) where now < until: return false
    case .idle, .resting:
      phase = .connecting
      return true
    }
  }

  mutating func connected() {
    guard phase == .connecting else { return }
    phase = .ready
    failures = 0
  }

  /// The attempt failed. `random` is within 0..<1.
  mutating func failed(_ error: RPCError, now: ContinuousClock.Instant, random: Double) {
    guard phase == .connecting else { return }
    phase = .resting(until: now.advanced(by: backoff.pause(afterFailures: failures, random: random)), because: error)
    failures += 1
  }

  /// The connection takes no more calls, or is gone.
  mutating func lost() {
    if phase == .ready { phase = .idle }
  }

  mutating func close() { phase = .closed }
}

/// The pauses between attempts to connect.
///
/// The longest is short by default, as the services of one system restart often and are near: a peer that is back is found by the
/// next call a person makes. gRPC's own defaults are 1 s, 1.6 and 120 s: right for a peer that is far or not one's own.
public struct ConnectionBackoff: Sendable, Equatable {
  public var first: Duration
  public var growth: Double
  public var longest: Duration
  /// A pause is up to this part shorter or longer, so that many callers of a peer that restarts do not come at once.
  public var jitter: Double

  public init(
    first: Duration = .milliseconds(100), growth: Double = 1.6, longest: Duration = .milliseconds(250), jitter: Double = 0.2
  ) {
    self.first = first
    self.growth = growth
    self.longest = longest
    self.jitter = jitter
  }

  /// What gRPC's document on connection backoff says.
  public static let gRPC = ConnectionBackoff(first: .seconds(1), growth: 1.6, longest: .seconds(120))

  /// `random` is within 0..<1.
  func pause(afterFailures failures: Int, random: Double) -> Duration {
    var pause = first
    for _ in 0..<failures where pause < longest { pause = pause * growth }
    return min(pause, longest) * (1 - jitter + 2 * jitter * random)
  }
}

import Reactor

/// When a name is looked up, and looked up again. A value.
struct NameResolution {
  /// A name is not looked up more often than this, however often its addresses fail (gRPC's default).
  static let minimumInterval = Duration.seconds(30)

  enum Phase: Equatable {
    case unresolved
    case resolving
    case resolved(at: ContinuousClock.Instant)
    /// Addresses found before stay in use.
    case failed(until: ContinuousClock.Instant, because: RPCError)
  }

  private let backoff: ConnectionBackoff
  private(set) var phase = Phase.unresolved
  private var failures = 0
  /// The addresses have failed since they were found.
  private var isStale = false

  init(backoff: ConnectionBackoff) { self.backoff = backoff }

  /// The addresses that were found do not do.
  mutating func doubt() { isStale = true }

  /// Somebody wants to call. True when the name has to be looked up now.
  mutating func wanted(now: ContinuousClock.Instant) -> Bool {
    switch phase {
    case .resolving: return false
    case .resolved(let instant) where !isStale || now < instant.advanced(by: Self.minimumInterval): return false
    case .failed(let until, _) where now < until: return false
    case .unresolved, .resolved, .failed:
      phase = .resolving
      return true
    }
  }

  mutating func found(now: ContinuousClock.Instant) {
    phase = .resolved(at: now)
    failures = 0
    isStale = false
  }

  /// `random` is within 0..<1.
  mutating func failed(_ error: RPCError, now: ContinuousClock.Instant, random: Double) {
    phase = .failed(until: now.advanced(by: backoff.pause(afterFailures: failures, random: random)), because: error)
    failures += 1
  }
}

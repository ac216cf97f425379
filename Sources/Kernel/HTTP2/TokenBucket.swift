/// A rate with room for a burst: tokens are taken one by one and come back with time.
public struct TokenBucket: Sendable, Equatable {
  private let burst: Double
  private let perSecond: Double
  private var tokens: Double
  private var filledAt: ContinuousClock.Instant

  public init(burst: Int, perSecond: Int, now: ContinuousClock.Instant) {
    self.burst = Double(burst)
    self.perSecond = Double(perSecond)
    tokens = Double(burst)
    filledAt = now
  }

  /// Takes a token; false when there is none.
  public mutating func take(now: ContinuousClock.Instant) -> Bool {
    let elapsed = filledAt.duration(to: now).components
    let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    if seconds > 0 {
      tokens = min(burst, tokens + seconds * perSecond)
      filledAt = now
    }
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }

  /// Puts that many tokens back.
  public mutating func giveBack(_ count: Int) { tokens = min(burst, tokens + Double(count)) }
}

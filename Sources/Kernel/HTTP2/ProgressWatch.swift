/// Sees whether something that is waited for comes along: at least so many bytes per period. A value; look at it now and then.
public struct ProgressWatch: Sendable, Equatable {
  private var since: ContinuousClock.Instant?
  private var total = 0

  public init() {}

  /// Whether a whole period has brought less than `leastBytes`.
  /// - Parameters:
  ///   - isWaiting: whether anything is waited for; if not, the next period begins later.
  ///   - total: the bytes of all time.
  public mutating func isTooSlow(
    isWaiting: Bool, total: Int, now: ContinuousClock.Instant, period: Duration, leastBytes: Int
  ) -> Bool {
    guard isWaiting else {
      since = nil
      return false
    }
    guard let since, total - self.total < leastBytes else {
      self.since = now
      self.total = total
      return false
    }
    return now >= since.advanced(by: period)
  }
}

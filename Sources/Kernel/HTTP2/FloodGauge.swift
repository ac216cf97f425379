/// How much of each flood's limit is used up. A value.
struct FloodGauge: Sendable {
  private let limits: FloodLimits
  private var buckets: [ConnectionLimit: TokenBucket] = [:]
  private var creditedStreams = 0
  private var creditedFrames = 0

  init(limits: FloodLimits, now: ContinuousClock.Instant) {
    self.limits = limits
    for (limit, rate) in [
      (ConnectionLimit.pings, limits.pings), (.settings, limits.settings), (.emptyFrames, limits.emptyFrames),
      (.windowUpdates, limits.windowUpdates), (.resetsReceived, limits.resetsReceived), (.resetsSent, limits.resetsSent),
    ] {
      buckets[limit] = TokenBucket(burst: rate.burst, perSecond: rate.perSecond, now: now)
    }
  }

  /// One more of these; the end of the connection when it is one too many.
  mutating func take(
    _ limit: ConnectionLimit, _ activity: SessionActivity, now: ContinuousClock.Instant
  ) -> ConnectionPolicy.Action? {
    switch limit {
    case .resetsReceived:
      buckets[limit]?.giveBack(activity.completedStreams - creditedStreams)
      creditedStreams = activity.completedStreams
    case .windowUpdates:
      buckets[limit]?.giveBack((activity.usefulDataFramesSent - creditedFrames) * limits.windowUpdatesPerDataFrame)
      creditedFrames = activity.usefulDataFramesSent
    default:
      break
    }
    return buckets[limit]?.take(now: now) ?? true ? nil : .terminate(.enhanceYourCalm, limit)
  }
}

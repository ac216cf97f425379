/// Keeps retries from drowning a peer that fails: they stop while too many calls fail (gRPC A6). A value, one for each channel.
struct RetryThrottle: Equatable {
  private let maximumTokens: Double
  private let ratio: Double
  private(set) var tokens: Double

  init(_ settings: RetryThrottling) {
    maximumTokens = Double(settings.maximumTokens)
    ratio = settings.tokenRatio
    tokens = maximumTokens
  }

  var allowsRetry: Bool { tokens > maximumTokens / 2 }

  mutating func failed() { tokens = max(0, tokens - 1) }
  mutating func succeeded() { tokens = min(maximumTokens, tokens + ratio) }
}

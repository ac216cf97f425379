import HTTP2
import Synchronization

/// Limits how many calls each caller may begin: a burst, and a rate at which it comes back. Callers are told apart by their certificate, those
/// without one by their address. Beyond it: RESOURCE_EXHAUSTED, with the time after which a call is welcome again.
public final class CallQuota: CallObserver {
  /// How many callers are remembered; beyond that the ones that have not called for longest are forgotten, which gives them a new burst.
  private static let rememberedCallers = 10_000

  private struct Caller {
    var bucket: TokenBucket
    var lastCall: ContinuousClock.Instant
  }

  private let burst: Int
  private let perSecond: Int
  private let callers = Mutex<[String: Caller]>([:])

  /// - Parameters:
  ///   - burst: calls at once, at least 1.
  ///   - perSecond: calls that come back each second, at least 1.
  public init(burst: Int, perSecond: Int) {
    precondition(burst > 0 && perSecond > 0, "a quota of nothing lets nobody in")
    self.burst = burst
    self.perSecond = perSecond
  }

  /// Refuses the call when its caller has used up what it may.
  public func begins(_ context: CallContext) throws {
    let name = context.identity?.principal ?? Self.host(context.peer)
    guard take(name, now: .now) else {
      let pause = Duration.seconds(1) / perSecond
      throw RPCError(
        .resourceExhausted, "\(name) calls more than \(perSecond) times a second; call again in \(pause.milliseconds) ms.",
        metadata: ["retry-after-ms": "\(Int(pause.milliseconds.rounded(.up)))"],
        details: [.retryInfo(GoogleRetryInfo(retryDelay: GoogleDuration(pause)))])
    }
  }

  private func take(_ name: String, now: ContinuousClock.Instant) -> Bool {
    callers.withLock { callers in
      if callers[name] == nil, callers.count >= Self.rememberedCallers { Self.forgetHalf(&callers) }
      var caller = callers[name] ?? Caller(bucket: TokenBucket(burst: burst, perSecond: perSecond, now: now), lastCall: now)
      defer { callers[name] = caller }
      caller.lastCall = now
      return caller.bucket.take(now: now)
    }
  }

  private static func forgetHalf(_ callers: inout [String: Caller]) {
    let median = callers.values.map(\.lastCall).sorted()[callers.count / 2]
    callers = callers.filter { $0.value.lastCall > median }
  }

  /// The address without its port: a caller's connections count together.
  private static func host(_ peer: String) -> String {
    guard !peer.hasPrefix("unix:"), let colon = peer.lastIndex(of: ":") else { return peer }
    return String(peer[..<colon])
  }
}

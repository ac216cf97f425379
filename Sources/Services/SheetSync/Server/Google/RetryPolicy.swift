/// What became of one attempt to call a service over HTTP.
enum AttemptOutcome: Hashable, Sendable {
  /// It answered with this status, and perhaps said how long to wait.
  case answered(status: Int, retryAfterSeconds: Double?)
  /// The connection could not be made or was cut; whether the call took effect is not known.
  case cut
  /// No answer in time.
  case timedOut
}

/// When a call is made again. Every call of ours may be repeated: a read changes nothing, and a write puts the same value into the
/// same cell. Tabs that are added twice are refused the second time; `addMissingTabs` then looks what is there.
struct RetryPolicy: Hashable, Sendable {
  enum Decision: Hashable, Sendable {
    /// The outcome is the answer, be it good or bad.
    case take
    case wait(Duration, Reason)
    /// It could be tried again, but there has been enough of that.
    case giveUp(Reason)
  }

  enum Reason: Hashable, Sendable {
    /// Too many calls in a minute.
    case quota
    /// The service is away or broken for the moment.
    case outage
  }

  /// The first pause, and the longest: the pauses double in between.
  var firstPause: Duration = .milliseconds(500)
  var longestPause: Duration = .seconds(32)
  /// How long an outage is endured.
  var outageLimit: Duration = .seconds(120)
  /// How long a quota is endured. It is refilled every minute, so this is only met when something else uses it up for good.
  var quotaLimit: Duration = .seconds(3600)
  /// The longest pause that a service may ask for.
  var longestAskedPause: Duration = .seconds(300)

  /// - Parameters:
  ///   - attempt: 1 for the first.
  ///   - elapsed: since the call was begun.
  ///   - waitedForQuota: how much of that the call waited for its turn. An outage is no longer for that.
  ///   - jitter: 0 to 1, so that those who were refused together do not come again together.
  func decide(
    _ outcome: AttemptOutcome, attempt: Int, elapsed: Duration, waitedForQuota: Duration = .zero, jitter: Double
  ) -> Decision {
    let reason: Reason
    var asked: Duration?
    switch outcome {
    case .answered(let status, let seconds):
      switch status {
      case 429: reason = .quota
      case 500, 502, 503, 504: reason = .outage
      default: return .take
      }
      if let seconds, seconds.isFinite, seconds >= 0 { asked = min(.seconds(min(seconds, 86_400)), longestAskedPause) }
    case .cut, .timedOut: reason = .outage
    }
    let doubled = min(firstPause * Double(1 << min(max(attempt - 1, 0), 16)), longestPause)
    let pause = max(doubled * (0.5 + 0.5 * min(max(jitter, 0), 1)), asked ?? .zero)
    let isEndured =
      switch reason {
      case .quota: elapsed + pause <= quotaLimit
      case .outage: elapsed - waitedForQuota + pause <= outageLimit
      }
    return isEndured ? .wait(pause, reason) : .giveUp(reason)
  }
}

extension Duration {
  fileprivate static func * (duration: Duration, factor: Double) -> Duration {
    .seconds((duration / .seconds(1)) * factor)
  }
}

/// When a call is sent again (gRPC A6). A value: how attempts went goes in, what to do comes out.
struct RetryPlan {
  enum Policy: Equatable {
    case retry(RetryPolicy)
    case hedge(HedgingPolicy)
  }

  enum Step: Equatable {
    /// The failure is the call's.
    case finish
    /// Other attempts may still succeed.
    case wait
    case sendNow
    case sendAfter(Duration)
  }

  /// A pause is up to this part shorter or longer, so that callers that failed together do not come back together.
  static let jitter = 0.2

  let policy: Policy
  /// How many attempts have begun; those that no handler can have seen are not counted.
  private(set) var attempts = 0
  private var pauses = 0
  private var isStopped = false

  init(_ policy: Policy) { self.policy = policy }

  mutating func attemptBegins() { attempts += 1 }

  private var maximumAttempts: Int {
    switch policy {
    case .retry(let policy): policy.maximumAttempts
    case .hedge(let policy): policy.maximumAttempts
    }
  }

  /// Whether a further hedge may follow at its time.
  var mayHedge: Bool {
    guard case .hedge = policy else { return false }
    return !isStopped && attempts < maximumAttempts
  }

  /// An attempt has failed. `random` is within 0..<1; `isAlone` says whether no other attempt runs.
  mutating func failed(
    _ code: StatusCode, _ pushback: AttemptOutcome.Pushback?, isAlone: Bool, throttle: inout RetryThrottle?, random: Double
  ) -> Step {
    switch policy {
    case .retry(let policy):
      guard policy.retryableCodes.contains(code) || pushback == .doNotRetry else { return .finish }
      throttle?.failed()
      guard pushback != .doNotRetry, throttle?.allowsRetry != false, attempts < maximumAttempts else { return .finish }
      if case .retryAfter(let delay) = pushback {
        pauses = 0
        return .sendAfter(delay)
      }
      return .sendAfter(pause(policy, random))
    case .hedge(let policy):
      guard policy.nonFatalCodes.contains(code) || pushback == .doNotRetry else { return .finish }
      throttle?.failed()
      if pushback == .doNotRetry { isStopped = true }
      guard mayHedge, throttle?.allowsRetry != false else { return isAlone ? .finish : .wait }
      if case .retryAfter(let delay) = pushback { return .sendAfter(delay) }
      return .sendNow
    }
  }

  private mutating func pause(_ policy: RetryPolicy, _ random: Double) -> Duration {
    var pause = policy.initialBackoff
    for _ in 0..<pauses where pause < policy.maximumBackoff { pause = pause * policy.multiplier }
    pauses += 1
    return min(pause, policy.maximumBackoff) * (1 - Self.jitter + 2 * Self.jitter * random)
  }
}

extension RetryPlan {
  /// The plan of a method's configuration; nil when it has none.
  init?(_ repetition: MethodConfiguration.Repetition?) {
    switch repetition {
    case nil: return nil
    case .retry(let policy): self.init(.retry(policy))
    case .hedge(let policy): self.init(.hedge(policy))
    }
  }
}

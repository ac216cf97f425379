/// Looks at every call of a channel: may change what is asked of it, refuse it, and hear how it ended.
public protocol ClientInterceptor: Sendable {
  /// Before a call starts, on the caller's task: may change its options or refuse it. Answers with whom to tell at its end, which happens
  /// on the channel's loop and must not take long.
  func begins(_ method: String, options: inout CallOptions) throws(RPCError) -> (@Sendable (CallSummary) -> Void)?
}

/// How a call went.
public struct CallSummary: Sendable {
  /// Nil when the call ended with OK.
  public var outcome: RPCError?
  /// From its beginning to its end, whatever the number of attempts.
  public var duration: Duration
  /// How often it was sent.
  public var attempts: Int
  public var sentMessages: Int
  /// The requests in their frames, as compressed as they were.
  public var sentBytes: Int
  public var receivedMessages: Int
  /// The answers without their frames, decompressed.
  public var receivedBytes: Int

  public init(
    outcome: RPCError?, duration: Duration, attempts: Int, sentMessages: Int, sentBytes: Int, receivedMessages: Int,
    receivedBytes: Int
  ) {
    self.outcome = outcome
    self.duration = duration
    self.attempts = attempts
    self.sentMessages = sentMessages
    self.sentBytes = sentBytes
    self.receivedMessages = receivedMessages
    self.receivedBytes = receivedBytes
  }
}

/// Those who want to hear how one call ended.
final class CallObservers {
  private let began: ContinuousClock.Instant
  private let observers: [@Sendable (CallSummary) -> Void]

  private init(began: ContinuousClock.Instant, observers: [@Sendable (CallSummary) -> Void]) {
    self.began = began
    self.observers = observers
  }

  /// Asks every interceptor in its turn; nil when nobody wants to hear.
  static func asking(
    _ interceptors: [any ClientInterceptor], _ method: String, _ options: inout CallOptions, now: ContinuousClock.Instant
  ) throws(RPCError) -> CallObservers? {
    var observers: [@Sendable (CallSummary) -> Void] = []
    for interceptor in interceptors {
      do throws(RPCError) {
        if let observer = try interceptor.begins(method, options: &options) { observers.append(observer) }
      } catch {
        // Those who saw it begin see it end.
        let refused = CallObservers(began: now, observers: observers)
        refused.tell(CallTally(), outcome: error, now: now)
        throw error
      }
    }
    return observers.isEmpty ? nil : CallObservers(began: now, observers: observers)
  }

  /// Tells in the opposite order, as calls nest.
  func tell(_ tally: CallTally, outcome: RPCError?, now: ContinuousClock.Instant) {
    let summary = CallSummary(
      outcome: outcome, duration: began.duration(to: now), attempts: tally.attempts, sentMessages: tally.sentMessages,
      sentBytes: tally.sentBytes, receivedMessages: tally.receivedMessages, receivedBytes: tally.receivedBytes)
    for observer in observers.reversed() { observer(summary) }
  }
}

/// What a call counts while it runs.
struct CallTally {
  var attempts = 0
  var sentMessages = 0
  var sentBytes = 0
  var receivedMessages = 0
  var receivedBytes = 0
}

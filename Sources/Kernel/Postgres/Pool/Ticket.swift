import Reactor

/// One exchange on its way through a connection. Belongs to the loop's thread, but for `continuation`, set before it gets there, and
/// `interruption`, read after it has left.
final class Ticket: @unchecked Sendable {
  enum Interruption {
    case task, deadline
  }

  let deadline: ContinuousClock.Instant?
  var exchange: Exchange?
  var continuation: CheckedContinuation<Outcome, Never>?
  var timer: TimerToken?
  var interruption: Interruption?
  private(set) var isFinished = false

  init(deadline: ContinuousClock.Instant?) {
    self.deadline = deadline
  }

  var lossAtInterruption: PostgresError {
    interruption == .deadline
      ? PostgresError(.deadlineExceeded, "no answer before the deadline; the connection was dropped")
      : PostgresError(.connectionLost, "the cancelled statement did not end in time; the connection was dropped")
  }

  func finish(_ outcome: Outcome, _ loop: EventLoop) {
    guard !isFinished else { return }
    isFinished = true
    if let timer { loop.cancel(timer) }
    timer = nil
    exchange = nil
    continuation?.resume(returning: named(outcome))
    continuation = nil
  }

  /// A statement that the server ended at our asking, or by its own clock once the deadline had passed, is late, not refused.
  private func named(_ outcome: Outcome) -> Outcome {
    guard let error = outcome.error, error.sqlState == "57014", let deadline, interruption != .task else { return outcome }
    guard interruption == .deadline || ContinuousClock.now >= deadline else { return outcome }
    var late = outcome
    late.error = error
    late.error!.kind = .deadlineExceeded
    return late
  }
}

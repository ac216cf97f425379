import Reactor

/// Notices that nobody has called for long. Costs a call one addition. Belongs to its loop.
final class IdleWatch: @unchecked Sendable {
  private let timeout: Duration
  private let loop: EventLoop
  private var timer: TimerToken?
  private var seen = 0
  /// How many calls were made.
  var calls = 0

  init(timeout: Duration, loop: EventLoop) {
    self.timeout = timeout
    self.loop = loop
  }

  /// Tells after every interval in which no call began.
  func start(onIdle: @escaping @Sendable () -> Void) {
    guard timer == nil else { return }
    tick(onIdle)
  }

  private func tick(_ onIdle: @escaping @Sendable () -> Void) {
    seen = calls
    timer = loop.schedule(after: timeout) { [weak self] in
      guard let self else { return }
      if calls == seen { onIdle() }
      tick(onIdle)
    }
  }

  func stop() {
    if let timer { loop.cancel(timer) }
    timer = nil
  }
}

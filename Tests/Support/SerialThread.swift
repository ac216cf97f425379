import Glibc
import Reactor
import Synchronization

/// Runs blocking work, one piece after the other, on a thread that lives while there is any.
final class SerialThread: Sendable {
  private struct State {
    var work: [@Sendable () -> Void] = []
    var isRunning = false
  }

  private let state = Mutex(State())

  func run(_ body: @escaping @Sendable () -> Void) {
    let mustStart = state.withLock { state in
      state.work.append(body)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if mustStart { BlockingThread.run { [self] in drain() } }
  }

  /// Forgets what has not begun, and waits for what has.
  func finish() {
    state.withLock { $0.work = [] }
    while state.withLock({ $0.isRunning }) { usleep(1000) }
  }

  private func drain() {
    while let next = next() { next() }
  }

  private func next() -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard !state.work.isEmpty else {
        state.isRunning = false
        return nil
      }
      return state.work.removeFirst()
    }
  }
}

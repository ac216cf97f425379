import Synchronization

/// What an action costs at the service that keeps its workbook: calls, and time spent waiting for a quota. Belongs to the task that
/// does the action, for whatever is called on its behalf.
final class WorkbookCosts: Sendable {
  struct Sum: Hashable, Sendable {
    var calls = 0
    var quotaWait: Duration = .zero
  }

  /// nil outside of actions.
  @TaskLocal static var current: WorkbookCosts?

  private let state = Mutex<Sum>(Sum())
  /// Tells whoever watches the action why nothing seems to happen.
  private let tell: @Sendable (String) -> Void

  init(tell: @escaping @Sendable (String) -> Void = { _ in }) {
    self.tell = tell
  }

  var sum: Sum { state.withLock { $0 } }

  func countCall() { state.withLock { $0.calls += 1 } }

  func waits(_ duration: Duration, because reason: RetryPolicy.Reason) {
    let seconds = Int((duration / .seconds(1)).rounded(.up))
    switch reason {
    case .quota:
      state.withLock { $0.quotaWait += duration }
      tell("waiting \(seconds) s for Google's quota of calls per minute")
    case .outage: tell("Google does not answer; trying again in \(seconds) s")
    }
  }
}

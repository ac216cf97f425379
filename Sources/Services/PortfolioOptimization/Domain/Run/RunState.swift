/// Where a run is in its life.
public enum RunState: String, Sendable, Equatable, CaseIterable {
  case queued, running
  /// The best portfolio is proven.
  case success
  /// No portfolio keeps every hard rule.
  case infeasible
  case failed
  /// Stopped on request; may have a portfolio, not proven to be the best.
  case cancelled
  /// Its time ran out; may have a portfolio, not proven to be the best.
  case timeLimit = "time_limit"

  public var hasEnded: Bool { self != .queued && self != .running }

  /// Whether a run may go from this state to the other. A running one goes back to the queue when its instance hands it over or dies.
  public func mayBecome(_ next: RunState) -> Bool {
    switch (self, next) {
    case (.queued, .running), (.queued, .cancelled), (.queued, .failed), (.running, .queued): true
    case (.running, _): next.hasEnded
    default: false
    }
  }
}

import PortfolioOptimizationDomain

/// How far a solve has come.
struct SolveProgress: Sendable, Equatable {
  /// The best portfolio's objective so far; nil while there is none.
  var incumbent: Double?
  var bestBound: Double
  /// |bound - incumbent| / max(|incumbent|, 1e-10)
  var relativeGap: Double
  var nodes: Int64
  /// The lexicographic level, from 1.
  var level: Int
}

/// What a solve came to.
struct SolveOutcome: Sendable {
  enum Stop: Sendable, Equatable {
    /// The portfolio is the best there is.
    case proven
    /// No portfolio keeps every hard rule; a sentence says which rules contradict each other.
    case infeasible(String)
    case timeLimit
    case cancelled
    case failed(String)
  }

  var stop: Stop
  /// The best portfolio found, over the problem in canonical order; nil when there is none.
  var portfolio: Evaluation?
  var bestBound: Double
  var relativeGap: Double
  var nodes: Int64
}

/// Solves a problem in canonical order. When its task is cancelled it stops within half a second and keeps what it found.
typealias Solve =
  @Sendable (
    _ problem: Problem, _ timeLimit: Duration?, _ progress: @escaping @Sendable (SolveProgress) -> Void
  ) async -> SolveOutcome

import PortfolioOptimizationDomain

/// What a search for the best portfolio came to.
struct SearchOutcome: Sendable, Equatable {
  enum Ending: Sendable, Equatable {
    /// The selection is the best there is, ties broken.
    case proven
    /// No selection keeps every hard rule. The rules named cannot hold together; empty when they were not found within the limits.
    case infeasible(conflict: [Problem.Rule])
    case timeLimit
    case nodeLimit
    case cancelled
    case failed(String)
  }

  var ending: Ending
  /// The best selection found; keeps every hard rule.
  var evaluation: Evaluation?
  /// What the objective cannot exceed, in its own direction; nil when nothing is proven.
  var bestBound: Double?
  /// 0 when the objective is proven, even if ties were not broken any more.
  var relativeGap: Double?
  /// False when equally good portfolios were too close to the solver's tolerances to choose among them by rule.
  var tiesAreBroken = true
  var nodes: Int64 = 0
  var simplexIterations: Int64 = 0
}

/// How far a search has come; objective values as people read them.
struct SearchProgress: Sendable, Equatable {
  /// The stage of the objective being improved, from 1; the last one while ties are broken.
  var level: Int
  var incumbent: Double?
  var bestBound: Double?
  var relativeGap: Double?
  var nodes: Int64
}

struct SearchLimits: Sendable, Equatable {
  /// Branch-and-bound nodes over all solves of a search. Hours of work: a backstop, and the same on every machine.
  var nodes: Int64 = 20_000_000
  var time: Duration?
  /// Answers of the solver that miss a rule or an equality by its tolerances are ruled out one by one, up to this many a stage.
  var corrections = 40
  /// Solves spent on finding out which rules contradict each other.
  var conflictChecks = 200
  var conflictNodesPerCheck: Int64 = 2_000
}

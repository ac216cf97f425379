/// The answer to a model. Keeps apart why the search stopped, what it found, what it proved and what it cost.
public struct Solution: Sendable, Equatable {
  /// Why the search stopped.
  public enum Termination: Sendable, Equatable {
    /// The incumbent is the best there is, within the objective tolerance.
    case optimal
    case infeasible
    /// The linear relaxation is unbounded.
    case unbounded
    case nodeLimit
    case timeLimit
    case cancelled
    /// The solver gave up or refused the model.
    case failed(SolverFailure)
  }

  /// The best feasible point found.
  public struct Incumbent: Sendable, Equatable {
    /// One per column. Integer columns are whole numbers exactly.
    public var values: [Double]
    /// Recomputed from `values`, the constant included.
    public var objective: Double

    public init(values: [Double], objective: Double) {
      self.values = values
      self.objective = objective
    }
  }

  /// The first linear relaxation's optimum, before any cut.
  public struct Relaxation: Sendable, Equatable {
    public var objective: Double
    /// One per column: how the objective changes per unit of a column that rests on a bound.
    public var reducedCosts: [Double]

    public init(objective: Double, reducedCosts: [Double]) {
      self.objective = objective
      self.reducedCosts = reducedCosts
    }
  }

  /// What the search cost.
  public struct Effort: Sendable, Equatable {
    public var nodes: Int64
    public var simplexIterations: Int64
    public var duration: Duration

    public init(nodes: Int64 = 0, simplexIterations: Int64 = 0, duration: Duration = .zero) {
      self.nodes = nodes
      self.simplexIterations = simplexIterations
      self.duration = duration
    }
  }

  public var termination: Termination
  public var incumbent: Incumbent?
  /// What no feasible point exceeds (maximize) or undercuts (minimize); nil when nothing was proven.
  public var bestBound: Double?
  public var relaxation: Relaxation?
  public var effort: Effort

  public init(
    termination: Termination, incumbent: Incumbent? = nil, bestBound: Double? = nil, relaxation: Relaxation? = nil,
    effort: Effort = Effort()
  ) {
    self.termination = termination
    self.incumbent = incumbent
    self.bestBound = bestBound
    self.relaxation = relaxation
    self.effort = effort
  }

  /// |bound - objective| / max(|objective|, 1e-10); nil unless both are known.
  public var relativeGap: Double? {
    guard let incumbent, let bestBound else { return nil }
    return relativeDistance(from: incumbent.objective, to: bestBound)
  }
}

/// What the solver said when it gave up: numerical trouble, its memory limit, or a model it refuses.
public struct SolverFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// GLPK's return code; 0 when it failed without one.
  public var code: Int
  public var message: String

  public var description: String { code == 0 ? message : "\(message) (GLPK code \(code))" }
}

/// How far a search has come.
public struct Progress: Sendable, Equatable {
  public var incumbentObjective: Double?
  public var bestBound: Double?
  public var nodes: Int64
  /// |bound - incumbent| / max(|incumbent|, 1e-10), as in a solution; nil until there are both.
  public var relativeGap: Double? {
    guard let incumbentObjective, let bestBound else { return nil }
    return relativeDistance(from: incumbentObjective, to: bestBound)
  }

  public init(incumbentObjective: Double? = nil, bestBound: Double? = nil, nodes: Int64 = 0) {
    self.incumbentObjective = incumbentObjective
    self.bestBound = bestBound
    self.nodes = nodes
  }
}

func relativeDistance(from objective: Double, to bound: Double) -> Double {
  abs(bound - objective) / max(abs(objective), 1e-10)
}

import MILP
import PortfolioOptimizationDomain

/// Finds hard rules that cannot hold together, as few as can be: leave any one of them out and the others can.
///
/// Divides and conquers (Junker's QuickXplain, 2004), with the solver as the judge of what can hold. Bounded in checks and in nodes per
/// check; a check that the nodes did not decide counts as one that can hold, which may name a rule too many but never a wrong set.
struct ConflictSearch {
  private let problem: Problem
  private let limits: SearchLimits
  private let cancellation: Cancellation
  private let deadline: ContinuousClock.Instant?
  private var checks = 0

  init(_ problem: Problem, limits: SearchLimits, cancellation: Cancellation, deadline: ContinuousClock.Instant?) {
    self.problem = problem
    self.limits = limits
    self.cancellation = cancellation
    self.deadline = deadline
  }

  /// Empty when none was found within the limits.
  func rules() async -> [Problem.Rule] {
    var search = self
    do {
      let rules = problem.hardRules
      guard try await search.cannotHold(rules) else { return [] }
      let conflict = Set(try await search.smallest(given: [], hasGrown: false, among: rules))
      // In the order of the problem, not of the search.
      return rules.filter(conflict.contains)
    } catch {
      return []
    }
  }

  private struct OutOfLimits: Error {}

  /// The rules among these that, with the given ones, cannot hold; together with the given ones all of them cannot.
  private mutating func smallest(
    given: [Problem.Rule], hasGrown: Bool, among rules: [Problem.Rule]
  ) async throws -> [Problem.Rule] {
    if hasGrown, try await cannotHold(given) { return [] }
    guard rules.count > 1 else { return rules }
    let middle = rules.count / 2
    let (left, right) = (Array(rules[..<middle]), Array(rules[middle...]))
    let fromRight = try await smallest(given: given + left, hasGrown: true, among: right)
    let fromLeft = try await smallest(given: given + fromRight, hasGrown: !fromRight.isEmpty, among: left)
    return fromLeft + fromRight
  }

  private mutating func cannotHold(_ rules: [Problem.Rule]) async throws -> Bool {
    checks += 1
    guard checks <= limits.conflictChecks, !cancellation.isCancelled else { throw OutOfLimits() }
    let included = Set(rules)
    let portfolio = PortfolioModel(problem, includes: included.contains)
    guard !portfolio.isContradictory else { return true }
    var options = SolverOptions()
    options.nodeLimit = limits.conflictNodesPerCheck
    if let deadline {
      let left = deadline - ContinuousClock().now
      guard left > .zero else { throw OutOfLimits() }
      options.timeLimit = left
    }
    return try await Solver.solve(portfolio.model, options: options, cancellation: cancellation).termination == .infeasible
  }
}

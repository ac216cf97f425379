/// Says of every candidate why it is in or out of a portfolio: one short statement that is true of this portfolio.
public struct Reasons: Sendable {
  private let problem: Problem
  private let evaluation: Evaluation
  private let isSelected: [String: Bool]
  private let period: Period?

  public init(_ problem: Problem, _ evaluation: Evaluation) {
    self.problem = problem
    self.evaluation = evaluation
    isSelected = Dictionary(zip(problem.candidates.map(\.key), evaluation.selected), uniquingKeysWith: { first, _ in first })
    period = Period(problem.periodKey)
  }

  /// One per candidate, in the problem's order.
  public func all() -> [String] {
    zip(problem.candidates, evaluation.selected).map { candidate, isIn in
      isIn ? reasonIn(candidate) : reasonOut(candidate) + deadlineNote(candidate)
    }
  }

  /// The candidates that are out though their deadlines lie in the period, in the problem's order.
  public func missedDeadlines() -> [MissedDeadline] {
    guard let period else { return [] }
    return zip(problem.candidates, evaluation.selected).compactMap { candidate, isIn in
      guard !isIn, period.contains(date: candidate.deadline) else { return nil }
      return MissedDeadline(
        key: candidate.key, deadline: candidate.deadline,
        message:
          "\(candidate.key) misses its deadline \(candidate.deadline)\(place(candidate.source)), which is inside \(period.key): "
          + "it is left out, for it \(reasonOut(candidate)); a deadline forces nothing in, is_mandatory does",
        source: candidate.source)
    }
  }

  private func reasonIn(_ candidate: Problem.Candidate) -> String {
    if let decree = problem.mandatory.first(where: { $0.key == candidate.key }) {
      return "mandatory\(place(decree.source))\(decree.reason.isEmpty ? "" : ": \(decree.reason)")"
    }
    let dependents = problem.prerequisites
      .filter { $0.requires.contains(candidate.key) && $0.key != candidate.key && isSelected[$0.key] == true }.map(\.key)
    if let first = dependents.min() { return "needed by \(first); \(worth(of: candidate))" }
    if let bundle = problem.bundles.first(where: { $0.members.contains(candidate.key) && $0.members.count > 1 }) {
      return "bundle \(bundle.key) is in\(place(bundle.source)); \(worth(of: candidate))"
    }
    if gain(of: candidate).units <= 0, let rule = minimum(servedBy: candidate) {
      return "counts towards \(problem.sentence(for: rule)); \(worth(of: candidate))"
    }
    return worth(of: candidate)
  }

  private func reasonOut(_ candidate: Problem.Candidate) -> String {
    if let decree = problem.excluded.first(where: { $0.key == candidate.key }) {
      return "excluded\(place(decree.source))\(decree.reason.isEmpty ? "" : ": \(decree.reason)")"
    }
    if candidate.tokens > problem.capacityTokens {
      return "needs \(candidate.tokens) tokens, more than the capacity of \(problem.capacityTokens)"
    }
    for pair in problem.excludedPairs where pair.first == candidate.key || pair.second == candidate.key {
      let other = pair.first == candidate.key ? pair.second : pair.first
      if isSelected[other] == true { return "cannot go with \(other), which is in\(place(pair.source))" }
    }
    for rule in problem.prerequisites where rule.key == candidate.key {
      if let missing = rule.requires.first(where: { isSelected[$0] != true }) {
        return isSelected[missing] == nil
          ? "needs \(missing), which is not a candidate\(place(rule.source))"
          : "needs \(missing), which is out\(place(rule.source))"
      }
    }
    if let bundle = problem.bundles.first(where: { $0.members.contains(candidate.key) && $0.members.count > 1 }) {
      let stranger = bundle.members.first { isSelected[$0] == nil }
      return "bundle \(bundle.key) is out\(stranger.map { ", its member \($0) is not a candidate" } ?? "")\(place(bundle.source))"
    }
    if let full = fullMaximum(for: candidate) { return "\(full); \(worth(of: candidate))" }
    let left = problem.capacityTokens - evaluation.tokens
    if candidate.tokens > left { return "\(worth(of: candidate)); \(left) tokens are left" }
    if gain(of: candidate).units <= 0 { return worth(of: candidate) }
    return "\(worth(of: candidate)); it cannot be added without breaking a rule"
  }

  /// The hard minimum that a candidate counts towards, when there is one.
  private func minimum(servedBy candidate: Problem.Candidate) -> Problem.Rule? {
    if let index = problem.tokenBounds.firstIndex(where: {
      $0.kind == .atLeast && $0.limit > 0 && $0.member.contains(candidate) && candidate.tokens > 0
    }) {
      return .tokenBound(index)
    }
    if let index = problem.countBounds.firstIndex(where: { $0.kind == .atLeast && $0.limit > 0 && $0.member.contains(candidate) }) {
      return .countBound(index)
    }
    return problem.targets.firstIndex { target in
      target.kind != .goal && target.member.contains(candidate)
        && candidate.contributions.contains {
          $0.kpiKey == target.kpiKey && (target.kind == .floor ? $0.value > 0 : $0.value < 0)
        }
    }.map(Problem.Rule.target)
  }

  /// The maximum of a member that adding the candidate would exceed.
  private func fullMaximum(for candidate: Problem.Candidate) -> String? {
    let chosen = zip(problem.candidates, evaluation.selected).filter(\.1).map(\.0)
    for (index, bound) in problem.tokenBounds.enumerated() where bound.kind == .atMost && bound.member.contains(candidate) {
      let used = chosen.filter(bound.member.contains).reduce(0) { $0 + $1.tokens }
      if used + candidate.tokens > bound.limit {
        return "no room for \(candidate.tokens) tokens under \(problem.sentence(for: .tokenBound(index))), \(used) are used"
      }
    }
    for (index, bound) in problem.countBounds.enumerated() where bound.kind == .atMost && bound.member.contains(candidate) {
      if Int64(chosen.count(where: bound.member.contains)) >= bound.limit {
        return "no room under \(problem.sentence(for: .countBound(index)))"
      }
    }
    return nil
  }

  /// What the candidate alone adds to the first stage of the objective that it touches, turned so that more is better.
  private func gain(of candidate: Problem.Candidate) -> Amount {
    switch problem.objective.mode {
    case .weightedKPIs: return Amount(weightedGain(of: candidate)) ?? .zero
    case .northStar, .lexicographic:
      return firstTouched(by: candidate).map { $0.lowerIsBetter ? -$0.amount : $0.amount } ?? .zero
    }
  }

  private func weightedGain(of candidate: Problem.Candidate) -> Double {
    problem.objective.terms.reduce(0) { sum, term in
      let value = candidate.contributions.first { $0.kpiKey == term.kpiKey }?.value ?? 0
      return sum + (problem.isLowerBetter(term.kpiKey) ? -1 : 1) * term.weight * value / term.normalizer
    }
  }

  private func firstTouched(by candidate: Problem.Candidate) -> (kpiKey: String, amount: Amount, lowerIsBetter: Bool)? {
    for term in problem.objective.terms {
      guard let contribution = candidate.contributions.first(where: { $0.kpiKey == term.kpiKey }),
        let amount = Amount(contribution.value), amount != .zero
      else { continue }
      return (term.kpiKey, amount, problem.isLowerBetter(term.kpiKey))
    }
    return nil
  }

  /// "brings 12.5 KPI_SALES for 40 tokens (0.3125 per token)".
  private func worth(of candidate: Problem.Candidate) -> String {
    let amount: Amount
    let name: String
    if problem.objective.mode == .weightedKPIs {
      amount = Amount(weightedGain(of: candidate)) ?? .zero
      name = "to the objective"
    } else {
      guard let touched = firstTouched(by: candidate) else {
        return "brings nothing to the objective for \(candidate.tokens) tokens"
      }
      amount = touched.amount
      name = touched.kpiKey
    }
    guard amount != .zero else { return "brings nothing to the objective for \(candidate.tokens) tokens" }
    let rate = candidate.tokens > 0 ? Amount(amount.double / Double(candidate.tokens)) : nil
    let perToken = rate.map { " (\($0.rounded(significant: 4)) per token)" } ?? ""
    return "brings \(amount.rounded(significant: 6)) \(name) for \(candidate.tokens) tokens\(perToken)"
  }

  private func deadlineNote(_ candidate: Problem.Candidate) -> String {
    guard let period, period.contains(date: candidate.deadline) else { return "" }
    return "; its deadline \(candidate.deadline) is inside \(period.key)"
  }

  private func place(_ source: Cell?) -> String {
    guard let source, !source.tab.isEmpty else { return "" }
    return " (\(source))"
  }
}

/// A candidate that a portfolio leaves out though its deadline lies in the period of the run (requirement R37).
public struct MissedDeadline: Equatable, Sendable {
  public let key: String
  /// ISO date.
  public let deadline: String
  /// A sentence for people.
  public let message: String
  public let source: Cell?
}

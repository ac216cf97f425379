/// Says of every candidate why it is in or out of a portfolio: one short statement that is true of this portfolio.
public struct Reasons: Sendable {
  private let problem: Problem
  private let evaluation: Evaluation
  private let isSelected: [String: Bool]
  private let chosen: [(candidate: Problem.Candidate, tokens: Int64)]
  private let period: Period?

  public init(_ problem: Problem, _ evaluation: Evaluation) {
    self.problem = problem
    self.evaluation = evaluation
    let selected = zip(problem.candidates, evaluation.forms).map { ($0.key, $1 != nil) }
    isSelected = Dictionary(selected, uniquingKeysWith: { first, _ in first })
    chosen = zip(problem.candidates, evaluation.forms).compactMap { candidate, form in
      form.map { (candidate, candidate.tokens(in: $0)) }
    }
    period = Period(problem.periodKey)
  }

  /// One per candidate, in the problem's order.
  public func all() -> [String] {
    zip(problem.candidates, evaluation.forms).map { candidate, form in
      guard let form else { return reasonOut(candidate) + deadlineNote(candidate) }
      return reasonIn(candidate, as: form) + (form == candidate.form ? "" : smallerNote(candidate))
    }
  }

  /// The candidates that are out though their deadlines lie in the period, in the problem's order.
  public func missedDeadlines() -> [MissedDeadline] {
    guard let period else { return [] }
    return zip(problem.candidates, evaluation.forms).compactMap { candidate, form in
      guard form == nil, period.contains(date: candidate.deadline) else { return nil }
      return MissedDeadline(
        key: candidate.key, deadline: candidate.deadline,
        message:
          "\(candidate.key) misses its deadline \(candidate.deadline)\(place(candidate.source)), which is inside \(period.key): "
          + "it is left out, for it \(reasonOut(candidate)); a deadline forces nothing in, is_mandatory does",
        source: candidate.source)
    }
  }

  private func reasonIn(_ candidate: Problem.Candidate, as form: Problem.Form) -> String {
    if let decree = problem.mandatory.first(where: { $0.key == candidate.key }) {
      return "mandatory\(place(decree.source))\(decree.reason.isEmpty ? "" : ": \(decree.reason)")"
    }
    let dependents = problem.prerequisites
      .filter { $0.requires.contains(candidate.key) && $0.key != candidate.key && isSelected[$0.key] == true }.map(\.key)
    if let first = dependents.min() { return "needed by \(first); \(worth(of: candidate, as: form))" }
    if let bundle = problem.bundles.first(where: { $0.members.contains(candidate.key) && $0.members.count > 1 }) {
      return "bundle \(bundle.key) is in\(place(bundle.source)); \(worth(of: candidate, as: form))"
    }
    if gain(of: candidate, as: form).units <= 0, let rule = minimum(servedBy: candidate, as: form) {
      return "counts towards \(problem.sentence(for: rule)); \(worth(of: candidate, as: form))"
    }
    return worth(of: candidate, as: form)
  }

  /// Why the candidate is not in as a whole.
  private func smallerNote(_ candidate: Problem.Candidate) -> String {
    let more = candidate.tokens - candidate.tokens(in: .smaller)
    let left = problem.capacityTokens - evaluation.tokens
    if more > left { return "; in as mvp: the whole needs \(candidate.tokens) tokens, \(more) more, and \(left) are left" }
    if let full = fullMaximum(for: candidate, adding: more, named: "\(more) more tokens") { return "; in as mvp: \(full)" }
    return "; in as mvp: the whole instead would break a rule or serve the objective no better"
  }

  private func reasonOut(_ candidate: Problem.Candidate) -> String {
    if let decree = problem.excluded.first(where: { $0.key == candidate.key }) {
      return "excluded\(place(decree.source))\(decree.reason.isEmpty ? "" : ": \(decree.reason)")"
    }
    if candidate.fewestTokens > problem.capacityTokens {
      return "needs \(candidate.fewestTokens) tokens, more than the capacity of \(problem.capacityTokens)"
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
    let worths = worths(of: candidate)
    if let full = fullMaximum(for: candidate) { return "\(full); \(worths)" }
    let left = problem.capacityTokens - evaluation.tokens
    let helping = candidate.forms.filter { gain(of: candidate, as: $0).units > 0 }
    let fitting = candidate.forms.filter { candidate.tokens(in: $0) <= left }
    if fitting.isEmpty { return "\(worths); \(left) tokens are left" }
    if helping.isEmpty { return worths }
    return helping.contains(where: fitting.contains)
      ? "\(worths); it cannot be added without breaking a rule" : "\(worths); \(left) tokens are left"
  }

  /// The hard minimum that a candidate counts towards, when there is one.
  private func minimum(servedBy candidate: Problem.Candidate, as form: Problem.Form) -> Problem.Rule? {
    if let index = problem.tokenBounds.firstIndex(where: {
      $0.kind == .atLeast && $0.limit > 0 && $0.member.contains(candidate) && candidate.tokens(in: form) > 0
    }) {
      return .tokenBound(index)
    }
    if let index = problem.countBounds.firstIndex(where: { $0.kind == .atLeast && $0.limit > 0 && $0.member.contains(candidate) }) {
      return .countBound(index)
    }
    return problem.targets.firstIndex { target in
      target.kind != .goal && target.member.contains(candidate)
        && candidate.contributions(in: form).contains {
          $0.kpiKey == target.kpiKey && (target.kind == .floor ? $0.value > 0 : $0.value < 0)
        }
    }.map(Problem.Rule.target)
  }

  /// The maximum of a member that adding the candidate in its smallest form would exceed.
  private func fullMaximum(for candidate: Problem.Candidate) -> String? {
    let fewest = candidate.fewestTokens
    if let full = fullMaximum(for: candidate, adding: fewest, named: "\(fewest) tokens") { return full }
    for (index, bound) in problem.countBounds.enumerated() where bound.kind == .atMost && bound.member.contains(candidate) {
      if Int64(chosen.count { bound.member.contains($0.candidate) }) >= bound.limit {
        return "no room under \(problem.sentence(for: .countBound(index)))"
      }
    }
    return nil
  }

  private func fullMaximum(for candidate: Problem.Candidate, adding tokens: Int64, named name: String) -> String? {
    for (index, bound) in problem.tokenBounds.enumerated() where bound.kind == .atMost && bound.member.contains(candidate) {
      let used = chosen.reduce(0) { bound.member.contains($1.candidate) ? $0 + $1.tokens : $0 }
      if used + tokens > bound.limit {
        return "no room for \(name) under \(problem.sentence(for: .tokenBound(index))), \(used) are used"
      }
    }
    return nil
  }

  /// What the candidate alone adds to the first stage of the objective that it touches, turned so that more is better.
  private func gain(of candidate: Problem.Candidate, as form: Problem.Form) -> Amount {
    let contributions = candidate.contributions(in: form)
    switch problem.objective.mode {
    case .weightedKPIs: return Amount(weightedGain(of: contributions)) ?? .zero
    case .northStar, .lexicographic:
      return firstTouched(by: contributions).map { $0.lowerIsBetter ? -$0.amount : $0.amount } ?? .zero
    }
  }

  private func weightedGain(of contributions: [Problem.Contribution]) -> Double {
    problem.objective.terms.reduce(0) { sum, term in
      let value = contributions.first { $0.kpiKey == term.kpiKey }?.value ?? 0
      return sum + (problem.isLowerBetter(term.kpiKey) ? -1 : 1) * term.weight * value / term.normalizer
    }
  }

  private func firstTouched(
    by contributions: [Problem.Contribution]
  ) -> (kpiKey: String, amount: Amount, lowerIsBetter: Bool)? {
    for term in problem.objective.terms {
      guard let contribution = contributions.first(where: { $0.kpiKey == term.kpiKey }),
        let amount = Amount(contribution.value), amount != .zero
      else { continue }
      return (term.kpiKey, amount, problem.isLowerBetter(term.kpiKey))
    }
    return nil
  }

  /// What each form of the candidate is worth.
  private func worths(of candidate: Problem.Candidate) -> String {
    let own = worth(of: candidate, as: candidate.form)
    return candidate.smaller == nil ? own : "\(own); as mvp it \(worth(of: candidate, as: .smaller))"
  }

  /// "brings 12.5 KPI_SALES for 40 tokens (0.3125 per token)".
  private func worth(of candidate: Problem.Candidate, as form: Problem.Form) -> String {
    let (tokens, contributions) = (candidate.tokens(in: form), candidate.contributions(in: form))
    let amount: Amount
    let name: String
    if problem.objective.mode == .weightedKPIs {
      amount = Amount(weightedGain(of: contributions)) ?? .zero
      name = "to the objective"
    } else {
      guard let touched = firstTouched(by: contributions) else {
        return "brings nothing to the objective for \(tokens) tokens"
      }
      amount = touched.amount
      name = touched.kpiKey
    }
    guard amount != .zero else { return "brings nothing to the objective for \(tokens) tokens" }
    let rate = tokens > 0 ? Amount(amount.double / Double(tokens)) : nil
    let perToken = rate.map { " (\($0.rounded(significant: 4)) per token)" } ?? ""
    return "brings \(amount.rounded(significant: 6)) \(name) for \(tokens) tokens\(perToken)"
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

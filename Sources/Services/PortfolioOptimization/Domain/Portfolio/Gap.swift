/// A target against what a portfolio achieves.
public struct Gap: Sendable, Equatable {
  public enum Severity: Sendable, Equatable {
    case ok
    /// A goal missed by at most a tenth of its value.
    case warning
    /// A goal missed by more, or a hard target missed at all.
    case critical
  }

  public let target: Problem.Target
  /// The baseline and what the selected initiatives of the member bring.
  public let achieved: Amount
  /// What is missing; negative when there is room. A goal for a KPI where lower is better is missed from above.
  public let missing: Amount
  public let severity: Severity
  /// A sentence for people; empty when nothing is missing.
  public let recommendation: String
}

extension Evaluation {
  /// One per target, in the problem's order.
  public func gaps(in problem: Problem) -> [Gap] {
    problem.targets.map { gap(of: $0, in: problem) }
  }

  private func gap(of target: Problem.Target, in problem: Problem) -> Gap {
    var achieved = Amount(target.baseline) ?? .zero
    var unselected: [(key: String, tokens: Int64, gain: Amount)] = []
    let wantsLess = target.kind == .cap || (target.kind == .goal && problem.isLowerBetter(target.kpiKey))
    for (candidate, isSelected) in zip(problem.candidates, selected) where target.member.contains(candidate) {
      guard let value = candidate.contributions.first(where: { $0.kpiKey == target.kpiKey }).flatMap({ Amount($0.value) }) else {
        continue
      }
      if isSelected {
        achieved += value
      } else {
        unselected.append((candidate.key, candidate.tokens, wantsLess ? -value : value))
      }
    }
    let wanted = Amount(target.value) ?? .zero
    let missing = wantsLess ? achieved - wanted : wanted - achieved
    let severity: Gap.Severity =
      missing <= .zero
      ? .ok : target.kind == .goal && missing.units <= wanted.magnitude.units / 10 ? .warning : .critical
    return Gap(
      target: target, achieved: achieved, missing: missing, severity: severity,
      recommendation: severity == .ok ? "" : recommendation(target, missing, unselected, in: problem))
  }

  private func recommendation(
    _ target: Problem.Target, _ missing: Amount, _ unselected: [(key: String, tokens: Int64, gain: Amount)], in problem: Problem
  ) -> String {
    let amount = missing.rounded(significant: 6)
    let name = target.kind == .goal ? "goal" : target.kind == .floor ? "floor" : "cap"
    var sentence = "\(target.kpiKey) of \(target.member) misses its \(name) by \(amount)"
    // Most per token first; what costs nothing comes before everything.
    let helpers = unselected.filter { $0.gain > .zero }.sorted {
      let (mine, theirs) = ($0.gain.double * Double($1.tokens), $1.gain.double * Double($0.tokens))
      return mine == theirs ? $0.key < $1.key : mine > theirs
    }
    guard !helpers.isEmpty else {
      return sentence + "; no unselected candidate would help, look for further initiatives or a lower target"
    }
    let left = problem.capacityTokens - tokens
    let named = helpers.prefix(3).map { "\($0.key) (\($0.gain.rounded(significant: 6)) for \($0.tokens) tokens)" }
    sentence += "; unselected and helping most per token: \(named.joined(separator: ", ")); \(left) tokens are left"
    let all = helpers.reduce(Amount.zero) { $0 + $1.gain }
    if all < missing { sentence += "; even all \(helpers.count) of them together would not reach it" }
    return sentence
  }
}

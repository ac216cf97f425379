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
    var helpers: [Improvement] = []
    let wantsLess = target.kind == .cap || (target.kind == .goal && problem.isLowerBetter(target.kpiKey))
    func value(_ candidate: Problem.Candidate, _ form: Problem.Form) -> Amount {
      candidate.contributions(in: form).first { $0.kpiKey == target.kpiKey }.flatMap { Amount($0.value) } ?? .zero
    }
    for (candidate, form) in zip(problem.candidates, forms) where target.member.contains(candidate) {
      let selected = form.map { value(candidate, $0) } ?? .zero
      achieved += selected
      // What is out could come in, and what is in could be in as its other form.
      guard let other = candidate.forms.first(where: { $0 != form }) else { continue }
      let gain = value(candidate, other) - selected
      helpers.append(
        Improvement(
          key: candidate.key, form: other, isReplacement: form != nil,
          tokens: candidate.tokens(in: other) - (form.map { candidate.tokens(in: $0) } ?? 0), gain: wantsLess ? -gain : gain))
    }
    let wanted = Amount(target.value) ?? .zero
    let missing = wantsLess ? achieved - wanted : wanted - achieved
    let severity: Gap.Severity =
      missing <= .zero
      ? .ok : target.kind == .goal && missing.units <= wanted.magnitude.units / 10 ? .warning : .critical
    return Gap(
      target: target, achieved: achieved, missing: missing, severity: severity,
      recommendation: severity == .ok ? "" : recommendation(target, missing, helpers.filter { $0.gain > .zero }, in: problem))
  }

  /// A change to a portfolio, and what it would take and bring.
  private struct Improvement {
    var key: String
    var form: Problem.Form
    /// The initiative is in as its other form.
    var isReplacement: Bool
    var tokens: Int64
    var gain: Amount

    var sentence: String {
      let gain = gain.rounded(significant: 6)
      guard isReplacement else { return "\(key) (\(gain) for \(tokens) tokens)" }
      let name = form == .whole ? "the whole of \(key) instead of its mvp" : "the mvp of \(key) instead of the whole"
      return "\(name) (\(gain) for \(tokens.magnitude) \(tokens < 0 ? "fewer" : "more") tokens)"
    }
  }

  private func recommendation(
    _ target: Problem.Target, _ missing: Amount, _ helpers: [Improvement], in problem: Problem
  ) -> String {
    let amount = missing.rounded(significant: 6)
    let name = target.kind == .goal ? "goal" : target.kind == .floor ? "floor" : "cap"
    var sentence = "\(target.kpiKey) of \(target.member) misses its \(name) by \(amount)"
    // Most per token first; what costs nothing comes before everything.
    let sorted = helpers.sorted {
      let (mine, theirs) = ($0.gain.double * Double(max($1.tokens, 0)), $1.gain.double * Double(max($0.tokens, 0)))
      return mine == theirs ? $0.key < $1.key : mine > theirs
    }
    guard !helpers.isEmpty else {
      return sentence + "; no unselected candidate would help, look for further initiatives or a lower target"
    }
    let left = problem.capacityTokens - tokens
    let named = sorted.prefix(3).map(\.sentence)
    sentence += "; unselected and helping most per token: \(named.joined(separator: ", ")); \(left) tokens are left"
    let all = helpers.reduce(Amount.zero) { $0 + $1.gain }
    if all < missing { sentence += "; even all \(helpers.count) of them together would not reach it" }
    return sentence
  }
}

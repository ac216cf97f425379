/// Checks an answer against its problem with nothing but the problem at hand: every rule by its definition, every number anew.
///
/// Shares no code with the model that was solved, nor with `Evaluation`, so that a mistake in either shows here.
public struct Verifier: Sendable {
  /// What an answer says about itself.
  public struct Claim: Sendable, Equatable {
    /// A selected initiative.
    public struct Item: Sendable, Equatable {
      public var key: String
      public var form: Problem.Form
      public var tokens: Int64
      public var gains: [Problem.Contribution]

      public init(key: String, form: Problem.Form, tokens: Int64, gains: [Problem.Contribution]) {
        self.key = key
        self.form = form
        self.tokens = tokens
        self.gains = gains
      }
    }

    public var items: [Item]
    public var tokens: Int64
    public var objective: Double
    public var kpiTotals: [String: Double]

    public init(items: [Item], tokens: Int64, objective: Double, kpiTotals: [String: Double]) {
      self.items = items
      self.tokens = tokens
      self.objective = objective
      self.kpiTotals = kpiTotals
    }
  }

  /// A selected candidate with what its form takes and brings.
  private struct Taken {
    var candidate: Problem.Candidate
    var tokens: Int64
    var contributions: [Problem.Contribution]
  }

  private let problem: Problem

  public init(_ problem: Problem) { self.problem = problem }

  /// Everything that is wrong with the claim, one sentence each; empty when it holds.
  public func objections(to claim: Claim) -> [String] {
    var objections: [String] = []
    var chosen: [String: Problem.Form] = [:]
    for item in claim.items where chosen.updateValue(item.form, forKey: item.key) != nil {
      objections.append("\(item.key) is selected twice")
    }
    let taken = taken(chosen)
    objections += wrongItems(in: claim, taken: taken)
    objections += brokenRules(chosen).map { "broken: \(problem.sentence(for: $0))" }
    objections += wrongNumbers(in: claim, chosen: Set(chosen.keys), taken: taken)
    return objections
  }

  /// The hard rules that a selection does not keep: the form of each selected initiative, by its key.
  public func brokenRules(_ chosen: [String: Problem.Form]) -> [Problem.Rule] {
    let (keys, taken) = (Set(chosen.keys), taken(chosen))
    return problem.hardRules.filter { !isKept($0, by: keys, taken) }
  }

  /// A form that a candidate does not have takes nothing and brings nothing; the claim is objected to all the same.
  private func taken(_ chosen: [String: Problem.Form]) -> [Taken] {
    problem.candidates.compactMap { candidate in
      guard let form = chosen[candidate.key] else { return nil }
      if form == candidate.form {
        return Taken(candidate: candidate, tokens: candidate.tokens, contributions: candidate.contributions)
      }
      guard form == .smaller, let smaller = candidate.smaller else { return nil }
      return Taken(candidate: candidate, tokens: smaller.tokens, contributions: smaller.contributions)
    }
  }

  private func wrongItems(in claim: Claim, taken: [Taken]) -> [String] {
    let takenOfKey = Dictionary(taken.map { ($0.candidate.key, $0) }, uniquingKeysWith: { first, _ in first })
    let known = Set(problem.candidates.map(\.key))
    return claim.items.flatMap { item -> [String] in
      guard known.contains(item.key) else { return ["\(item.key) is selected but is not a candidate"] }
      let form = item.form == .whole ? "whole" : "as mvp"
      guard let taken = takenOfKey[item.key] else { return ["\(item.key) is selected \(form), which it cannot be"] }
      var objections: [String] = []
      if item.tokens != taken.tokens {
        objections.append("\(item.key) is claimed to take \(item.tokens) tokens, \(form) it takes \(taken.tokens)")
      }
      let isSame = item.gains.count == taken.contributions.count && taken.contributions.allSatisfy(item.gains.contains)
      if !isSame { objections.append("the gains of \(item.key) are not what it brings \(form)") }
      return objections
    }
  }

  private func isKept(_ rule: Problem.Rule, by chosen: Set<String>, _ taken: [Taken]) -> Bool {
    switch rule {
    case .capacity:
      return tokens(taken, .everything) <= problem.capacityTokens
    case .tokenBound(let index):
      let bound = problem.tokenBounds[index]
      let used = tokens(taken, bound.member)
      return bound.kind == .atLeast ? used >= bound.limit : used <= bound.limit
    case .countBound(let index):
      let bound = problem.countBounds[index]
      let count = Int64(taken.count { bound.member.contains($0.candidate) })
      return bound.kind == .atLeast ? count >= bound.limit : count <= bound.limit
    case .mandatory(let index):
      return chosen.contains(problem.mandatory[index].key)
    case .excluded(let index):
      return !chosen.contains(problem.excluded[index].key)
    case .excludedPair(let index):
      let pair = problem.excludedPairs[index]
      return pair.first == pair.second
        ? !chosen.contains(pair.first) : !(chosen.contains(pair.first) && chosen.contains(pair.second))
    case .bundle(let index):
      let members = Set(problem.bundles[index].members)
      return members.isSubset(of: chosen) || members.isDisjoint(with: chosen)
    case .prerequisite(let index):
      let rule = problem.prerequisites[index]
      return !chosen.contains(rule.key) || Set(rule.requires).isSubset(of: chosen)
    case .target(let index):
      return isMet(problem.targets[index], by: taken)
    }
  }

  private func tokens(_ taken: [Taken], _ member: Problem.Member) -> Int64 {
    taken.reduce(0) { $0 + (member.contains($1.candidate) ? $1.tokens : 0) }
  }

  private func isMet(_ target: Problem.Target, by taken: [Taken]) -> Bool {
    let values = taken.filter { target.member.contains($0.candidate) }
      .flatMap(\.contributions).filter { $0.kpiKey == target.kpiKey }.map(\.value)
    guard let achieved = exactSum([target.baseline] + values), let wanted = Amount(target.value) else { return false }
    switch target.kind {
    case .floor: return achieved >= wanted
    case .cap: return achieved <= wanted
    case .goal: return true
    }
  }

  private func exactSum(_ values: [Double]) -> Amount? {
    var sum = Amount.zero
    for value in values {
      guard let amount = Amount(value) else { return nil }
      sum += amount
    }
    return sum
  }

  private func wrongNumbers(in claim: Claim, chosen: Set<String>, taken: [Taken]) -> [String] {
    var objections: [String] = []
    let used = tokens(taken, .everything)
    if used != claim.tokens { objections.append("\(claim.tokens) tokens are claimed, \(used) are used") }
    var totals: [String: Double] = [:]
    for kpi in problem.kpis {
      let gains = taken.flatMap(\.contributions).filter { $0.kpiKey == kpi.key }.map(\.value)
      let bonuses = problem.synergies
        .filter { $0.kpiKey == kpi.key && !$0.members.isEmpty && Set($0.members).isSubset(of: chosen) }.map(\.bonus)
      let total = exactSum(gains + bonuses)?.double ?? .nan
      totals[kpi.key] = total
      let claimed = claim.kpiTotals[kpi.key] ?? .nan
      if !agree(claimed, total, scale: 0) { objections.append("\(kpi.key) is claimed to be \(claimed), it is \(total)") }
    }
    let (objective, scale) = objective(totals)
    if !agree(claim.objective, objective, scale: scale) {
      objections.append("the objective is claimed to be \(claim.objective), it is \(objective)")
    }
    return objections
  }

  private func objective(_ totals: [String: Double]) -> (value: Double, scale: Double) {
    guard problem.objective.mode == .weightedKPIs else { return (totals[problem.objective.terms[0].kpiKey] ?? .nan, 0) }
    let parts = problem.objective.terms.map { term -> Double in
      let sign = problem.kpis.contains { $0.key == term.kpiKey && $0.lowerIsBetter } ? -1.0 : 1.0
      return sign * term.weight * (totals[term.kpiKey] ?? .nan) / term.normalizer
    }
    return (parts.reduce(0, +), parts.map(\.magnitude).reduce(0, +))
  }

  /// Exactly, or within the rounding of a few double operations on numbers of that scale.
  private func agree(_ claimed: Double, _ actual: Double, scale: Double) -> Bool {
    claimed == actual || (claimed - actual).magnitude <= 1e-12 * scale
  }
}

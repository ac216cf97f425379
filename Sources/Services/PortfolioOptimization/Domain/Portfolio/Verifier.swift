/// Checks an answer against its problem with nothing but the problem at hand: every rule by its definition, every number anew.
///
/// Shares no code with the model that was solved, nor with `Evaluation`, so that a mistake in either shows here.
public struct Verifier: Sendable {
  /// What an answer says about itself.
  public struct Claim: Sendable, Equatable {
    public var selectedKeys: [String]
    public var tokens: Int64
    public var objective: Double
    public var kpiTotals: [String: Double]

    public init(selectedKeys: [String], tokens: Int64, objective: Double, kpiTotals: [String: Double]) {
      self.selectedKeys = selectedKeys
      self.tokens = tokens
      self.objective = objective
      self.kpiTotals = kpiTotals
    }
  }

  private let problem: Problem

  public init(_ problem: Problem) { self.problem = problem }

  /// Everything that is wrong with the claim, one sentence each; empty when it holds.
  public func objections(to claim: Claim) -> [String] {
    let chosen = Set(claim.selectedKeys)
    var objections: [String] = []
    if chosen.count < claim.selectedKeys.count { objections.append("an initiative is selected twice") }
    let known = Set(problem.candidates.map(\.key))
    for stranger in chosen.subtracting(known).sorted() { objections.append("\(stranger) is selected but is not a candidate") }
    objections += brokenRules(chosen).map { "broken: \(problem.sentence(for: $0))" }
    objections += wrongNumbers(in: claim, chosen: chosen)
    return objections
  }

  /// The hard rules that the selection does not keep.
  public func brokenRules(_ chosen: Set<String>) -> [Problem.Rule] {
    problem.hardRules.filter { !isKept($0, by: chosen) }
  }

  private func isKept(_ rule: Problem.Rule, by chosen: Set<String>) -> Bool {
    switch rule {
    case .capacity:
      return tokens(chosen, .everything) <= problem.capacityTokens
    case .tokenBound(let index):
      let bound = problem.tokenBounds[index]
      let used = tokens(chosen, bound.member)
      return bound.kind == .atLeast ? used >= bound.limit : used <= bound.limit
    case .countBound(let index):
      let bound = problem.countBounds[index]
      let count = Int64(problem.candidates.filter { chosen.contains($0.key) && bound.member.contains($0) }.count)
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
      return isMet(problem.targets[index], by: chosen)
    }
  }

  private func tokens(_ chosen: Set<String>, _ member: Problem.Member) -> Int64 {
    problem.candidates.reduce(0) { $0 + (chosen.contains($1.key) && member.contains($1) ? $1.tokens : 0) }
  }

  private func isMet(_ target: Problem.Target, by chosen: Set<String>) -> Bool {
    let values = problem.candidates.filter { chosen.contains($0.key) && target.member.contains($0) }
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

  private func wrongNumbers(in claim: Claim, chosen: Set<String>) -> [String] {
    var objections: [String] = []
    let used = tokens(chosen, .everything)
    if used != claim.tokens { objections.append("\(claim.tokens) tokens are claimed, \(used) are used") }
    var totals: [String: Double] = [:]
    for kpi in problem.kpis {
      let gains = problem.candidates.filter { chosen.contains($0.key) }
        .flatMap(\.contributions).filter { $0.kpiKey == kpi.key }.map(\.value)
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

extension Problem {
  public static let candidateLimit = 20_000
  /// Rules of all kinds together.
  public static let ruleLimit = 100_000
  /// Tokens of one candidate, of a bound and of the capacity; sums stay far inside 64 bits, and inside a double.
  public static let tokenLimit: Int64 = 1_000_000_000

  /// Everything that keeps the problem from meaning something, one sentence each; empty when it can be solved.
  public func faults() -> [String] {
    var faults: [String] = []
    if candidates.count > Self.candidateLimit {
      return ["the problem has \(candidates.count) candidates, more than \(Self.candidateLimit)"]
    }
    if ruleCount > Self.ruleLimit { return ["the problem has \(ruleCount) rules, more than \(Self.ruleLimit)"] }
    if !(0...Self.tokenLimit).contains(capacityTokens) {
      faults.append("the capacity is \(capacityTokens) tokens, not 0 to \(Self.tokenLimit)")
    }
    let kpiKeys = Set(kpis.map(\.key))
    if kpiKeys.count < kpis.count { faults.append("a KPI is listed twice") }
    faults += objectiveFaults(kpiKeys: kpiKeys)
    faults += candidateFaults(kpiKeys: kpiKeys)
    faults += boundFaults(tokenBounds, unit: "tokens") + boundFaults(countBounds, unit: "initiatives")
    for target in targets {
      let place = place(target.source, or: "a target")
      if !kpiKeys.contains(target.kpiKey) { faults.append("\(place): \"\(target.kpiKey)\" is not a KPI of the problem") }
      if Amount(target.value) == nil { faults.append("\(place): the target value \(target.value) is out of range") }
      if Amount(target.baseline) == nil { faults.append("\(place): the baseline \(target.baseline) is out of range") }
      if let fault = memberFault(target.member) { faults.append("\(place): \(fault)") }
    }
    for synergy in synergies {
      let place = place(synergy.source, or: "a synergy")
      if !kpiKeys.contains(synergy.kpiKey) { faults.append("\(place): \"\(synergy.kpiKey)\" is not a KPI of the problem") }
      if Amount(synergy.bonus) == nil { faults.append("\(place): the bonus \(synergy.bonus) is out of range") }
      if synergy.members.isEmpty { faults.append("\(place): a synergy without initiatives") }
    }
    return faults
  }

  private var ruleCount: Int {
    tokenBounds.count + countBounds.count + mandatory.count + excluded.count + excludedPairs.count + bundles.count
      + prerequisites.count + synergies.count + targets.count
  }

  private func objectiveFaults(kpiKeys: Set<String>) -> [String] {
    var faults: [String] = []
    let terms = objective.terms
    if terms.isEmpty { faults.append("the objective names no KPI") }
    if objective.mode == .northStar, terms.count > 1 { faults.append("a north star objective has one KPI, not \(terms.count)") }
    if Set(terms.map(\.kpiKey)).count < terms.count { faults.append("the objective names a KPI twice") }
    for term in terms {
      if !kpiKeys.contains(term.kpiKey) { faults.append("the objective's \"\(term.kpiKey)\" is not a KPI of the problem") }
      if objective.mode == .weightedKPIs {
        if !(term.weight > 0 && term.weight <= 1e9) { faults.append("the weight of \(term.kpiKey) is \(term.weight), not above 0") }
        if !(term.normalizer >= 1e-9 && term.normalizer <= Amount.limit) {
          faults.append("the normalizer of \(term.kpiKey) is \(term.normalizer), not above 0")
        }
      }
      if !(0...1).contains(term.tolerance) { faults.append("the tolerance of \(term.kpiKey) is \(term.tolerance), not 0 to 1") }
    }
    return faults
  }

  private func candidateFaults(kpiKeys: Set<String>) -> [String] {
    var faults: [String] = []
    var seen: Set<String> = []
    for candidate in candidates {
      let place = place(candidate.source, or: candidate.key)
      if candidate.key.isEmpty { faults.append("\(place): a candidate without a key") }
      if !seen.insert(candidate.key).inserted { faults.append("\(place): \(candidate.key) is a candidate twice") }
      faults += formFaults(candidate.key, candidate.tokens, candidate.contributions, kpiKeys: kpiKeys, place: place)
      if let smaller = candidate.smaller {
        let name = "the mvp of \(candidate.key)"
        faults += formFaults(name, smaller.tokens, smaller.contributions, kpiKeys: kpiKeys, place: place)
        if candidate.form == .smaller { faults.append("\(place): \(candidate.key) is its mvp and has an mvp besides") }
      }
    }
    return faults
  }

  private func formFaults(
    _ name: String, _ tokens: Int64, _ contributions: [Contribution], kpiKeys: Set<String>, place: String
  ) -> [String] {
    var faults: [String] = []
    if !(0...Self.tokenLimit).contains(tokens) {
      faults.append("\(place): \(name) has \(tokens) tokens, not 0 to \(Self.tokenLimit)")
    }
    if Set(contributions.map(\.kpiKey)).count < contributions.count {
      faults.append("\(place): \(name) contributes to a KPI twice")
    }
    for contribution in contributions {
      if !kpiKeys.contains(contribution.kpiKey) {
        faults.append("\(place): \"\(contribution.kpiKey)\" is not a KPI of the problem")
      }
      if Amount(contribution.value) == nil {
        faults.append("\(place): the contribution \(contribution.value) of \(name) is out of range")
      }
    }
    return faults
  }

  private func boundFaults(_ bounds: [Bound], unit: String) -> [String] {
    bounds.flatMap { bound -> [String] in
      let place = place(bound.source, or: "a bound")
      var faults: [String] = []
      if !(0...Self.tokenLimit).contains(bound.limit) {
        faults.append("\(place): \(bound.limit) \(unit), not 0 to \(Self.tokenLimit)")
      }
      if let fault = memberFault(bound.member) { faults.append("\(place): \(fault)") }
      return faults
    }
  }

  private func memberFault(_ member: Member) -> String? {
    switch (member.dimension, member.key.isEmpty) {
    case (.all, false): "the whole portfolio has no member \"\(member.key)\""
    case (.all, true), (_, false): nil
    case (_, true): "the \(member.dimension) is missing"
    }
  }

  private func place(_ source: Cell?, or otherwise: String) -> String {
    guard let source, !source.tab.isEmpty else { return otherwise }
    return source.description
  }
}

/// Turns a scenario's weights into terms, each with the number that its KPI's total is divided by. (Page 5; R16, R18, R67)
struct ObjectiveTerms {
  private(set) var terms: [AssembledProblem.Term] = []
  private(set) var errors: [String] = []
  private(set) var warnings: [String] = []

  /// What a total may be divided by: what the optimizer takes.
  private static let usable = 1e-9...largestAmount
  private let scenario: PlannedScenario
  private let kpis: KpiCatalogue

  init(_ scenario: PlannedScenario, targets: [KpiTargetRule], candidates: [AssembledProblem.Candidate], kpis: KpiCatalogue) {
    self.scenario = scenario
    self.kpis = kpis
    switch scenario.objective {
    case .northStar: northStar()
    case .weightedKpis: weighted(targets, candidates)
    case .lexicographic: levels()
    }
  }

  private mutating func resolve(_ key: String) -> KpiDefinition? {
    if key == ScenarioWeight.northStar {
      if let kpi = kpis.northStar { return kpi }
      errors.append("Metrics_Config has no active north star; save it first")
      return nil
    }
    if let kpi = kpis.activeKpi(key) { return kpi }
    errors.append("objective_weights_json names \"\(key)\", which is not an active KPI of Metrics_Config any more")
    return nil
  }

  private mutating func northStar() {
    guard let kpi = resolve(ScenarioWeight.northStar) else { return }
    terms = [AssembledProblem.Term(kpiKey: kpi.key, weight: 1, normalizer: 1, tolerance: 0)]
  }

  private mutating func levels() {
    var seen: Set<NormalKey> = []
    for level in scenario.weights {
      guard let kpi = resolve(level.key) else { continue }
      guard seen.insert(NormalKey(kpi.key)).inserted else {
        warnings.append("objective_weights_json names \(kpi.key) twice, once as north_star; the first level counts")
        continue
      }
      terms.append(AssembledProblem.Term(kpiKey: kpi.key, weight: 1, normalizer: 1, tolerance: level.tolerance))
    }
    if terms.isEmpty, errors.isEmpty { errors.append("objective_weights_json has no level") }
  }

  private mutating func weighted(_ targets: [KpiTargetRule], _ candidates: [AssembledProblem.Candidate]) {
    var weights: [NormalKey: (kpi: KpiDefinition, weight: Double)] = [:]
    for entry in scenario.weights where entry.weight > 0 {
      for (kpi, weight) in shares(of: entry) { weights[NormalKey(kpi.key), default: (kpi, 0)].weight += weight }
    }
    let totals = totals(of: candidates)
    for (normal, entry) in weights.sorted(by: { $0.key < $1.key }) {
      let own = targets.filter { NormalKey($0.kpiKey) == normal }
      let normalizer = Self.normalizer(entry.kpi, targets: own, totals: totals[normal] ?? (0, 0))
      terms.append(AssembledProblem.Term(kpiKey: entry.kpi.key, weight: entry.weight, normalizer: normalizer, tolerance: 0))
    }
    if terms.isEmpty, errors.isEmpty { errors.append("objective_weights_json has no weight above 0") }
  }

  private mutating func shares(of entry: ScenarioWeight) -> [(KpiDefinition, Double)] {
    guard entry.key == ScenarioWeight.strategicKpis else { return resolve(entry.key).map { [($0, entry.weight)] } ?? [] }
    let strategic = kpis.strategic
    if strategic.isEmpty {
      errors.append("strategic_kpis stands for the active strategic KPIs, and Metrics_Config has none any more")
    }
    return strategic.map { ($0, entry.weight / Double(strategic.count)) }
  }

  /// Of each KPI what all candidates together would add and take away.
  private func totals(of candidates: [AssembledProblem.Candidate]) -> [NormalKey: (up: Double, down: Double)] {
    var totals: [NormalKey: (up: Double, down: Double)] = [:]
    for candidate in candidates {
      for contribution in candidate.contributions {
        let normal = NormalKey(contribution.kpiKey)
        totals[normal, default: (0, 0)].up += max(0, contribution.value)
        totals[normal, default: (0, 0)].down += max(0, -contribution.value)
      }
    }
    return totals
  }

  /// The KPI's targets; without any, what all candidates could bring in the KPI's better direction, or else in the other; else 1.
  private static func normalizer(_ kpi: KpiDefinition, targets: [KpiTargetRule], totals: (up: Double, down: Double)) -> Double {
    let wanted = targets.filter { $0.side != .cap }
    let counted = wanted.isEmpty && kpi.lowerIsBetter ? targets : wanted
    let target = counted.reduce(0) { $0 + $1.value }
    let (better, worse) = kpi.lowerIsBetter ? (totals.down, totals.up) : (totals.up, totals.down)
    return [target, better, worse].first(where: usable.contains) ?? 1
  }
}

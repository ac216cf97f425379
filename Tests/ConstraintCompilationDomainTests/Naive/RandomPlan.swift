import ConstraintCompilationDomain
import SeededNumbers

/// Initiatives, a scenario and the rows of a set, made up: every type of row and its aliases, keys in any case and with spaces around them,
/// and rules that often, but not always, go together.
struct RandomPlan {
  static let kpis = KpiCatalogue(
    revision: 1,
    kpis: [
      KpiDefinition(key: "NSM_ORDERS", name: "Orders", standing: .northStar, unit: "orders"),
      KpiDefinition(key: "KPI_COST", name: "Cost", standing: .strategic, unit: "EUR", lowerIsBetter: true),
      KpiDefinition(key: "KPI_OLD", name: "Old", standing: .strategic, isActive: false),
    ])

  private(set) var initiatives: [PlannedInitiative] = []
  private(set) var scenario: PlannedScenario
  private(set) var constraints: [ConstraintEntry] = []
  private(set) var targets: [TargetEntry] = []
  /// The keys ticked for the run; nil for every eligible candidate.
  private(set) var selected: [String]?
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    scenario = PlannedScenario(name: "Core", period: PeriodKey("2026-Q1")!, capacity: 1)
    let count = Int.random(in: 3...9, using: &generator)
    for place in 0..<count { addInitiative(place) }
    let work = initiatives.reduce(0) { $0 + ($1.candidate.tokens ?? 0) }
    scenario.capacity = max(1, work * Int.random(in: 30...110, using: &generator) / 100)
    for row in 0..<Int.random(in: 0...8, using: &generator) { addConstraint(row + 2) }
    for row in 0..<Int.random(in: 0...2, using: &generator) { addTarget(row + 2) }
    if chance(20) { selected = initiatives.map(\.key).filter { _ in chance(85) }.map { spelt($0) } }
  }

  var places: [String: Int] { Dictionary(uniqueKeysWithValues: initiatives.enumerated().map { ($1.key, $0) }) }

  func compile() -> SetCompilation {
    SetCompilation(
      constraints: constraints, targets: targets, scenario: scenario, initiatives: InitiativeIndex(initiatives), kpis: Self.kpis)
  }

  func assemble(_ compiled: CompiledSet) -> ProblemAssembly {
    ProblemAssembly(
      scenario: scenario, setName: "Baseline", compiled: compiled, sources: RuleSources(constraints: constraints, targets: targets),
      initiatives: InitiativeIndex(initiatives), kpis: Self.kpis, selected: selected)
  }

  mutating func randomSelection() -> Selection {
    // Selections of every size alike: uniform bits would seldom be small, and most rules forbid much.
    let share = Int.random(in: 0...100, using: &generator)
    var selection = Selection()
    for place in initiatives.indices where chance(share) {
      let isSmaller = initiatives[place].candidate.scopeMode.isEmpty ? chance(3) : chance(50)
      if isSmaller { selection.smaller |= 1 << place } else { selection.whole |= 1 << place }
    }
    return selection
  }

  /// Every selection there is, each initiative in the forms that its scope_mode allows.
  func everySelection() -> [Selection] {
    initiatives.indices.reduce([Selection()]) { selections, place in
      let scope = plainWord(initiatives[place].candidate.scopeMode)
      return selections.flatMap { selection in
        var whole = selection
        whole.whole |= 1 << place
        var smaller = selection
        smaller.smaller |= 1 << place
        return [selection] + (scope == "mvp" ? [] : [whole]) + (["mvp", "either"].contains(scope) ? [smaller] : [])
      }
    }
  }

  /// Takes out a row that the compiler refuses for another reason than that no portfolio can keep it.
  mutating func drop(_ cell: SourceCell) {
    constraints.removeAll { cell.tab == .constraints && $0.row == cell.row }
    targets.removeAll { cell.tab == .targets && $0.row == cell.row }
  }

  // MARK: - Making up

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
  private mutating func pick<Item>(_ items: [Item]) -> Item { items.randomElement(using: &generator)! }
  private mutating func number(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &generator)) }

  private mutating func spelt(_ key: String) -> String {
    let cased = pick([key, key, key.lowercased(), key.uppercased()])
    return pick(["", "", " "]) + cased + pick(["", "", "  "])
  }

  private mutating func word(_ word: String) -> String {
    spelt(chance(20) ? String(word.map { $0 == "_" ? pick([" ", "-"]) : $0 }) : word)
  }

  private mutating func addInitiative(_ place: Int) {
    let backlog = BacklogFields(
      country: spelt(pick(["UK", "DE", ""])), department: spelt(pick(["Growth", "Core"])),
      category: spelt(pick(["Debt", "New", ""])),
      programKey: spelt(pick(["Pay", ""])), isOptimizationCandidate: !chance(6),
      candidatePeriodKey: pick(["", "", "", "", "", "2026-Q1", "2026-Q1", chance(40) ? "2026-Q2" : ""]))
    var fields = CandidateFields(tokens: chance(6) ? nil : Int.random(in: 0...20, using: &generator) * 10)
    if chance(20) {
      fields.scopeMode = pick(["mvp", "either"])
      fields.tokensMvp = chance(5) ? nil : Int.random(in: 0...12, using: &generator) * 10
      fields.mvpShare = chance(50) ? pick([0, 0.25, 0.5, 1]) : nil
    }
    if chance(6) {
      fields.isMandatory = true
      fields.mandateReason = "law"
    }
    if chance(25) { fields.bundleKey = spelt(pick(["BNDL-A", "BNDL-B"])) }
    if place > 0, chance(15) { fields.prerequisiteKeys = [spelt(pick(initiatives).key)] }
    if place > 0, chance(8) { fields.exclusionKeys = [spelt(pick(initiatives).key)] }
    if chance(30) { fields.synergyGroupKeys = ["S"] }
    var contributions: [KpiContribution] = []
    for kpi in ["NSM_ORDERS", "KPI_COST", "KPI_OLD"] where chance(60) {
      contributions.append(KpiContribution(kpiKey: spelt(kpi), value: number(-20...80)))
    }
    initiatives.append(
      PlannedInitiative(
        key: "INIT-\(place)", backlog: backlog, backlogRow: place + 2, candidate: fields, candidateRow: place + 2,
        contributions: contributions))
  }

  private mutating func key() -> String { spelt(pick(initiatives).key) }

  /// A dimension and one of the members that there are.
  private mutating func member() -> (dimension: String, key: String) {
    let backlog = pick(initiatives).backlog
    let choices = [
      ("country", backlog.country), ("market", backlog.country), ("department", backlog.department), ("category", backlog.category),
      ("program", backlog.programKey),
    ].filter { !plainKey($0.1).isEmpty }
    let (dimension, key) = chance(15) ? ("all", pick(["", "ALL"])) : pick(choices)
    return (word(dimension), spelt(key))
  }

  private mutating func addConstraint(_ number: Int) {
    let kinds = [
      "capacity_floor", "floor", "capacity_cap", "cap", "min_selected", "max_selected", "mandatory", "exclude", "exclusion",
      "exclude_pair", "bundle_all_or_nothing", "bundle", "require_prereq", "prerequisite", "synergy_bonus", "target", "kpi_target",
    ]
    let kind = pick(kinds)
    var row = ConstraintEntry(row: number, type: word(kind), dimension: word("initiative"), key: key(), notes: "why")
    switch kind {
    case "capacity_floor", "floor", "capacity_cap", "cap", "min_selected", "max_selected", "target", "kpi_target":
      (row.dimension, row.key) = member()
      fillNumbers(&row, kind)
    case "exclude", "exclusion":
      if chance(25) { (row.dimension, row.key) = (word("bundle"), spelt(pick(["BNDL-A", "BNDL-B"]))) }
    case "exclude_pair": row.key += "<>" + key()
    case "bundle_all_or_nothing", "bundle":
      (row.dimension, row.key) = (word("bundle"), spelt(pick(["BNDL-A", "BNDL-B"])))
      if chance(40) { row.key += ":" + key() + "," + key() }
    case "require_prereq", "prerequisite": row.key += "<-" + key() + (chance(30) ? "," + key() : "")
    case "synergy_bonus":
      row.targetKpiKey = "KPI_COST"
      row.targetValue = self.number(1...9)
      if chance(50) { row.key += "+" + key() } else { (row.dimension, row.key) = (word("synergy_group"), spelt("S")) }
    default: break
    }
    constraints.append(row)
  }

  private mutating func fillNumbers(_ row: inout ConstraintEntry, _ kind: String) {
    switch kind {
    case "capacity_floor", "floor": row.minTokens = number(0...25) * 10
    case "capacity_cap", "cap": row.maxTokens = number(5...60) * 10
    case "min_selected": row.minCount = number(0...3)
    case "max_selected": row.maxCount = number(1...5)
    default:
      row.targetKpiKey = spelt(pick(["NSM_ORDERS", "KPI_COST"]))
      row.targetValue = number(-20...90)
    }
  }

  private mutating func addTarget(_ row: Int) {
    let countries = initiatives.map(\.backlog.country).filter { !plainKey($0).isEmpty } + ["", " all"]
    let side = pick(["floor", "goal", "cap"])
    targets.append(
      TargetEntry(
        row: row, country: spelt(pick(countries)), kpiKey: spelt(pick(["NSM_ORDERS", "KPI_COST"])),
        targetValue: number(side == "cap" ? 20...200 : -20...120), floorOrGoal: word(side),
        baselineValue: chance(50) ? number(-30...30) : nil))
  }
}

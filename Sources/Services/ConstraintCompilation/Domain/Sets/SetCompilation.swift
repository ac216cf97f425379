/// Compiles the rows of one constraint set, from both tabs, against what is known when they are saved.
///
/// Every fault of every row is answered. The compiled set is there only when no row has an error.
public struct SetCompilation: Sendable {
  /// Nil when any row has an error.
  public private(set) var compiled: CompiledSet?
  /// Findings on rows of Constraints and Targets, in the order of the rows.
  public private(set) var findings: [Finding] = []

  private struct Row {
    var rule: ConstraintRule?
    var notes: RowNotes
  }

  private var index: InitiativeIndex
  private var kpis: KpiCatalogue
  private let scenario: PlannedScenario?
  private var rows: [Row] = []
  private var places: [SourceCell: Int] = [:]

  /// - Parameter scenario: nil when it is not known: then rows are checked alone, and nothing is compiled.
  public init(
    constraints: [ConstraintEntry], targets: [TargetEntry], scenario: PlannedScenario?, initiatives: InitiativeIndex,
    kpis: KpiCatalogue
  ) {
    index = initiatives
    self.kpis = kpis
    self.scenario = scenario
    for entry in constraints {
      let (rule, notes) = ConstraintReader.read(entry)
      add(rule, notes)
    }
    for entry in targets {
      var (rule, notes) = TargetReader.read(entry)
      if case .target(let target) = rule { warn(about: target, hasBaseline: entry.baselineValue != nil, into: &notes) }
      add(rule, notes)
    }
    findDuplicates()
    if let scenario { check(scenario) }
    findings = rows.flatMap(\.notes.findings)
    if scenario != nil, !findings.haveErrors { compiled = CompiledSet(rows.compactMap(\.rule)) }
  }

  private mutating func add(_ rule: ConstraintRule?, _ typed: RowNotes) {
    var notes = typed
    let resolved = rule.flatMap { resolve($0, into: &notes) }
    let cell = SourceCell(notes.tab, row: notes.row)
    if places[cell] == nil { places[cell] = rows.count }
    rows.append(Row(rule: notes.haveErrors ? nil : resolved, notes: notes))
    identities.append(rule.map { RuleIdentity($0) })
  }

  /// What each row is about, good or not: duplicates are answered on rows with other faults too.
  private var identities: [RuleIdentity?] = []

  private mutating func findDuplicates() {
    var duplicates = Duplicates<RuleIdentity>()
    for (row, identity) in zip(rows, identities) {
      if let identity { duplicates.add(identity, at: SourceCell(row.notes.tab, row: row.notes.row)) }
    }
    for (place, identity) in identities.enumerated() {
      guard let identity, let cells = duplicates.cells(of: identity) else { continue }
      let column = rows[place].notes.tab == .targets ? "kpi_key" : "key"
      rows[place].notes.error(column, "duplicate_rule", "the same rule stands in \(listed(cells)); keep one")
      rows[place].rule = nil
    }
  }
}

// MARK: - What rows name

extension SetCompilation {
  /// The rule with every key in its stored spelling; nil when a key names nothing.
  private mutating func resolve(_ rule: ConstraintRule, into notes: inout RowNotes) -> ConstraintRule? {
    switch rule {
    case .tokens(let member, let side, let amount), .count(let member, let side, let amount):
      return check(member, needsMembers: side == .atLeast && amount > 0, into: &notes) ? rule : nil
    case .mandatory(let key, let reason): return initiative(key, into: &notes).map { .mandatory($0, reason: reason) }
    case .excludeInitiative(let key): return initiative(key, into: &notes).map { .excludeInitiative($0) }
    case .excludeBundle(let key):
      checkBundle(key, members: [], into: &notes)
      return rule
    case .excludePair(let one, let other):
      guard let keys = initiatives([one, other], into: &notes) else { return nil }
      return .excludePair(keys[0], keys[1])
    case .bundle(let key, let members, let text):
      guard let keys = initiatives(members, into: &notes) else { return nil }
      checkBundle(key, members: keys, into: &notes)
      return .bundle(key, members: keys, notes: text)
    case .prerequisite(let key, let requires):
      guard let keys = initiatives([key] + requires, into: &notes) else { return nil }
      return .prerequisite(keys[0], requires: Array(keys.dropFirst()))
    case .synergy(let party, let kpiKey, let bonus):
      let kpi = notes.activeKpi(kpiKey, column: "target_kpi_key", in: &kpis)
      guard let party = resolve(party, into: &notes), let kpi else { return nil }
      return .synergy(party, kpi: kpi.key, bonus: bonus)
    case .target(var target):
      let column = notes.tab == .targets ? "kpi_key" : "target_kpi_key"
      let kpi = notes.activeKpi(target.kpiKey, column: column, in: &kpis)
      let isKnown = check(target.member, needsMembers: target.side == .floor, into: &notes)
      guard let kpi, isKnown, takesTarget(kpi, column: column, into: &notes) else { return nil }
      target.kpiKey = kpi.key
      target.unit = kpi.unit
      return .target(target)
    }
  }

  /// Whether the KPI's level may have targets; told when it is none that initiatives contribute to.
  private func takesTarget(_ kpi: KpiDefinition, column: String, into notes: inout RowNotes) -> Bool {
    guard kpi.standing == .supporting else { return true }
    let fact = "\(column) \"\(kpi.key)\" is a supporting KPI, to which no initiative can contribute"
    guard kpis.targetLevels == .strategic else {
      notes.warning(column, "supporting_kpi", fact)
      return true
    }
    notes.error(column, "supporting_kpi", "\(fact); targets are for the north star and the strategic KPIs of Metrics_Config")
    return false
  }

  private mutating func initiative(_ key: String, into notes: inout RowNotes) -> String? {
    index.initiative(key, column: "key", into: &notes)
  }

  /// All keys in their stored spellings; nil, and an error for each that is unknown.
  private mutating func initiatives(_ keys: [String], into notes: inout RowNotes) -> [String]? {
    let known = keys.compactMap { initiative($0, into: &notes) }
    return known.count == keys.count ? known : nil
  }

  /// A member that no initiative has is a typo, or early: what can be met without members is only warned of.
  private mutating func check(_ member: DimensionMember, needsMembers: Bool, into notes: inout RowNotes) -> Bool {
    guard member.dimension != .all, index.positions(in: member).isEmpty else { return true }
    let column = notes.tab == .targets ? "country" : "key"
    let fault = index.fault(ofUnknown: member)
    guard needsMembers else {
      notes.warning(column, "unknown_member", fault)
      return true
    }
    notes.error(column, "unknown_member", fault)
    return false
  }

  private mutating func checkBundle(_ key: String, members: [String], into notes: inout RowNotes) {
    let all = Set(members.map { NormalKey($0) }).union(index.positions(inBundle: key).map { NormalKey(index.key($0)) })
    if all.isEmpty {
      notes.warning("key", "empty_bundle", "no candidate has the bundle_key \"\(key)\"" + index.suggestion(forBundle: key))
    } else if all.count == 1, members.isEmpty {
      let only = index.positions(inBundle: key).first.map { index.key($0) } ?? ""
      notes.warning("key", "single_member", "only \(only) has the bundle_key \"\(key)\"; a bundle ties two or more")
    }
  }

  private mutating func resolve(_ party: SynergyParty, into notes: inout RowNotes) -> SynergyParty? {
    switch party {
    case .initiatives(let keys): return initiatives(keys, into: &notes).map { .initiatives($0) }
    case .group(let key):
      let members = index.positions(inGroup: key).count
      if members < 2 {
        let fact = members == 0 ? "no candidate has" : "only one candidate has"
        notes.warning(
          "key", "empty_group",
          "\(fact) \"\(key)\" among its synergy_group_keys"
            + (members == 0 ? index.suggestion(forGroup: key) : "; a synergy is between two or more"))
      }
      return party
    }
  }

  /// What can be meant, but seldom is.
  private mutating func warn(about target: KpiTargetRule, hasBaseline: Bool, into notes: inout RowNotes) {
    guard let kpi = kpis.activeKpi(target.kpiKey) else { return }
    if kpi.isRatio, !hasBaseline {
      notes.warning(
        "baseline_value", "ratio_without_baseline",
        "\(kpi.key) is a ratio (unit \"\(kpi.unit)\"), and what initiatives bring is added to baseline_value, which is blank and so 0"
      )
    }
    if kpi.lowerIsBetter, target.side == .floor {
      notes.warning(
        "floor_or_goal", "floor_of_lower_is_better", "\(kpi.key) is better when lower; a floor keeps it high, a cap keeps it low")
    }
    if !kpi.lowerIsBetter, target.side == .cap {
      notes.warning(
        "floor_or_goal", "cap_of_higher_is_better", "\(kpi.key) is better when higher; a cap keeps it low, a floor keeps it high")
    }
  }
}

// MARK: - The set as a whole

extension SetCompilation {
  /// Checks the good rows together: what the set alone makes certain is an error, what candidates have a part in is a warning,
  /// for they may change.
  private mutating func check(_ scenario: PlannedScenario) {
    let set = CompiledSet(rows.compactMap(\.rule))
    var sources = RuleSources()
    for row in rows {
      if let rule = row.rule { sources.add(rule, tab: row.notes.tab, row: row.notes.row) }
    }
    let presence = index.initiatives.map { Presence($0, in: scenario.period) }
    let isInPlay = presence.map { $0 == .inPlay }
    let alone = RuleBook(set, sources: sources, index: index, takesCandidates: false, isInPlay: isInPlay)
    var told: Set<String> = []
    for contradiction in context(scenario, set, alone, sources, isInPlay).contradictions() {
      told.insert(contradiction.message)
      note(contradiction, isError: contradiction.weight != .doubtful)
    }
    noteAbsentMandates(alone, presence, scenario)
    var merged = RuleBook(set, sources: sources, index: index, takesCandidates: true, isInPlay: isInPlay)
    let (initiatives, period) = (index.initiatives, scenario.period)
    let stranded = Stranded.all(merged, index: index, isInPlay: isInPlay) { presence[$0].reason(initiatives[$0], period: period) }
    for one in stranded {
      merged.exclude(one.initiative, reason: one.reason, source: one.source)
      guard told.insert(one.message).inserted else { continue }
      note(
        Contradiction(weight: .doubtful, code: "tied_to_no_candidate", cells: [one.source], message: one.message), isError: false)
    }
    for contradiction in context(scenario, set, merged, sources, isInPlay).contradictions()
    where told.insert(contradiction.message).inserted {
      note(contradiction, isError: contradiction.code == "prerequisite_cycle")
    }
  }

  private func context(
    _ scenario: PlannedScenario, _ set: CompiledSet, _ book: RuleBook, _ sources: RuleSources, _ isInPlay: [Bool]
  ) -> CheckContext {
    let place =
      set.capacityOverride == nil ? "Scenario_Config \(scenario.name)" : sources.cell(.tokens(.all, .atMost)).description
    return CheckContext(
      index: index, book: book, isInPlay: isInPlay, capacity: set.capacityOverride?.amount ?? scenario.capacity,
      capacityPlace: place,
      candidates: "candidates of \(scenario.period)")
  }

  private mutating func noteAbsentMandates(_ book: RuleBook, _ presence: [Presence], _ scenario: PlannedScenario) {
    for mark in book.mandatory where presence[mark.initiative] != .inPlay {
      let initiative = index.initiatives[mark.initiative]
      let why = presence[mark.initiative].reason(initiative, period: scenario.period)
      note(
        Contradiction(
          weight: .doubtful, code: "mandatory_not_eligible", cells: [mark.source],
          message: "\(initiative.key) is mandatory (\(mark.source)) but \(why); a run would be refused"),
        isError: false)
    }
  }

  /// Tells each row that has a part in it, once.
  private mutating func note(_ contradiction: Contradiction, isError: Bool) {
    for cell in Set(contradiction.cells).sorted() {
      guard let place = places[SourceCell(cell.tab, row: cell.row)] else { continue }
      if isError {
        rows[place].notes.error(cell.column, contradiction.code, contradiction.message)
      } else {
        rows[place].notes.warning(cell.column, contradiction.code, contradiction.message)
      }
    }
  }
}

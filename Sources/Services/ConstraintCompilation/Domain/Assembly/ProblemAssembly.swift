/// Makes the problem of a scenario, a compiled set, the candidates and the KPI configuration.
///
/// What cannot hold together is answered at once, every contradiction of it, with the cells that have a part in it; then there
/// is no problem. What is merely odd is a warning.
public struct ProblemAssembly: Sendable {
  /// Nil when there are errors.
  public private(set) var problem: AssembledProblem?
  public private(set) var errors: [AssemblyNote] = []
  public private(set) var warnings: [AssemblyNote] = []

  private let index: InitiativeIndex
  private let presence: [Presence]
  private let isInPlay: [Bool]
  private let scenario: PlannedScenario
  private let compiled: CompiledSet
  private let setName: String
  private let kpis: KpiCatalogue
  private var book: RuleBook

  /// - Parameters:
  ///   - compiled: the set, and `sources`, the cells that its rules came from.
  ///   - selected: the keys of the candidates meant; nil for every eligible one.
  public init(
    scenario: PlannedScenario, setName: String, compiled: CompiledSet, sources: RuleSources, initiatives: InitiativeIndex,
    kpis: KpiCatalogue,
    selected: [String]?
  ) {
    let selection = CandidateSelection(initiatives, period: scenario.period, selected: selected)
    index = initiatives
    presence = selection.presence
    isInPlay = selection.isInPlay
    self.scenario = scenario
    self.compiled = compiled
    self.setName = setName
    self.kpis = kpis
    book = RuleBook(compiled, sources: sources, index: initiatives, takesCandidates: true, isInPlay: selection.isInPlay)
    errors = selection.errors
    warnings = selection.warnings
    checkReferences()
    checkMandates()
    exclude()
    checkContradictions(sources)
    checkBundleKeys()
    noteDeadlines()
    assemble(sources)
    errors = Self.distinct(errors)
    warnings = Self.distinct(warnings)
  }

  private static func distinct(_ notes: [AssemblyNote]) -> [AssemblyNote] {
    var seen: Set<String> = []
    return notes.filter { seen.insert($0.message).inserted }
  }

  private func absence(_ position: Int) -> String {
    presence[position].reason(index.initiatives[position], period: scenario.period)
  }

  private mutating func checkReferences() {
    for (key, source) in book.unknown {
      errors.append(AssemblyNote(source, "\"\(key)\" (\(source)) is not an initiative of Central Backlog any more"))
    }
    for target in book.targets where kpis.activeKpi(target.rule.kpiKey) == nil {
      errors.append(
        AssemblyNote(target.source, "\(target.rule.kpiKey) (\(target.source)) is not an active KPI of Metrics_Config any more"))
    }
    for synergy in book.synergies where kpis.activeKpi(synergy.kpiKey) == nil {
      errors.append(
        AssemblyNote(synergy.source, "\(synergy.kpiKey) (\(synergy.source)) is not an active KPI of Metrics_Config any more"))
    }
    if !isInPlay.contains(true), errors.isEmpty {
      errors.append(
        AssemblyNote(
          SourceCell(.candidates, row: 0),
          "there are no candidates of \(scenario.period) with engineering_tokens; save Central Backlog and Candidates"))
    }
  }

  /// The set's mandates hold for every run; a candidate's own holds when the candidate is in the run. (R14)
  private mutating func checkMandates() {
    for mark in book.mandatory where !isInPlay[mark.initiative] {
      let key = index.key(mark.initiative)
      errors.append(
        AssemblyNote(
          mark.source, "\(key) is mandatory (\(mark.source)) but \(absence(mark.initiative)); mend that, or take the rule out"))
    }
    for (position, initiative) in index.initiatives.enumerated()
    where initiative.candidate.isMandatory && presence[position] == .notSelected {
      let cell = initiative.candidateCell("is_mandatory")
      guard !book.isMandatory[position] else { continue }
      warnings.append(
        AssemblyNote(cell, "\(initiative.key) is mandatory (\(cell)) but is not selected for the run; it is left out"))
    }
  }

  private mutating func exclude() {
    for stranded in Stranded.all(book, index: index, isInPlay: isInPlay, absence: absence) {
      book.exclude(stranded.initiative, reason: stranded.reason, source: stranded.source)
      warnings.append(AssemblyNote(stranded.source, stranded.message))
    }
  }

  private mutating func checkContradictions(_ sources: RuleSources) {
    let cap = sources.cell(.tokens(.all, .atMost))
    if let override = compiled.capacityOverride, override.amount != scenario.capacity {
      warnings.append(
        AssemblyNote(
          cap, "the capacity is \(override.amount) tokens (\(cap)) instead of the \(scenario.capacity) of Scenario_Config"))
    }
    let context = CheckContext(
      index: index, book: book, isInPlay: isInPlay, capacity: capacity,
      capacityPlace: compiled.capacityOverride == nil ? "Scenario_Config \(scenario.name)" : cap.description,
      candidates: presence.contains(.notSelected) ? "selected candidates" : "candidates of \(scenario.period)")
    for contradiction in context.contradictions() {
      let note = AssemblyNote(contradiction.cells.min() ?? SourceCell(.constraints, row: 0), contradiction.message)
      if contradiction.weight == .impossible { errors.append(note) } else { warnings.append(note) }
    }
  }

  private var capacity: Int { compiled.capacityOverride?.amount ?? scenario.capacity }

  /// A bundle_key without a rule in the set ties nothing. (R15b)
  private mutating func checkBundleKeys() {
    let ruled = Set(compiled.bundles.map { NormalKey($0.key) } + compiled.excludedBundles.map { NormalKey($0) })
    var told: Set<NormalKey> = []
    for (position, initiative) in index.initiatives.enumerated() where isInPlay[position] && !initiative.candidate.bundleKey.isEmpty
    {
      let normal = NormalKey(initiative.candidate.bundleKey)
      guard !ruled.contains(normal), told.insert(normal).inserted else { continue }
      let members = index.positions(inBundle: initiative.candidate.bundleKey).map { index.key($0) }
      warnings.append(
        AssemblyNote(
          initiative.candidateCell("bundle_key"),
          "bundle_key \(initiative.candidate.bundleKey) (\(listed(members))) has no rule in set \(setName); its members are free of each other"
        ))
    }
  }
}

// MARK: - Deadlines

extension ProblemAssembly {
  /// A deadline is no mandate: what cannot meet its deadline is told, and nothing else. (R37)
  private mutating func noteDeadlines() {
    let reasons = Dictionary(book.excluded.map { ($0.initiative, $0) }, uniquingKeysWith: { first, _ in first })
    for (position, initiative) in index.initiatives.enumerated() {
      let deadline = initiative.candidate.deadlineDate
      guard presence[position] != .noCandidate, scenario.period.contains(date: deadline) else { continue }
      let why: String
      if !isInPlay[position] {
        why = absence(position)
      } else if let mark = reasons[position] {
        why = "is out: \(mark.reason) (\(mark.source))"
      } else {
        continue
      }
      let cell = initiative.candidateCell("deadline_date")
      warnings.append(
        AssemblyNote(
          cell,
          "the deadline of \(initiative.key), \(deadline) (\(cell)), lies in \(scenario.period) and cannot be met: the initiative \(why)"
        ))
    }
  }
}

// MARK: - The problem

extension ProblemAssembly {
  private mutating func assemble(_ sources: RuleSources) {
    let spellings = MemberSpellings(index, isInPlay: isInPlay)
    var problem = AssembledProblem(
      scenarioName: scenario.name, periodKey: scenario.period.text, setName: setName, metricsRevision: kpis.revision,
      capacity: capacity,
      objective: scenario.objective)
    problem.candidates = candidates(spellings)
    problem.tokenBounds = bounds(book.tokenBounds, spellings)
    problem.countBounds = bounds(book.countBounds, spellings)
    problem.mandatory = marks(book.mandatory)
    problem.excluded = marks(book.excluded.sorted { $0.initiative < $1.initiative })
    problem.pairs = book.pairs.filter { isInPlay[$0.one] && isInPlay[$0.other] }.map {
      AssembledProblem.Pair(one: index.key($0.one), other: index.key($0.other), source: $0.source)
    }
    problem.bundles = book.bundles.filter { $0.members.count > 1 && $0.members.allSatisfy { isInPlay[$0] } }.map {
      AssembledProblem.Bundle(key: $0.key, initiativeKeys: $0.members.map { index.key($0) }, source: $0.source)
    }
    problem.prerequisites = prerequisites()
    problem.synergies = synergies()
    problem.targets = targets(spellings)
    let objective = ObjectiveTerms(scenario, targets: compiled.targets, candidates: problem.candidates, kpis: kpis)
    let cell = SourceCell(.scenarios, row: 0, column: "objective_weights_json")
    errors += objective.errors.map { AssemblyNote(cell, "Scenario_Config \(scenario.name): \($0)") }
    warnings += objective.warnings.map { AssemblyNote(cell, "Scenario_Config \(scenario.name): \($0)") }
    problem.terms = objective.terms
    problem.kpis = usedKpis(problem)
    if errors.isEmpty { self.problem = problem }
  }

  private mutating func candidates(_ spellings: MemberSpellings) -> [AssembledProblem.Candidate] {
    var dropped: [NormalKey: String] = [:]
    let candidates = index.initiatives.indices.filter { isInPlay[$0] }.map { position in
      let initiative = index.initiatives[position]
      var contributions: [(NormalKey, KpiContribution)] = []
      for contribution in initiative.contributions {
        guard let kpi = kpis.activeKpi(contribution.kpiKey) else {
          dropped[NormalKey(contribution.kpiKey)] = contribution.kpiKey
          continue
        }
        contributions.append((NormalKey(kpi.key), KpiContribution(kpiKey: kpi.key, value: contribution.value)))
      }
      let gains = contributions.sorted { $0.0 < $1.0 }.map(\.1)
      let variants = initiative.candidate.variants
      let first = variants.first ?? CandidateVariant(form: .full, tokens: 0, share: 1)
      return AssembledProblem.Candidate(
        key: initiative.key, title: initiative.backlog.title, form: first.form, tokens: first.tokens,
        country: spellings.spelling(.country, initiative.backlog.country),
        department: spellings.spelling(.department, initiative.backlog.department),
        category: spellings.spelling(.category, initiative.backlog.category),
        programKey: spellings.spelling(.program, initiative.backlog.programKey), deadlineDate: initiative.candidate.deadlineDate,
        contributions: first.share(of: gains),
        mvp: variants.dropFirst().first.map { AssembledProblem.SmallerForm(tokens: $0.tokens, contributions: $0.share(of: gains)) },
        source: initiative.candidateCell(""))
    }
    for (_, key) in dropped.sorted(by: { $0.key < $1.key }) {
      warnings.append(
        AssemblyNote(
          SourceCell(.contributions, row: 0, column: "kpi_key"),
          "contributions to \(key) are left out: it is not an active KPI of Metrics_Config"))
    }
    return candidates
  }

  private func bounds(_ bounds: [RuleBook.Bound], _ spellings: MemberSpellings) -> [AssembledProblem.Bound] {
    bounds.sorted { ($0.member, $0.side) < ($1.member, $1.side) }.map {
      AssembledProblem.Bound(
        dimension: $0.member.dimension, key: spellings.spelling($0.member), side: $0.side, amount: $0.amount, source: $0.source)
    }
  }

  private func marks(_ marks: [RuleBook.Mark]) -> [AssembledProblem.Mark] {
    marks.filter { isInPlay[$0.initiative] }.map {
      AssembledProblem.Mark(initiativeKey: index.key($0.initiative), reason: $0.reason, source: $0.source)
    }
  }

  /// A rule per initiative and cell; needs outside the problem have become exclusions.
  private func prerequisites() -> [AssembledProblem.Prerequisite] {
    var rules: [AssembledProblem.Prerequisite] = []
    for (position, needs) in book.graph.needs.enumerated() where isInPlay[position] {
      let inside = Dictionary(grouping: needs.filter { isInPlay[$0.initiative] }, by: \.source)
      for (source, needs) in inside.sorted(by: { $0.key < $1.key }) {
        let requires = needs.map(\.initiative).sorted().map { index.key($0) }
        rules.append(AssembledProblem.Prerequisite(initiativeKey: index.key(position), requires: requires, source: source))
      }
    }
    return rules
  }

  private mutating func synergies() -> [AssembledProblem.Synergy] {
    var rules: [AssembledProblem.Synergy] = []
    for synergy in book.synergies {
      let kpi = kpis.activeKpi(synergy.kpiKey)?.key ?? synergy.kpiKey
      if synergy.members.count < 2 {
        warnings.append(
          AssemblyNote(synergy.source, "synergy \(synergy.name) (\(synergy.source)) has fewer than two members; it is left out"))
      } else if let missing = synergy.members.first(where: { !isInPlay[$0] }) {
        warnings.append(
          AssemblyNote(
            synergy.source,
            "synergy \(synergy.name) (\(synergy.source)) is out of reach: \(index.key(missing)) \(absence(missing)); it is left out"
          ))
      } else {
        rules.append(
          AssembledProblem.Synergy(
            initiativeKeys: synergy.members.map { index.key($0) }, kpiKey: kpi, bonus: synergy.bonus, source: synergy.source))
      }
    }
    return rules
  }

  private func targets(_ spellings: MemberSpellings) -> [AssembledProblem.Target] {
    book.targets.map {
      AssembledProblem.Target(
        kpiKey: kpis.activeKpi($0.rule.kpiKey)?.key ?? $0.rule.kpiKey, dimension: $0.rule.member.dimension,
        key: spellings.spelling($0.rule.member), side: $0.rule.side, value: $0.rule.value, baseline: $0.rule.baseline,
        source: $0.source)
    }
  }

  private func usedKpis(_ problem: AssembledProblem) -> [KpiDefinition] {
    var used = Set(problem.terms.map { NormalKey($0.kpiKey) })
    used.formUnion(problem.targets.map { NormalKey($0.kpiKey) })
    used.formUnion(problem.synergies.map { NormalKey($0.kpiKey) })
    for candidate in problem.candidates { used.formUnion(candidate.contributions.map { NormalKey($0.kpiKey) }) }
    return kpis.kpis.filter { used.contains(NormalKey($0.key)) }
  }
}

/// One spelling for each member of a dimension, however its candidates and rules spell it: the first in order among candidates.
private struct MemberSpellings {
  private var spellings: [DimensionMember: String] = [:]

  init(_ index: InitiativeIndex, isInPlay: [Bool]) {
    for position in index.initiatives.indices where isInPlay[position] {
      for member in index.memberships[position] { spellings[member] = min(spellings[member] ?? member.key, member.key) }
    }
  }

  func spelling(_ member: DimensionMember) -> String { spellings[member] ?? member.key }
  func spelling(_ dimension: PlanningDimension, _ key: String) -> String { spelling(DimensionMember(dimension, key)) }
}

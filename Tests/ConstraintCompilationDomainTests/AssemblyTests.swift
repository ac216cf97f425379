import SeededNumbers
import Testing

@testable import ConstraintCompilationDomain

@Suite struct AssemblyTests {
  private func assemble(
    _ constraints: [ConstraintEntry], _ targets: [TargetEntry] = [], scenario: PlannedScenario = SeedRows.core,
    initiatives: [PlannedInitiative] = SeedRows.initiatives, kpis: KpiCatalogue = SeedRows.kpis, selected: [String]? = nil
  ) throws -> ProblemAssembly {
    let compilation = SeedRows.compile(constraints, targets, scenario: scenario, initiatives: SeedRows.initiatives + initiatives)
    return ProblemAssembly(
      scenario: scenario, setName: "Baseline", compiled: try #require(compilation.compiled, "\(compilation.findings)"),
      sources: RuleSources(constraints: constraints, targets: targets), initiatives: InitiativeIndex(initiatives), kpis: kpis,
      selected: selected)
  }

  private func rule(_ row: Int, _ type: String, _ key: String) -> ConstraintEntry {
    ConstraintEntry(row: row, type: type, dimension: type.hasPrefix("bundle") ? "bundle" : "initiative", key: key, notes: "why")
  }

  private func changed(_ key: String, _ change: (inout PlannedInitiative) -> Void) -> [PlannedInitiative] {
    SeedRows.initiatives.map {
      var initiative = $0
      if initiative.key == key { change(&initiative) }
      return initiative
    }
  }

  @Test func `the seeds' Baseline becomes a problem with the cell of every rule`() throws {
    let assembly = try assemble(SeedRows.baselineConstraints, SeedRows.baselineTargets)
    #expect(assembly.errors == [])
    let problem = try #require(assembly.problem)
    #expect(
      problem.candidates.map(\.key) == ["INIT-000012", "INIT-000017", "INIT-000044", "INIT-000081", "INIT-000099", "INIT-000100"])
    #expect(problem.capacity == 1200 && problem.periodKey == "2026-Q1" && problem.metricsRevision == 7)
    #expect(
      problem.tokenBounds == [
        .init(
          dimension: .country, key: "DE", side: .atMost, amount: 180, source: SourceCell(.constraints, row: 3, column: "max_tokens")
        ),
        .init(
          dimension: .country, key: "UK", side: .atLeast, amount: 250,
          source: SourceCell(.constraints, row: 2, column: "min_tokens")),
      ])
    #expect(
      problem.mandatory == [
        .init(
          initiativeKey: "INIT-000017", reason: "Must ship (regulatory)", source: SourceCell(.constraints, row: 4, column: "key"))
      ])
    #expect(
      problem.excluded == [
        .init(
          initiativeKey: "INIT-000044", reason: "excluded by the constraint set",
          source: SourceCell(.constraints, row: 6, column: "key"))
      ])
    #expect(
      problem.bundles == [
        .init(
          key: "BNDL-PAYMENTS", initiativeKeys: ["INIT-000012", "INIT-000081"],
          source: SourceCell(.constraints, row: 5, column: "key"))
      ])
    #expect(
      problem.prerequisites == [
        .init(
          initiativeKey: "INIT-000081", requires: ["INIT-000012"],
          source: SourceCell(.candidates, row: 3, column: "prerequisite_keys"))
      ])
    #expect(
      problem.pairs == [
        .init(one: "INIT-000044", other: "INIT-000099", source: SourceCell(.candidates, row: 4, column: "exclusion_keys"))
      ])
    #expect(problem.targets.map(\.source) == [3, 2].map { SourceCell(.targets, row: $0, column: "target_value") })
    #expect(problem.kpis.map(\.key) == ["KPI_CONVERSION", "KPI_DELIVERY_TIME", "NSM_ORDERS"])
    #expect(assembly.warnings == [])
  }

  @Test func `weighted terms share the strategic weight and are divided by their targets`() throws {
    let problem = try #require(try assemble(SeedRows.baselineConstraints, SeedRows.baselineTargets).problem)
    #expect(
      problem.terms == [
        .init(kpiKey: "KPI_CONVERSION", weight: 0.2, normalizer: 0.035, tolerance: 0),
        .init(kpiKey: "KPI_DELIVERY_TIME", weight: 0.2, normalizer: 1, tolerance: 0),
        .init(kpiKey: "NSM_ORDERS", weight: 0.6, normalizer: 200_000, tolerance: 0),
      ])
    let withoutTargets = try #require(try assemble([]).problem)
    #expect(withoutTargets.terms.last?.normalizer == 435_000, "what all candidates bring together")
  }

  @Test func `a KPI that is better when lower is divided by its caps, or by what is taken off it`() throws {
    var scenario = SeedRows.core
    scenario.weights = [ScenarioWeight(key: "KPI_DELIVERY_TIME", weight: 1)]
    let initiatives = changed("INIT-000012") { $0.contributions = [KpiContribution(kpiKey: "KPI_DELIVERY_TIME", value: -8)] }
    #expect(try assemble([], scenario: scenario, initiatives: initiatives).problem?.terms.map(\.normalizer) == [8])
    let cap = TargetEntry(row: 2, country: "", kpiKey: "KPI_DELIVERY_TIME", targetValue: 40, floorOrGoal: "cap", baselineValue: 45)
    #expect(try assemble([], [cap], scenario: scenario, initiatives: initiatives).problem?.terms.map(\.normalizer) == [40])
  }

  @Test func `a north star has one term, levels keep their order`() throws {
    var scenario = SeedRows.core
    scenario.objective = .northStar
    scenario.weights = []
    #expect(
      try assemble([], scenario: scenario).problem?.terms == [.init(kpiKey: "NSM_ORDERS", weight: 1, normalizer: 1, tolerance: 0)])
    scenario.objective = .lexicographic
    scenario.weights = [
      ScenarioWeight(key: "KPI_CONVERSION", tolerance: 0.02), ScenarioWeight(key: "north_star"), ScenarioWeight(key: "NSM_ORDERS"),
    ]
    let assembly = try assemble([rule(2, "bundle", "BNDL-PAYMENTS")], scenario: scenario)
    #expect(
      assembly.problem?.terms == [
        .init(kpiKey: "KPI_CONVERSION", weight: 1, normalizer: 1, tolerance: 0.02),
        .init(kpiKey: "NSM_ORDERS", weight: 1, normalizer: 1, tolerance: 0),
      ])
    #expect(assembly.warnings.count == 1)
  }

  @Test func `the order of initiatives and rows does not matter`() throws {
    let constraints = SeedRows.baselineConstraints + [rule(7, "exclude_pair", "INIT-000100<>INIT-000099")]
    let expected = try #require(try assemble(constraints, SeedRows.baselineTargets).problem)
    for seed in 1...20 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let problem = try assemble(
        constraints.shuffled(using: &generator), SeedRows.baselineTargets.shuffled(using: &generator),
        initiatives: SeedRows.initiatives.shuffled(using: &generator)
      ).problem
      #expect(problem == expected, "seed \(seed)")
    }
  }

  @Test func `only eligible candidates take part`() throws {
    var initiatives = changed("INIT-000099") { $0.backlog.candidatePeriodKey = "2026-Q2" }
    initiatives[5].backlog.isOptimizationCandidate = false
    initiatives[2].backlog.candidatePeriodKey = "2026-q1"
    let assembly = try assemble([], initiatives: initiatives)
    #expect(assembly.problem?.candidates.map(\.key) == ["INIT-000012", "INIT-000017", "INIT-000044", "INIT-000081"])
    let selected = try assemble([], initiatives: initiatives, selected: ["init-000099", "INIT-000017"])
    #expect(selected.problem?.candidates.map(\.key) == ["INIT-000017"])
    #expect(
      selected.warnings.map(\.message) == [
        "INIT-000099 is selected but is no candidate of 2026-Q1 (its candidate_period_key is 2026-Q2); it is left out"
      ])
    #expect(selected.warnings.map(\.cell) == [SourceCell(.candidates, row: 6, column: "is_selected_for_run")])
  }

  @Test func `tokens that are missing fail a selection and are left out of the whole`() throws {
    let initiatives = changed("INIT-000099") { $0.candidate.tokens = nil }
    let whole = try assemble([rule(2, "bundle", "BNDL-PAYMENTS")], initiatives: initiatives)
    #expect(whole.problem?.candidates.count == 5)
    #expect(whole.warnings.map(\.message) == ["INIT-000099 has no engineering_tokens and is left out"])
    let selected = try assemble([], initiatives: initiatives, selected: ["INIT-000099", "INIT-000100"])
    #expect(selected.problem == nil)
    #expect(
      selected.errors.map(\.message) == [
        "INIT-000099 is selected without engineering_tokens (Candidates row 6); type them and save Candidates"
      ])
    let mandatory = changed("INIT-000017") { $0.candidate.tokens = nil }
    #expect(try assemble([], initiatives: mandatory).errors.map(\.cell.column) == ["engineering_tokens"])
  }

  @Test func `nobody selected, or somebody unknown, is an error`() throws {
    #expect(try assemble([], selected: []).errors.map(\.cell.column) == ["is_selected_for_run"])
    #expect(
      try assemble([], selected: ["INIT-9"]).errors.map(\.message).first
        == "\"INIT-9\" is selected but not an initiative of Central Backlog")
    #expect(try assemble([], initiatives: []).errors.count == 1)
  }

  @Test func `who needs somebody outside the problem is excluded, and why is said`() throws {
    let assembly = try assemble(
      Array(SeedRows.aggressiveConstraints.suffix(2)),
      selected: ["INIT-000017", "INIT-000081", "INIT-000044", "INIT-000100", "INIT-000099"])
    #expect(assembly.errors.map(\.message) == [])
    #expect(
      assembly.problem?.excluded == [
        .init(
          initiativeKey: "INIT-000081", reason: "needs INIT-000012, which is not selected for the run",
          source: SourceCell(.constraints, row: 10, column: "key"))
      ])
    #expect(assembly.problem?.prerequisites == [])
    #expect(
      assembly.warnings.first?.message
        == "INIT-000081 needs INIT-000012 (Constraints row 10), which is not selected for the run; INIT-000081 cannot be selected")
  }

  @Test func `a bundle that is not wholly there is excluded`() throws {
    let assembly = try assemble([rule(2, "bundle", "BNDL-PAYMENTS")], selected: ["INIT-000012", "INIT-000017"])
    #expect(assembly.problem?.bundles == [])
    #expect(assembly.problem?.excluded.map(\.initiativeKey) == ["INIT-000012"])
    #expect(assembly.warnings.first?.message.contains("INIT-000081 is not selected for the run") == true)
  }

  @Test func `a mandate of the set holds for every run, a candidate's own for runs that it is in`() throws {
    let ofSet = try assemble([rule(2, "mandatory", "INIT-000100")], selected: ["INIT-000099"])
    #expect(ofSet.problem == nil)
    #expect(
      ofSet.errors.map(\.message) == [
        "INIT-000100 is mandatory (Constraints row 2) but is not selected for the run; mend that, or take the rule out"
      ])
    let own = try assemble([], selected: ["INIT-000099"])
    #expect(own.problem?.mandatory == [])
    #expect(own.warnings.map(\.cell.column) == ["is_mandatory", "deadline_date"])
    #expect(own.warnings.allSatisfy { $0.cell.row == 2 })
  }

  @Test func `contradictions between the set and candidates are errors that name both cells`() throws {
    let excluded = try assemble([rule(2, "exclude", "INIT-000017")])
    #expect(
      excluded.errors.map(\.message) == [
        "INIT-000017 is mandatory (Candidates row 2), but it is out: excluded by the constraint set (Constraints row 2)"
      ])
    let dragged = try assemble([rule(2, "mandatory", "INIT-000081"), rule(3, "exclude", "INIT-000012")])
    #expect(dragged.problem == nil)
    var scenario = SeedRows.core
    scenario.capacity = 100
    #expect(
      try assemble([], scenario: scenario).errors.map(\.message) == [
        "mandatory INIT-000017: 180 tokens, 80 over the capacity of 100 (Scenario_Config Q1-2026 Core)"
      ])
    let floor = ConstraintEntry(row: 2, type: "capacity_floor", dimension: "country", key: "UK", minTokens: 300)
    #expect(
      try assemble([floor], selected: ["INIT-000017", "INIT-000100"]).errors.map(\.message) == [
        "country UK must have at least 300 tokens (Constraints row 2), but the selected candidates in country UK that are not excluded have "
          + "only 180 together, 120 too few"
      ])
  }

  @Test func `what can never be selected is a warning, not an error`() throws {
    let assembly = try assemble([rule(2, "exclude", "INIT-000012")])
    #expect(assembly.problem != nil)
    #expect(assembly.warnings.contains { $0.message.hasPrefix("INIT-000081 needs INIT-000012 (Candidates row 3), which is out") })
  }

  @Test func `a bundle key without a rule ties nothing, and is told`() throws {
    let assembly = try assemble([])
    #expect(assembly.problem?.bundles == [])
    #expect(
      assembly.warnings.map(\.message) == [
        "bundle_key BNDL-PAYMENTS (INIT-000012 and INIT-000081) has no rule in set Baseline; its members are free of each other"
      ])
    #expect(assembly.warnings.map(\.cell) == [SourceCell(.candidates, row: 5, column: "bundle_key")])
  }

  @Test func `a cap on the whole portfolio replaces the capacity, and is told`() throws {
    let cap = ConstraintEntry(row: 2, type: "capacity_cap", dimension: "all", key: "", maxTokens: 1500)
    let assembly = try assemble([cap])
    #expect(assembly.problem?.capacity == 1500)
    #expect(assembly.problem?.tokenBounds.map(\.dimension) == [.all])
    #expect(
      assembly.warnings.first?.message == "the capacity is 1500 tokens (Constraints row 2) instead of the 1200 of Scenario_Config")
  }

  @Test func `KPIs that went inactive are answered`() throws {
    let kpis = KpiCatalogue(
      revision: 8,
      kpis: SeedRows.kpis.kpis.map {
        var kpi = $0
        if kpi.key != "NSM_ORDERS" { kpi.isActive = false }
        return kpi
      })
    let assembly = try assemble(SeedRows.baselineConstraints, SeedRows.baselineTargets, kpis: kpis)
    #expect(
      assembly.errors.map(\.message) == [
        "KPI_CONVERSION (Targets row 3) is not an active KPI of Metrics_Config any more",
        "Scenario_Config Q1-2026 Core: strategic_kpis stands for the active strategic KPIs, and Metrics_Config has none any more",
      ])
    var scenario = SeedRows.core
    scenario.weights = [ScenarioWeight(key: "north_star", weight: 1)]
    let initiatives = changed("INIT-000012") { $0.contributions.append(KpiContribution(kpiKey: "KPI_CONVERSION", value: 1)) }
    let dropped = try assemble([], scenario: scenario, initiatives: initiatives, kpis: kpis)
    #expect(dropped.problem?.candidates.first?.contributions.map(\.kpiKey) == ["NSM_ORDERS"])
    #expect(dropped.warnings.contains { $0.message.hasPrefix("contributions to KPI_CONVERSION are left out") })
  }

  @Test func `each member has one spelling throughout`() throws {
    let initiatives = changed("INIT-000012") { $0.backlog.country = "uk" }
    let problem = try #require(
      try assemble([SeedRows.baselineConstraints[0]], SeedRows.baselineTargets, initiatives: initiatives).problem)
    #expect(Set(problem.candidates.map(\.country)) == ["UK", "DE"])
    #expect(problem.tokenBounds.map(\.key) == ["UK"])
    #expect(problem.targets.allSatisfy { $0.key == "UK" })
  }

  @Test func `a synergy needs all its members in the problem`() throws {
    let bonus = ConstraintEntry(
      row: 2, type: "synergy_bonus", dimension: "initiative", key: "INIT-000100+INIT-000012", targetKpiKey: "NSM_ORDERS",
      targetValue: 9)
    let synergies = try assemble([bonus]).problem?.synergies
    #expect(
      synergies == [
        .init(
          initiativeKeys: ["INIT-000012", "INIT-000100"], kpiKey: "NSM_ORDERS", bonus: 9,
          source: SourceCell(.constraints, row: 2, column: "key"))
      ])
    let partly = try assemble([bonus], selected: ["INIT-000012", "INIT-000017"])
    #expect(partly.problem?.synergies == [])
    #expect(partly.warnings.contains { $0.message.contains("is out of reach: INIT-000100 is not selected for the run") })
    let group = ConstraintEntry(
      row: 2, type: "synergy_bonus", dimension: "synergy_group", key: "G", targetKpiKey: "NSM_ORDERS", targetValue: 9)
    var initiatives = changed("INIT-000012") { $0.candidate.synergyGroupKeys = ["g"] }
    #expect(try assemble([group], initiatives: initiatives).problem?.synergies == [])
    initiatives[4].candidate.synergyGroupKeys = ["G"]
    #expect(
      try assemble([group], initiatives: initiatives).problem?.synergies.map(\.initiativeKeys) == [["INIT-000012", "INIT-000099"]])
  }

  @Test func `needs of one initiative keep the cell of each`() throws {
    let problem = try #require(
      try assemble([
        rule(2, "require_prereq", "INIT-000081<-INIT-000012, INIT-000100"), rule(3, "require_prereq", "INIT-000081<-INIT-000017"),
      ])
      .problem)
    #expect(
      problem.prerequisites == [
        .init(
          initiativeKey: "INIT-000081", requires: ["INIT-000012", "INIT-000100"],
          source: SourceCell(.constraints, row: 2, column: "key")),
        .init(initiativeKey: "INIT-000081", requires: ["INIT-000017"], source: SourceCell(.constraints, row: 3, column: "key")),
      ])
  }
}

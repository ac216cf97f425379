import Testing

@testable import ConstraintCompilationDomain

@Suite struct ScopeModeTests {
  private func read(_ fields: CandidateFields) -> (stored: CandidateFields?, notes: [String]) {
    let save = CandidateSave([CandidateEntry(row: 2, key: "I", fields: fields)], known: [PlannedInitiative(key: "I")])
    return (save.stored.first?.fields, save.findings.map { "\($0.severity) \($0.cell.column):\($0.code)" })
  }

  private func initiative(_ fields: CandidateFields, orders: Double = 1000) -> PlannedInitiative {
    PlannedInitiative(
      key: "I", backlog: BacklogFields(country: "UK"), candidate: fields, candidateRow: 4,
      contributions: [KpiContribution(kpiKey: "NSM_ORDERS", value: orders)])
  }

  private func assemble(_ fields: CandidateFields, selected: [String]? = nil) -> ProblemAssembly {
    assemble(initiative(fields), selected: selected)
  }

  private func assemble(
    _ initiative: PlannedInitiative, in scenario: PlannedScenario = SeedRows.core, of set: CompiledSet = CompiledSet(),
    selected: [String]? = nil
  ) -> ProblemAssembly {
    ProblemAssembly(
      scenario: scenario, setName: "Baseline", compiled: set, sources: RuleSources(constraints: [], targets: []),
      initiatives: InitiativeIndex([initiative]), kpis: SeedRows.kpis, selected: selected)
  }

  @Test(arguments: [("", ""), (" Full ", "full"), ("MVP", "mvp"), ("Either", "either")])
  func `a scope mode is one of three words, and blank means full`(typed: String, stored: String) {
    let row = read(CandidateFields(tokens: 9, scopeMode: typed, tokensMvp: ["", "full"].contains(stored) ? nil : 4, notes: "new"))
    #expect(row.stored?.scopeMode == stored && row.notes == [])
  }

  @Test func `a number out of range and an unknown word are answered at their cells`() {
    #expect(read(CandidateFields(scopeMode: "ful")).notes == ["error scope_mode:unknown_word"])
    #expect(
      read(CandidateFields(scopeMode: "mvp", tokensMvp: -1, mvpShare: 1)).notes == ["error engineering_tokens_mvp:out_of_range"])
    for share in [-0.1, 1.1, .infinity, .nan] {
      #expect(
        read(CandidateFields(tokens: 9, scopeMode: "mvp", tokensMvp: 4, mvpShare: share)).notes
          == ["error mvp_contribution_share:out_of_range"])
    }
  }

  @Test func `numbers that the mode lacks or leaves out are warned of`() {
    #expect(
      read(CandidateFields(tokens: 9, tokensMvp: 4, mvpShare: 0.5)).notes == [
        "warning engineering_tokens_mvp:unused_column", "warning mvp_contribution_share:unused_column",
      ])
    #expect(read(CandidateFields(scopeMode: "either")).notes == [], "engineering_tokens are asked for at a run")
    #expect(read(CandidateFields(tokens: 9, scopeMode: "either")).notes == ["warning engineering_tokens_mvp:missing_size"])
    #expect(read(CandidateFields(scopeMode: "mvp", tokensMvp: 4)).notes == ["warning mvp_contribution_share:missing_size"])
    #expect(
      read(CandidateFields(tokens: 9, scopeMode: "either", tokensMvp: 10)).notes == ["warning engineering_tokens_mvp:mvp_over_full"]
    )
  }

  @Test func `full brings all, mvp its share, and either leaves the choice`() throws {
    let full = try #require(assemble(CandidateFields(tokens: 100, tokensMvp: 40)).problem?.candidates.first)
    #expect(full.form == .full && full.tokens == 100 && full.mvp == nil && full.contributions.map(\.value) == [1000])
    let smaller = try #require(assemble(CandidateFields(tokens: 100, scopeMode: "mvp", tokensMvp: 40)).problem?.candidates.first)
    #expect(smaller.form == .mvp && smaller.tokens == 40 && smaller.mvp == nil && smaller.contributions.map(\.value) == [400])
    let typed = try #require(
      assemble(CandidateFields(tokens: 100, scopeMode: "either", tokensMvp: 40, mvpShare: 0.75)).problem?.candidates.first)
    #expect(typed.form == .full && typed.tokens == 100 && typed.contributions.map(\.value) == [1000])
    #expect(typed.mvp?.tokens == 40 && typed.mvp?.contributions == [KpiContribution(kpiKey: "NSM_ORDERS", value: 750)])
  }

  @Test(
    arguments: [
      (200_000, 0.57, 114_000), (200_000, 0.035, 7000), (0.1, 0.3, 0.03), (-3, 0.1, -0.3), (1e15, 0.5, 5e14), (7, 0, 0),
    ] as [(Double, Double, Double)])
  func `a share of a number is what it is on paper`(orders: Double, share: Double, brought: Double) throws {
    let fields = CandidateFields(tokens: 100, scopeMode: "mvp", tokensMvp: 40, mvpShare: share)
    let problem = assemble(initiative(fields, orders: orders)).problem
    #expect(problem?.candidates.first?.contributions.map(\.value) == [brought])
  }

  @Test func `a run names the number that a candidate lacks`() {
    let lacking = assemble(CandidateFields(tokens: 100, scopeMode: "either"), selected: ["I"])
    #expect(lacking.problem == nil)
    #expect(
      lacking.errors.map(\.message).first
        == "I is selected without engineering_tokens_mvp (Candidates row 4); type them and save Candidates")
    let all = assemble(CandidateFields(scopeMode: "mvp", tokensMvp: 4))
    #expect(all.warnings.map(\.message).contains("I has no mvp_contribution_share and is left out"))
    #expect(assemble(CandidateFields(scopeMode: "mvp", tokensMvp: 4, mvpShare: 0.5)).problem?.candidates.map(\.tokens) == [4])
  }

  @Test func `reach counts the form that goes furthest, mandatory work the one that takes least`() {
    let fields = CandidateFields(tokens: 100, scopeMode: "either", tokensMvp: 40)
    let floor = ConstraintEntry(row: 2, type: "capacity_floor", dimension: "country", key: "UK", minTokens: 100)
    #expect(SeedRows.compile([floor], initiatives: [initiative(fields)]).codes() == [])
    var small = fields
    small.scopeMode = "mvp"
    let short = SeedRows.compile([floor], initiatives: [initiative(small)])
    #expect(short.codes() == ["2:floor_out_of_reach"] && short.findings[0].message.hasSuffix("have only 40 together, 60 too few"))
    let target = TargetEntry(row: 2, country: "UK", kpiKey: "NSM_ORDERS", targetValue: 500, floorOrGoal: "floor")
    let under = SeedRows.compile([], [target], initiatives: [initiative(small)])
    #expect(
      under.codes() == ["2:target_out_of_reach"] && under.findings[0].message.hasSuffix("can bring it to 400 at most, 100 short"))
    let mandate = ConstraintEntry(row: 3, type: "mandatory", dimension: "initiative", key: "I", notes: "why")
    func cap(_ tokens: Double) -> ConstraintEntry {
      ConstraintEntry(row: 4, type: "capacity_cap", dimension: "country", key: "UK", maxTokens: tokens)
    }
    #expect(SeedRows.compile([mandate, cap(40)], initiatives: [initiative(fields)]).codes() == [])
    #expect(
      SeedRows.compile([mandate, cap(39)], initiatives: [initiative(fields)]).codes(.warning) == [
        "3:mandatory_over_cap", "4:mandatory_over_cap",
      ])
  }

  @Test(arguments: [
    ("2026", "2026-12-31", true), ("2026-H1", "2026-07-01", false), ("2026-H2", "2026-07-01", true),
    ("2026-Q1", "2026-03-31", true), ("2026-Q1", "2025-03-31", false), ("2026-04", "2026-04-30", true),
    ("2026-04", "2026-05-01", false), ("2026-Q1", "", false),
  ])
  func `a deadline inside the period that cannot be met is told, and forces nothing`(period: String, deadline: String, isTold: Bool)
  {
    var late = initiative(CandidateFields(tokens: 100, deadlineDate: deadline))
    var set = CompiledSet()
    set.excludedInitiatives = ["I"]
    let scenario = PlannedScenario(name: "Core", period: PeriodKey(period)!, capacity: 100)
    let told = assemble(late, in: scenario, of: set).warnings.filter {
      $0.cell == SourceCell(.candidates, row: 4, column: "deadline_date")
    }
    #expect(told.count == (isTold ? 1 : 0))
    if isTold {
      #expect(
        told[0].message
          == "the deadline of I, \(deadline) (Candidates row 4), lies in \(period) and cannot be met: the initiative is out: "
          + "excluded by the constraint set (Constraints)")
    }
    set.excludedInitiatives = []
    let allowed = assemble(late, in: scenario, of: set)
    #expect(allowed.warnings.isEmpty && allowed.problem?.mandatory == [])
    late.backlog.isOptimizationCandidate = false
    #expect(
      !assemble(late, in: scenario, of: set).warnings.contains { $0.cell.column == "deadline_date" },
      "what is no candidate has no deadline to meet")
  }
}

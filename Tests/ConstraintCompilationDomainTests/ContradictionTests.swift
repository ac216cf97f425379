import ConstraintCompilationDomain
import Testing

/// What the rows of a set come to together, and together with what is known of the candidates.
@Suite struct ContradictionTests {
  private func floor(_ row: Int, _ country: String, _ tokens: Double) -> ConstraintEntry {
    ConstraintEntry(row: row, type: "capacity_floor", dimension: "country", key: country, minTokens: tokens)
  }

  private func cap(_ row: Int, _ dimension: String, _ key: String, _ tokens: Double) -> ConstraintEntry {
    ConstraintEntry(row: row, type: "capacity_cap", dimension: dimension, key: key, maxTokens: tokens)
  }

  private func rule(_ row: Int, _ type: String, _ key: String) -> ConstraintEntry {
    ConstraintEntry(row: row, type: type, dimension: type.hasPrefix("bundle") ? "bundle" : "initiative", key: key, notes: "why")
  }

  private func count(_ row: Int, _ dimension: String, _ key: String, min: Double? = nil, max: Double? = nil) -> ConstraintEntry {
    ConstraintEntry(
      row: row, type: min == nil ? "max_selected" : "min_selected", dimension: dimension, key: key, minCount: min, maxCount: max)
  }

  /// Initiatives I1 … I6, two in each of UK, DE and FR, of 100 tokens each.
  private let six = (1...6).map { SeedRows.initiative("I\($0)", ["UK", "DE", "FR"][($0 - 1) / 2], $0 + 1, tokens: 100) }

  private func compile(
    _ rows: [ConstraintEntry], _ targets: [TargetEntry] = [], capacity: Int = 1200, among initiatives: [PlannedInitiative]? = nil
  )
    -> SetCompilation
  {
    var scenario = SeedRows.core
    scenario.capacity = capacity
    return SeedRows.compile(rows, targets, scenario: scenario, initiatives: initiatives ?? six)
  }

  @Test func `a floor over its cap names both rows`() {
    let compilation = compile([floor(2, "UK", 150), cap(3, "market", "uk", 120)])
    #expect(compilation.codes() == ["2:floor_over_cap", "3:floor_over_cap"])
    #expect(
      compilation.findings.first?.message
        == "country UK must have at least 150 tokens (Constraints row 2) and at most 120 (Constraints row 3), which is 30 fewer; lower the one or raise the other"
    )
    #expect(compile([floor(2, "UK", 120), cap(3, "country", "UK", 120)]).findings.isEmpty)
    #expect(
      compile([count(2, "country", "UK", min: 2), count(3, "country", "UK", max: 1)]).codes() == [
        "2:min_over_max_selected", "3:min_over_max_selected",
      ])
  }

  @Test func `floors of one dimension add up, and are held against the capacity`() {
    let over = compile([floor(2, "UK", 200), floor(3, "DE", 200), floor(4, "FR", 101)], capacity: 500)
    #expect(over.codes() == ["2:floors_over_capacity", "3:floors_over_capacity", "4:floors_over_capacity"])
    #expect(
      over.findings.first?.message
        == "the floors of the dimension country add up to 501 tokens (Constraints rows 2, 3 and 4), 1 over the capacity of 500 "
        + "(Scenario_Config Q1-2026 Core); lower them")
    #expect(compile([floor(2, "UK", 200), floor(3, "DE", 200), floor(4, "FR", 100)], capacity: 500).findings.isEmpty)
    let department = ConstraintEntry(row: 5, type: "capacity_floor", dimension: "department", key: "Payments", minTokens: 500)
    #expect(
      compile([floor(2, "UK", 200), department], capacity: 500).findings.isEmpty, "an initiative counts in each of its dimensions")
  }

  @Test func `a cap on the whole portfolio stands in for the capacity`() {
    #expect(compile([floor(2, "UK", 200), floor(3, "DE", 200), cap(4, "all", "", 400)], capacity: 300).findings.isEmpty)
    let tight = compile([floor(2, "UK", 200), floor(3, "DE", 200), cap(4, "all", "", 300)])
    #expect(tight.codes() == ["2:floors_over_capacity", "3:floors_over_capacity"])
    #expect(tight.findings.first?.message.hasSuffix("over the capacity of 300 (Constraints row 4); lower them") == true)
  }

  @Test func `minimal counts add up to no more than may be selected`() {
    let rows = [count(2, "country", "UK", min: 2), count(3, "country", "DE", min: 1), count(4, "all", "", max: 2)]
    #expect(compile(rows).codes() == ["2:min_over_max_selected", "3:min_over_max_selected", "4:min_over_max_selected"])
    #expect(compile(Array(rows.dropLast()) + [count(4, "all", "", max: 3)]).findings.isEmpty)
  }

  @Test func `what is mandatory, with all that it drags in, fits the capacity and the caps`() {
    let rows = [rule(2, "mandatory", "I1"), rule(3, "require_prereq", "I1<-I3"), rule(4, "bundle_all_or_nothing", "B: I3, I5")]
    #expect(compile(rows, capacity: 300).findings.isEmpty)
    let over = compile(rows, capacity: 299)
    #expect(over.codes() == ["2:mandatory_over_capacity"])
    #expect(
      over.findings.first?.message
        == "mandatory I1 with 2 initiatives dragged in: 300 tokens, 1 over the capacity of 299 (Scenario_Config Q1-2026 Core)")
    #expect(compile(rows + [cap(5, "country", "FR", 99)]).codes() == ["2:mandatory_over_cap", "5:mandatory_over_cap"])
    #expect(
      compile(rows + [count(5, "all", "", max: 2)]).codes() == ["2:mandatory_over_max_selected", "5:mandatory_over_max_selected"])
  }

  @Test func `mandatory but excluded names every row between`() {
    #expect(
      compile([rule(2, "mandatory", "I1"), rule(3, "exclude", "I1")]).codes() == ["2:mandatory_excluded", "3:mandatory_excluded"])
    let chain = compile([
      rule(2, "mandatory", "I1"), rule(3, "require_prereq", "I1<-I2"), rule(4, "bundle_all_or_nothing", "B: I2, I3"),
      rule(5, "exclude", "I3"),
    ])
    #expect(Set(chain.codes()).isSuperset(of: (2...5).map { "\($0):mandatory_excluded" }))
    #expect(
      chain.findings.contains {
        $0.message
          == "I1 is mandatory (Constraints row 2) and needs I2 (Constraints row 3), which is bundled with I3 (Constraints row 4), but I3 is out: "
          + "excluded by the constraint set (Constraints row 5)"
      })
    #expect(
      compile([rule(2, "mandatory", "I1"), rule(3, "mandatory", "I2"), rule(4, "exclude_pair", "I1<>I2")]).codes() == [
        "2:mandatory_pair", "3:mandatory_pair", "4:mandatory_pair",
      ])
  }

  @Test func `a bundle is excluded whole or not at all`() {
    let half = compile([rule(2, "bundle", "B: I1, I2"), rule(3, "exclude", "I2")])
    #expect(half.codes() == ["2:bundle_half_excluded", "3:bundle_half_excluded"])
    #expect(compile([rule(2, "bundle", "B: I1, I2"), rule(3, "exclude", "I2"), rule(4, "exclude", "I1")]).findings.isEmpty)
    let whole = ConstraintEntry(row: 3, type: "exclude", dimension: "bundle", key: "b")
    #expect(compile([rule(2, "bundle", "B: I1, I2"), whole]).codes() == [])
    #expect(
      compile([rule(2, "bundle", "B: I1, I2"), rule(3, "exclude_pair", "I1<>I2")]).codes() == [
        "2:exclusion_in_bundle", "3:exclusion_in_bundle",
      ])
  }

  @Test func `a prerequisite that is excluded is told with both rows`() {
    let compilation = compile([rule(2, "require_prereq", "I1<-I2"), rule(3, "exclude", "I2")])
    #expect(compilation.codes() == ["2:prerequisite_excluded", "3:prerequisite_excluded"])
    #expect(
      compilation.findings.first?.message
        == "I1 needs I2 (Constraints row 2), which is out: excluded by the constraint set (Constraints row 3); I1 can never be selected"
    )
  }

  @Test func `an exclusion along a chain of prerequisites is told`() {
    let direct = compile([rule(2, "require_prereq", "I1<-I2"), rule(3, "exclude_pair", "I1<>I2")])
    #expect(direct.codes() == ["2:exclusion_along_prerequisites", "3:exclusion_along_prerequisites"])
    let fork = compile([
      rule(2, "require_prereq", "I1<-I2"), rule(3, "require_prereq", "I2<-I3"), rule(4, "exclude_pair", "I1<>I3"),
    ])
    #expect(Set(fork.codes()) == ["3:exclusion_along_prerequisites", "4:exclusion_along_prerequisites"])
    let both = compile([rule(2, "require_prereq", "I1<-I2, I3"), rule(3, "exclude_pair", "I2<>I3")])
    #expect(both.codes() == ["2:exclusion_along_prerequisites", "3:exclusion_along_prerequisites"])
    #expect(compile([rule(2, "require_prereq", "I1<-I2"), rule(3, "exclude_pair", "I2<>I3")]).codes() == [])
  }

  @Test func `a circle is spelt out, also through what Candidates says`() {
    let rows = [rule(2, "require_prereq", "I1<-I2"), rule(3, "require_prereq", "I2<-I3"), rule(4, "require_prereq", "I3<-I1")]
    let compilation = compile(rows)
    #expect(compilation.codes() == ["2:prerequisite_cycle", "3:prerequisite_cycle", "4:prerequisite_cycle"])
    #expect(
      compilation.findings.first?.message
        == "prerequisites lead in a circle: I1 needs I2 (Constraints row 2), which needs I3 (Constraints row 3), which needs I1 "
        + "(Constraints row 4); take one out")
    var mixed = six
    mixed[1].candidate.prerequisiteKeys = ["I1"]
    let through = compile([rows[0]], among: mixed)
    #expect(through.codes() == ["2:prerequisite_cycle"])
    #expect(through.findings.first?.message.contains("which needs I1 (Candidates row 3)") == true)
  }

  @Test func `a floor that all candidates together cannot reach is an error, and a doubt while tokens are missing`() {
    #expect(compile([floor(2, "UK", 200)]).findings.isEmpty)
    let over = compile([floor(2, "UK", 201)])
    #expect(over.codes() == ["2:floor_out_of_reach"])
    #expect(
      over.findings.first?.message
        == "country UK must have at least 201 tokens (Constraints row 2), but the candidates of 2026-Q1 in country UK that are not excluded "
        + "have only 200 together, 1 too few")
    var unknown = six
    unknown[0].candidate.tokens = nil
    let doubtful = compile([floor(2, "UK", 201)], among: unknown)
    #expect(doubtful.codes() == [])
    #expect(doubtful.codes(.warning) == ["2:floor_out_of_reach"])
    #expect(doubtful.findings.first?.message.hasSuffix("1 of them has no engineering_tokens yet") == true)
    #expect(compile([floor(2, "UK", 200), rule(3, "exclude", "I1")]).codes() == ["2:floor_out_of_reach"])
    #expect(compile([count(2, "country", "UK", min: 3)]).codes() == ["2:min_selected_out_of_reach"])
  }

  @Test func `a target that all candidates together cannot reach is an error, and a doubt while contributions are missing`() {
    func target(_ value: Double, _ side: String = "floor", baseline: Double? = nil) -> [TargetEntry] {
      [TargetEntry(row: 2, country: "UK", kpiKey: "NSM_ORDERS", targetValue: value, floorOrGoal: side, baselineValue: baseline)]
    }
    #expect(compile([], target(2000)).findings.isEmpty)
    let over = compile([], target(2001))
    #expect(over.codes() == ["2:target_out_of_reach"])
    #expect(
      over.findings.first?.message
        == "country UK must reach 2001 orders of NSM_ORDERS (Targets row 2), but the candidates of 2026-Q1 in country UK that are not "
        + "excluded can bring it to 2000 at most, 1 short")
    #expect(compile([], target(2001, baseline: 1)).findings.isEmpty)
    #expect(compile([], target(9999, "goal")).findings.isEmpty, "a goal is soft")
    #expect(compile([], target(5, "cap", baseline: 6)).codes() == ["2:target_out_of_reach"])
    var unknown = six
    unknown[0].contributions = []
    #expect(compile([], target(2001), among: unknown).codes() == [])
    #expect(compile([], target(2001), among: unknown).codes(.warning) == ["2:target_out_of_reach"])
    let synergy = ConstraintEntry(
      row: 2, type: "synergy_bonus", dimension: "initiative", key: "I1+I2", targetKpiKey: "NSM_ORDERS", targetValue: 1)
    #expect(compile([synergy], target(2001)).codes() == ["2:target_out_of_reach"], "what a synergy adds is no member's")
  }

  @Test func `what only Candidates makes a contradiction is a warning`() {
    var candidates = six
    candidates[0].candidate.isMandatory = true
    candidates[2].candidate.bundleKey = "B"
    candidates[3].candidate.bundleKey = "B"
    let compilation = compile(
      [rule(2, "exclude", "I1"), rule(3, "bundle_all_or_nothing", "B"), rule(4, "exclude", "I3")], among: candidates)
    #expect(compilation.codes() == [])
    #expect(compilation.codes(.warning) == ["2:mandatory_excluded", "3:bundle_half_excluded", "4:bundle_half_excluded"])
    #expect(compilation.compiled != nil)
  }

  @Test func `what is not eligible is warned of where a rule needs it`() {
    var candidates = six
    candidates[0].backlog.candidatePeriodKey = "2026-Q2"
    candidates[1].backlog.isOptimizationCandidate = false
    let compilation = compile([rule(2, "mandatory", "I1"), rule(3, "require_prereq", "I3<-I2")], among: candidates)
    #expect(compilation.codes() == [])
    #expect(compilation.codes(.warning) == ["2:mandatory_not_eligible", "3:tied_to_no_candidate"])
  }

  @Test func `ten thousand rows and five thousand candidates compile`() throws {
    let initiatives = (0..<5000).map { number in
      SeedRows.initiative(
        "INIT-\(100_000 + number)", "C\(number % 50)", number + 2, tokens: 1 + number % 40,
        CandidateFields(bundleKey: "B\(number % 300)", prerequisiteKeys: number >= 100 ? ["INIT-\(100_000 + number - 100)"] : []))
    }
    var rows: [ConstraintEntry] = []
    for number in 0..<4000 {
      rows.append(rule(rows.count + 2, "exclude_pair", "INIT-\(100_000 + number)<>INIT-\(100_001 + number)"))
    }
    for number in 0..<4000 {
      rows.append(rule(rows.count + 2, "require_prereq", "INIT-\(101_000 + number)<-INIT-\(100_999 + number)"))
    }
    for number in 0..<300 { rows.append(rule(rows.count + 2, "bundle_all_or_nothing", "B\(number)")) }
    for number in 0..<50 { rows.append(floor(rows.count + 2, "C\(number)", 5)) }
    while rows.count < 10_000 { rows.append(rule(rows.count + 2, "mandatory", "INIT-X\(rows.count)")) }
    let compilation = compile(rows, capacity: 1_000_000, among: initiatives)
    #expect(compilation.compiled == nil)
    #expect(compilation.findings.count { $0.code == "unknown_initiative" } == 1650)
    #expect(compilation.codes().count { $0.hasSuffix("exclusion_along_prerequisites") } > 0)
  }
}

import SeededNumbers
import Testing

@testable import ConstraintCompilationDomain

@Suite struct CompilationTests {
  @Test func `the seeds' Baseline compiles to what the page says`() throws {
    let compilation = SeedRows.compile(SeedRows.baselineConstraints, SeedRows.baselineTargets)
    #expect(compilation.codes() == [])
    let set = try #require(compilation.compiled)
    var expected = CompiledSet()
    expected.capacityFloors = [.init(member: DimensionMember(.country, "UK"), amount: 250)]
    expected.capacityCaps = [.init(member: DimensionMember(.country, "DE"), amount: 180)]
    expected.mandatory = [.init(initiativeKey: "INIT-000017", reason: "Must ship (regulatory)")]
    expected.bundles = [.init(key: "BNDL-PAYMENTS", initiativeKeys: [], notes: "If pick one, pick all in bundle")]
    expected.excludedInitiatives = ["INIT-000044"]
    expected.targets = [
      KpiTargetRule(
        kpiKey: "KPI_CONVERSION", member: DimensionMember(.country, "UK"), side: .goal, value: 0.035, unit: "ratio",
        notes: "Stretch goal"),
      KpiTargetRule(
        kpiKey: "NSM_ORDERS", member: DimensionMember(.country, "UK"), side: .floor, value: 200_000, unit: "orders",
        notes: "Must not drop below"),
    ]
    #expect(set == expected)
    #expect(compilation.codes(.warning) == ["3:ratio_without_baseline"])
  }

  @Test func `the seeds' Aggressive compiles with its prerequisite`() throws {
    let set = try #require(SeedRows.compile(SeedRows.aggressiveConstraints, SeedRows.aggressiveTargets).compiled)
    #expect(set.prerequisites == [.init(initiativeKey: "INIT-000081", requires: ["INIT-000012"])])
    #expect(set.targets.map(\.side) == [.floor, .goal])
    #expect(set.targets.map(\.member.key) == ["DE", "UK"])
  }

  @Test func `the same rows in any order give the same bytes, and any other rows give others`() throws {
    let all =
      SeedRows.baselineConstraints + [
        ConstraintEntry(row: 7, type: "require_prereq", dimension: "initiative", key: "INIT-000100<-INIT-000099"),
        ConstraintEntry(row: 8, type: "require_prereq", dimension: "initiative", key: "INIT-000100<-INIT-000012"),
        ConstraintEntry(row: 9, type: "exclude_pair", dimension: "initiative", key: "INIT-000099<>INIT-000081"),
        ConstraintEntry(row: 10, type: "min_selected", dimension: "all", key: "", minCount: 2),
        ConstraintEntry(
          row: 11, type: "synergy_bonus", dimension: "initiative", key: "INIT-000012+INIT-000017", targetKpiKey: "NSM_ORDERS",
          targetValue: 5),
        ConstraintEntry(
          row: 12, type: "synergy_bonus", dimension: "initiative", key: "INIT-000012+INIT-000017", targetKpiKey: "KPI_CONVERSION",
          targetValue: 5),
      ]
    func bytes(_ rows: [ConstraintEntry], _ targets: [TargetEntry]) throws -> [UInt8] {
      try #require(SeedRows.compile(rows, targets).compiled).canonicalBytes(scenarioName: "Q1-2026 Core", setName: "Baseline")
    }
    let expected = try bytes(all, SeedRows.baselineTargets)
    for seed in 1...20 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let rows = all.shuffled(using: &generator).enumerated().map { place, row in
        var moved = row
        moved.row = place + 2
        return moved
      }
      #expect(try bytes(rows, SeedRows.baselineTargets.shuffled(using: &generator)) == expected, "seed \(seed)")
    }
    for left in all.indices {
      var fewer = all
      fewer.remove(at: left)
      #expect(try bytes(fewer, SeedRows.baselineTargets) != expected)
    }
    #expect(try bytes(all, Array(SeedRows.baselineTargets.dropLast())) != expected)
  }

  @Test func `a revision belongs to its set, however the names are spelt`() throws {
    let set = try #require(SeedRows.compile(SeedRows.baselineConstraints).compiled)
    let bytes = set.canonicalBytes(scenarioName: "Core", setName: "Baseline")
    #expect(bytes == set.canonicalBytes(scenarioName: " core", setName: "BASELINE "))
    #expect(bytes != set.canonicalBytes(scenarioName: "Core", setName: "Tight"))
    #expect(bytes != set.canonicalBytes(scenarioName: "CoreB", setName: "aseline"))
  }

  @Test func `every fault of every row is answered in one pass`() {
    let compilation = SeedRows.compile(
      [
        ConstraintEntry(row: 2, type: "capacity_floor", dimension: "country", key: "UK", minTokens: 180.5, maxTokens: 3),
        ConstraintEntry(row: 3, type: "capacty_cap", dimension: "country", key: "DE", maxTokens: 3),
        ConstraintEntry(row: 4, type: "mandatory", dimension: "initiative", key: "INIT-00017"),
        ConstraintEntry(row: 5, type: "exclude", dimension: "initiative", key: "INIT-000044"),
        ConstraintEntry(row: 6, type: "require_prereq", dimension: "initiative", key: "INIT-000081<-INIT-000044"),
        ConstraintEntry(row: 7, type: "exclude", dimension: "initiative", key: " init-000044"),
        ConstraintEntry(row: 8, type: "require_prereq", dimension: "initiative", key: "INIT-000012<-INIT-000081"),
        ConstraintEntry(row: 9, type: "require_prereq", dimension: "initiative", key: "INIT-000081<-INIT-000012"),
      ],
      [
        TargetEntry(row: 2, country: "", kpiKey: "KPI_CONVERSON", targetValue: nil, floorOrGoal: "least"),
        TargetEntry(row: 3, country: "UK", kpiKey: "NSM_ORDERS", targetValue: .infinity, floorOrGoal: "floor", baselineValue: .nan),
      ])
    #expect(compilation.compiled == nil)
    #expect(
      compilation.codes() == [
        "2:unused_column", "2:not_whole", "3:unknown_word", "4:missing_value", "5:duplicate_rule", "7:duplicate_rule",
        "8:prerequisite_cycle",
        "9:prerequisite_cycle", "2:unknown_word", "2:missing_value", "3:bad_number", "3:bad_number",
      ])
  }

  @Test func `duplicates name both rows, across tabs too`() {
    let floor = ConstraintEntry(row: 2, type: "capacity_floor", dimension: "market", key: "uk ", minTokens: 1)
    let other = ConstraintEntry(row: 9, type: "floor", dimension: "Country", key: "UK", minTokens: 2)
    #expect(
      SeedRows.compile([floor, other]).findings.map(\.message)
        == Array(repeating: "the same rule stands in Constraints rows 2 and 9; keep one", count: 2))
    let target = ConstraintEntry(
      row: 3, type: "target", dimension: "country", key: "UK", targetKpiKey: "nsm_orders", targetValue: 5)
    let both = SeedRows.compile([target], [SeedRows.baselineTargets[0]])
    #expect(both.codes() == ["3:duplicate_rule", "2:duplicate_rule"])
    #expect(both.findings.first?.message == "the same rule stands in Constraints row 3 and Targets row 2; keep one")
    let pairs = ["INIT-000012<>INIT-000017", "init-000017<>INIT-000012"].enumerated().map {
      ConstraintEntry(row: $0 + 2, type: "exclude_pair", dimension: "initiative", key: $1)
    }
    #expect(SeedRows.compile(pairs).codes() == ["2:duplicate_rule", "3:duplicate_rule"])
  }

  @Test func `targets of the whole portfolio have a blank country or ALL`() throws {
    for country in ["", " ", "ALL", "all"] {
      let entry = TargetEntry(
        row: 2, country: country, kpiKey: "NSM_ORDERS", targetValue: 5, floorOrGoal: "Floor", baselineValue: 2)
      let set = try #require(SeedRows.compile([], [entry]).compiled)
      #expect(
        set.targets == [KpiTargetRule(kpiKey: "NSM_ORDERS", member: .all, side: .floor, value: 5, baseline: 2, unit: "orders")])
    }
  }

  @Test(arguments: [2e15, -2e15, .infinity, .nan])
  func `an amount that the optimizer cannot add up exactly is refused`(amount: Double) {
    let entry = TargetEntry(
      row: 2, country: "", kpiKey: "NSM_ORDERS", targetValue: amount, floorOrGoal: "goal", baselineValue: amount)
    #expect(
      SeedRows.compile([], [entry]).findings.filter { $0.severity == .error }.map(\.cell.column) == [
        "target_value", "baseline_value",
      ])
    let rule = ConstraintEntry(row: 2, type: "target", dimension: "all", key: "", targetKpiKey: "NSM_ORDERS", targetValue: amount)
    #expect(SeedRows.compile([rule]).findings.map(\.cell.column) == ["target_value"])
  }

  @Test func `a target that is seldom meant is warned of`() {
    let entries = [
      TargetEntry(row: 2, country: "", kpiKey: "KPI_DELIVERY_TIME", targetValue: 0, floorOrGoal: "floor"),
      TargetEntry(row: 3, country: "", kpiKey: "NSM_ORDERS", targetValue: 900_000, floorOrGoal: "cap"),
    ]
    let compilation = SeedRows.compile([], entries)
    #expect(compilation.codes(.warning) == ["2:floor_of_lower_is_better", "3:cap_of_higher_is_better"])
    #expect(compilation.compiled != nil)
  }

  @Test func `a target for a supporting KPI is refused, unless targets of all levels are wanted`() {
    let rule = ConstraintEntry(row: 2, type: "target", dimension: "all", key: "", targetKpiKey: "KPI_TICKETS", targetValue: 1)
    let target = TargetEntry(row: 4, country: "UK", kpiKey: "kpi_tickets", targetValue: 1, floorOrGoal: "goal")
    let refused = SeedRows.compile([rule], [target])
    #expect(refused.codes(.error) == ["2:supporting_kpi", "4:supporting_kpi"] && refused.compiled == nil)
    #expect(refused.findings.map(\.cell.column) == ["target_kpi_key", "kpi_key"])
    #expect(
      refused.findings.last?.message
        == "kpi_key \"KPI_TICKETS\" is a supporting KPI, to which no initiative can contribute; targets are for the north star and the"
        + " strategic KPIs of Metrics_Config")
    var kpis = SeedRows.kpis
    kpis.targetLevels = .all
    let taken = SeedRows.compile([], [target], kpis: kpis)
    #expect(taken.codes(.warning) == ["4:supporting_kpi"] && taken.compiled?.targets.count == 1)
  }

  @Test func `rows are told apart by what they are about, not by their numbers`() {
    let one = ConstraintEntry(row: 2, type: "cap", dimension: "market", key: "uk", maxTokens: 1)
    let two = ConstraintEntry(row: 3, type: "capacity_cap", dimension: "country", key: " UK", maxTokens: 2)
    #expect(one.identity == two.identity)
    #expect(one.identity != ConstraintEntry(row: 2, type: "floor", dimension: "market", key: "uk", minTokens: 1).identity)
    let broken = ConstraintEntry(row: 2, type: "cap", dimension: "country", key: "UK")
    #expect(broken.identity == ConstraintEntry(row: 8, type: "cap", dimension: "country", key: "uk ").identity)
  }
}

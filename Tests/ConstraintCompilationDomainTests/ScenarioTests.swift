import ConstraintCompilationDomain
import Testing

@Suite struct ScenarioTests {
  private func save(_ entries: [ScenarioEntry], known: [PlannedScenario] = [], kpis: KpiCatalogue = SeedRows.kpis) -> ScenarioSave {
    ScenarioSave(entries, known: known, kpis: kpis)
  }

  private func entry(
    _ weights: WeightsCell, mode: String = "weighted_kpis", period: String = "2026-Q1", capacity: Double? = 100, name: String = "S"
  ) -> ScenarioEntry {
    ScenarioEntry(row: 2, name: name, periodKey: period, capacity: capacity, objectiveMode: mode, weights: weights)
  }

  private func weights(_ cell: WeightsCell, mode: String) -> [ScenarioWeight]? {
    save([entry(cell, mode: mode)]).stored.first?.weights
  }

  private func codes(_ cell: WeightsCell, mode: String) -> [String] {
    save([entry(cell, mode: mode)]).findings.filter { $0.severity == .error }.map(\.code)
  }

  @Test func `the seeds' scenarios are stored`() {
    let save = save(SeedRows.scenarioEntries)
    #expect(save.findings.isEmpty)
    #expect(save.stored.first == SeedRows.core)
    #expect(save.stored.last?.objective == .northStar)
    #expect(save.stored.last?.weights == [])
    #expect(save.tally.upserts == 2)
  }

  @Test func `a scenario that is stored already is unchanged`() {
    let again = save([SeedRows.scenarioEntries[0]], known: [SeedRows.core])
    #expect(again.stored.isEmpty)
    #expect(again.tally.unchanged == 1)
    #expect(again.findings.map(\.code) == ["unchanged"])
    var moved = SeedRows.scenarioEntries[0]
    moved.row = 9
    moved.weightsText = " north_star=0.6, strategic_kpis=0.4"
    let after = save([moved], known: [SeedRows.core])
    #expect(after.tally.unchanged == 1, "nothing that has a meaning changed")
    #expect(after.stored.map(\.row) == [9] && after.stored.first?.weightsText == "north_star=0.6, strategic_kpis=0.4")
  }

  @Test(arguments: ["2026", "2026-H1", "2026-H2", "2026-q3", " 2026-Q4 ", "2026-01", "2026-12"])
  func `a period is a year, a half, a quarter or a month`(text: String) {
    #expect(save([entry(.plain("north_star=1"), period: text)]).stored.count == 1)
  }

  @Test(arguments: ["", "26", "2026-H3", "2026-Q5", "2026-13", "2026-00", "2026-1", "2026-Q1-1", "Q1-2026", "2026Q1"])
  func `anything else is no period`(text: String) {
    let save = save([entry(.plain("north_star=1"), period: text)])
    #expect(save.stored.isEmpty)
    #expect(save.findings.map(\.cell.column) == ["period_key"])
  }

  @Test(arguments: [nil, 0, -5, 1200.5, .infinity, .nan] as [Double?])
  func `a capacity is a whole number above zero`(capacity: Double?) {
    let save = save([entry(.plain("north_star=1"), capacity: capacity)])
    #expect(save.stored.isEmpty)
    #expect(save.findings.map(\.cell.column) == ["capacity_total_tokens"])
  }

  @Test(arguments: [
    "north_star=0.6, KPI_CONVERSION=0.4", " north_star = 0.6 ; kpi_conversion = 0.4", "north_star=.6\nKPI_CONVERSION=4e-1",
  ])
  func `weights are read in the plain form`(text: String) {
    #expect(
      weights(.plain(text), mode: "Weighted KPIs")
        == [ScenarioWeight(key: "north_star", weight: 0.6), ScenarioWeight(key: "KPI_CONVERSION", weight: 0.4)])
  }

  @Test(arguments: [
    (WeightsCell.plain(""), "no_weight"), (.plain("north_star=0"), "no_weight"), (.plain("north_star=-1"), "negative_weight"),
    (.plain("north_star=1e9"), "out_of_range"),
    (.plain("north_star"), "bad_weights"), (.plain("north_star=a"), "bad_weights"), (.plain("north_star=1=2"), "bad_weights"),
    (.plain("KPI_CONVERSON=1"), "unknown_kpi"), (.plain("KPI_OLD=1"), "inactive_kpi"),
    (.plain("north_star=1, NORTH_STAR=2"), "duplicate_key"), (.json(.number(3)), "bad_weights"), (.json(.null), "bad_weights"),
    (.json(.object([.init("north_star", .text("1"))])), "bad_weights"), (.json(.list([.text("north_star")])), "bad_weights"),
    (.broken("line 1, column 3: a value is missing"), "bad_json"),
  ])
  func `weights that say nothing are refused`(cell: WeightsCell, code: String) {
    #expect(codes(cell, mode: "weighted_kpis").contains(code))
  }

  @Test func `an unknown key is answered with the nearest`() {
    let save = save([entry(.plain("KPI_CONVERSON=1"))])
    #expect(
      save.findings.map(\.message) == [
        "objective_weights_json \"KPI_CONVERSON\" is not an active KPI of Metrics_Config; did you mean \"KPI_CONVERSION\"?"
      ])
  }

  @Test func `lexicographic levels keep their order and tolerances`() {
    let levels: ParsedJSON = .list([
      .text("NORTH_STAR"), .object([.init("kpi", .text("KPI_CONVERSION")), .init("tolerance", .number(0.02))]),
    ])
    let expected = [ScenarioWeight(key: "north_star"), ScenarioWeight(key: "KPI_CONVERSION", tolerance: 0.02)]
    #expect(weights(.json(levels), mode: "lexicographic") == expected)
    #expect(weights(.plain("KPI_CONVERSION, north_star"), mode: "lexicographic")?.map(\.key) == ["KPI_CONVERSION", "north_star"])
    #expect(
      weights(.plain("KPI_CONVERSION=1, north_star=2"), mode: "lexicographic")?.map(\.key) == ["north_star", "KPI_CONVERSION"])
  }

  @Test(arguments: [
    (WeightsCell.plain(""), "no_level"), (.plain("north_star=1, KPI_CONVERSION=1"), "tied_levels"),
    (.plain("north_star, strategic_kpis"), "bad_level"), (.plain("north_star, NSM_ORDERS"), "duplicate_key"),
    (.json(.list([.number(1)])), "bad_weights"), (.json(.list([.object([])])), "bad_weights"),
    (.json(.list([.object([.init("kpi", .text("north_star")), .init("tolerance", .number(2))])])), "bad_weights"),
    (.json(.list([.object([.init("kpi", .text("north_star")), .init("slack", .number(0))])])), "bad_weights"),
    (.json(.list([.object([.init("kpi", .text("a")), .init("kpi", .text("b"))])])), "bad_weights"),
  ])
  func `levels whose order is open are refused`(cell: WeightsCell, code: String) {
    #expect(codes(cell, mode: "lexicographic").contains(code))
  }

  @Test func `north_star takes no weights and says so`() {
    let save = save([entry(.plain("north_star=1"), mode: "north_star")])
    #expect(save.stored.map(\.weights) == [[]])
    #expect(save.findings.map(\.code) == ["weights_unused"])
    #expect(save.findings.map(\.severity) == [.warning])
  }

  @Test func `without a north star nothing can be made of it`() {
    let kpis = KpiCatalogue(revision: 0, kpis: [])
    #expect(save([entry(.plain(""), mode: "north_star")], kpis: kpis).findings.map(\.code) == ["no_north_star"])
    #expect(save([entry(.plain("strategic_kpis=1"))], kpis: kpis).findings.map(\.code) == ["no_strategic_kpi"])
  }

  @Test func `every fault of a row is answered at once`() {
    let save = save([entry(.plain("X=1"), period: "soon", capacity: nil, name: " "), entry(.plain(""), mode: "wieghted_kpis")])
    let faults = Set(save.findings.map { "\($0.cell.column):\($0.code)" })
    #expect(
      faults == [
        "scenario_name:missing_value", "period_key:bad_period", "capacity_total_tokens:missing_value",
        "objective_weights_json:unknown_kpi",
        "objective_mode:unknown_word",
      ])
    #expect(save.findings.contains { $0.message.contains("did you mean \"weighted_kpis\"?") })
    #expect(save.tally.failures == 1, "both rows have number 2")
  }

  @Test func `two rows of one name are both refused`() {
    var second = entry(.plain("north_star=1"), name: " s ")
    second.row = 9
    let save = save([entry(.plain("north_star=1")), second])
    #expect(save.stored.isEmpty)
    #expect(
      save.findings.map(\.message) == [
        "scenario_name \"S\" stands in Scenario_Config rows 2 and 9; keep one",
        "scenario_name \"s\" stands in Scenario_Config rows 2 and 9; keep one",
      ])
    #expect(save.tally.failures == 2)
  }
}

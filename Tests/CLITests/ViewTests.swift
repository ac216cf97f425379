import Messages
import Testing

@testable import lodestar

@Suite struct ViewTests {
  private let console = Console.plain()

  static let run = Run(
    runId: "run_20260105T120102Z_a1b2c3d4", scenarioName: "Q1-2026 Core", constraintSetName: "Baseline", status: .success,
    startedAtUs: 1_000_000, finishedAtUs: 1_340_000, candidateCount: 3, capacityTotalTokens: 400,
    result: RunResult(
      totalObjective: 0.82157, bestBound: 0.82157, relativeGap: 0, selectedCount: 2, capacityUsedTokens: 390,
      items: [
        PortfolioItem(
          initiativeKey: "INIT-000017", title: "Strong customer authentication", selected: true, allocatedTokens: 180,
          gains: [
            Contribution(kpiKey: "KPI_CONVERSION", value: 0.004), Contribution(kpiKey: "NSM_ORDERS", value: 12_500),
            Contribution(kpiKey: "KPI_COST", value: -3),
          ], reason: "mandatory: regulatory"),
        PortfolioItem(initiativeKey: "INIT-000044", title: "Loyalty", reason: "excluded: blocked by legal"),
        PortfolioItem(
          initiativeKey: "INIT-000081", title: "One-click", selected: true, allocatedTokens: 210, reason: "worth its tokens"),
      ],
      kpiTotals: [KpiTotal(kpiKey: "NSM_ORDERS", total: 12_500)],
      gaps: [
        TargetGap(
          kpiKey: "NSM_ORDERS", dimension: .country, key: "UK", kind: .floor, targetValue: 200_000, achievedValue: 212_500,
          gap: -12_500, severity: .ok, recommendation: ""),
        TargetGap(
          kpiKey: "KPI_CONVERSION", dimension: .all, kind: .goal, targetValue: 0.035, achievedValue: 0.03, gap: 0.005,
          severity: .warning, recommendation: "raise capacity"),
      ],
      objectiveValues: [ObjectiveValue(kpiKey: "NSM_ORDERS", weight: 0.6, normalizer: 200_000, total: 12_500)]))

  @Test func `a run is its portfolio, its targets and how its objective adds up`() {
    let lines = RunView(run: Self.run).lines(console)
    #expect(lines[0] == "SUCCESS  Q1-2026 Core / Baseline  run_20260105T120102Z_a1b2c3d4")
    #expect(lines[1] == "  2 of 3 initiatives, 390 of 400 tokens (97.5 %), objective 0.8216, proven best, 340 ms")
    let text = lines.joined(separator: "\n")
    #expect(
      text.contains("INIT-000017  Strong customer authentication     180  NSM_ORDERS +12,500, KPI_COST -3, KPI_CONVERSION +0.004"))
    #expect(text.contains("INIT-000044  Loyalty  excluded: blocked by legal"))
    #expect(text.contains("NSM_ORDERS      UK          floor  200,000   212,500  met, 12,500 to spare"))
    #expect(text.contains("everywhere  goal"))
    #expect(text.contains("Objective"))
  }

  @Test func `an initiative that is in as its mvp says so`() {
    var run = Self.run
    run.result?.items[2].form = .mvp
    let lines = RunView(run: run).lines(console)
    #expect(lines.contains { $0.contains("INIT-000081  One-click (mvp)") })
    #expect(lines.count { $0.contains("(mvp)") } == 1)
  }

  @Test func `a run's account leaves out what was left out`() {
    let text = RunView(run: Self.run).lines(console, detail: .portfolio).joined(separator: "\n")
    #expect(!text.contains("INIT-000044") && !text.contains("Objective"))
  }

  @Test func `a run without a portfolio says why`() {
    let run = Run(
      runId: "run_1", scenarioName: "S", constraintSetName: "T", status: .infeasible, message: "floors exceed the capacity")
    #expect(RunView(run: run).lines(console) == ["INFEASIBLE  S / T  run_1", "  floors exceed the capacity"])
  }

  @Test func `a run tells which meaning of its numbers it went by, and what is the matter with it`() {
    var run = Self.run
    run.measures = [
      KpiMeasure(
        kpiKey: "NSM_ORDERS", metricKey: "orders", metricVersion: "v3", metricStatus: .sunset, metricContentHash: "0f0f")
    ]
    run.alerts = [
      RunAlert(severity: .critical, code: "metric_sunset", kpiKey: "NSM_ORDERS", message: "orders v3 is past its sunset"),
      RunAlert(severity: .warning, code: "deadline_missed", message: "it is left out", initiativeKey: "INIT-000081"),
    ]
    let text = RunView(run: run).lines(console).joined(separator: "\n")
    #expect(text.contains("metric_sunset    NSM_ORDERS   orders v3 is past its sunset"))
    #expect(text.contains("deadline_missed  INIT-000081  it is left out"))
    #expect(text.contains("NSM_ORDERS  orders@v3  sunset  0f0f"))
    #expect(!RunView(run: Self.run).lines(console).joined().contains("Measured by"))
  }

  @Test func `a KPI's line says by what version it is measured, and what became of it`() {
    let config = MetricsConfig(
      revision: 1,
      kpis: [
        Kpi(kpiKey: "A", kpiLevel: .strategic, isActive: true, metricKey: "cac", metricVersion: "v1", metricStatus: .active),
        Kpi(kpiKey: "B", kpiLevel: .strategic, isActive: true, metricKey: "roas", metricVersion: "v1", metricStatus: .deprecated),
      ])
    let text = MetricsConfigView(config: config).lines(console).joined(separator: "\n")
    #expect(text.contains("cac@v1\n") && text.contains("roas@v1 (deprecated)"))
  }

  @Test func `a time limit is told by what it left unproven`() {
    let result = RunResult(totalObjective: 2, relativeGap: 0.0123, selectedCount: 1, capacityUsedTokens: 5)
    #expect(
      RunView(run: Run(candidateCount: 2)).summary(result)
        == "1 of 2 initiatives, 5 tokens, objective 2, at most 1.2 % from the best")
  }

  @Test(arguments: [
    (TargetKind.floor, -5.0, "met, 5 to spare"), (.goal, 2.5, "2.5 short"), (.cap, 3, "3 over"), (.cap, -1, "met, 1 to spare"),
    (.floor, 0, "met"),
  ])
  func `a gap is told by which way it goes`(kind: TargetKind, gap: Double, standing: String) {
    #expect(RunView.standing(TargetGap(kind: kind, gap: gap)) == standing)
  }

  @Test func `an action tells its counts and the rows that people have to look at`() {
    let run = ActionRun(
      action: "pm.save_selected", workbookPath: "/plans/Optimization Center.xlsx", tab: "Candidates", status: .partial,
      message: "1 row was refused", startedAtUs: 1, finishedAtUs: 250_001,
      counts: SaveCounts(rows: 60, upserts: 2, unchanged: 57, warnings: 1, failures: 1),
      messages: [
        RowMessage(rowNumber: 2, key: "INIT-1", severity: .info, code: "unchanged", message: "unchanged"),
        RowMessage(
          rowNumber: 7, key: "INIT-000017", column: "engineering_tokens", severity: .error, code: "not_a_number",
          message: "\"18O\" is not a whole number"),
        RowMessage(rowNumber: 9, key: "INIT-000081", severity: .warning, code: "bundle", message: "no rule for its bundle"),
      ])
    #expect(
      ActionRunView(run: run).lines(console) == [
        "PARTIAL  Candidates  Optimization Center.xlsx  250 ms",
        "  1 row was refused",
        "",
        "  Row  Key          Column              Status",
        "    7  INIT-000017  engineering_tokens  FAILED: \"18O\" is not a whole number",
        "    9  INIT-000081                      OK (warning): no rule for its bundle",
      ])
    #expect(run.outcome == .refused)
  }

  @Test func `an action that says nothing is told by its counts`() {
    let counts = SaveCounts(rows: 60, upserts: 2, unchanged: 56, removed: 1, skipped: 1, warnings: 2, failures: 1)
    #expect(
      ActionRunView(run: ActionRun(action: "a", status: .ok, counts: counts)).lines(console) == [
        "OK  a", "  60 rows: 2 saved, 56 unchanged, 1 removed, 1 skipped, 2 warnings, 1 refused",
      ])
  }

  @Test func `what the action's sentence says is not said again, and a failed row is not OK`() {
    let run = ActionRun(
      action: "a", status: .failed, message: "lodestar-compiler is away.",
      messages: [
        RowMessage(rowNumber: 3, key: "B", severity: .warning, message: "blank"),
        RowMessage(severity: .error, message: "lodestar-compiler is away"),
        RowMessage(rowNumber: 3, key: "B", severity: .error, message: "wrong"),
      ])
    #expect(
      ActionRunView(run: run).lines(console) == [
        "FAILED  a", "  lodestar-compiler is away.", "", "  Row  Key  Column  Status", "    3  B            FAILED: wrong",
        "    3  B            warning: blank",
      ])
  }

  @Test func `an action that could not reach a service ends like one`() {
    let away = RowMessage(severity: .error, code: "service_unavailable", message: "lodestar-compiler cannot be reached")
    #expect(ActionRun(status: .failed, messages: [away]).outcome == .unreachable)
    #expect(ActionRun(status: .failed).outcome == .refused)
    #expect(ActionRun(status: .ok).outcome == .done)
  }

  @Test func `KPIs are listed from the north star down`() {
    let config = MetricsConfig(
      revision: 3,
      kpis: [
        Kpi(kpiKey: "A", kpiName: "Aa", kpiLevel: .supporting, direction: .lowerIsBetter, isActive: false),
        Kpi(kpiKey: "Z", kpiName: "Orders", kpiLevel: .northStar, unit: "orders", direction: .higherIsBetter, isActive: true),
      ], savedBy: "ada", savedAtUs: 1_767_614_462_000_000)
    #expect(
      MetricsConfigView(config: config).lines(console) == [
        "KPI  Name    Level       Unit    Good is  Active  Measured by",
        "Z    Orders  north star  orders  higher   yes",
        "A    Aa      supporting          lower    no",
        "",
        "Revision 3, saved 2026-01-05 12:01:02Z by ada",
      ])
    #expect(MetricsConfigView(config: MetricsConfig()).lines(console).first?.contains("lodestar save") == true)
  }

  @Test func `the demo's account names rows, mistakes and files`() {
    let account = DemoAccount(console: console)
    let wrong = (1...8).map { RowMessage(rowNumber: UInt32($0), key: "K\($0)", severity: .error, message: "wrong") }
    let run = ActionRun(tab: "Targets", status: .failed, message: "nothing was saved", messages: wrong)
    let lines = account.mistakes([run])
    #expect(lines.first == "   Targets  nothing was saved")
    #expect(lines.contains("       1  K1   FAILED: wrong"))
    #expect(lines.last == "     … and 2 more")
    let ending = account.ending(DemoWorkbooks(directory: "/plans"), runs: [Self.run], isKept: false)
    #expect(ending.contains("   /plans/ProductOps.xlsx"))
    #expect(ending.contains("     lodestar runs show run_20260105T120102Z_a1b2c3d4"))
  }
}

import Messages
import RPC
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

extension Run {
  /// A run that has ended with a portfolio of two candidates and three targets.
  static func example(_ id: String = "run_20260105T120102Z_a1b2c3d4") -> Run {
    Run(
      runId: id, scenarioName: "Q1-2026 Core", constraintSetName: "Baseline", status: .success, createdAtUs: 1_767_614_462_000_000,
      startedAtUs: 1_767_614_463_000_000, finishedAtUs: 1_767_614_464_500_000, candidateCount: 2, capacityTotalTokens: 1200,
      result: RunResult(
        totalObjective: 0.82, selectedCount: 1, capacityUsedTokens: 180,
        items: [
          PortfolioItem(
            initiativeKey: "INIT-000017", title: "Payments compliance", selected: true, allocatedTokens: 180,
            gains: [Contribution(kpiKey: "NSM_ORDERS", value: 1200), Contribution(kpiKey: "KPI_CONVERSION", value: 0.004)],
            reason: "mandatory"),
          PortfolioItem(initiativeKey: "INIT-000081", title: "New checkout", reason: "needs INIT-000012"),
        ],
        gaps: [
          TargetGap(
            kpiKey: "NSM_ORDERS", dimension: .country, key: "UK", kind: .floor, targetValue: 1000, achievedValue: 1200, gap: -200,
            severity: .ok),
          TargetGap(
            kpiKey: "KPI_CONVERSION", dimension: .all, kind: .goal, targetValue: 0.035, achievedValue: 0.03, gap: 0.005,
            severity: .warning, recommendation: "add INIT-000081"),
          TargetGap(
            kpiKey: "NSM_ORDERS", dimension: .department, key: "Core", kind: .cap, targetValue: 5, achievedValue: 4, gap: -1,
            severity: .ok),
        ]))
  }
}

@Suite struct RunRecordsTests {
  @Test(arguments: [
    (RunStatus.success, "", true, "OK: completed"),
    (.success, "The best portfolio is proven.", true, "OK: The best portfolio is proven"),
    (.timeLimit, "", true, "OK (warning): stopped at the time limit, gap 1.2 %"),
    (.timeLimit, "no portfolio found", false, "FAILED: time limit: no portfolio found"),
    (.infeasible, "floors of row 4 and 7", false, "FAILED: infeasible: floors of row 4 and 7"),
    (.failed, "the solver broke", false, "FAILED: the solver broke"),
    (.cancelled, "", true, "OK (warning): cancelled, gap 1.2 %"), (.running, "", false, "RUNNING: searching"),
  ])
  func `a run's status in the words of the sheet`(status: RunStatus, message: String, hasResult: Bool, text: String) {
    let run = Run(status: status, message: message, result: hasResult ? RunResult(relativeGap: 0.012) : nil)
    #expect(RunRecords(run: run).status == text)
  }

  @Test func `a run without a portfolio has no numbers`() {
    let values = RunRecords(run: Run(runId: "run_1", status: .infeasible)).runs[0].values
    #expect(values["selected_count"] == .blank && values["total_objective"] == .blank && values["capacity_used"] == .blank)
    #expect(values["finished_at"] == .blank)
  }

  @Test func `an alert stands beside its KPI's targets, or in a line of its own`() throws {
    var run = Run.example()
    run.alerts = [
      RunAlert(severity: .warning, code: "metric_deprecated", kpiKey: "KPI_CONVERSION", message: "conversion v1 is deprecated"),
      RunAlert(severity: .critical, code: "metric_sunset", kpiKey: "KPI_COST", message: "cost v2 is past its sunset"),
    ]
    let gaps = RunRecords(run: run).gaps(try #require(run.result))
    #expect(
      gaps.map { $0.values["system_recommendation"] } == [
        .blank, .text("add INIT-000081; conversion v1 is deprecated"), .blank, .text("cost v2 is past its sunset"),
      ])
    #expect(gaps.last?.key == RowKey(["Q1-2026 Core", "Baseline", "ALL", "KPI_COST"]))
    #expect(gaps.last?.values["severity"] == .text("critical"))
  }

  @Test func `a missed deadline has a line of its own, which says so no more once it is met`() throws {
    var run = Run.example()
    run.alerts = [
      RunAlert(
        severity: .warning, code: "deadline_missed", message: "INIT-000081 misses its deadline 2026-02-15",
        initiativeKey: "INIT-000081")
    ]
    let gaps = RunRecords(run: run).gaps(try #require(run.result))
    #expect(gaps.count == 4 && gaps.prefix(3).allSatisfy { $0.values["floor_or_goal"] != .text("deadline") })
    let line = try #require(gaps.last)
    #expect(line.key == RowKey(["Q1-2026 Core", "Baseline", "initiative: INIT-000081", ""]))
    #expect(line.values["floor_or_goal"] == .text("deadline") && line.values["severity"] == .text("warning"))
    #expect(line.values["system_recommendation"] == .text("INIT-000081 misses its deadline 2026-02-15"))
    #expect(line.values["run_status"] == .text("OK (warning): see system_recommendation"))
    let next = RunRecords(run: Run.example("run_20260106T120102Z_a1b2c3d4"))
    let outdated = try #require(next.outdatedGap(line.key))
    #expect(outdated["system_recommendation"] == .blank)
    #expect(outdated["run_status"] == .text("OK: no alert of run_20260106T120102Z_a1b2c3d4"))
  }

  @Test func `everything that is written belongs to Lodestar`() throws {
    let run = Run.example()
    let records = RunRecords(run: run)
    let result = try #require(run.result)
    for (tab, rows) in [(TabName.runs, records.runs), (.results, records.results(result)), (.gapsAlerts, records.gaps(result))] {
      for name in rows.flatMap(\.values.keys) {
        #expect(Catalogue[tab].column(name)?.isWrittenByLodestar == true, "\(tab.rawValue).\(name)")
      }
      #expect(Set(rows.map(\.key)).count == rows.count)
      #expect(rows.allSatisfy { $0.key.parts.count == Catalogue[tab].keyColumns.count })
    }
    for name in records.outdatedResult.keys { #expect(Catalogue[.results].column(name)?.isWrittenByLodestar == true) }
  }

  @Test func `what an initiative brings is readable`() throws {
    let records = RunRecords(run: .example())
    let rows = records.results(try #require(records.run.result))
    #expect(rows[0].values["gains"] == .text("NSM_ORDERS 1200, KPI_CONVERSION 0.004"))
    #expect(rows[0].values["run_status"] == .text("OK: selected"))
    #expect(rows[1].values["gains"] == .blank)
    #expect(rows[1].values["selected"] == .boolean(false))
  }

  @Test func `a selected initiative says in which form`() throws {
    var run = Run.example()
    #expect(RunRecords(run: run).results(try #require(run.result)).map { $0.values["selected_form"] } == [.text("full"), .blank])
    run.result?.items[0].form = .mvp
    #expect(RunRecords(run: run).results(try #require(run.result))[0].values["selected_form"] == .text("mvp"))
    #expect(RunRecords(run: run).outdatedResult["selected_form"] == .blank)
  }

  @Test func `targets say whom they are for, and by how much they are missed`() throws {
    let records = RunRecords(run: .example())
    let rows = records.gaps(try #require(records.run.result))
    #expect(rows.map { $0.key.parts[2] } == ["UK", "ALL", "department: Core"])
    #expect(
      rows.map { $0.values["run_status"] } == [
        .text("OK: on target"), .text("OK (warning): 0.005 short of the goal"), .text("OK: on target"),
      ])
  }

  @Test func `two targets of one kind of key stay two rows`() throws {
    var run = Run.example()
    run.result?.gaps = [TargetKind.floor, .cap].map { TargetGap(kpiKey: "NSM", dimension: .country, key: "UK", kind: $0) }
    let rows = RunRecords(run: run).gaps(try #require(run.result))
    #expect(rows.map { $0.key.parts[2] } == ["UK", "UK (cap)"])
  }

  @Test func `only targets of the run's own set can be outdated`() {
    let records = RunRecords(run: .example())
    #expect(records.outdatedGap(RowKey(["q1-2026 core", "BASELINE", "FR", "NSM"])) != nil)
    #expect(records.outdatedGap(RowKey(["Q1-2026 Core", "Tight", "FR", "NSM"])) == nil)
  }

  @Test func `numbers that no cell can hold are left out`() {
    var run = Run.example()
    run.result?.totalObjective = .infinity
    #expect(RunRecords(run: run).runs[0].values["total_objective"] == .blank)
  }

  @Test func `progress has a fraction of the time limit, else of the gap`() {
    let run = Run(status: .running)
    let event = RunEvent(run: run, progress: RunProgress(hasIncumbent: true, relativeGap: 0.012))
    #expect(OptimizeAction.progress(event, elapsed: .milliseconds(430), limitMs: 1000).message == "RUNNING: 43 %, gap 1.2 %")
    #expect(OptimizeAction.progress(event, elapsed: .seconds(9), limitMs: 0).message == "RUNNING: 99 %, gap 1.2 %")
    let queued = RunEvent(run: Run(status: .queued), progress: RunProgress(queuePosition: 2))
    #expect(OptimizeAction.progress(queued, elapsed: .zero, limitMs: 0).message == "RUNNING: queued behind 2")
    #expect(OptimizeAction.progress(RunEvent(), elapsed: .zero, limitMs: 0).message.contains("waiting"))
  }
}

@Suite struct ReservationTests {
  @Test(arguments: [
    ([7], "row 7"), ([9, 7], "rows 7, 9"), (Array(1...8), "rows 1, 2, 3, 4, 5 and 3 more"), ([0], "the findings about the whole"),
  ])
  func `rows at fault are named, but not endlessly`(numbers: [Int], text: String) {
    #expect(Reservation.named(Set(numbers)) == text)
  }

  @Test func `an action keeps its errors when not all messages fit`() {
    let infos = (1...20_000).map { RowFinding(rowNumber: $0, severity: .info, code: "unchanged", message: "unchanged") }
    let error = RowFinding(rowNumber: 30_000, severity: .error, code: "wrong", message: "wrong")
    let messages = ActionEnding.messages(infos + [error])
    #expect(messages.count == ActionEnding.mostMessages + 1)
    #expect(messages.contains { $0.code == "wrong" })
    #expect(messages.last?.message.hasPrefix("10001 more") == true)
  }
}

import Messages
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

/// An Optimization Center whose Runs, Results and Gaps_Alerts are as a person would have them.
private func center(_ sync: SyncUnderTest, candidates: [[NewValue]] = []) throws -> String {
  try sync.makeWorkbook([
    (
      "Candidates",
      [["initiative_key", "engineering_tokens", "north_star_contribution", "notes", "run_status", "updated_at"]] + candidates
    ),
    ("Runs", [["run_id", "scenario_name", "constraint_set_name", "optimization_db_status", "run_status", "updated_at", "My own"]]),
    ("Results", [["initiative_key", "title", "run_id", "selected", "allocated_tokens", "gains", "notes", "run_status"]]),
    (
      "Gaps_Alerts",
      [["scenario_name", "constraint_set_name", "country", "kpi_key", "target_value", "recommendation", "notes", "run_id"]]
    ),
  ])
}

private let northStar = MetricsConfig(kpis: [
  Kpi(kpiKey: "NSM_ORDERS", kpiLevel: .northStar, isActive: true), Kpi(kpiKey: "CONV", kpiLevel: .strategic, isActive: true),
])

private let brought = [
  Messages.Initiative(
    initiativeKey: "INIT-1",
    contributions: [Contribution(kpiKey: "CONV", value: 0.5), Contribution(kpiKey: "nsm_orders", value: 1200)]),
  Messages.Initiative(initiativeKey: "INIT-2", contributions: [Contribution(kpiKey: "CONV", value: 0.5)]),
]

extension SyncUnderTest {
  fileprivate func refresh(_ path: String, _ tab: String = "") async throws -> ActionRun {
    try await run(RunActionRequest(action: "pm.refresh", workbookPath: path, tab: tab, actor: "ada"))
  }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct RefreshActionTests {
  @Test func `what candidates bring to the north star is shown, and nothing else of theirs is touched`() async throws {
    try await withSync { sync in
      sync.metrics.config.withLock { $0 = northStar }
      sync.compiler.backlog.withLock { $0 = brought }
      let path = try center(
        sync,
        candidates: [["init-1", 5, nil, "mine", "OK: saved"], ["INIT-2", 6, 99], [nil, nil, nil, "a remark"], ["INIT-3", 7]])
      let before = try await readAll(path, "Candidates")
      let run = try await sync.refresh(path, "Candidates")
      #expect(run.status == .ok, "\(run.message)")
      #expect(run.counts == SaveCounts(rows: 3, upserts: 2, unchanged: 1) && run.changedCells == 2)
      #expect(try await sync.column("north_star_contribution", of: "Candidates", in: path) == [2: .number(1200)])
      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: saved"])
      #expect(try await sync.column("updated_at", of: "Candidates", in: path) == [:])
      let after = try await readAll(path, "Candidates")
      for (old, new) in zip(before.rows, after.rows) {
        #expect(old.cells.filter { $0.column != 3 } == new.cells.filter { $0.column != 3 })
      }
      #expect(run.substeps.map(\.name) == ["statuses", "read", "fetch", "write"])
    }
  }

  @Test func `what is up to date already is not written again`() async throws {
    try await withSync { sync in
      sync.metrics.config.withLock { $0 = northStar }
      sync.compiler.backlog.withLock { $0 = brought }
      let path = try center(sync, candidates: [["INIT-1", 5]])
      #expect(try await sync.optimize(path, selected: false).status == .ok)
      sync.optimizer.list.withLock { $0 = [.example()] }
      #expect(try await sync.refresh(path).changedCells == 1)
      let bytes = readFile(path)
      let again = try await sync.refresh(path)
      #expect(again.status == .ok && again.changedCells == 0 && again.message.contains("up to date"), "\(again.message)")
      #expect(readFile(path) == bytes)
    }
  }

  @Test func `the newest written run of each scenario and set comes back, beside what people wrote`() async throws {
    try await withSync { sync in
      let path = try center(sync)
      #expect(try await sync.optimize(path, selected: false).status == .ok)
      let id = "run_20260105T120102Z_a1b2c3d4"
      var other = Run.example("run_20260106T120102Z_00000001")
      other.constraintSetName = "Tight"
      // Newer ones than those written stay out: nobody asked for them to be written here.
      sync.optimizer.list.withLock { $0 = [.example("run_20260107T120102Z_00000002"), other, .example(id)] }
      _ = try await sync.run(
        RunActionRequest(action: "pm.optimize.write_results", workbookPath: path, runId: other.runId, actor: "ada"))
      let ours = try await sync.column("run_id", of: "Gaps_Alerts", in: path)
      // Somebody tidied up: rows are gone, Lodestar's cells were typed over, and a note was left.
      let tidied = python(
        """
        import sys, openpyxl
        book = openpyxl.load_workbook(sys.argv[1])
        book['Runs'].delete_rows(2)
        runs, results, gaps = book['Runs'], book['Results'], book['Gaps_Alerts']
        runs.cell(2, 4).value = 'typed over'
        runs.cell(2, 7).value = 'mine'
        results.cell(2, 5).value = 1
        results.cell(2, 7).value = 'my note'
        gaps.cell(2, 5).value = None
        gaps.cell(2, 6).value = 'my advice'
        book.save(sys.argv[1])
        """, path, in: TemporaryFolder())
      try #require(tidied.status == 0, "\(tidied.output)")
      let run = try await sync.refresh(path)
      #expect(run.status == .ok, "\(run.message)")
      #expect(
        try await sync.column("run_id", of: "Runs", in: path) == [2: .text(other.runId), 3: .text(id)])
      #expect(try await sync.column("optimization_db_status", of: "Runs", in: path) == [2: .text("success"), 3: .text("success")])
      #expect(try await sync.column("My own", of: "Runs", in: path) == [2: .text("mine")])
      #expect(try await sync.column("allocated_tokens", of: "Results", in: path)[2] == .number(180))
      #expect(try await sync.column("run_id", of: "Results", in: path)[2] == .text(other.runId))
      #expect(try await sync.column("notes", of: "Results", in: path) == [2: .text("my note")])
      #expect(try await sync.column("target_value", of: "Gaps_Alerts", in: path)[2] == .number(1000))
      #expect(try await sync.column("recommendation", of: "Gaps_Alerts", in: path) == [2: .text("my advice")])
      #expect(try await sync.column("run_id", of: "Gaps_Alerts", in: path) == ours)
      #expect(run.changedCells > 3)
    }
  }

  @Test func `a newer run without a portfolio is listed, and Results keeps the portfolio of its own scenario and set`() async throws
  {
    try await withSync { sync in
      let path = try center(sync)
      var other = Run.example("run_20260104T120102Z_00000001")
      other.constraintSetName = "Tight"
      let shown = Run.example("run_20260105T120102Z_00000002")
      var failed = Run.example("run_20260106T120102Z_00000003")
      failed.status = .failed
      failed.result = nil
      sync.optimizer.list.withLock { [other, failed] in $0 = [failed, shown, other] }
      for id in [other.runId, shown.runId, failed.runId] {
        _ = try await sync.run(RunActionRequest(action: "pm.optimize.write_results", workbookPath: path, runId: id, actor: "ada"))
      }
      let portfolio = try await readAll(path, "Results")
      let gaps = try await readAll(path, "Gaps_Alerts")
      let run = try await sync.refresh(path)
      #expect(run.status == .ok && run.changedCells == 0, "\(run.message)")
      #expect(try await readAll(path, "Results") == portfolio)
      #expect(try await readAll(path, "Gaps_Alerts") == gaps)
    }
  }

  @Test func `statuses that are owed are paid, be the tab one that Lodestar fills or not`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "Targets",
          [
            ["scenario_name", "constraint_set_name", "kpi_key", "floor_or_goal", "target_value", "run_status"],
            ["C", "B", "K", "floor", 1],
          ]
        )
      ])
      let run = ActionRun.begun("act_1", path: path)
      _ = try await sync.store.begin(run, idempotencyKey: "")
      try await sync.store.keep(
        UnfinishedWrite(
          actionRunID: "act_1", workbookPath: path, tab: "Targets", source: "s", decidedAtUs: 1_000_000,
          rows: [.init(rowNumber: 2, key: ["C", "B", "", "K"], status: "OK: saved")]))
      let refreshed = try await sync.refresh(path, "Targets")
      #expect(refreshed.status == .ok && refreshed.message.contains("1 statuses that were owed"), "\(refreshed.message)")
      #expect(try await sync.statuses(of: "Targets", in: path) == [2: "OK: saved"])
      #expect(try await sync.store.owedWorkbooks() == [])
    }
  }

  @Test func `statuses that are paid stay paid when the rest of the refresh fails`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: [["INIT-1", 5]])
      _ = try await sync.store.begin(ActionRun.begun("act_1", path: path), idempotencyKey: "")
      try await sync.store.keep(
        UnfinishedWrite(
          actionRunID: "act_1", workbookPath: path, tab: "Candidates", source: "s", decidedAtUs: 1_000_000,
          rows: [.init(rowNumber: 2, key: ["INIT-1"], status: "OK: saved")]))
      var alone = sync
      alone.context = .testing(sync.store, locks: sync.context.locks)
      #expect(try await alone.refresh(path).status == .failed)
      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: saved"])
      #expect(try await sync.store.owedWorkbooks() == [])
    }
  }

  @Test func `a formula in a column of Lodestar's stays, and a missing column is told`() async throws {
    try await withSync { sync in
      sync.metrics.config.withLock { $0 = northStar }
      sync.compiler.backlog.withLock { $0 = brought }
      let path = try sync.makeWorkbook([
        (
          "Candidates",
          [["initiative_key", "engineering_tokens", "north_star_contribution"], ["INIT-1", 5, .formula("1+1", value: 2)]]
        )
      ])
      let bytes = readFile(path)
      let run = try await sync.refresh(path)
      #expect(run.messages.map(\.code) == ["formula_kept"] && readFile(path) == bytes)
      let bare = try sync.makeWorkbook(
        [("Candidates", [["initiative_key", "engineering_tokens"], ["INIT-1", 5]])], named: "Bare.xlsx")
      #expect(try await sync.refresh(bare).messages.map(\.code) == ["no_column"])
    }
  }

  @Test func `a service that is down leaves the workbook as it is`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: [["INIT-1", 5]])
      let bytes = readFile(path)
      var alone = sync
      alone.context = .testing(sync.store, locks: sync.context.locks)
      let run = try await alone.refresh(path)
      #expect(run.status == .failed && run.message.contains("lodestar-metrics"))
      #expect(readFile(path) == bytes)
    }
  }
}

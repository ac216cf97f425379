import Messages
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

/// An Optimization Center with its output tabs as a person would have them.
private func center(_ sync: SyncUnderTest, candidates: [[NewValue]], results: [[NewValue]] = [], gaps: [[NewValue]] = []) throws
  -> String
{
  try sync.makeWorkbook([
    ("Candidates", [["initiative_key", "engineering_tokens", "is_selected_for_run"]] + candidates),
    (
      "Runs",
      [
        [
          "run_id", "scenario_name", "constraint_set_name", "optimization_db_status", "run_status", "created_at", "finished_at",
          "selected_count", "total_objective", "capacity_used", "updated_source",
        ]
      ]
    ),
    ("Results", [["initiative_key", "title", "run_id", "selected", "allocated_tokens", "gains", "notes", "run_status"]] + results),
    (
      "Gaps_And_Alerts",
      [
        [
          "scenario_name", "constraint_set_name", "market", "kpi_key", "target_value", "achieved_value", "gap", "severity",
          "recommendation", "system_recommendation", "notes", "run_id",
        ]
      ]
        + gaps
    ),
  ])
}

private let ticked: [[NewValue]] = [
  ["INIT-000017", 180, true], ["INIT-000081", 220, "x"], ["INIT-000044", 120, false], ["INIT-9", nil, nil],
]

@Suite(.serialized) struct OptimizeActionTests {
  @Test func `a ticked row below a long gap is not read, and that is said`() async throws {
    try await withSync { sync in
      let gap = [[NewValue]](repeating: [], count: 60)
      let path = try center(sync, candidates: ticked + gap + [["INIT-000045", 75, true]])
      let run = try await sync.optimize(path, selected: true)
      #expect(run.status == .ok && run.messages.contains { $0.message.contains("it counts as ended") }, "\(run.messages)")
      #expect(sync.optimizer.submitted.withLock { $0.map(\.initiativeKeys) } == [["INIT-000017", "INIT-000081"]])
    }
  }

  @Test func `the ticked candidates are run, and the portfolio is written`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: ticked)
      let events = try await sync.events(
        RunActionRequest(
          action: "pm.optimize_run_selected_candidates", workbookPath: path, scenarioName: "Q1-2026 Core",
          constraintSetName: "Baseline",
          timeLimitMs: 60_000, actor: "ada"))
      guard case .actionRun(let run)? = events.last?.event else {
        Issue.record("the last event is no action")
        return
      }
      #expect(run.status == .ok, "\(run.message)")
      #expect(run.runId == "run_20260105T120102Z_a1b2c3d4")
      #expect(run.substeps.map(\.name) == ["read", "submit", "solve", "write_results"])
      #expect(run.message.contains("1 of 2 candidates are selected, with 180 of 1200 tokens"))
      let progress = events.compactMap { if case .progress(let progress)? = $0.event { progress } else { nil } }
      #expect(progress.contains { $0.substep == "solve" && $0.message.contains("gap 50.0 %") })

      let request = try #require(sync.optimizer.submitted.withLock { $0.first })
      #expect(request.selectedOnly && request.initiativeKeys == ["INIT-000017", "INIT-000081"])
      #expect(request.timeLimitMs == 60_000 && request.idempotencyKey == run.actionRunId)

      #expect(try await sync.column("run_id", of: "Runs", in: path) == [2: .text(run.runId)])
      #expect(try await sync.statuses(of: "Runs", in: path) == [2: "OK: completed"])
      #expect(try await sync.column("optimization_db_status", of: "Runs", in: path) == [2: .text("success")])
      #expect(try await sync.column("capacity_used", of: "Runs", in: path) == [2: .number(180)])
      #expect(
        try await sync.column("initiative_key", of: "Results", in: path) == [2: .text("INIT-000017"), 3: .text("INIT-000081")])
      #expect(try await sync.column("selected", of: "Results", in: path) == [2: .boolean(true), 3: .boolean(false)])
      #expect(
        try await sync.column("market", of: "Gaps_And_Alerts", in: path) == [
          2: .text("UK"), 3: .text("ALL"), 4: .text("department: Core"),
        ])
      #expect(try await sync.column("system_recommendation", of: "Gaps_And_Alerts", in: path) == [3: .text("add INIT-000081")])
    }
  }

  @Test func `a second run brings rows up to date, keeps what people wrote, and marks what is out of date`() async throws {
    try await withSync { sync in
      let path = try center(
        sync, candidates: ticked,
        results: [
          ["INIT-000099", "Old", "run_0", true, 50, "NSM 1", "keep me"], ["init-000017", nil, nil, nil, nil, nil, "mine"],
        ],
        gaps: [
          ["Q1-2026 Core", "Baseline", "uk", "nsm_orders", 1, 1, 0, "ok", "my advice", "old advice", "my note", "run_0"],
          ["Q1-2026 Core", "Tight", "UK", "NSM_ORDERS", 7, 7, 0, "ok", nil, nil, "other set", "run_0"],
          ["Q1-2026 Core", "Baseline", "FR", "NSM_ORDERS", 9, 9, 0, "ok", "advice", nil, "gone", "run_0"],
        ])
      #expect(try await sync.optimize(path, selected: false).status == .ok)
      #expect(sync.optimizer.submitted.withLock { $0.first?.selectedOnly } == false)
      #expect(
        try await sync.column("initiative_key", of: "Results", in: path)
          == [2: .text("INIT-000099"), 3: .text("init-000017"), 4: .text("INIT-000081")])
      #expect(try await sync.column("notes", of: "Results", in: path) == [2: .text("keep me"), 3: .text("mine")])
      #expect(try await sync.column("selected", of: "Results", in: path) == [3: .boolean(true), 4: .boolean(false)])
      #expect(try await sync.statuses(of: "Results", in: path)[2] == "OK: no candidate of run_20260105T120102Z_a1b2c3d4")
      let targets = try await sync.column("target_value", of: "Gaps_And_Alerts", in: path)
      #expect(targets == [2: .number(1000), 3: .number(7), 5: .number(0.035), 6: .number(5)])
      #expect(
        try await sync.column("recommendation", of: "Gaps_And_Alerts", in: path) == [2: .text("my advice"), 4: .text("advice")])
      #expect(
        try await sync.column("notes", of: "Gaps_And_Alerts", in: path) == [
          2: .text("my note"), 3: .text("other set"), 4: .text("gone"),
        ])

      let bytes = try await readAll(path, "Results")
      #expect(try await sync.optimize(path, selected: false).status == .ok)
      #expect(try await readAll(path, "Results") == bytes)
      #expect(try await sync.column("run_id", of: "Runs", in: path).count == 1)
    }
  }

  @Test func `a run that goes by another revision than the workbook has seen says so`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: ticked)
      let (seen, other) = (String(repeating: "1", count: 64), String(repeating: "2", count: 64))
      let set = RowKey(["Q1-2026 Core", "Baseline"])
      for (revision, isTold) in [(other, true), (seen, false)] {
        sync.optimizer.submission.withLock {
          $0 = {
            Run(
              runId: "run_20260105T120102Z_a1b2c3d4", scenarioName: $0.scenarioName, constraintSetName: $0.constraintSetName,
              revision: revision, status: .queued)
          }
        }
        try await sync.store.keepSeenHeads(SeenHeads([SeenHead(set, seen)]), of: path)
        let run = try await sync.optimize(path, selected: false)
        #expect(run.messages.contains { $0.code == "set_changed_elsewhere" && $0.severity == .warning } == isTold)
      }
    }
  }

  @Test func `nothing ticked is refused before a run is asked for`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: [["INIT-1", 5, false]])
      let run = try await sync.optimize(path, selected: true)
      #expect(run.status == .failed && run.message.contains("is_selected_for_run"))
      #expect(sync.optimizer.submitted.withLock { $0.isEmpty })
    }
  }

  @Test func `a tick that cannot be read is named with its cell`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: [["INIT-1", 5, "perhaps"], ["INIT-2", "18O", true]])
      let run = try await sync.optimize(path, selected: true)
      #expect(run.status == .failed && run.message.contains("Candidates!C2"))
      #expect(!run.message.contains("18O"))
    }
  }

  @Test func `a workbook without the tabs that a run is written to is refused before a run is asked for`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Candidates", [["initiative_key", "engineering_tokens", "is_selected_for_run"]] + ticked)])
      let run = try await sync.optimize(path, selected: false)
      #expect(run.status == .failed && run.message.contains("no tab \"Runs\""))
      #expect(sync.optimizer.submitted.withLock { $0.isEmpty })
    }
  }

  @Test func `contradictions that the optimizer names reach the person`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: ticked)
      let bytes = readFile(path)
      sync.optimizer.submission.withLock {
        $0 = { _ in throw RPCError(.failedPrecondition, "Candidates row 4: INIT-9 has no engineering_tokens.") }
      }
      let run = try await sync.optimize(path, selected: true)
      #expect(run.status == .failed && run.message == "Candidates row 4: INIT-9 has no engineering_tokens.")
      #expect(readFile(path) == bytes)
    }
  }

  @Test func `a run without a portfolio is listed, and the last portfolio stays`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: ticked, results: [["INIT-000099", "Old", "run_0", true, 50]])
      sync.optimizer.ended.withLock {
        $0 = Run(
          runId: "run_20260105T120102Z_a1b2c3d4", scenarioName: "Q1-2026 Core", constraintSetName: "Baseline", status: .infeasible,
          message: "rows 4 and 7 contradict", createdAtUs: 1_767_614_462_000_000, finishedAtUs: 1_767_614_463_000_000)
      }
      let run = try await sync.optimize(path, selected: false)
      #expect(run.status == .failed && run.message.contains("rows 4 and 7 contradict"))
      #expect(try await sync.statuses(of: "Runs", in: path) == [2: "FAILED: infeasible: rows 4 and 7 contradict"])
      #expect(try await sync.column("run_id", of: "Results", in: path) == [2: .text("run_0")])
    }
  }

  @Test func `an optimizer that goes away while it is watched is watched again`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: ticked)
      sync.optimizer.brokenWatches.withLock { $0 = 2 }
      #expect(try await sync.optimize(path, selected: false).status == .ok)
    }
  }

  @Test func `results are written of the run that is named, else of the newest that has ended`() async throws {
    try await withSync { sync in
      let path = try center(sync, candidates: ticked)
      var running = Run.example("run_3")
      running.status = .running
      sync.optimizer.list.withLock { $0 = [running, .example("run_2"), .example("run_1")] }
      func write(_ change: (inout RunActionRequest) -> Void) async throws -> ActionRun {
        var request = RunActionRequest(action: "pm.optimize.write_results", workbookPath: path, actor: "ada")
        change(&request)
        return try await sync.run(request)
      }
      let newest = try await write {
        $0.scenarioName = "Q1-2026 Core"; $0.constraintSetName = "Baseline"
      }
      #expect(newest.status == .ok && newest.runId == "run_2")
      #expect(try await write { $0.runId = "run_1" }.runId == "run_1")
      #expect(try await write { $0.runId = "run_3" }.message.contains("still running"))
      #expect(try await write { $0.runId = "run_9" }.message.contains("no run \"run_9\""))
      #expect(try await sync.column("run_id", of: "Runs", in: path) == [2: .text("run_2"), 3: .text("run_1")])
      #expect(try await sync.column("run_id", of: "Results", in: path) == [2: .text("run_1"), 3: .text("run_1")])
    }
  }
}

import Messages
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

private let candidateHeader: [NewValue] = [
  "initiative_key", "engineering_tokens", "deadline_date", "is_mandatory", "is_selected_for_run", "notes", "run_status",
  "updated_source", "updated_at", "My own",
]

private func candidates(_ rows: [NewValue]...) -> PersonsWorkbook.Tab { ("Candidates", [candidateHeader] + rows) }

private let portfolio: [PersonsWorkbook.Tab] = [
  (
    "Candidates",
    [
      ["initiative_key", "engineering_tokens", "is_selected_for_run"], ["INIT-000017", 180, true], ["INIT-000081", 220, "x"],
      ["INIT-000044", 120, false],
    ]
  ),
  (
    "Runs",
    [
      [
        "run_id", "scenario_name", "constraint_set_name", "optimization_db_status", "run_status", "created_at", "finished_at",
        "selected_count", "total_objective", "capacity_used", "updated_source",
      ]
    ]
  ),
  (
    "Results",
    [
      ["initiative_key", "title", "run_id", "selected", "allocated_tokens", "gains", "notes", "run_status"],
      ["INIT-000099", "Old", "run_0", true, 50, "NSM 1", "keep me"], ["init-000017", nil, nil, nil, nil, nil, "mine"],
    ]
  ),
  (
    "Gaps_Alerts",
    [
      [
        "scenario_name", "constraint_set_name", "market", "kpi_key", "target_value", "achieved_value", "gap", "severity",
        "recommendation", "system_recommendation", "notes", "run_id",
      ],
      ["Q1-2026 Core", "Baseline", "FR", "NSM_ORDERS", 9, 9, 0, "ok", "advice", nil, "gone", "run_0"],
    ]
  ),
]

/// Whole actions on both kinds of workbook: what services are asked, what people are told and what stands in the cells is the same.
@Suite(.serialized, .needsPython, .timeLimit(.minutes(10)))
struct BothKindsActionTests {
  /// What the compiler was asked to save, and what the action said.
  private func saved(_ run: ActionRun, _ workbook: PersonsWorkbook) -> [String] {
    let rows = workbook.sync.compiler.candidates.withLock { $0.flatMap(\.rows) }
    return rows.map { "\($0)" } + PersonsWorkbook.said(run)
  }

  @Test func `a save answers each row with its status, and leaves what people and formulas have`() async throws {
    let tab = candidates(
      ["INIT-17", .formula("60*3", value: 180), "2026-02-15", "yes", true, "=their note", "OK: of yesterday", nil, nil, "mine"],
      ["INIT-81", "18O", nil, nil, nil, nil, nil, nil, nil, .formula("B2", value: 180)], [],
      ["INIT-44", 7, "soon", nil, nil, "🌵 שלום"], ["INIT-9", 0, nil, "FALSE"])
    let ending = try await onBothKinds([tab, ("Notes", [["not ours", "nor this"], ["x", 1]])]) { workbook in
      workbook.sync.compiler.messages.withLock {
        $0 = { _ in [RowMessage(rowNumber: 6, key: "INIT-9", severity: .warning, code: "no_tokens", message: "no tokens")] }
      }
      return saved(try await workbook.save("candidates"), workbook)
    }
    let cells = try #require(ending.cells["Candidates"])
    #expect(cells["G2"] == .text("OK: saved") && cells["G6"] == .text("OK (warning): no tokens"))
    #expect(cells["G3"] == .text("FAILED: Candidates!B3 (engineering_tokens): \"18O\" is not a number; did you mean 180?"))
    #expect(cells["B2"] == .formula("=60*3") && cells["J3"] == .formula("=B2") && cells["F2"] == .text("=their note"))
    #expect(cells["I2"] == .date(seconds: 1_767_614_462 + 25_569 * 86_400))
    #expect(cells["H4"] == nil && cells["G4"] == nil)
    #expect(ending.said.contains { $0.hasPrefix("partial: ") })
  }

  @Test func `a selection saves its rows and leaves the others' statuses alone`() async throws {
    let ending = try await onBothKinds([candidates(["INIT-1", 1], ["INIT-2", 2], ["INIT-3", "x"])]) { workbook in
      saved(try await workbook.save("Candidates", keys: ["init-2", "INIT-9"]), workbook)
    }
    #expect(ending.cells["Candidates"]?["G3"] == .text("OK: saved"))
    #expect(ending.cells["Candidates"]?["G2"] == nil && ending.cells["Candidates"]?["G4"] == nil)
  }

  @Test func `rows that people move, add and take away between two saves are found by their keys`() async throws {
    let ending = try await onBothKinds([candidates(["INIT-1", 1], ["INIT-2", "x"], ["INIT-3", 3])]) { workbook in
      let first = PersonsWorkbook.said(try await workbook.save("Candidates"))
      try await workbook.edit(
        "Candidates", .insertRow(before: 2), .set("A2", "INIT-0"), .set("B2", 5), .deleteRow(3), .set("B3", 22),
        .set("A6", "INIT-7"))
      return first + saved(try await workbook.save("Candidates"), workbook)
    }
    let cells = try #require(ending.cells["Candidates"])
    let keys = (2...6).map { cells["A\($0)"] }
    #expect(keys == [.text("INIT-0"), .text("INIT-2"), .text("INIT-3"), nil, .text("INIT-7")])
    #expect([2, 3, 4, 6].allSatisfy { cells["G\($0)"] == .text("OK: saved") } && cells["G5"] == nil)
  }

  @Test func `a header that is renamed or doubled between two saves is named, and nothing is touched`() async throws {
    let ending = try await onBothKinds([candidates(["INIT-1", 1], ["INIT-2", 2])]) { workbook in
      var said = PersonsWorkbook.said(try await workbook.save("Candidates"))
      try await workbook.edit("Candidates", .set("A1", "key of mine"))
      said += PersonsWorkbook.said(try await workbook.save("Candidates"))
      try await workbook.edit("Candidates", .set("A1", "initiative_key"), .set("J1", "Engineering_Tokens"))
      said += PersonsWorkbook.said(try await workbook.save("Candidates"))
      try await workbook.edit("Candidates", .set("J1", "My own"), .set("G1", "status of mine"))
      return said + PersonsWorkbook.said(try await workbook.save("Candidates"))
    }
    #expect(ending.said.filter { $0.hasPrefix("failed: ") }.count == 2)
    #expect(ending.said.contains { $0.hasPrefix("failed: ") && $0.contains("initiative_key") })
    #expect(ending.cells["Candidates"]?["G2"] == .text("OK: saved"))
  }

  @Test func `a run writes its portfolio below what is there, and a second one changes nothing`() async throws {
    let ending = try await onBothKinds(portfolio) { workbook in
      var said = PersonsWorkbook.said(try await workbook.sync.optimize(workbook.path, selected: true))
      let once = try await workbook.cells()
      said += PersonsWorkbook.said(try await workbook.sync.optimize(workbook.path, selected: true))
      #expect(try await workbook.cells() == once)
      let asked = workbook.sync.optimizer.submitted.withLock { $0.map { "\($0.initiativeKeys) \($0.selectedOnly)" } }
      return said + asked
    }
    let results = try #require(ending.cells["Results"])
    #expect((2...4).map { results["A\($0)"] } == [.text("INIT-000099"), .text("init-000017"), .text("INIT-000081")])
    #expect(results["D3"] == .boolean(true) && results["G3"] == .text("mine") && results["G2"] == .text("keep me"))
    #expect(ending.cells["Runs"]?["E2"] == .text("OK: completed"))
    #expect(ending.cells["Gaps_Alerts"]?["I2"] == .text("advice"))
  }

  @Test func `a tab that is not there is called the same`() async throws {
    let ending = try await onBothKinds([candidates(["INIT-1", 1])]) { workbook in
      let run = try await workbook.save("Targets")
      return ["\(run.status)", run.message.contains("no tab \"Targets\"") ? "no tab" : run.message]
    }
    #expect(ending.said == ["failed", "no tab"])
  }

  @Test(arguments: [1, 2]) func `5,000 rows cost Google no more calls than the bound: every row, or every other`(step: Int)
    async throws
  {
    let rows: [[NewValue]] = (1...5_000).map { [.text("INIT-\($0)"), .number(Double($0))] }
    let keys = step == 1 ? [] : stride(from: 1, through: 5_000, by: step).map { "INIT-\($0)" }
    try await withPersonsWorkbook(.google, [("Candidates", [candidateHeader] + rows)]) { workbook in
      let run = try await workbook.save("Candidates", keys: keys)
      #expect(run.status == .ok, "\(run.message)")
      let written = 5_000 / step
      #expect(run.counts?.upserts == UInt32(written))
      let counts = try await workbook.standIn.calls().counts
      let reads = counts.filter { $0.key.hasSuffix(".get") || $0.key.hasSuffix("Get") }.values.reduce(0, +)
      let writes = (counts["spreadsheets.values.batchUpdate"] ?? 0) + (counts["spreadsheets.batchUpdate"] ?? 0)
      // One reads the rows; the others look up the tabs, look for moved rows before the write and check it after.
      #expect(reads <= 4, "\(counts)")
      // Adjacent cells are one range, and a call takes 200 ranges: one call for all rows, (2,500 / 200) for every other; one more formats
      // the dates.
      #expect(writes <= (step == 1 ? 1 : (written + 199) / 200) + 1, "\(counts)")
      #expect(Int(run.workbookCalls) == reads + writes)
      let statuses = try await workbook.cells()["Candidates"]?.filter { $0.key.hasPrefix("G") && $0.value == .text("OK: saved") }
      #expect(statuses?.count == written)
    }
  }
}

import Messages
import Postgres
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

private let candidateHeader: [NewValue] = [
  "initiative_key", "title", "engineering_tokens", "deadline_date", "is_mandatory", "prerequisite_keys", "notes", "run_status",
]

private func contributions(_ rows: [NewValue]...) -> (String, [[NewValue]]) {
  ("KPI_Contributions", [["initiative_key", "kpi_key", "contribution", "notes", "run_status"]] + rows)
}

extension SyncUnderTest {
  fileprivate func preview(_ path: String, _ tab: String, keys: [String] = []) async throws -> ActionRun {
    try await run(RunActionRequest(action: "pm.preview", workbookPath: path, tab: tab, keys: keys, actor: "ada"))
  }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct PreviewActionTests {
  @Test func `each cell that a save would change is named with what is stored and what is typed`() async throws {
    try await withSync { sync in
      sync.compiler.keepsRows.withLock { $0 = true }
      sync.compiler.stored.withLock {
        $0["Candidates"] = StoredTabRows(candidates: [
          CandidateRow(
            rowNumber: 2, initiativeKey: "INIT-1", engineeringTokens: OptionalInt64(value: 180), deadlineDate: "2026-02-15",
            prerequisiteKeys: ["INIT-2", "INIT-3"]),
          CandidateRow(rowNumber: 3, initiativeKey: "INIT-2", engineeringTokens: OptionalInt64(value: 5), bundleKey: "B1"),
        ])
      }
      let path = try sync.makeWorkbook([
        (
          "Candidates",
          [
            candidateHeader, ["INIT-1", "Payments", 200, "2026-03-01", nil, "init-2, INIT-3"],
            ["INIT-2", nil, 5, nil, true, nil, "new note"], ["INIT-4", nil, 7],
          ]
        )
      ])
      let bytes = readFile(path)
      let run = try await sync.preview(path, "Candidates")
      #expect(run.status == .ok, "\(run.message)")
      #expect(
        run.changes == [
          CellChange(rowNumber: 2, key: "INIT-1", column: "engineering_tokens", cell: "C2", stored: "180", typed: "200"),
          CellChange(rowNumber: 2, key: "INIT-1", column: "deadline_date", cell: "D2", stored: "2026-02-15", typed: "2026-03-01"),
          CellChange(rowNumber: 3, key: "INIT-2", column: "is_mandatory", cell: "E3", stored: "FALSE", typed: "TRUE"),
          // The sheet has no such column, so that a save takes the value away.
          CellChange(rowNumber: 3, key: "INIT-2", column: "bundle_key", cell: "", stored: "B1", typed: ""),
          CellChange(rowNumber: 3, key: "INIT-2", column: "notes", cell: "G3", stored: "", typed: "new note"),
          CellChange(rowNumber: 4, key: "INIT-4", column: "initiative_key", cell: "A4", stored: "", typed: "INIT-4"),
          CellChange(rowNumber: 4, key: "INIT-4", column: "engineering_tokens", cell: "C4", stored: "", typed: "7"),
        ])
      #expect(run.changedCells == 7 && run.counts?.upserts == 3)
      #expect(
        run.message == "A save would change 3 rows of Candidates, leave 0 unchanged (7 cells in all). Nothing was saved or written."
      )
      #expect(run.substeps.map(\.name) == ["read", "judge", "compare"])
      #expect(readFile(path) == bytes)
      #expect(sync.compiler.candidates.withLock { $0.map(\.validateOnly) } == [true])
    }
  }

  @Test func `a save right after a preview does just what it said, and a preview after that finds nothing`() async throws {
    try await withSync { sync in
      sync.compiler.keepsRows.withLock { $0 = true }
      let path = try sync.makeWorkbook([
        ("Candidates", [candidateHeader, ["INIT-1", nil, 200], ["INIT-2", nil, 5, nil, true], ["INIT-3", nil, "18O"]]),
        contributions(["INIT-1", "NSM", 5], ["INIT-1", "CONV", 0.5], ["INIT-2", "NSM", 7], ["INIT-3", "NSM", "x"]),
      ])
      sync.compiler.stored.withLock {
        $0["KPI_Contributions"] = StoredTabRows(contributions: [
          ContributionRow(rowNumber: 2, initiativeKey: "INIT-1", kpiKey: "NSM", contribution: 5),
          ContributionRow(rowNumber: 33, initiativeKey: "INIT-1", kpiKey: "GONE", contribution: 1, notes: "old"),
          ContributionRow(rowNumber: 4, initiativeKey: "INIT-3", kpiKey: "CONV", contribution: 1),
          ContributionRow(rowNumber: 9, initiativeKey: "INIT-9", kpiKey: "NSM", contribution: 9),
        ])
      }
      for tab in ["Candidates", "KPI_Contributions"] {
        let before = sync.compiler.stored.withLock { $0[tab] }
        let bytes = readFile(path)
        let preview = try await sync.preview(path, tab)
        #expect(sync.compiler.stored.withLock { $0[tab] } == before)
        #expect(readFile(path) == bytes)
        let save = try await sync.save(path, tab)
        #expect(preview.counts == save.counts && preview.status == save.status)
        func said(_ run: ActionRun) -> [RowMessage] { run.messages.filter { $0.code != "no_status_column" } }
        #expect(said(preview) == said(save))
        let changedRows = Set(preview.changes.map(\.rowNumber).filter { $0 > 0 })
        #expect(changedRows.count == Int(save.counts?.upserts ?? 0))
        let removed = Set(preview.changes.filter { $0.rowNumber == 0 }.map(\.key))
        #expect(removed.count == Int(save.counts?.removed ?? 0))
        let again = try await sync.preview(path, tab)
        #expect(again.changedCells == 0 && again.changes.isEmpty, "\(again.changes)")
        #expect(again.counts?.upserts == 0 && again.counts?.removed == 0)
      }
      let kept = sync.compiler.stored.withLock { $0["KPI_Contributions"]?.contributions ?? [] }
      #expect(kept.contains { $0.initiativeKey == "INIT-3" && $0.kpiKey == "CONV" }, "its other row cannot be read")
    }
  }

  @Test func `rows that a whole tab would lose are listed with what they hold, and a selection loses none`() async throws {
    try await withSync { sync in
      sync.compiler.keepsRows.withLock { $0 = true }
      sync.compiler.stored.withLock {
        $0["KPI_Contributions"] = StoredTabRows(contributions: [
          ContributionRow(rowNumber: 2, initiativeKey: "INIT-1", kpiKey: "NSM", contribution: 5),
          ContributionRow(rowNumber: 3, initiativeKey: "INIT-2", kpiKey: "NSM", contribution: 8, notes: "by hand"),
        ])
      }
      let path = try sync.makeWorkbook([contributions(["INIT-1", "NSM", 6])])
      let run = try await sync.preview(path, "KPI_Contributions")
      #expect(run.counts?.removed == 1)
      #expect(
        run.changes.map { [$0.key, $0.column, $0.cell, $0.stored, $0.typed] } == [
          ["INIT-1 / NSM", "contribution", "C2", "5", "6"], ["INIT-2 / NSM", "initiative_key", "", "INIT-2", ""],
          ["INIT-2 / NSM", "kpi_key", "", "NSM", ""], ["INIT-2 / NSM", "contribution", "", "8", ""],
          ["INIT-2 / NSM", "notes", "", "by hand", ""],
        ])
      let selected = try await sync.preview(path, "KPI_Contributions", keys: ["INIT-1"])
      #expect(selected.changes.map(\.column) == ["contribution"] && selected.counts?.removed == 0)
    }
  }

  @Test func `the wide form of KPI_Contributions is compared cell by cell`() async throws {
    try await withSync { sync in
      sync.compiler.keepsRows.withLock { $0 = true }
      sync.compiler.stored.withLock {
        $0["KPI_Contributions"] = StoredTabRows(contributions: [
          ContributionRow(rowNumber: 2, initiativeKey: "INIT-1", kpiKey: "NSM", contribution: 5),
          ContributionRow(rowNumber: 2, initiativeKey: "INIT-1", kpiKey: "CONV", contribution: 1),
        ])
      }
      let path = try sync.makeWorkbook([("KPI_Contributions", [["initiative_key", "NSM", "CONV"], ["INIT-1", 5, 2]])])
      let run = try await sync.preview(path, "KPI_Contributions")
      #expect(
        run.changes == [
          CellChange(rowNumber: 2, key: "INIT-1 / CONV", column: "contribution", cell: "C2", stored: "1", typed: "2")
        ])
    }
  }

  @Test func `Metrics_Config is compared with the configuration in force`() async throws {
    try await withSync { sync in
      sync.metrics.config.withLock {
        $0.kpis = [
          Kpi(
            kpiKey: "NSM", kpiLevel: .northStar, direction: .higherIsBetter, isActive: true, metricKey: "orders",
            metricVersion: "v2"),
          Kpi(kpiKey: "CONV", kpiLevel: .strategic, direction: .lowerIsBetter, isActive: true),
        ]
      }
      sync.metrics.answer.withLock {
        $0 = { _ in
          SaveMetricsConfigResponse(
            saved: true, messages: [RowMessage(rowNumber: 0, severity: .info, code: "removed", message: "removed 1 KPI")],
            counts: SaveCounts(rows: 1, upserts: 1, removed: 1))
        }
      }
      let path = try sync.makeWorkbook([
        ("Metrics_Config", [["kpi_key", "kpi_level", "unit", "metric_key"], ["nsm", "North Star", "orders", "orders"]])
      ])
      let run = try await sync.preview(path, "Metrics_Config")
      #expect(sync.metrics.requests.withLock { $0.map(\.validateOnly) } == [true])
      #expect(
        run.changes.map { [$0.key, $0.column, $0.stored, $0.typed] } == [
          ["nsm", "unit", "", "orders"], ["CONV", "kpi_key", "CONV", ""], ["CONV", "kpi_level", "strategic", ""],
          ["CONV", "direction", "lower_is_better", ""],
        ])
    }
  }

  @Test func `judgements reach the person, and rows that would not be stored change nothing`() async throws {
    try await withSync { sync in
      sync.compiler.messages.withLock {
        $0 = { _ in
          [
            RowMessage(rowNumber: 2, column: "engineering_tokens", severity: .error, code: "out_of_range", message: "too many"),
            RowMessage(rowNumber: 3, severity: .warning, code: "odd", message: "odd, but well"),
          ]
        }
      }
      let path = try sync.makeWorkbook([
        ("Candidates", [candidateHeader, ["INIT-1", nil, 5], ["INIT-2", nil, 5], ["INIT-3", nil, "x"]])
      ])
      let run = try await sync.preview(path, "Candidates")
      #expect(run.status == .partial && run.message.contains("2 rows would fail: rows 2, 4"), "\(run.message)")
      #expect(Set(run.messages.map(\.code)) == ["not_a_number", "out_of_range", "odd"])
      #expect(Set(run.changes.map(\.rowNumber)) == [3])
    }
  }

  @Test func `a preview leaves no trace of itself but its own record`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Candidates", [["initiative_key", "engineering_tokens", "notes"], ["INIT-1", 5]])])
      _ = try await sync.preview(path, "Candidates")
      #expect(try await sync.store.fingerprint(path: path, tab: "Candidates") == nil)
      #expect(try await sync.store.isBound(path) == false)
      _ = try await sync.save(path, "Candidates")
      #expect(removeFile(path))
      _ = try sync.makeWorkbook([("Candidates", [["initiative_key", "engineering_tokens", "Remarks"], ["INIT-1", 5]])])
      // The change of the headers is told by each preview and by the save after it.
      for _ in 0..<2 { #expect(try await sync.preview(path, "Candidates").messages.contains { $0.code == "headers_changed" }) }
      #expect(try await sync.save(path, "Candidates").messages.contains { $0.code == "headers_changed" })
      #expect(try await sync.store.owedWorkbooks() == [])
    }
  }

  @Test func `a workbook that a person has open is previewed all the same`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Candidates", [candidateHeader, ["INIT-1", nil, 5]])])
      openAsAda(path)
      #expect(try await sync.preview(path, "Candidates").status == .ok)
    }
  }

  @Test func `of very many changes some are listed, and all are counted`() async throws {
    try await withSync { sync in
      let rows: [[NewValue]] = (1...1_500).map { [.text("INIT-\($0)"), nil, .number(Double($0))] }
      let path = try sync.makeWorkbook([("Candidates", [candidateHeader] + rows)])
      let run = try await sync.preview(path, "Candidates")
      #expect(run.changes.count == 2_000 && run.changedCells == 3_000)
    }
  }
}

extension ActionStore {
  /// Whether the workbook counts as used.
  fileprivate func isBound(_ path: String) async throws -> Bool {
    try await !database.query("SELECT 1 FROM workbook_bindings WHERE workbook_path = \(path)").isEmpty
  }
}

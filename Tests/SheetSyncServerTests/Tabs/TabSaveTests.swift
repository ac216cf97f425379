import Messages
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

/// The tabs beside those of SaveActionTests: what their owner is handed, and what stands in the workbook afterwards.
@Suite(.serialized) struct TabSaveTests {
  @Test func `math models are handed on as typed, without what the language model suggested`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "MathModels",
          [
            [
              "initiative_key", "model_name", "metric_chain_text", "llm_suggested_metric_chain_text", "approved_by_user",
              "run_status",
            ],
            ["INIT-1", "Speed", "KPI_A -> KPI_B", "KPI_X -> KPI_B", true], ["INIT-2", "Reach", "KPI_A", nil, nil],
          ]
        )
      ])
      sync.compiler.messages.withLock {
        $0 = { _ in
          [RowMessage(rowNumber: 3, severity: .info, code: "not_approved", message: "not saved: approved_by_user is not TRUE")]
        }
      }
      let run = try await sync.save(path, "MathModels")
      #expect(run.status == .ok, "\(run.message)")
      #expect(run.message.hasSuffix("unchanged). 1 row was not saved, as its status says."), "\(run.message)")
      let rows = sync.compiler.mathModels.withLock { $0.flatMap(\.rows) }
      #expect(
        rows == [
          MathModelRow(
            rowNumber: 2, initiativeKey: "INIT-1", modelName: "Speed", metricChainText: "KPI_A -> KPI_B", approvedByUser: true),
          MathModelRow(rowNumber: 3, initiativeKey: "INIT-2", modelName: "Reach", metricChainText: "KPI_A"),
        ])
      #expect(
        try await sync.statuses(of: "MathModels", in: path)
          == [2: "OK: saved", 3: "OK (not saved: approved_by_user is not TRUE)"])
      #expect(
        try await sync.column("llm_suggested_metric_chain_text", of: "MathModels", in: path) == [2: .text("KPI_X -> KPI_B")])
    }
  }

  @Test func `params and scores are handed on with their numbers, and blank ones without`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "Params",
          [
            ["initiative_key", "model_name", "param_name", "value", "unit", "source", "notes", "run_status"],
            ["INIT-1", "Speed", "uplift", 0.0042, "ratio", "tests", "n"], ["INIT-1", nil, "visits"],
          ]
        ), ("Scoring_Inputs", [["initiative_key", "input_name", "value", "run_status"], ["INIT-1", "reach", 5_800_000]]),
      ])
      #expect(try await sync.save(path, "Params").status == .ok)
      #expect(try await sync.save(path, "scoring-inputs").status == .ok)
      #expect(
        sync.compiler.modelParams.withLock { $0.flatMap(\.rows) } == [
          ModelParamRow(
            rowNumber: 2, initiativeKey: "INIT-1", modelName: "Speed", paramName: "uplift", value: OptionalDouble(value: 0.0042),
            unit: "ratio", source: "tests", notes: "n"),
          ModelParamRow(rowNumber: 3, initiativeKey: "INIT-1", paramName: "visits"),
        ])
      #expect(
        sync.compiler.scoringInputs.withLock { $0.flatMap(\.rows) } == [
          ScoringInputRow(rowNumber: 2, initiativeKey: "INIT-1", inputName: "reach", value: OptionalDouble(value: 5_800_000))
        ])
      #expect(try await sync.statuses(of: "Params", in: path) == [2: "OK: saved", 3: "OK: saved"])
    }
  }

  @Test func `notes beside Results are saved with their run, and those of no run are told that they wait`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "Results",
          [
            ["initiative_key", "title", "run_id", "selected", "notes", "run_status", "updated_source"],
            ["INIT-1", "A", "run_1", true, "=mine", "OK: selected", "opt_center.results.write"],
            ["INIT-2", "B", "run_1", false, nil, "OK: not selected", "opt_center.results.write"],
            ["INIT-3", "C", nil, nil, "of long ago", "OK: no candidate of run_1"],
          ]
        )
      ])
      let run = try await sync.save(path, "Results")
      #expect(
        sync.compiler.resultNotes.withLock { $0.flatMap(\.rows) } == [
          ResultNoteRow(rowNumber: 2, runId: "run_1", initiativeKey: "INIT-1", notes: "=mine"),
          ResultNoteRow(rowNumber: 3, runId: "run_1", initiativeKey: "INIT-2"),
        ])
      #expect(
        try await sync.statuses(of: "Results", in: path)[4]
          == "OK (not saved: run_id is blank, so that nothing says which run this is about)", "\(run.message)")
      #expect(try await sync.column("notes", of: "Results", in: path) == [2: .text("=mine"), 4: .text("of long ago")])
      #expect(try await sync.column("updated_source", of: "Results", in: path)[2] == .text("opt_center.results.save"))
    }
  }

  @Test func `notes without any run are not sent to anybody`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        ("Results", [["initiative_key", "run_id", "notes", "run_status"], ["INIT-1", nil, "mine"]])
      ])
      let run = try await sync.save(path, "Results")
      #expect(run.message == "Saved nothing of Results. 1 row was not saved, as its status says.")
      let preview = try await sync.run(RunActionRequest(action: "pm.preview", workbookPath: path, tab: "Results", actor: "ada"))
      #expect(preview.message.contains("1 row would not be saved, as the messages say"), "\(preview.message)")
      #expect(sync.compiler.resultNotes.withLock { $0.isEmpty })
      #expect(try await sync.statuses(of: "Results", in: path)[2]?.hasPrefix("OK (not saved: ") == true)
    }
  }

  @Test func `recommendations beside Gaps_Alerts are saved, whatever the tab is called`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "Gaps_And_Alerts",
          [
            ["scenario_name", "constraint_set_name", "market", "kpi_key", "run_id", "recommendation", "notes", "status"],
            ["Core", "Baseline", "UK", "NSM_ORDERS", "run_1", "take less", "n"],
          ]
        )
      ])
      let run = try await sync.run(RunActionRequest(action: "save_gaps", workbookPath: path, actor: "ada"))
      #expect(run.status == .ok && run.tab == "Gaps_Alerts", "\(run.message)")
      #expect(
        sync.compiler.gapNotes.withLock { $0.flatMap(\.rows) } == [
          GapNoteRow(
            rowNumber: 2, runId: "run_1", scenarioName: "Core", constraintSetName: "Baseline", country: "UK", kpiKey: "NSM_ORDERS",
            recommendation: "take less", notes: "n")
        ])
      #expect(try await sync.column("status", of: "Gaps_And_Alerts", in: path) == [2: .text("OK: saved")])
    }
  }

  @Test func `a wide tab is saved pair by pair, with one status for a row`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "KPI_Contributions",
          [
            ["initiative_key", "title", "NSM_ORDERS", "KPI_CONVERSION", "run_status"],
            ["INIT-1", .formula("\"A\"", value: .text("A")), 24_500, 0.0042], ["INIT-2", nil, "many", 1],
            ["INIT-3", nil, nil, nil],
          ]
        )
      ])
      let run = try await sync.save(path, "KPI_Contributions")
      #expect(run.status == .partial, "\(run.message)")
      let request = try #require(sync.compiler.contributions.withLock { $0.first })
      #expect(
        request.rows.prefix(2).map { "\($0.rowNumber) \($0.initiativeKey) \($0.kpiKey) \($0.contribution)" }
          == ["2 INIT-1 NSM_ORDERS 24500.0", "2 INIT-1 KPI_CONVERSION 0.0042"])
      #expect(request.unreadableInitiativeKeys == ["INIT-2"])
      let statuses = try await sync.statuses(of: "KPI_Contributions", in: path)
      #expect(statuses[2] == "OK: saved")
      #expect(statuses[3] == "FAILED: KPI_Contributions!C3 (NSM_ORDERS): \"many\" is not a number")
    }
  }
}

import SheetSyncDomain
import Testing

/// Rules of single tabs: models, params, scores, people's notes on output tabs, related keys.
@Suite struct TabRuleTests {
  @Test func `the suggested chain is never read`() throws {
    let table = sheet(
      "MathModels",
      [
        ["Initiative Key", "model", "formula", "metric_chain_text", "llm_suggested_metric_chain_text", "approved_by_user"],
        ["INIT-1", "Speed", "=a*b", "a -> b\na → c", .formula(cached: nil), "yes"], [nil, nil, nil, nil, "x -> y"],
      ])
    let reading = try reading(.mathModels, table)
    let rows = reading.rows.map { MathModelTextRow($0) }
    #expect(rows.count == 1 && reading.rows[0].problems.isEmpty)
    #expect(rows[0].metricChainText == "a -> b\na → c" && rows[0].formulaText == "=a*b" && rows[0].isApprovedByUser)
    #expect(rows[0].modelName == "Speed" && rows[0].assumptionsText.isEmpty)
  }

  @Test func `params and scores are numbers with a name, and a blank number is for the compiler to judge`() throws {
    let params = try reading(
      .params,
      sheet(
        "Params",
        [
          ["initiative_key", "model_name", "parameter", "value", "unit", "source"],
          ["INIT-1", "Speed", "uplift", "0.0042", "ratio", "tests"],
          ["INIT-1", "Speed", "UPLIFT", 1], ["INIT-1", "Speed", "visits"], ["INIT-1", nil, nil, 3],
        ]))
    #expect(params.rows.map { $0.problems.map(\.code) } == [["duplicate_key"], ["duplicate_key"], [], ["missing_value"]])
    let first = ParamRow(params.rows[0])
    #expect(first.paramName == "uplift" && first.value == 0.0042 && first.unit == "ratio" && first.source == "tests")
    #expect(ParamRow(params.rows[2]).value == nil)
    let scores = try reading(
      .scoringInputs,
      sheet("Scoring_Inputs", [["initiative_key", "input_name", "score", "notes"], ["INIT-1", "reach", "1e6", "n"]]))
    #expect(scores.rows.map { ScoringRow($0) }.map(\.value) == [1_000_000])
  }

  @Test func `notes on Results go with the run beside them, and rows without a run or a word are blank`() throws {
    let table = sheet(
      "Results",
      [
        ["initiative_key", "title", "run_id", "selected", "notes", "run_status"],
        ["INIT-1", "A", "run_1", true, "keep", "OK: selected"], ["INIT-2", "B", "run_1", false, nil, "OK: not selected"],
        ["INIT-3", "C", nil, nil, "of an old run", "OK: no candidate of run_1"], ["INIT-4", "D", nil, nil, nil, "OK"],
        ["INIT-5", "E", "run_1", true, "last"],
      ])
    let reading = try reading(.results, table)
    let rows = reading.rows.map { ResultNotesRow($0) }
    #expect(rows.map(\.initiativeKey) == ["INIT-1", "INIT-2", "INIT-3", "INIT-5"])
    #expect(rows.map(\.notes) == ["keep", "", "of an old run", "last"])
    #expect(rows.map(\.runID) == ["run_1", "run_1", "", "run_1"])
    #expect(reading.blankRows == 1)
  }

  @Test func `rows that Lodestar fills are no gap, however many have no run any more`() throws {
    let outdated: [[CellValue]] = (1...120).map { [.text("INIT-\($0)")] }
    let table = sheet("Results", [["initiative_key", "run_id", "notes"]] + outdated + [["INIT-200", "run_1", "here"]])
    let reading = try reading(.results, table, blankRows: 50)
    #expect(reading.rows.map(\.number) == [122] && reading.findings.isEmpty && reading.blankRows == 120)
  }

  @Test func `notes and recommendations on Gaps_Alerts go with their run and target`() throws {
    let table = sheet(
      "Gaps",
      [
        ["scenario", "constraint_set", "market", "kpi", "run_id", "system_recommendation", "recommendation", "notes"],
        ["Core", "Baseline", "UK", "NSM_ORDERS", "run_1", "take more", "take less", "n"],
      ])
    let row = GapNotesRow(try #require(try reading(.gapsAlerts, table).rows.first))
    #expect(row.scenarioName == "Core" && row.constraintSetName == "Baseline" && row.country == "UK" && row.kpiKey == "NSM_ORDERS")
    #expect(row.runID == "run_1" && row.recommendation == "take less" && row.notes == "n")
  }

  @Test(arguments: [
    ("require_prereq", "A", "B, C", "A<-B, C"), ("prerequisite", "A<-B", "C", "A<-B, C"), ("exclude_pair", "A", "B", "A<>B"),
    ("bundle_all_or_nothing", "BNDL", "A, B", "BNDL: A, B"), ("Bundle", "BNDL: A", "B", "BNDL: A, B"),
    ("synergy_bonus", "A", "B", "A+B"), ("capacity_cap", "UK", "", "UK"),
  ])
  func `related keys stand for the other side of a key`(type: String, key: String, related: String, whole: String) throws {
    let table = sheet(
      "Constraints",
      [
        ["scenario_name", "constraint_set_name", "constraint_type", "dimension", "key", "related_keys"],
        ["Core", "Baseline", .text(type), "initiative", .text(key), related.isEmpty ? .blank : .text(related)],
      ])
    #expect(ConstraintRuleRow(try #require(try reading(.constraints, table).rows.first)).key == whole)
  }

  @Test(arguments: [
    "Initiative  Key", " initiative-key ", "INITIATIVE\nKEY", "initiative__key", "Initiative - Key", "\u{FEFF}initiative_key",
  ])
  func `headers are found however they are spaced`(header: String) throws {
    let table = sheet("Central Backlog", [[.text(header), "title"], ["INIT-1", "A"]])
    #expect(try reading(.centralBacklog, table).rows.map { BacklogRow($0).initiativeKey } == ["INIT-1"])
  }
}

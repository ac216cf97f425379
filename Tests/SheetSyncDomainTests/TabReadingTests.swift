import SheetSyncDomain
import Testing

@Suite struct HeaderTests {
  @Test func `columns stand in any order, under aliases, in any case, among strangers`() throws {
    let table = sheet(
      "Targets",
      [
        ["Target Value", "My colour", " MARKET ", "kpi", "mode", "Constraint-Set", "Scenario"],
        [5, "red", "UK", "NSM", "floor", "Baseline", "Core"],
      ])
    let reading = try reading(.targets, table)
    let row = TargetRuleRow(try #require(reading.rows.first))
    #expect(row.country == "UK" && row.kpiKey == "NSM" && row.floorOrGoal == "floor" && row.targetValue == 5)
    #expect(row.constraintSetName == "Baseline" && row.scenarioName == "Core" && row.number == 2)
    #expect(reading.header.unknown.map(\.header) == ["My colour"])
  }

  @Test func `missing headers are all named, with the stranger that looks like one`() {
    let table = sheet("Candidates", [["initative_key", "title"]])
    let problem = #expect(throws: TabProblem.self) { try TabReading(Catalogue[.candidates], of: table) }
    #expect(problem?.code == "wrong_header")
    #expect(problem?.message.contains("Candidates has no column \"initiative_key\"") == true)
    #expect(problem?.message.contains("is it \"initative_key\" in Candidates!A1?") == true)
    #expect(problem?.message.contains("Candidates has no column \"engineering_tokens\"") == true)
  }

  @Test func `a header that is there twice is named with both places`() {
    let table = sheet("Candidates", [["initiative_key", "tokens", "notes", "engineering_tokens"]])
    let problem = #expect(throws: TabProblem.self) { try TabReading(Catalogue[.candidates], of: table) }
    #expect(
      problem?.message
        == "the column engineering_tokens is there twice: \"tokens\" in Candidates!B1 and \"engineering_tokens\" in Candidates!D1; keep one"
    )
  }

  @Test func `a team's own status column is left alone beside run_status`() throws {
    let table = sheet("Candidates", [["initiative_key", "status", "engineering_tokens", "run_status"]])
    let header = try ResolvedHeader(Catalogue[.candidates], of: table)
    #expect(header.column("run_status") == 4)
    #expect(header.unknown.map(\.header) == ["status"])
    let alone = try ResolvedHeader(
      Catalogue[.candidates], of: sheet("Candidates", [["initiative_key", "Status", "engineering_tokens"]]))
    #expect(alone.column("run_status") == 2)
  }

  @Test func `an empty tab says what its first row must name`() {
    let problem = #expect(throws: TabProblem.self) { try TabReading(Catalogue[.scenarioConfig], of: sheet("Scenario_Config", [])) }
    #expect(problem?.message.contains("scenario_name, period_key, capacity_total_tokens, objective_mode") == true)
  }

  @Test func `the header may stand below blank rows`() throws {
    let table = numberedSheet("Candidates", [(4, ["initiative_key", "engineering_tokens"]), (6, ["INIT-1", 7])])
    let reading = try reading(.candidates, table)
    #expect(reading.header.rowNumber == 4)
    #expect(reading.rows.map(\.number) == [6])
  }

  @Test func `the fingerprint tells headers apart, and not their spelling`() throws {
    func fingerprint(_ header: [CellValue]) throws -> String {
      try ResolvedHeader(Catalogue[.candidates], of: sheet("Candidates", [header])).fingerprint
    }
    let first = try fingerprint(["initiative_key", "engineering_tokens", "Mine"])
    #expect(first == "initiative_key,engineering_tokens,?mine")
    #expect(try fingerprint(["Initiative Key", "tokens", "mine"]) == first)
    #expect(try fingerprint(["engineering_tokens", "initiative_key", "Mine"]) != first)
  }
}

@Suite struct TabFindingTests {
  @Test func `a tab is found by its name before its aliases`() throws {
    let results = Catalogue[.results]
    #expect(try results.find(among: ["Results_Portfolio", "results"], workbookTitle: "W") == "results")
    #expect(try results.find(among: ["Results Portfolio"], workbookTitle: "W") == "Results Portfolio")
  }

  @Test func `a missing tab is named with the tabs there are`() {
    let problem = #expect(throws: TabProblem.self) {
      try Catalogue[.candidates].find(among: ["Candidate", "Budget"], workbookTitle: "Plan.xlsx")
    }
    #expect(
      problem?.message
        == "Plan.xlsx has no tab \"Candidates\". It has \"Candidate\", \"Budget\"; rename \"Candidate\" to \"Candidates\" if that is the one"
    )
    let other = #expect(throws: TabProblem.self) {
      try Catalogue[.candidates].find(among: ["Metrics_Config"], workbookTitle: "ProductOps.xlsx")
    }
    #expect(other?.message.hasSuffix("Candidates belongs to the workbook Optimization Center") == true)
  }

  @Test func `two tabs that could be meant are not guessed between`() {
    #expect(throws: TabProblem.self) { try Catalogue[.gapsAlerts].find(among: ["Gaps", "Gaps_And_Alerts"], workbookTitle: "W") }
  }
}

@Suite struct TabReadingTests {
  private let header: [CellValue] = ["initiative_key", "title", "engineering_tokens", "is_selected_for_run", "notes"]

  @Test func `rows without anything typed are skipped and counted, formulas and unticked boxes notwithstanding`() throws {
    let table = sheet(
      "Candidates",
      [header, ["INIT-1", "A", 5], [.formula(cached: ""), .formula(cached: "B"), nil, false], [nil, nil, "  "], ["INIT-2"]])
    let reading = try reading(.candidates, table)
    #expect(reading.rows.map(\.number) == [2, 5])
    #expect(reading.blankRows == 2)
  }

  @Test func `reading stops after a run of blank rows and says so`() throws {
    let rows: [(Int, [CellValue])] = [(1, header), (2, ["INIT-1"]), (52, ["INIT-2"]), (103, ["INIT-3"]), (104, ["INIT-4"])]
    let reading = try reading(.candidates, numberedSheet("Candidates", rows))
    #expect(reading.rows.map(\.number) == [2, 52])
    #expect(reading.findings.map(\.code) == ["rows_after_gap"])
    #expect(reading.findings[0].message.contains("row 103"))
  }

  @Test(arguments: [1, 3, 10])
  func `the run of blank rows that ends a table is a setting`(limit: Int) throws {
    let near = try reading(.candidates, numberedSheet("Candidates", [(1, header), (1 + limit, ["A"])]), blankRows: limit)
    #expect(near.rows.count == 1)
    let far = try reading(.candidates, numberedSheet("Candidates", [(1, header), (2 + limit, ["A"])]), blankRows: limit)
    #expect(far.rows.isEmpty)
  }

  @Test func `rows with one key are told of each other, without regard to case`() throws {
    let table = sheet("Candidates", [header, ["INIT-1"], ["init-1 "], ["INIT-2"], ["Init-1"]])
    let rows = try reading(.candidates, table).rows
    #expect(rows.map(\.isReadable) == [false, false, true, false])
    #expect(rows[0].problems.map(\.message) == ["initiative_key \"INIT-1\" is also in row 3; keep one of the two"])
    #expect(rows[1].problems[0].message.contains("is also in row 2"))
    #expect(rows[3].problems[0].message.contains("is also in row 2"))
  }

  @Test func `rules of one set are told apart by every part of their key`() throws {
    let header: [CellValue] = ["scenario_name", "constraint_set_name", "constraint_type", "dimension", "key", "target_kpi_key"]
    let table = sheet(
      "Constraints",
      [
        header, ["Core", "Baseline", "capacity_floor", "country", "UK"], ["Core", "Baseline", "capacity_cap", "country", "UK"],
        ["Core", "Baseline", "target", "country", "UK", "NSM"], ["Core", "Baseline", "target", "country", "UK", "GMV"],
        ["core", "baseline", "Capacity_Floor", "Country", "uk"],
      ])
    #expect(try reading(.constraints, table).rows.map(\.isReadable) == [false, true, true, true, false])
  }

  @Test func `a row that cannot be read is answered cell by cell`() throws {
    let table = sheet("Candidates", [header, ["INIT-7", nil, "18O", "perhaps"]])
    let row = try #require(try reading(.candidates, table).rows.first)
    #expect(row.problems.map(\.column) == ["engineering_tokens", "is_selected_for_run"])
    #expect(row.problems.map(\.key) == ["INIT-7", "INIT-7"])
    #expect(row.isUnreadable("engineering_tokens") && !row.isUnreadable("initiative_key"))
  }

  @Test func `a selection takes rows by their keys, whole or by their first parts`() throws {
    let header: [CellValue] = ["scenario_name", "constraint_set_name", "country", "kpi_key", "floor_or_goal", "target_value"]
    let table = sheet(
      "Targets",
      [
        header, ["Q1 Core", "Baseline", "UK", "NSM", "floor", 1], ["Q1 Core", "Tight", "UK", "NSM", "floor", 1],
        ["Q1 Core", "Baseline", nil, "GMV", "goal", 1],
      ])
    let reading = try reading(.targets, table)
    #expect(reading.selecting(["q1 core / baseline"]).rows.map(\.number) == [2, 4])
    #expect(reading.selecting(["Q1 Core/Tight/UK/NSM"]).rows.map(\.number) == [3])
    #expect(reading.selecting(["Q1 Core", "Q1 Core / Tight"]).missing.isEmpty)
    let (rows, missing) = reading.selecting(["Q1 Core / Tite"])
    #expect(rows.isEmpty)
    #expect(missing.map(\.code) == ["unknown_row"])
  }

  @Test func `a key that no row has is answered with the nearest`() throws {
    let table = sheet("Candidates", [header, ["INIT-000017"]])
    let missing = try reading(.candidates, table).selecting(["INIT-00017"]).missing
    #expect(missing.map(\.message) == ["no row of Candidates has the key \"INIT-00017\"; did you mean \"INIT-000017\"?"])
  }

  @Test func `of very many keys that no row has the first are answered with the nearest, and all are named`() throws {
    let table = sheet("Candidates", [header, ["INIT-000017"]])
    let missing = try reading(.candidates, table).selecting((100...199).map { "INIT-000\($0)" }).missing
    #expect(missing.count == 100 && missing.count { $0.message.contains("did you mean") } == 20)
  }

  @Test func `contributions in the wide form are pairs`() throws {
    let table = sheet(
      "KPI_Contributions",
      [
        ["initiative_key", "NSM_ORDERS", "KPI_CONVERSION", "notes"], ["INIT-1", 100, 0.5, "n"], ["INIT-2", nil, "x1"], ["INIT-3"],
      ])
    let rows = try reading(.kpiContributions, table).rows
    #expect(rows.map(\.number) == [2, 2, 3])
    let pairs = rows.map { KPIContributionRow($0) }
    #expect(pairs[0].initiativeKey == "INIT-1" && pairs[0].kpiKey == "NSM_ORDERS" && pairs[0].contribution == 100)
    #expect(pairs[1].kpiKey == "KPI_CONVERSION" && pairs[1].contribution == 0.5 && pairs[1].notes == "n")
    #expect(rows[2].problems.map(\.message) == ["KPI_Contributions!C3 (KPI_CONVERSION): \"x1\" is not a number"])
  }

  @Test func `every typed row reads columns that its tab has`() throws {
    func check<Row: TypedRow & Equatable>(_ type: Row.Type) throws {
      let columns = Catalogue[Row.tab].columns.map(\.name)
      let cells: [CellValue] = Catalogue[Row.tab].columns.map { $0.type == .key || $0.need == .value ? 1 : .blank }
      let rows = try reading(Row.tab, sheet(Row.tab.rawValue, [columns.map { .text($0) }, cells])).rows
      #expect(rows.map { Row($0) }.count == 1)
    }
    try check(MetricsConfigRow.self)
    try check(KPIContributionRow.self)
    try check(BacklogRow.self)
    try check(CandidatePlanRow.self)
    try check(ScenarioConfigRow.self)
    try check(ConstraintRuleRow.self)
    try check(TargetRuleRow.self)
    try check(MathModelTextRow.self)
    try check(ParamRow.self)
    try check(ScoringRow.self)
    try check(ResultNotesRow.self)
    try check(GapNotesRow.self)
  }

  @Test func `requests are cut by rows and by bytes, in order, losing none`() {
    let rows = Array(0..<10)
    #expect(RequestBatches(rows: 4).cut(rows) { _ in 1 }.map(Array.init) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
    #expect(RequestBatches(rows: 100, bytes: 10).cut(rows) { $0 }.map(Array.init) == [[0, 1, 2, 3, 4], [5], [6], [7], [8], [9]])
    #expect(RequestBatches(rows: 100, bytes: 1).cut([50, 60]) { $0 }.map(Array.init) == [[50], [60]])
    #expect(RequestBatches().cut([Int]()) { _ in 1 }.isEmpty)
  }
}

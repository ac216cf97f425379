import SheetSyncDomain
import Testing

/// KPI_Contributions with a row for each pair, with a column for each KPI, and with what is neither.
@Suite struct ContributionFormTests {
  private let wide: [CellValue] = ["initiative_key", "title", "NSM_ORDERS", "KPI_CONVERSION", "notes"]

  @Test func `a title that a formula fetches is no KPI`() throws {
    let table = sheet("KPI_Contributions", [wide, ["INIT-1", .formula(cached: "New checkout"), 100, nil, "n"]])
    let rows = try reading(.kpiContributions, table).rows
    #expect(rows.map { KPIContributionRow($0).kpiKey } == ["NSM_ORDERS"] && rows.allSatisfy(\.isReadable))
  }

  @Test func `a row of the wide form without a number is blank`() throws {
    let table = sheet("KPI_Contributions", [wide, ["INIT-1", nil, 100], [], ["INIT-3", "A", 0]])
    let reading = try reading(.kpiContributions, table)
    #expect(reading.rows.map(\.number) == [2, 4])
    #expect(KPIContributionRow(try #require(reading.rows.last)).contribution == 0)
  }

  @Test func `two columns of one KPI are refused with their places`() {
    let table = sheet("KPI_Contributions", [["initiative_key", "NSM_ORDERS", "KPI_A", " nsm_orders "], ["INIT-1", 1, 2, 3]])
    let problem = #expect(throws: TabProblem.self) { try TabReading(Catalogue[.kpiContributions], of: table) }
    #expect(
      problem?.message == "the KPI NSM_ORDERS has two columns: \"NSM_ORDERS\" in KPI_Contributions!B1 and \"nsm_orders\" in"
        + " KPI_Contributions!D1; keep one")
  }

  @Test func `two numbers for one pair are refused at their cells, and the row's other pairs are good`() throws {
    let table = sheet("KPI_Contributions", [wide, ["INIT-1", nil, 100, 0.5], ["init-1", nil, 200]])
    let rows = try reading(.kpiContributions, table).rows
    #expect(rows.map(\.isReadable) == [false, true, false])
    #expect(
      rows.flatMap(\.problems).map(\.message) == [
        "KPI_Contributions!C2 (NSM_ORDERS): \"INIT-1\" has a number for it in KPI_Contributions!C3 too; keep one of the two",
        "KPI_Contributions!C3 (NSM_ORDERS): \"init-1\" has a number for it in KPI_Contributions!C2 too; keep one of the two",
      ])
  }

  @Test func `a row of the wide form without its initiative is an error for each pair`() throws {
    let table = sheet("KPI_Contributions", [wide, [nil, nil, 100, 0.5]])
    let rows = try reading(.kpiContributions, table).rows
    #expect(rows.count == 2 && rows.allSatisfy { $0.problems.map(\.code) == ["missing_value"] })
  }

  @Test func `columns of KPIs beside rows of pairs are refused at their cells`() throws {
    let table = sheet(
      "KPI_Contributions",
      [
        ["initiative_key", "kpi_key", "contribution", "NSM_ORDERS", "Estimate of Ada"],
        ["INIT-1", "NSM_ORDERS", 100, 120, 7], ["INIT-2", "KPI_A", 5, nil, 8],
      ])
    let rows = try reading(.kpiContributions, table).rows
    #expect(rows.map(\.isReadable) == [false, true])
    #expect(rows[0].problems.map(\.code) == ["mixed_forms"])
    #expect(rows[0].problems.first?.message.hasPrefix("KPI_Contributions!D2 (NSM_ORDERS): ") == true)
  }

  @Test(arguments: [["initiative_key", "kpi_key", "NSM_ORDERS"], ["initiative_key", "contribution", "NSM_ORDERS"]])
  func `half of the long form is told of both forms`(header: [String]) {
    let table = sheet("KPI_Contributions", [header.map { .text($0) }, ["INIT-1", "NSM_ORDERS", 100]])
    let problem = #expect(throws: TabProblem.self) { try TabReading(Catalogue[.kpiContributions], of: table) }
    #expect(problem?.message.contains("or a column for each KPI and neither of the two") == true)
  }
}

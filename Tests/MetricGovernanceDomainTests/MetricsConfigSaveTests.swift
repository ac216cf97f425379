import MetricGovernanceDomain
import Testing

private func star(_ number: Int = 2, _ key: String = "NSM_ORDERS", isActive: Bool = true) -> TypedKpiRow {
  TypedKpiRow(number: number, key: key, name: "Orders", level: "north_star", isActive: isActive)
}

private func strategic(_ number: Int, _ key: String) -> TypedKpiRow {
  TypedKpiRow(number: number, key: key, name: key, level: "strategic")
}

private func save(_ rows: [TypedKpiRow], _ scope: SaveScope = .all, over current: [Kpi] = []) -> MetricsConfigSave {
  MetricsConfigSave(of: rows, scope: scope, over: current)
}

private func stored(_ rows: TypedKpiRow...) throws -> [Kpi] {
  try #require(save(rows).kpis)
}

extension MetricsConfigSave {
  fileprivate func codes(_ severity: Severity) -> [String] {
    findings.filter { $0.severity == severity }.map { "\($0.row) \($0.code)" }
  }
}

@Suite struct MetricsConfigSaveTests {
  @Test func `right rows become the configuration in the order of keys`() {
    let outcome = save([star(2), strategic(3, "b"), strategic(4, "A")])
    #expect(outcome.kpis?.map(\.key.spelling) == ["A", "b", "NSM_ORDERS"])
    #expect(outcome.counts == SaveCounts(rows: 3, upserts: 3))
    #expect(outcome.findings.isEmpty)
  }

  @Test func `words are read however people spell them, and blank means higher is better`() throws {
    var row = star()
    row.level = " North Star "
    row.direction = "Lower-is-better"
    let kpis = try #require(save([row, strategic(3, " KPI_A ")]).kpis)
    #expect(kpis.map(\.level) == [.strategic, .northStar])
    #expect(kpis.map(\.direction) == [.higherIsBetter, .lowerIsBetter])
    #expect(kpis[0].key.spelling == "KPI_A")
  }

  @Test func `every problem of every row is answered at once`() {
    var second = strategic(3, "")
    second.level = "strategc"
    second.direction = "up"
    var third = strategic(4, "1st")
    third.level = ""
    third.metricKey = "a b"
    let outcome = save([star(2), second, third])
    #expect(outcome.isRefused)
    #expect(
      outcome.codes(.error) == [
        "3 unknown_direction", "3 missing_key", "3 unknown_kpi_level", "4 malformed_key", "4 missing_kpi_level",
        "4 unknown_metric",
      ])
    #expect(outcome.findings.contains { $0.message == "kpi_level \"strategc\" is not known; did you mean \"strategic\"?" })
    #expect(outcome.counts == SaveCounts(rows: 3, warnings: 1, failures: 2))
  }

  @Test func `a refused save says to the right rows which rows keep them out`() {
    let outcome = save([star(2), strategic(3, "?")])
    #expect(outcome.findings.first { $0.row == 2 }?.message == "not saved: row 3")
    #expect(outcome.codes(.info) == ["2 not_saved"])
    #expect(outcome.upserts.isEmpty && outcome.removals.isEmpty)
  }

  @Test func `each row of a duplicated key names the others`() {
    let outcome = save([star(2), strategic(3, "kpi_a"), strategic(4, "KPI_A"), strategic(7, "Kpi_a")])
    #expect(outcome.codes(.error) == ["3 duplicate_key", "4 duplicate_key", "7 duplicate_key"])
    let message = outcome.findings.first { $0.row == 4 }?.message
    #expect(message == "kpi_key \"KPI_A\" is also in rows 3, 7 (case does not tell keys apart); keep one of them")
  }

  @Test func `two active north stars are refused on both rows`() {
    let outcome = save([star(2), star(5, "GMV"), strategic(6, "A")])
    #expect(outcome.codes(.error) == ["2 several_north_stars", "5 several_north_stars"])
    #expect(outcome.findings.first { $0.row == 5 }?.message.contains("\"NSM_ORDERS\" (row 2)") == true)
  }

  @Test func `an inactive second north star is no second one`() {
    #expect(!save([star(2), star(3, "GMV", isActive: false)]).isRefused)
  }

  @Test func `a configuration without a north star is refused`() {
    #expect(save([strategic(2, "A")]).codes(.error) == ["0 no_north_star"])
    #expect(save([]).codes(.error) == ["0 no_north_star"])
    #expect(
      save([strategic(2, "A")]).findings.first { $0.row == 2 }?.message == "not saved: Metrics_Config has no active north star")
    #expect(save([star(2, isActive: false)]).codes(.error) == ["2 inactive_north_star"])
  }

  @Test func `an unreadable row is not also blamed for the missing north star`() {
    var row = star(2)
    row.level = "noth_star"
    #expect(save([row]).codes(.error) == ["2 unknown_kpi_level"])
  }

  @Test func `a selection sees the stored north star`() throws {
    let current = try stored(star(2), strategic(3, "A"))
    #expect(!save([strategic(3, "B")], .selection, over: current).isRefused)
    let second = save([star(4, "GMV")], .selection, over: current)
    #expect(second.codes(.error) == ["4 several_north_stars"])
    #expect(second.findings[0].message.contains("\"NSM_ORDERS\" (stored, not in these rows)"))
    let swap = save([star(2, "nsm_orders", isActive: false), star(4, "GMV")], .selection, over: current)
    #expect(!swap.isRefused)
    let gone = save([star(2, isActive: false)], .selection, over: current)
    #expect(gone.codes(.error) == ["2 inactive_north_star"])
  }

  @Test func `a selection removes nothing, the whole tab removes what it lacks`() throws {
    let current = try stored(star(2), strategic(3, "A"), strategic(4, "B"))
    let selection = save([strategic(3, "A")], .selection, over: current)
    #expect(selection.kpis == current)
    #expect(selection.counts == SaveCounts(rows: 1, unchanged: 1))
    #expect(!selection.changesSomething)
    let all = save([star(2), strategic(3, "C")], .all, over: current)
    #expect(all.kpis?.map(\.key.spelling) == ["C", "NSM_ORDERS"])
    #expect(all.removals.map(\.spelling) == ["A", "B"])
    #expect(all.counts == SaveCounts(rows: 2, upserts: 1, unchanged: 1, removed: 2))
    #expect(all.codes(.info) == ["0 removed", "2 unchanged"])
    #expect(all.findings[0].message == "removed 2 KPIs that the tab no longer has: A, B")
  }

  @Test func `a new spelling of a key is a change`() throws {
    let current = try stored(star(2), strategic(3, "kpi_a"))
    let outcome = save([star(2), strategic(3, "KPI_A")], over: current)
    #expect(outcome.upserts.map(\.key.spelling) == ["KPI_A"])
    #expect(outcome.removals.isEmpty)
  }

  @Test func `a blank name is a warning, and the row is stored`() {
    var row = strategic(3, "A")
    row.name = "  "
    let outcome = save([star(2), row])
    #expect(outcome.codes(.warning) == ["3 blank_name"])
    #expect(outcome.counts == SaveCounts(rows: 2, upserts: 2, warnings: 1))
  }

  @Test func `texts and rows have limits`() {
    var row = strategic(3, "A")
    row.notes = String(repeating: "n", count: 4000)
    row.unit = String(repeating: "u", count: 40)
    row.name = String(repeating: "n", count: 200)
    #expect(!save([star(2), row]).isRefused)
    row.notes += "n"
    row.unit += "u"
    row.name += "\0"
    #expect(save([star(2), row]).codes(.error) == ["3 text_too_long", "3 unprintable_text", "3 text_too_long", "3 text_too_long"])
    let many = [star(2)] + (0..<5000).map { strategic($0 + 3, "k\($0)") }
    #expect(save(many).codes(.error) == ["0 too_many_rows"])
    #expect(!save(many.dropLast()).isRefused)
  }
}

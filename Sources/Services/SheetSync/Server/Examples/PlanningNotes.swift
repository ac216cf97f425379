internal import SheetSyncDomain

/// Two tabs of Optimization Center that belong to the people who plan, and that Lodestar does not know: what the backlog says,
/// copied for the formulas of Candidates, and a page of notes with formulas, bars and a chart.
enum PlanningNotes {
  static let feedName = "Backlog_Feed"
  private static let feedColumns = ["initiative_key", "title", "country", "department", "category", "lifecycle_status"]

  static func feed(_ initiatives: [Initiative]) -> NewTab {
    NewTab(
      name: feedName, color: "CBD5E1",
      columns: feedColumns.map { NewColumn(header: $0, width: $0 == "title" ? 36 : 18, owner: .derived) },
      rows: initiatives.map { initiative in feedColumns.map { .text(value(of: $0, initiative)) } })
  }

  /// The formula that fetches a column of the feed for a row of Candidates.
  static func feedFormula(_ column: String, row: Int, _ initiative: Initiative) -> NewValue {
    guard let index = feedColumns.firstIndex(of: column) else { preconditionFailure("the feed has no column \(column)") }
    let letters = CellAddress.letters(ofColumn: index + 1)
    let formula = "IFERROR(INDEX(\(feedName)!$\(letters)$2:$\(letters)$400,MATCH($A\(row),\(feedName)!$A$2:$A$400,0)),\"\")"
    return .formula(formula, value: .text(value(of: column, initiative)))
  }

  private static func value(of column: String, _ initiative: Initiative) -> String {
    switch column {
    case "initiative_key": initiative.key
    case "title": initiative.title
    case "country": initiative.country
    case "department": initiative.department
    case "category": initiative.category
    default: initiative.status
    }
  }

  /// - Parameter candidates: those in the Candidates tab.
  static func tab(_ candidates: [Initiative], capacity: Double, departments: [String]) -> NewTab {
    let layout = (candidates: TabLayout(.candidates), scenarios: TabLayout(.scenarioConfig), results: TabLayout(.results))
    let area = (
      key: layout.candidates.area("initiative_key"), department: layout.candidates.area("department"),
      tokens: layout.candidates.area("engineering_tokens"), resultKey: layout.results.area("initiative_key"),
      allocated: layout.results.area("allocated_tokens")
    )
    let capacityCell = "Scenario_Config!$\(layout.scenarios.letters("capacity_total_tokens"))$2"
    let asked = departments.map { department in
      candidates.filter { $0.department == department }.reduce(0) { $0 + Double($1.tokens ?? 0) }
    }
    var rows: [[NewValue]] = departments.enumerated().map { index, department in
      let row = index + 2
      let count = candidates.count { $0.department == department }
      return [
        .text(department),
        .formula("COUNTIF(\(area.department),A\(row))", value: .number(Double(count))),
        .formula("SUMIF(\(area.department),A\(row),\(area.tokens))", value: .number(asked[index])),
        .formula(
          "SUMPRODUCT((\(area.department)=A\(row))*SUMIF(\(area.resultKey),\(area.key),\(area.allocated)))", value: .number(0)),
        .formula("C\(row)/\(capacityCell)", value: .number(asked[index] / capacity)),
        .text(remarks[department] ?? ""),
      ]
    }
    let last = departments.count + 1
    let total = asked.reduce(0, +)
    rows.append([
      "All departments", .formula("SUM(B2:B\(last))", value: .number(Double(candidates.count))),
      .formula("SUM(C2:C\(last))", value: .number(total)), .formula("SUM(D2:D\(last))", value: .number(0)),
      .formula("C\(last + 1)/\(capacityCell)", value: .number(total / capacity)),
      "What was asked for against what there is: planning has to say no to most of it.",
    ])
    rows += [[], ["This page is the planning team's own: Lodestar reads and writes other tabs and leaves this one as it is."]]
    return NewTab(
      name: "Planning notes", color: "F59E0B",
      columns: [
        NewColumn(header: "department", width: 20), NewColumn(header: "candidates", width: 13),
        NewColumn(header: "tokens asked for", width: 13, format: .wholeNumber),
        NewColumn(header: "tokens in the portfolio", width: 14, format: .wholeNumber),
        NewColumn(header: "share of capacity", width: 13, format: .percent),
        NewColumn(header: "remarks", width: 70),
      ],
      rows: rows,
      dataBars: [DataBar(area: "C2:C\(last)", color: "93C5FD"), DataBar(area: "D2:D\(last)", color: "86EFAC")],
      chart: NewChart(
        title: "Tokens by department", axisTitle: "tokens", categoriesArea: "'Planning notes'!$A$2:$A$\(last)",
        categories: departments,
        series: [
          NewChart.Series(
            name: "asked for", valuesArea: "'Planning notes'!$C$2:$C$\(last)", values: asked, color: "93C5FD"),
          NewChart.Series(
            name: "in the portfolio", valuesArea: "'Planning notes'!$D$2:$D$\(last)", values: asked.map { _ in 0 }, color: "22C55E"),
        ],
        from: CellAddress(row: departments.count + 6, column: 1), to: CellAddress(row: departments.count + 26, column: 6)))
  }

  private static let remarks = [
    "Checkout": "The new checkout is the bet of the quarter",
    "Core": "Foundations compete with features again",
    "Growth": "Most ideas, least certain numbers",
    "Logistics": "Two squads until April; robots are not estimated yet",
    "Payments": "Compliance has a date, the rest can wait",
  ]
}

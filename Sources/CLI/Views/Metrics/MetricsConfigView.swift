import Messages

/// The KPI universe as a table, the north star first, then what is strategic, then the rest.
struct MetricsConfigView {
  var config: MetricsConfig

  func lines(_ console: Console) -> [String] {
    guard config.revision > 0 else {
      return ["No KPIs yet: `lodestar save WORKBOOK Metrics_Config` stores them."]
    }
    let style = console.style
    var table = Table(
      .text("KPI"), .prose("Name"), .text("Level"), .text("Unit"), .text("Good is"), .text("Active"), .text("Measured by"))
    for kpi in config.kpis.sorted(by: Self.isBefore) {
      table.add(
        Cell(kpi.kpiKey, kpi.kpiLevel == .northStar && kpi.isActive ? .bold : .plain), Cell(kpi.kpiName),
        Cell(Self.word(kpi.kpiLevel)), Cell(kpi.unit), Cell(kpi.direction == .lowerIsBetter ? "lower" : "higher"),
        Cell(kpi.isActive ? "yes" : "no", kpi.isActive ? .plain : .dim), Self.measure(kpi))
    }
    let by = config.savedBy.isEmpty ? "" : " by \(config.savedBy.printable)"
    let saved = "Revision \(config.revision), saved \(Quantity.time(microseconds: config.savedAtUs))\(by)"
    return table.lines(style: style, width: console.width) + ["", style.dim(saved)]
  }

  /// "roas@v1", and what is the matter with the version.
  private static func measure(_ kpi: Kpi) -> Cell {
    guard !kpi.metricKey.isEmpty else { return Cell("", .dim) }
    let name = kpi.metricVersion.isEmpty ? kpi.metricKey : "\(kpi.metricKey)@\(kpi.metricVersion)"
    guard kpi.metricStatus != .active, kpi.metricStatus != .unspecified else { return Cell(name, .dim) }
    return Cell("\(name) (\(kpi.metricStatus.word))", kpi.metricStatus.ink)
  }

  private static func isBefore(_ one: Kpi, _ other: Kpi) -> Bool {
    (one.kpiLevel.rawValue, one.kpiKey.lowercased()) < (other.kpiLevel.rawValue, other.kpiKey.lowercased())
  }

  private static func word(_ level: KpiLevel) -> String {
    switch level {
    case .northStar: "north star"
    case .strategic: "strategic"
    case .supporting: "supporting"
    case .unspecified: "-"
    }
  }
}

import Messages

/// What tells two versions apart.
struct DiffView {
  var metricKey: String
  var from: String
  var to: String
  var response: DiffVersionsResponse

  func lines(_ console: Console) -> [String] {
    let style = console.style
    let verdict = style.paint(Self.word(response.changeClass), Self.ink(response.changeClass))
    var lines = ["\(style.bold("\(metricKey) \(from) -> \(to)".printable))  \(verdict)"]
    for change in response.changes {
      lines += [
        "",
        "\(style.bold(change.part.replacing("_", with: " ").printable))  \(style.paint(Self.word(change.changeClass), Self.ink(change.changeClass)))",
      ]
      var facts = Facts()
      facts.add(from, change.before.isEmpty ? "(nothing)" : change.before)
      facts.add(to, change.after.isEmpty ? "(nothing)" : change.after)
      facts.add("", change.explanation, .dim)
      lines += facts.lines(console, indent: "  ")
    }
    if !response.advice.isEmpty { lines += [""] + response.advice.printable.wrapped(to: console.width) }
    return lines
  }

  static func word(_ kind: ChangeClass) -> String {
    switch kind {
    case .unspecified: "-"
    case .identical: "identical"
    case .cosmetic: "cosmetic"
    case .equivalent: "equivalent"
    case .edgeCase: "other answers in edge cases"
    case .breaking: "breaking"
    }
  }

  private static func ink(_ kind: ChangeClass) -> Ink {
    switch kind {
    case .identical, .cosmetic, .equivalent: .good
    case .edgeCase: .warning
    case .breaking: .bad
    case .unspecified: .plain
    }
  }
}

/// The values of two versions side by side.
struct ComparisonView {
  var from: String
  var to: String
  var response: CompareVersionsResponse

  func lines(_ console: Console) -> [String] {
    guard !response.rows.isEmpty else { return ["Neither version has a value in these periods."] }
    var table = Table(
      .text("Tenant"), .text("Period"), .text("Currency"), .number(from), .number(to), .number("Difference"), .text(""))
    for row in response.rows {
      let differs = row.fromValue != row.toValue
      let texts = Self.rounded([row.fromValue, row.toValue, row.difference])
      table.add(
        Cell(row.tenantId), Cell(row.periodStart), Cell(row.currency.isEmpty ? "-" : row.currency), Self.value(texts[0]),
        Self.value(texts[1]), Cell(differs ? texts[2] : "", .warning), Cell(differs ? "differs" : "", .warning))
    }
    let rows = Quantity.count(response.rows.count, "row")
    let largest = response.largestDifference.isEmpty ? "" : ", by \(Self.rounded([response.largestDifference])[0]) at most"
    let verdict =
      response.differingRows == 0
      ? "\(rows), all alike."
      : "\(Quantity.integer(Int64(response.differingRows))) of \(rows) \(response.differingRows == 1 ? "differs" : "differ")\(largest)."
    let more = response.isTruncated ? ["There are more rows: --limit, --tenant, --from and --to choose others."] : []
    return table.lines(style: console.style, width: console.width) + ["", verdict] + more
  }

  /// Numbers to the sixth decimal, as far as that tells them apart; `--json` has all that the warehouse said.
  private static func rounded(_ texts: [String]) -> [String] {
    let short = texts.map { text in
      guard let point = text.firstIndex(of: "."), text.distance(from: point, to: text.endIndex) > places + 1,
        let value = Double(text)
      else { return text }
      let number = Quantity.decimal(value, places: places)
      // As many decimals in each, so that the points stand below each other.
      let decimals = number.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
      return number + (decimals == 0 ? "." : "") + String(repeating: "0", count: places - decimals)
    }
    let isTold = zip(texts, short).allSatisfy { text, short in Double(short) != 0 || Double(text) == 0 }
    return isTold && Set(short).count == Set(texts).count ? short : texts
  }

  private static let places = 6

  /// Null is told from a number.
  private static func value(_ text: String) -> Cell { text.isEmpty ? Cell("null", .dim) : Cell(text) }
}

/// Who would notice when a version changed or went away.
struct ImpactView {
  /// Dashboards that a page shows.
  static let most = 50

  var response: ImpactReportResponse

  func lines(_ console: Console) -> [String] {
    let style = console.style
    let dashboards =
      "\(Quantity.count(Int(response.dashboards), "dashboard")) of \(Quantity.count(Int(response.tenants), "tenant"))"
    let queries = response.queries == 1 ? "1 query" : "\(Quantity.integer(Int64(clamping: response.queries))) queries"
    var facts = Facts()
    facts.add("Reaches", "\(dashboards), \(queries) in the last 30 days")
    facts.add("Migration", response.migrationEffort.isEmpty ? "" : "\(response.migrationEffort) effort")
    facts.add("KPIs", response.kpiKeys.joined(separator: ", "))
    facts.add("To be told", response.recipients.map(who).joined(separator: ", "))
    var lines = [style.bold("\(response.metricKey) \(response.version)".printable)] + facts.lines(console, indent: "  ")
    guard !response.byDashboard.isEmpty else { return lines }
    var table = Table(.text("Tenant"), .text("Dashboard"), .text("Pinned"), .number("Queries"), .text("Last seen"), .prose("Owner"))
    for dashboard in response.byDashboard.prefix(Self.most) {
      table.add(
        Cell(dashboard.tenantId), Cell(dashboard.dashboardId, .bold), Cell(dashboard.isPinned ? "yes" : "no"),
        Cell(Quantity.integer(Int64(clamping: dashboard.queries))), Cell(Quantity.time(microseconds: dashboard.lastSeenAtUs), .dim),
        Cell(who(dashboard.owner)))
    }
    lines += [""] + table.lines(style: style, width: console.width, indent: "  ")
    if response.byDashboard.count > Self.most {
      lines.append(style.dim("  … and \(response.byDashboard.count - Self.most) more; --json prints all"))
    }
    return lines
  }
}

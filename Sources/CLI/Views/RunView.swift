import Messages

/// An optimization run: its portfolio, what that brings, and what it leaves open.
struct RunView {
  /// How much of a run to show.
  enum Detail {
    /// The portfolio and the targets.
    case portfolio
    /// Also what was left out and how the objective adds up.
    case full
  }

  /// Gains that a portfolio's line names.
  static let mostGains = 3

  var run: Run

  func lines(_ console: Console, detail: Detail = .full) -> [String] {
    var lines = headline(console.style)
    lines += section("Alerts", alerts, console)
    guard let result = run.result else { return lines }
    lines += section("Portfolio", portfolio(result), console)
    if detail == .full { lines += section("Left out", leftOut(result), console) }
    lines += section("KPIs against targets", Self.gaps(result.gaps), console)
    if detail == .full {
      lines += section("KPIs", totals(result), console)
      lines += section("Objective", objective(result), console)
      lines += section("Measured by", measures, console)
    }
    return lines
  }

  private var alerts: Table {
    var table = Table(.text("Alert"), .text("About"), .prose("What it means"))
    for alert in run.alerts {
      let subject = alert.initiativeKey.isEmpty ? alert.kpiKey : alert.initiativeKey
      table.add(Cell(alert.code, alert.severity.ink), Cell(subject), Cell(alert.message))
    }
    return table
  }

  /// Which meaning of its numbers the run went by: `roas@v1`, and the first digits of the content's hash.
  private var measures: Table {
    var table = Table(.text("KPI"), .text("Metric"), .text("Status"), .text("Content"))
    for measure in run.measures {
      table.add(
        Cell(measure.kpiKey), Cell("\(measure.metricKey)@\(measure.metricVersion)"),
        Cell(measure.metricStatus.word, measure.metricStatus.ink), Cell(measure.metricContentHash, .dim))
    }
    return table
  }

  private func section(_ title: String, _ table: Table, _ console: Console) -> [String] {
    guard !table.rows.isEmpty else { return [] }
    return ["", console.style.bold(title)] + table.lines(style: console.style, width: console.width, indent: "  ")
  }

  private func headline(_ style: Style) -> [String] {
    let title = "\(run.scenarioName) / \(run.constraintSetName)".printable
    var lines = ["\(style.paint(run.status.word, run.status.ink))  \(style.bold(title))  \(style.dim(run.runId))"]
    // Of a success the numbers say all there is.
    if !run.message.isEmpty && run.status != .success { lines.append("  \(run.message.printable)") }
    if let result = run.result { lines.append("  \(summary(result))") }
    return lines
  }

  /// "24 of 58 initiatives, 1,196 of 1,200 tokens (99.7 %), objective 1.234, proven best, 340 ms".
  func summary(_ result: RunResult) -> String {
    var parts = ["\(result.selectedCount) of \(Quantity.count(Int(run.candidateCount), "initiative"))"]
    let used = Quantity.integer(result.capacityUsedTokens)
    if run.capacityTotalTokens > 0 {
      let share = Double(result.capacityUsedTokens) / Double(run.capacityTotalTokens)
      parts.append("\(used) of \(Quantity.integer(run.capacityTotalTokens)) tokens (\(Quantity.percent(share)))")
    } else {
      parts.append("\(used) tokens")
    }
    parts.append("objective \(Quantity.decimal(result.totalObjective, places: 4))")
    parts.append(result.relativeGap <= 0 ? "proven best" : "at most \(Quantity.percent(result.relativeGap)) from the best")
    if run.finishedAtUs > run.startedAtUs && run.startedAtUs > 0 {
      parts.append(Quantity.duration(microseconds: run.finishedAtUs - run.startedAtUs))
    }
    return parts.joined(separator: ", ")
  }

  private func portfolio(_ result: RunResult) -> Table {
    var table = Table(.text("Initiative"), .prose("Title"), .number("Tokens"), .prose("Brings"), .prose("Why"))
    for item in result.items where item.selected {
      table.add(
        Cell(item.initiativeKey), Cell(item.form == .mvp ? "\(item.title) (mvp)" : item.title),
        Cell(Quantity.integer(item.allocatedTokens)), Cell(Self.gains(item.gains)),
        Cell(item.reason, .dim))
    }
    return table
  }

  private func leftOut(_ result: RunResult) -> Table {
    var table = Table(.text("Initiative"), .prose("Title"), .prose("Why"))
    for item in result.items where !item.selected {
      table.add(Cell(item.initiativeKey), Cell(item.title), Cell(item.reason, .dim))
    }
    return table
  }

  /// The largest gains first; how many more there are.
  static func gains(_ gains: [Contribution]) -> String {
    let sorted = gains.filter { $0.value != 0 }.sorted { ($1.value.magnitude, $0.kpiKey) < ($0.value.magnitude, $1.kpiKey) }
    let shown = sorted.prefix(mostGains).map { "\($0.kpiKey) \($0.value > 0 ? "+" : "")\(Quantity.amount($0.value))" }
    let more = sorted.count > mostGains ? ["+\(sorted.count - mostGains) more"] : []
    return (shown + more).joined(separator: ", ")
  }

  static func gaps(_ gaps: [TargetGap]) -> Table {
    var table = Table(
      .text("KPI"), .text("Where"), .text("Kind"), .number("Target"), .number("Achieved"), .text("Standing"),
      .prose("Recommendation"))
    for gap in gaps {
      table.add(
        Cell(gap.kpiKey), Cell(place(gap)), Cell(word(gap.kind)), Cell(Quantity.amount(gap.targetValue)),
        Cell(Quantity.amount(gap.achievedValue)), Cell(standing(gap), gap.severity.ink), Cell(gap.recommendation, .dim))
    }
    return table
  }

  /// "met, 12 to spare", "12 short", "12 over".
  static func standing(_ gap: TargetGap) -> String {
    let amount = Quantity.amount(gap.gap.magnitude)
    guard gap.gap > 0 else { return amount == "0" ? "met" : "met, \(amount) to spare" }
    return gap.kind == .cap ? "\(amount) over" : "\(amount) short"
  }

  private static func place(_ gap: TargetGap) -> String {
    switch gap.dimension {
    case .unspecified, .all: "everywhere"
    case .country, .department, .category, .program: gap.key
    }
  }

  private static func word(_ kind: TargetKind) -> String {
    switch kind {
    case .floor: "floor"
    case .goal: "goal"
    case .cap: "cap"
    case .unspecified: "-"
    }
  }

  private func totals(_ result: RunResult) -> Table {
    var table = Table(.text("KPI"), .number("Portfolio brings"))
    for total in result.kpiTotals { table.add(Cell(total.kpiKey), Cell(Quantity.amount(total.total))) }
    return table
  }

  private func objective(_ result: RunResult) -> Table {
    var table = Table(.text("Term"), .number("Weight"), .number("Total"), .number("Divided by"))
    for value in result.objectiveValues {
      table.add(
        Cell(value.kpiKey), Cell(Quantity.decimal(value.weight, places: 4)), Cell(Quantity.amount(value.total)),
        Cell(Quantity.amount(value.normalizer)))
    }
    return table
  }

  static func table(_ runs: [Run]) -> Table {
    var table = Table(
      .text("Run"), .text("Created"), .text("Scenario"), .text("Set"), .text("Status"), .number("Candidates"), .prose("Message"))
    for run in runs {
      table.add(
        Cell(run.runId), Cell(Quantity.time(microseconds: run.createdAtUs), .dim), Cell(run.scenarioName),
        Cell(run.constraintSetName), Cell(run.status.word, run.status.ink), Cell("\(run.candidateCount)"), Cell(run.message))
    }
    return table
  }
}

extension RunStatus {
  var word: String {
    switch self {
    case .unspecified: "-"
    case .queued: "QUEUED"
    case .running: "RUNNING"
    case .success: "SUCCESS"
    case .infeasible: "INFEASIBLE"
    case .failed: "FAILED"
    case .cancelled: "CANCELLED"
    case .timeLimit: "TIME LIMIT"
    }
  }

  var ink: Ink {
    switch self {
    case .success: .good
    case .queued, .running, .timeLimit: .warning
    case .infeasible, .failed, .cancelled: .bad
    case .unspecified: .plain
    }
  }
}

extension GapSeverity {
  var ink: Ink {
    switch self {
    case .ok: .good
    case .warning: .warning
    case .critical: .bad
    case .unspecified: .plain
    }
  }
}

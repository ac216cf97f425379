import Messages

/// What the demo did, as lines for a person: pure, so that it can be read in a test.
struct DemoAccount {
  /// Mistakes of one tab that are enough to see the point.
  static let mostMistakes = 6

  let console: Console

  func chapter(_ number: Int, _ title: String) -> [String] {
    ["", "\(console.style.cyan("\(number)"))  \(console.style.bold(title))"]
  }

  func saves(_ runs: [ActionRun]) -> [String] {
    var table = Table(
      .text("Workbook"), .text("Tab"), .text("Status"), .number("Rows"), .number("Saved"), .number("Unchanged"),
      .number("Warnings"),
      .number("Refused"), .number("Time"))
    for run in runs {
      let counts = run.counts ?? SaveCounts()
      table.add(
        Cell(Self.file(run), .dim), Cell(run.tab, .bold), Cell(run.status.word, run.status.ink), Self.number(counts.rows),
        Self.number(counts.upserts), Self.number(counts.unchanged), Self.number(counts.warnings, .warning),
        Self.number(counts.failures, .bad), Cell(Quantity.duration(microseconds: run.finishedAtUs - run.startedAtUs), .dim))
    }
    return table.lines(style: console.style, width: console.width, indent: "   ")
  }

  private static func file(_ run: ActionRun) -> String {
    String(run.workbookPath.split(separator: "/").last ?? "")
  }

  private static func number(_ value: UInt32, _ ink: Ink = .plain) -> Cell {
    value == 0 ? Cell("-", .dim) : Cell(Quantity.integer(Int64(value)), ink)
  }

  /// What the import did, and in whose name.
  func registry(_ plan: ImportPlan, file: String, by person: String) -> [String] {
    let lines = ImportPlanView(plan: plan, file: file).lines(console).map { $0.isEmpty ? "" : "   " + $0 }
    guard plan.applied, !plan.steps.isEmpty else { return lines }
    return lines + [
      "",
      "   "
        + console.style.dim(
          "by \(person), whom the demo gave the role governance-board; later versions are approved in the registry"),
    ]
  }

  /// The first few things that were wrong, as the rows of the sheet now say it.
  func mistakes(_ runs: [ActionRun]) -> [String] {
    runs.flatMap { run -> [String] in
      let wrong = run.messages.filter { $0.severity == .error }.sorted { ($0.rowNumber, $0.column) < ($1.rowNumber, $1.column) }
      var table = Table(.number("Row"), .text("Key"), .prose("run_status now says"))
      for message in wrong.prefix(Self.mostMistakes) {
        table.add(
          Cell(message.rowNumber == 0 ? "tab" : "\(message.rowNumber)"), Cell(message.key),
          Cell(RowMessagesView.status(of: message), message.severity.ink))
      }
      let title = "   \(console.style.bold(run.tab.printable))  \(console.style.dim(run.message.printable))"
      guard !wrong.isEmpty else { return [title] }
      let more =
        wrong.count > Self.mostMistakes ? ["     " + console.style.dim("… and \(wrong.count - Self.mostMistakes) more")] : []
      return [title] + table.lines(style: console.style, width: console.width, indent: "     ") + more
    }
  }

  func portfolio(_ run: Run) -> [String] {
    [""] + RunView(run: run).lines(console, detail: .portfolio).map { $0.isEmpty ? "" : "   " + $0 }
  }

  /// Where the files are and how to look on.
  func ending(_ books: DemoWorkbooks, runs: [Run], isKept: Bool) -> [String] {
    let style = console.style
    var lines = DemoWorkbooks.example.map { "   \(books.path($0))" }
    lines[lines.count - 1] += style.dim("   Runs, Results and Gaps_Alerts hold the answer")
    lines += ["   \(books.path(DemoWorkbooks.mistakes))" + style.dim("   run_status says what is wrong in each row"), ""]
    if isKept {
      lines += ["   The system is still running:"]
    } else {
      lines += ["   The system was stopped; what it stored stays. `lodestar up` starts it again, and then:"]
    }
    if let run = runs.last { lines.append("     lodestar runs show \(run.runId)") }
    lines += [
      "     lodestar metrics show roas", "     lodestar metrics kpis", "     lodestar actions list", "     lodestar status",
    ]
    return lines
  }
}

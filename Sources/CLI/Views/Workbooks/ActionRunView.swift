import Messages

/// An ended (or running) action as a person reads it.
struct ActionRunView {
  var run: ActionRun

  func lines(_ console: Console) -> [String] {
    let rows = RowMessagesView(messages: untold).lines(console)
    return head(console) + (rows.isEmpty ? [] : [""] + rows)
  }

  /// How it ended, without what was said of rows.
  func head(_ console: Console) -> [String] {
    var lines = [headline(console.style)]
    if !run.message.isEmpty {
      lines.append("  \(run.message.printable)")
    } else if let counts = run.counts, counts.rows > 0 {
      lines.append("  " + Self.sentence(counts))
    }
    if run.quotaWaitUs > 0 {
      let calls = Quantity.count(Int(run.workbookCalls), "call")
      lines.append(
        console.style.dim("  Google's quota made it wait \(Quantity.duration(microseconds: run.quotaWaitUs)), in \(calls)."))
    }
    return lines
  }

  /// What the action's own sentence has not said.
  var untold: [RowMessage] {
    run.messages.filter { $0.rowNumber != 0 || !run.message.hasPrefix($0.message) }
  }

  private func headline(_ style: Style) -> String {
    let subject = run.tab.isEmpty ? run.action : run.tab
    let file = String(run.workbookPath.split(separator: "/").last ?? "")
    let place = file.isEmpty ? "" : "  \(file.printable)"
    let time = run.finishedAtUs > run.startedAtUs ? "  " + Quantity.duration(microseconds: run.finishedAtUs - run.startedAtUs) : ""
    return style.paint(run.status.word, run.status.ink) + "  " + style.bold(subject.printable) + style.dim(place + time)
  }

  /// "60 rows: 58 saved, 1 unchanged, 1 warning, 1 refused".
  static func sentence(_ counts: SaveCounts) -> String {
    var parts = ["\(Quantity.integer(Int64(counts.upserts))) saved"]
    for (number, word) in [(counts.unchanged, "unchanged"), (counts.removed, "removed"), (counts.skipped, "skipped")]
    where number > 0 {
      parts.append("\(Quantity.integer(Int64(number))) \(word)")
    }
    if counts.warnings > 0 { parts.append(Quantity.count(Int(counts.warnings), "warning")) }
    if counts.failures > 0 { parts.append("\(Quantity.integer(Int64(counts.failures))) refused") }
    return "\(Quantity.count(Int(counts.rows), "row")): \(parts.joined(separator: ", "))"
  }

  static func table(_ runs: [ActionRun]) -> Table {
    var table = Table(
      .text("Action run"), .text("Started"), .text("Status"), .text("Action"), .text("Tab"), .prose("What happened"))
    for run in runs {
      table.add(
        Cell(run.actionRunId), Cell(Quantity.time(microseconds: run.startedAtUs), .dim), Cell(run.status.word, run.status.ink),
        Cell(run.action), Cell(run.tab), Cell(run.message))
    }
    return table
  }

  /// Substeps with their times, for `actions show`.
  static func substeps(_ run: ActionRun) -> Table {
    var table = Table(.text("Substep"), .text("Status"), .number("Time"), .prose("Message"))
    for step in run.substeps {
      table.add(
        Cell(step.name), Cell(step.status.word, step.status.ink), Cell(Quantity.duration(microseconds: step.durationUs), .dim),
        Cell(step.message))
    }
    return table
  }
}

extension ActionStatus {
  var word: String {
    switch self {
    case .unspecified: "-"
    case .running: "RUNNING"
    case .ok: "OK"
    case .partial: "PARTIAL"
    case .failed: "FAILED"
    case .interrupted: "INTERRUPTED"
    }
  }

  var ink: Ink {
    switch self {
    case .ok: .good
    case .partial, .running: .warning
    case .failed, .interrupted: .bad
    case .unspecified: .plain
    }
  }

  /// How a command that waited for the action ends: a partial save has refused somebody's row.
  var outcome: Outcome {
    self == .ok ? .done : .refused
  }
}

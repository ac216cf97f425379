import Messages

/// A metric on one page: its facts, every version with its approvals, and what can be done next.
struct MetricView {
  var metric: Metric
  /// Dashboards that are pinned, by version.
  var pins: [String: Int]

  func lines(_ console: Console) -> [String] {
    let style = console.style
    var lines = ["\(style.bold(metric.metricKey.printable))  \(metric.displayName.printable)"]
    var facts = Facts()
    facts.add("Measures", metric.description)
    facts.add("Unit", metric.unit)
    facts.add("Owner", who(metric.owner))
    facts.add("Current version", metric.currentVersion.isEmpty ? "none yet" : metric.currentVersion, .bold)
    lines += facts.lines(console, indent: "  ")
    for version in metric.versions { lines += [""] + page(version, console) }
    let steps = NextSteps(metric: metric, pins: pins).all()
    if !steps.isEmpty { lines += ["", style.bold("Next")] + Self.items(steps, console) }
    return lines + ["", style.dim("Revision \(metric.revision)")]
  }

  private func page(_ version: MetricVersion, _ console: Console) -> [String] {
    let style = console.style
    let isCurrent = version.version == metric.currentVersion
    let since = "since \(Quantity.time(microseconds: version.since))"
    let status = style.paint(version.status.word, version.status.ink) + (isCurrent ? ", current" : "")
    var facts = Facts()
    facts.add("Formula", version.definition, .bold)
    facts.add("Edge cases", version.edgeCases?.phrases.joined(separator: "; ") ?? "")
    facts.add("Model", version.dbtModel)
    facts.add("Relation", version.relation)
    facts.add("Columns", version.columns.map(\.phrase).joined(separator: ", "))
    facts.add("Breaking", version.status == .draft && version.approvals.isEmpty ? "" : version.breakingChange ? "yes" : "no")
    facts.add("Migration guide", version.migrationGuide)
    facts.add("Tests", version.testEvidence)
    facts.add("Corrections", version.correction == 0 ? "" : "\(version.correction), the formula as it was")
    facts.add("Made", "\(Quantity.time(microseconds: version.createdAtUs)) by \(who(version.createdBy))")
    facts.add("Pinned by", version.status == .draft ? "" : Quantity.count(pins[version.version] ?? 0, "dashboard"))
    facts.add(
      "Planned sunset", version.status == .deprecated ? Quantity.time(microseconds: version.plannedSunsetAtUs) : "", .warning)
    facts.add("Replacement", version.replacementVersion)
    let head = "\(style.bold(version.version))  \(status)  \(style.dim(since))"
    return [head] + facts.lines(console, indent: "  ") + version.approvals.flatMap { approval($0, console) }
  }

  private func approval(_ approval: Approval, _ console: Console) -> [String] {
    let style = console.style
    let status =
      approval.status == .pending ? "pending, \(approval.approvals) of \(approval.approversNeeded)" : approval.status.word
    var facts = Facts()
    let breaking =
      approval.breakingChange ? ", declared breaking" : approval.purpose == .activation ? ", declared not breaking" : ""
    facts.add(
      "asked",
      "\(Quantity.time(microseconds: approval.requestedAtUs)) by \(who(approval.requestedBy))\(breaking): \(approval.reason)")
    if !approval.advice.isEmpty {
      facts.add(
        approval.declaredAgainstAdvice ? "against advice" : "advice", approval.advice,
        approval.declaredAgainstAdvice ? .bad : .plain)
    }
    for decision in approval.decisions {
      let when = Quantity.time(microseconds: decision.atUs)
      facts.add(decision.approved ? "approved" : "rejected", "\(when) by \(who(decision.principal)): \(decision.reason)")
    }
    let ticket = approval.ticket.isEmpty ? "" : "  \(approval.ticket.printable)"
    let head = "  Approval \(approval.number)  \(approval.purpose.word)  \(style.paint(status, approval.status.ink))\(ticket)"
    return [head] + facts.lines(console, indent: "    ")
  }

  /// Sentences, one below the other.
  static func items(_ sentences: [String], _ console: Console, indent: String = "  ") -> [String] {
    sentences.flatMap { sentence in
      sentence.forPeople.printable.wrapped(to: console.width.map { $0 - indent.count - 2 }).enumerated().map { index, line in
        indent + (index == 0 ? "- " : "  ") + line
      }
    }
  }
}

/// Metrics, a line each.
struct MetricListView {
  var metrics: [Metric]

  var table: Table {
    var table = Table(.text("Metric"), .prose("Name"), .text("Current"), .text("Versions"), .text("Unit"), .prose("Owner"))
    for metric in metrics {
      table.add(
        Cell(metric.metricKey, .bold), Cell(metric.displayName), Cell(metric.currentVersion.isEmpty ? "-" : metric.currentVersion),
        Cell(metric.versions.map { "\($0.version) \($0.status.word)" }.joined(separator: ", ")), Cell(metric.unit),
        Cell(who(metric.owner)))
    }
    return table
  }
}

import Messages

/// Which version a dashboard or a query is to use, and what it should know about it.
struct ResolutionView {
  var response: ResolveVersionResponse

  func lines(_ console: Console) -> [String] {
    let style = console.style
    let status = style.paint(response.status.word, response.status.ink) + (response.fromPin ? ", by the dashboard's pin" : "")
    var facts = Facts()
    facts.add("Formula", response.definition, .bold)
    facts.add("Edge cases", response.edgeCases?.phrases.joined(separator: "; ") ?? "")
    facts.add("Read", response.relation + (response.predicate.isEmpty ? "" : " WHERE \(response.predicate)"))
    facts.add("Model", response.dbtModel)
    facts.add("Content", response.contentHash + (response.correction == 0 ? "" : ", correction \(response.correction)"), .dim)
    let lines =
      ["\(style.bold("\(response.metricKey) \(response.version)".printable))  \(status)"] + facts.lines(console, indent: "  ")
    let warnings = PinsView.warnings(response.warnings, console)
    let age = Quantity.duration(microseconds: Int64(clamping: response.ageMs) * 1000)
    return lines + warnings + [style.dim("Registry revision \(response.registryRevision), confirmed \(age) ago")]
  }
}

/// A change of the registry, as a watcher sees it.
struct RegistryChangeView {
  var change: RegistryChange

  func line(_ style: Style) -> String {
    let events = change.events.map { $0.replacing("metric.", with: "").replacing("_", with: " ") }.joined(separator: ", ")
    var parts = [
      style.dim(Quantity.time(microseconds: change.atUs)), style.bold(change.metricKey.printable), "revision \(change.revision)",
      events.printable,
    ]
    if let metric = change.metric {
      parts.append(style.dim(metric.versions.map { "\($0.version) \($0.status.word)" }.joined(separator: ", ")))
    }
    parts += change.pins.map { pin in
      let dashboard = "\(pin.tenantId)/\(pin.dashboardId)".printable
      return pin.version.isEmpty ? "\(dashboard) unpinned" : "\(dashboard) on \(pin.version.printable)"
    }
    return parts.joined(separator: "  ")
  }
}

/// Who was told of what, and whether it arrived.
struct NotificationsView {
  var notifications: [Notification]

  var table: Table {
    var table = Table(
      .number("Id"), .text("Created"), .text("Event"), .text("Metric"), .prose("Recipient"), .text("Channel"), .text("State"),
      .number("Tries"), .prose("Last error"))
    for notification in notifications {
      table.add(
        Cell("\(notification.id)"), Cell(Quantity.time(microseconds: notification.createdAtUs), .dim), Cell(notification.event),
        Cell(notification.metricKey, .bold), Cell(who(notification.recipient)), Cell(notification.channel),
        Cell(notification.state.word, notification.state.ink), Cell("\(notification.attempts)"), Cell(notification.lastError, .dim))
    }
    return table
  }
}

extension NotificationState {
  var word: String {
    switch self {
    case .unspecified: "-"
    case .pending: "pending"
    case .delivered: "delivered"
    case .failed: "failed"
    }
  }

  var ink: Ink {
    switch self {
    case .delivered: .good
    case .pending: .warning
    case .failed: .bad
    case .unspecified: .plain
    }
  }
}

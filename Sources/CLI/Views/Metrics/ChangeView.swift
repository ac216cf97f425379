import Messages

/// What a change came to: a sentence, what should be known besides, and what can be done next with the version.
struct ChangeView {
  var response: LifecycleResponse
  var version: String
  /// What was done.
  var sentence: String

  func lines(_ console: Console) -> [String] {
    var lines = [sentence.printable] + MetricView.items(response.notes, console)
    guard let metric = response.metric, let version = metric.version(version) else { return lines }
    let steps = NextSteps(metric: metric).steps(for: version)
    if !steps.isEmpty { lines += [console.style.bold("Next")] + MetricView.items(steps, console) }
    return lines
  }
}

/// What a rollback did, or would do.
struct RollbackView {
  var metricKey: String
  var response: RollbackResponse
  var isDryRun: Bool

  func lines(_ console: Console) -> [String] {
    let what = "\(metricKey) from \(response.fromVersion) to \(response.toVersion)".printable
    var lines = [console.style.bold(isDryRun ? "This would roll back \(what):" : "Rolled back \(what):")]
    lines += MetricView.items(response.steps, console)
    let count = response.affectedPins.count
    if count > 0 {
      let stay = count == 1 ? "stays where it is" : "stay where they are"
      lines += ["", "\(Quantity.count(count, "pin")) on \(response.fromVersion) \(stay):"]
      lines += PinsView(pins: response.affectedPins).table.lines(style: console.style, width: console.width, indent: "  ")
    }
    if !response.recipients.isEmpty {
      lines += ["", "\(isDryRun ? "Would be told" : "Told"): \(response.recipients.map(who).joined(separator: ", "))."]
    }
    return isDryRun ? lines + ["", "Nothing was changed."] : lines
  }
}

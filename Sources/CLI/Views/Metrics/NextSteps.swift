import Messages

/// What can be done next with a version, by whom and with which command. The rules themselves are the service's.
struct NextSteps {
  var metric: Metric
  /// Dashboards that are pinned to a version; nil where that was not asked.
  var pins: [String: Int]?

  private var key: String { metric.metricKey }

  /// For the whole metric, a sentence each.
  func all() -> [String] {
    metric.versions.flatMap { steps(for: $0) } + rollback()
  }

  func steps(for version: MetricVersion) -> [String] {
    let name = version.version
    let waiting = version.approvals.filter { $0.status == .pending }.map { waits($0, of: version) }
    switch version.status {
    case .draft: return waiting.isEmpty ? draft(version) : waiting
    case .active where name == metric.currentVersion:
      return waiting + [
        "\(name) is what new dashboards get. To change the metric, an analyst makes a version: `\(command("create")) …`"
      ]
    case .active:
      let current = "\(name) may be made current by the board: `\(command("set-current", name)) --reason …`"
      return waiting + [
        current, "\(name) may be deprecated by an analyst: `\(command("deprecate", name)) --replacement VERSION --reason …`",
      ]
    case .deprecated:
      let date = Quantity.time(microseconds: version.plannedSunsetAtUs)
      let readers = moving(name).map { ", when \($0)" } ?? ""
      return waiting + ["\(name) may be sunset by an analyst from \(date) on\(readers): `\(command("sunset", name)) --reason …`"]
    case .sunset: return waiting + [sunset(version)]
    case .retired, .unspecified: return waiting
    }
  }

  private func draft(_ version: MetricVersion) -> [String] {
    let name = version.version
    if version.approval(.activation, .approved) != nil {
      return ["\(name) may be activated by an analyst: `\(command("activate", name)) --reason …`, with --make-current by the board"]
    }
    let again = version.approval(.activation, .rejected) == nil ? "" : " again, after `\(command("update", name)) …`"
    return [
      "\(name) needs an approval; an analyst asks for it\(again): `\(command("request", name)) --ticket … --breaking|--not-breaking`"
    ]
  }

  private func waits(_ approval: Approval, of version: MetricVersion) -> String {
    let lacking = approval.approvalsLacking
    let barred = ([approval.requestedBy] + approval.decisions.map(\.principal)).map(who).uniqued.joined(separator: " and ")
    let people = lacking == 1 ? "one of the board" : "\(lacking) of the board"
    let purpose = approval.purpose == .activation ? "" : " for its \(approval.purpose.word)"
    return
      "\(version.version) waits\(purpose) for \(people) other than \(barred): `\(command("approve", version.version)) --number \(approval.number) …`"
  }

  private func sunset(_ version: MetricVersion) -> String {
    let name = version.version
    // Which versions were current before is for the service to know.
    let unless = mayComeBack(version) ? ", unless it is what a rollback would go back to" : ""
    guard let moved = moving(name) else {
      return "\(name) may be retired by the board\(unless): `\(command("retire", name)) --reason …`"
    }
    return "\(name) may be retired when \(moved)\(unless): `lodestar metrics pins --metric \(key) --version \(name)`"
  }

  /// What has to happen to the dashboards that are pinned to a version; nil when there are none.
  private func moving(_ name: String) -> String? {
    guard let count = pins?[name], count > 0 else { return nil }
    return count == 1 ? "its 1 pin has moved" : "its \(Quantity.integer(Int64(count))) pins have moved"
  }

  private func rollback() -> [String] {
    guard metric.versions.contains(where: mayComeBack) else { return [] }
    return ["If \(metric.currentVersion) is faulty, the board goes back: `\(command("rollback")) --dry-run` tells how"]
  }

  /// Whether a rollback of the current version could go back to this one, if it was current before.
  private func mayComeBack(_ version: MetricVersion) -> Bool {
    metric.version(metric.currentVersion) != nil && version.version != metric.currentVersion
      && [.active, .deprecated, .sunset].contains(version.status)
  }

  private func command(_ verb: String, _ version: String = "") -> String {
    "lodestar metrics \(verb) \(key)" + (version.isEmpty ? "" : " \(version)")
  }
}

extension Array where Element: Hashable {
  /// Each element once, where it first stood.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

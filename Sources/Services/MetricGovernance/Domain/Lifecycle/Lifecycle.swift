/// The rules of a metric's life as a value: what a command makes of a metric, what the audit trail says of it and who is told, or why not.
public enum Lifecycle {
  /// - Parameters:
  ///   - metric: nil when there is none of that key.
  ///   - use: who reads the metric's versions; looked at by what ends or changes a version.
  public static func decide(
    _ command: LifecycleCommand, on metric: Metric?, key: MetricKey, _ occasion: Occasion, use: MetricUse = MetricUse()
  ) throws(Refusal) -> LifecycleOutcome {
    try command.authority.check(occasion.principal, to: command.act)
    try TextRules.check(occasion.reason, "reason", .needed, longest: TextLimit.reason)
    if case .createVersion(let number, let draft, let facts) = command {
      return try LifecycleStep.creating(number, draft, facts, metric, key, occasion)
    }
    guard let metric else {
      throw Refusal(
        .notFound, "METRIC_NOT_FOUND", field: "terms.metric_key",
        "There is no metric \"\(key)\"; CreateVersion makes it with its first draft.")
    }
    var step = LifecycleStep(metric, occasion, use)
    try step.checkRevision()
    try step.carryOut(command)
    return step.outcome
  }
}

extension LifecycleCommand {
  var authority: Authority {
    switch self {
    case .createVersion, .updateDraft, .updateMetric, .requestApproval, .deprecate, .sunset, .correctDefinition: .author
    // Which version new dashboards get is for the board (requirement 309), also together with an activation.
    case .activate(_, let makeCurrent): makeCurrent ? .board : .author
    case .decide, .setCurrentVersion, .retire, .rollback: .board
    }
  }

  /// As in "may not …".
  var act: String {
    switch self {
    case .createVersion: "create a version"
    case .updateDraft: "change a draft"
    case .updateMetric: "change a metric"
    case .requestApproval: "request an approval"
    case .decide(_, let verdict): verdict.isApproved ? "approve" : "reject"
    case .activate(_, let makeCurrent): makeCurrent ? "make a version what new dashboards get" : "activate a version"
    case .setCurrentVersion: "make a version what new dashboards get"
    case .deprecate: "deprecate a version"
    case .sunset: "sunset a version"
    case .retire: "retire a version"
    case .rollback: "roll back"
    case .correctDefinition: "correct a definition"
    }
  }
}

/// A command being carried out: the metric as it becomes, and what is left behind.
struct LifecycleStep {
  let occasion: Occasion
  let use: MetricUse
  var outcome: LifecycleOutcome

  init(_ metric: Metric, _ occasion: Occasion, _ use: MetricUse = MetricUse()) {
    self.occasion = occasion
    self.use = use
    outcome = LifecycleOutcome(metric: metric)
  }

  var metric: Metric { outcome.metric }
  var now: Instant { occasion.now }

  mutating func carryOut(_ command: LifecycleCommand) throws(Refusal) {
    switch command {
    case .createVersion: preconditionFailure("a version is created where its metric may not be there yet")
    case .updateDraft(let number, let draft): try updateDraft(number, draft)
    case .updateMetric(let facts): try updateMetric(facts)
    case .requestApproval(let number, let request): try requestApproval(number, request)
    case .decide(let number, let verdict): try decide(number, verdict)
    case .activate(let number, let makeCurrent): try activate(number, makeCurrent: makeCurrent)
    case .setCurrentVersion(let number): try setCurrentVersion(number)
    case .deprecate(let number, let deprecation): try deprecate(number, deprecation)
    case .sunset(let number): try sunset(number)
    case .retire(let number): try retire(number)
    case .rollback: try rollBack()
    case .correctDefinition(let number, let approval): try correctDefinition(number, approval)
    }
  }

  func checkRevision() throws(Refusal) {
    guard occasion.expectedRevision == metric.revision else {
      throw Refusal(
        .aborted, "REVISION_MOVED_ON", field: "terms.expected_revision",
        "\(metric.key) is at revision \(metric.revision), not \(occasion.expectedRevision): somebody changed it first. Look at it again, then repeat the call with the new revision."
      )
    }
  }

  // MARK: What is looked at

  func version(_ number: VersionNumber, field: String = "version") throws(Refusal) -> MetricVersion {
    if let version = metric.version(number) { return version }
    let known = metric.versions.map(\.number.description).joined(separator: ", ")
    throw Refusal(
      .notFound, "VERSION_NOT_FOUND", field: field,
      "\(metric.key) has no version \(number)\(known.isEmpty ? "" : "; it has \(known)").")
  }

  /// The version, when it is in one of these states.
  func version(_ number: VersionNumber, in states: VersionStatus..., for act: String) throws(Refusal) -> MetricVersion {
    let version = try version(number)
    guard states.contains(version.status) else {
      let needed = states.map(\.rawValue).joined(separator: " or ")
      throw Refusal(
        .precondition, "WRONG_STATE",
        "\(metric.key)@\(number) is \(version.status.rawValue) and cannot be \(act); that takes a version that is \(needed).")
    }
    return version
  }

  // MARK: What is left behind

  mutating func change(_ number: VersionNumber, _ change: (inout MetricVersion) -> Void) {
    guard let index = outcome.metric.place(of: number) else { return }
    change(&outcome.metric.versions[index])
  }

  mutating func record(
    _ event: GovernanceEvent, _ number: VersionNumber? = nil, before: AuditJSON = .null, after: AuditJSON = .null
  ) {
    let key = metric.key.text
    outcome.records.append(
      AuditRecord(
        event: event, subject: number.map { "\(key)@\($0)" } ?? key, metricKey: key, version: number?.description ?? "",
        reason: occasion.reason, before: before == .null ? "" : before.text, after: after == .null ? "" : after.text))
  }

  /// Moves a version along one edge and says so.
  mutating func move(_ number: VersionNumber, to status: VersionStatus, _ alsoChange: (inout MetricVersion) -> Void = { _ in }) {
    guard let before = metric.version(number) else { return }
    change(number) { version in
      version.status = status
      alsoChange(&version)
    }
    guard let after = metric.version(number) else { return }
    record(.versionStatusChanged, number, before: .life(before), after: .life(after))
  }

  /// Tells each of them once, and the metric's owner in any case.
  mutating func tell(_ owners: [String], _ event: GovernanceEvent, _ number: VersionNumber? = nil, _ message: String) {
    for recipient in Set(owners + [metric.facts.owner]).sorted() where !recipient.isEmpty {
      outcome.notices.append(
        Notice(
          event: event, metricKey: metric.key.text, version: number?.description ?? "", recipient: recipient,
          message: "\(message) Reason: \(occasion.reason)"))
    }
  }
}

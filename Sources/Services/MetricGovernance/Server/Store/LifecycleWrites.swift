import MetricGovernanceDomain

extension GovernanceChange {
  /// Carries out what the rules allow: the metric, its audit events, its notices, and what watchers are told.
  func carryOut(
    _ command: LifecycleCommand, on key: MetricKey, reason: String, expectedRevision: Int64
  ) async throws -> (outcome: LifecycleOutcome, use: MetricUse) {
    let before = try await metric(key)
    let (decided, use) = try await decide(command, on: key, before, reason, expectedRevision)
    guard !decided.records.isEmpty else { return (decided, use) }
    let outcome = decided.stored(as: try await store(decided.metric, over: before))
    for entry in outcome.records {
      record(entry)
      touched(metric: key, entry.event)
    }
    for notice in outcome.notices { tell(notice) }
    return (outcome, use)
  }

  /// What `carryOut` would come to, without a trace.
  func foresee(
    _ command: LifecycleCommand, on key: MetricKey, reason: String, expectedRevision: Int64
  ) async throws -> (outcome: LifecycleOutcome, use: MetricUse) {
    try await decide(command, on: key, try await metric(key), reason, expectedRevision)
  }

  private func decide(
    _ command: LifecycleCommand, on key: MetricKey, _ before: Metric?, _ reason: String, _ expectedRevision: Int64
  ) async throws -> (outcome: LifecycleOutcome, use: MetricUse) {
    let use = try await use(command.looksAt(before), of: key)
    let occasion = Occasion(principal: principal, now: now, reason: reason, expectedRevision: expectedRevision)
    return (try Lifecycle.decide(command, on: before, key: key, occasion, use: use), use)
  }

  private func use(_ look: UseLook, of key: MetricKey) async throws -> MetricUse {
    switch look {
    case .nothing: MetricUse()
    case .owners: try await use(of: key, version: nil)
    case .version(let number): try await use(of: key, version: number)
    }
  }
}

/// How much of a metric's use a command has to look at.
private enum UseLook {
  case nothing, owners
  case version(VersionNumber)
}

extension LifecycleCommand {
  fileprivate func looksAt(_ metric: Metric?) -> UseLook {
    switch self {
    case .createVersion, .updateDraft, .updateMetric, .requestApproval, .decide: .nothing
    case .activate, .setCurrentVersion: .owners
    case .deprecate(let number, _), .sunset(let number), .retire(let number), .correctDefinition(let number, _): .version(number)
    case .rollback: metric?.current.map(UseLook.version) ?? .nothing
    }
  }
}

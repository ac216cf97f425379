extension Metric {
  /// What a rollback goes back to: the version that was current before, where going back to one forgets those that came after it. Retired
  /// versions do not come back and are passed over.
  public var rollbackTarget: VersionNumber? {
    var stack: [VersionNumber] = []
    for version in currentHistory {
      if let place = stack.firstIndex(of: version) { stack.removeSubrange((place + 1)...) } else { stack.append(version) }
    }
    guard let current, stack.last == current else { return nil }
    return stack.dropLast().last { version($0).map { $0.status != .retired } ?? false }
  }
}

/// Back to the version before, at once.
extension LifecycleStep {
  mutating func rollBack() throws(Refusal) {
    guard let current = metric.current, let faulty = metric.version(current) else {
      throw Refusal(.precondition, "NO_CURRENT_VERSION", "\(metric.key) has no current version that could be rolled back.")
    }
    guard let number = metric.rollbackTarget, let target = metric.version(number) else {
      throw Refusal(
        .precondition, "NO_ROLLBACK_TARGET", "No version of \(metric.key) was current before \(current) that could come back.")
    }
    let approval = approved(.rollback, of: target)
    if target.status == .sunset, approval == nil { throw missing(.rollback, of: target, to: "come back") }
    record(
      .rollbackExecuted, number, before: .object(["current_version": .version(current)]),
      after: .object(["current_version": .version(number)]))
    var steps: [String] = []
    if target.status != .active {
      if let approval, target.status == .sunset { use(approval, of: number) }
      steps.append("\(metric.key)@\(number) goes from \(target.status.rawValue) back to active.")
      reactivate(number)
    }
    try makeCurrentVersion(number)
    steps.append("\(metric.key)@\(number) becomes what new dashboards get.")
    let planned = deprecate(faulty, inFavourOf: number)
    steps.append("\(metric.key)@\(current) is deprecated, to be sunset from \(planned.utc) on.")
    steps.append("No pin moves: \(use[current].pinCount) dashboard\(use[current].pinCount == 1 ? "" : "s") on \(current) are told.")
    outcome.rollback = RollbackPlan(from: current, to: number, steps: steps)
    outcome.notes.append("Document what was wrong with \(current), and mend it in a new version.")
    tell(
      use.owners, .rollbackExecuted, number,
      "\(metric.key) was rolled back from \(current) to \(number); \(current) is deprecated. No pinned dashboard moves by itself.")
  }

  private mutating func reactivate(_ number: VersionNumber) {
    move(number, to: .active) { version in
      version.replacement = nil
      version.moments.deprecated = nil
      version.moments.plannedSunset = nil
      version.moments.sunset = nil
    }
    // What was approved for its end was approved for an end that has not come.
    noteVoided(voidApprovals(of: number) { $0.purpose == .expeditedSunset || $0.purpose == .forcedRetirement }, of: number)
  }

  /// With the grace that its own flag asks for, or none where nobody reads it and an expedited sunset was approved (requirement R55).
  private mutating func deprecate(_ faulty: MetricVersion, inFavourOf target: VersionNumber) -> Instant {
    let approval = use[faulty.number].pinCount == 0 ? approved(.expeditedSunset, of: faulty) : nil
    if let approval { use(approval, of: faulty.number) }
    let now = now
    let planned = now.advanced(byDays: approval == nil ? GracePeriod.daysAfterRollback(of: faulty) : 0)
    move(faulty.number, to: .deprecated) { version in
      version.replacement = target
      version.moments.deprecated = now
      version.moments.plannedSunset = planned
    }
    recordSunset(of: faulty.number, planned: planned, isExpedited: approval != nil)
    return planned
  }
}

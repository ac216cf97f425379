/// The way out of use: deprecated, sunset, retired, never while it would surprise somebody.
extension LifecycleStep {
  mutating func deprecate(_ number: VersionNumber, _ deprecation: Deprecation) throws(Refusal) {
    let before = try version(number, in: .active, for: "deprecated")
    guard metric.current != number else {
      throw Refusal(
        .precondition, "VERSION_IS_CURRENT",
        "\(metric.key)@\(number) is what new dashboards get; make another version current first.")
    }
    let successor = try successor(of: number, deprecation.replacement)
    let expedited = try deprecation.isExpedited ? expedition(of: before) : nil
    let planned = try plannedSunset(deprecation, before: successor)
    if let expedited { use(expedited, of: number) }
    let now = now
    move(number, to: .deprecated) { version in
      version.replacement = successor?.number
      version.moments.deprecated = now
      version.moments.plannedSunset = planned
    }
    recordSunset(of: number, planned: planned, isExpedited: expedited != nil)
    tell(
      use[number].owners, .versionStatusChanged, number,
      "\(metric.key)@\(number) is deprecated and will be sunset from \(planned.utc) on\(successor.map { "; move to \($0.number)" } ?? "")."
    )
  }

  private func expedition(of version: MetricVersion) throws(Refusal) -> Approval {
    guard let approval = approved(.expeditedSunset, of: version) else {
      throw missing(.expeditedSunset, of: version, to: "be deprecated without its grace period")
    }
    return approval
  }

  mutating func recordSunset(of number: VersionNumber, planned: Instant, isExpedited: Bool) {
    let date = AuditJSON.object(["planned_sunset_at_us": .moment(planned)])
    record(.sunsetScheduled, number, after: date)
    if isExpedited { record(.sunsetExpedited, number, after: date) }
  }

  /// What readers are to move to: the one that was named, else the current version.
  private func successor(of number: VersionNumber, _ named: VersionNumber?) throws(Refusal) -> MetricVersion? {
    guard let named = named ?? metric.current else { return nil }
    let successor = try version(named, field: "replacement_version")
    var chain = [number]
    var next: VersionNumber? = named
    while let link = next {
      guard !chain.contains(link) else {
        throw Refusal(
          .invalid, "REPLACEMENT_CYCLE", field: "replacement_version",
          "\((chain + [link]).map(\.description).joined(separator: " → ")) leads back to where it began; name a version that stays."
        )
      }
      chain.append(link)
      next = metric.version(link)?.replacement
    }
    guard successor.status == .active else {
      throw Refusal(
        .precondition, "REPLACEMENT_NOT_ACTIVE", field: "replacement_version",
        "\(metric.key)@\(named) is \(successor.status.rawValue); a replacement has to be active.")
    }
    return successor
  }

  /// No earlier than the grace period allows, unless an expedited sunset was approved.
  private func plannedSunset(_ deprecation: Deprecation, before successor: MetricVersion?) throws(Refusal) -> Instant {
    let days = deprecation.isExpedited ? 0 : GracePeriod.days(before: successor)
    let earliest = now.advanced(byDays: days)
    guard let planned = deprecation.plannedSunset else { return earliest }
    guard planned >= earliest else {
      let why =
        deprecation.isExpedited
        ? "that moment is past" : successor?.isBreaking == false ? "" : "what comes after it is a breaking change"
      throw Refusal(
        .precondition, "GRACE_PERIOD_TOO_SHORT", field: "planned_sunset_at_us",
        "\(planned.utc) is too soon: readers have \(days) days\(why.isEmpty ? "" : ", since \(why)"), until \(earliest.utc). Sooner needs an approved expedited sunset."
      )
    }
    guard planned <= now.advanced(byDays: GracePeriod.farthestDays) else {
      throw Refusal(
        .invalid, "SUNSET_TOO_FAR", field: "planned_sunset_at_us",
        "The planned sunset is more than \(GracePeriod.farthestDays) days off; name an earlier date.")
    }
    return planned
  }

  mutating func sunset(_ number: VersionNumber) throws(Refusal) {
    let before = try version(number, in: .deprecated, for: "sunset")
    let planned = before.moments.plannedSunset ?? now
    let approval = approved(.expeditedSunset, of: before)
    // The approval that shortened the grace period is also one for ending it while somebody still reads.
    let wasExpedited = before.approvals.contains {
      $0.purpose == .expeditedSunset && $0.usedAt != nil && $0.usedAt == before.moments.deprecated
    }
    if now < planned, approval == nil {
      throw Refusal(
        .precondition, "SUNSET_TOO_EARLY",
        "\(metric.key)@\(number) goes on until \(planned.utc); it is \(now.utc). Sooner needs an approved expedited sunset.")
    }
    if use[number].isRead, approval == nil, !wasExpedited {
      throw Refusal(
        .precondition, "VERSION_IN_USE",
        "\(metric.key)@\(number) is still \(use[number].sentence). Move those dashboards first; else it needs an approved expedited sunset."
      )
    }
    let isHastened = approval != nil && (now < planned || use[number].isRead && !wasExpedited)
    if let approval, isHastened { use(approval, of: number) }
    let now = now
    move(number, to: .sunset) { $0.moments.sunset = now }
    if isHastened { record(.sunsetExpedited, number, before: .object(["planned_sunset_at_us": .moment(planned)])) }
    tell(
      use[number].owners, .versionStatusChanged, number,
      "\(metric.key)@\(number) is sunset: no new dashboard can use it, and those that are pinned should move\(before.replacement.map { " to \($0)" } ?? "")."
    )
  }

  mutating func retire(_ number: VersionNumber) throws(Refusal) {
    let before = try version(number, in: .sunset, for: "retired")
    if metric.rollbackTarget == number {
      throw Refusal(
        .precondition, "ONLY_ROLLBACK_TARGET",
        "\(metric.key)@\(number) is what a rollback of \(metric.current?.description ?? "the current version") would go back to and cannot be retired until another version has been current in between."
      )
    }
    let isRead = use[number].isRead
    let approval = approved(.forcedRetirement, of: before)
    if isRead, approval == nil {
      throw Refusal(
        .precondition, "VERSION_IN_USE",
        "\(metric.key)@\(number) is still \(use[number].sentence). Move those dashboards first; else it needs an approved forced retirement."
      )
    }
    if let approval, isRead { use(approval, of: number) }
    let now = now
    move(number, to: .retired) { $0.moments.retired = now }
    if isRead {
      record(
        .retirementForced, number,
        before: .object(["pins": .number(use[number].pinCount), "recent_queries": .number(use[number].queries)]))
    }
    tell(
      use[number].owners, isRead ? .retirementForced : .versionStatusChanged, number,
      "\(metric.key)@\(number) is retired: queries of it are refused\(before.replacement.map { "; use \($0)" } ?? "").")
  }
}

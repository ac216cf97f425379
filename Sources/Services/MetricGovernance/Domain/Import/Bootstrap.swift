/// The first import, into an empty registry: what the file says was approved before there was a registry is recorded so, in the names that the
/// file has, and the audit trail says where it comes from.
extension MetricPlanning {
  static let source = "Recorded from the file"

  mutating func record() {
    guard !file.versions.isEmpty else {
      return problem(
        nil, "versions", file.position, "no_version", "\(file.key) is new and has no version; a metric comes with its first one")
    }
    var facts: MetricFacts? = file.facts
    for version in file.versions {
      guard carryOut(.createVersion(version.number, draft(of: version), facts), version, at: version.position) else { return }
      if facts != nil { step(.createMetric, nil, "create the metric \(file.key), \"\(file.facts.displayName)\"") }
      facts = nil
      record(version)
    }
    guard let current = file.current, var after = metric else { return }
    after.current = current
    after.currentHistory = [current]
    take(
      after,
      [
        record(
          .currentVersionChanged, current, before: .object(["current_version": .null]),
          after: .object(["current_version": .version(current)]))
      ])
    step(
      .setCurrent, current,
      "make \(current) what new dashboards of \(file.key) get, recorded from the file; needs a person of the governance board")
  }

  private mutating func record(_ version: FileVersion) {
    guard version.status != .draft || version.approval.status != .none else {
      return step(.createVersion, version.number, "create \(file.key) \(version.number) as a draft")
    }
    guard var after = metric, let index = after.place(of: version.number) else { return }
    guard let approval = approval(of: version, after.versions[index]) else { return }
    let draft = after.versions[index]
    after.versions[index].approvals = [approval]
    var events = [record(approval.recordedEvent, version.number, after: .approval(approval))]
    if version.status != .draft {
      guard version.plannedSunset != nil || !version.status.isEnding else {
        return problem(
          version, "planned_sunset", version.statusPosition, "missing_field",
          "\(file.key) \(version.number) is \(version.status.rawValue) and has no planned_sunset, which a deprecation sets")
      }
      after.versions[index].take(version, at: importer.now)
      events.append(
        record(.versionStatusChanged, version.number, before: .life(draft), after: .life(after.versions[index])))
    }
    take(after, events)
    let names = (approval.approvers + approval.rejecters).map(\.name).joined(separator: ", ")
    step(
      .recordVersion, version.number,
      "take \(file.key) \(version.number) as \(version.status.rawValue), its approval \(version.approval.ticket) \(version.approval.status.rawValue)\(names.isEmpty ? "" : " by \(names)"), recorded from the file; needs a person of the governance board"
    )
  }

  /// As the registry is to have it; nil where the file does not say who.
  private mutating func approval(of version: FileVersion, _ draft: MetricVersion) -> Approval? {
    let claim = version.approval
    // A request that is still to be decided has to keep its people apart from those who will decide: they are named as the registry names
    // them. One that was decided is history, whoever its people were.
    let isOpen = claim.status == .pending
    var isKnown = true
    func principal(_ name: FilePrincipal) -> String {
      guard isOpen else { return name.recordedPrincipal }
      if name.person == nil { isKnown = false }
      return name.person ?? ""
    }
    let requestedBy = claim.requestedBy.map(principal) ?? (isOpen ? importer.principal.uri : "")
    let decisions = claim.approvedBy.map { (principal($0), true) } + claim.rejectedBy.map { (principal($0), false) }
    guard isKnown else {
      problem(
        version, "approval", claim.position, "unknown_person",
        "the approval of \(file.key) \(version.number) is pending, so that its people have to be named as person/NAME")
      return nil
    }
    guard Set(decisions.map(\.0)).count == decisions.count, !decisions.contains(where: { $0.1 && $0.0 == requestedBy }) else {
      problem(
        version, "approval", claim.position, "same_person_twice",
        "the approval of \(file.key) \(version.number) names one person twice; who asks and who decides are different people")
      return nil
    }
    let needed = isOpen ? (claim.isBreaking ? 2 : 1) : max(1, claim.approvedBy.count)
    guard !isOpen || claim.approvedBy.count < needed, !isOpen || claim.rejectedBy.isEmpty else {
      problem(
        version, "approval", claim.position, "pending_but_decided",
        "the approval of \(file.key) \(version.number) is pending although all have decided; write approved or rejected")
      return nil
    }
    let reason = "\(Self.source): \(importer.reason)"
    return Approval(
      number: 1, purpose: .activation, status: claim.status.recorded, subjectHash: draft.contentHash, requestedBy: requestedBy,
      requestedAt: claim.requestedAt ?? importer.now, ticket: claim.ticket, isBreaking: claim.isBreaking, reason: reason,
      approversNeeded: Int32(needed), usedAt: version.status == .draft ? nil : importer.now,
      decisions: decisions.map {
        Approval.Decision(
          principal: $0.0, isApproved: $0.1, reason: reason, checklist: Approval.Checklist(), at: importer.now)
      })
  }

  private func record(
    _ event: GovernanceEvent, _ version: VersionNumber, before: AuditJSON? = nil, after: AuditJSON
  ) -> AuditRecord {
    AuditRecord(
      event: event, subject: "\(file.key)@\(version)", metricKey: file.key.text, version: version.description,
      reason: "\(Self.source): \(importer.reason)", before: before?.text ?? "", after: after.text)
  }
}

extension MetricVersion {
  /// The state that the file has it in. When it came into it, only the registry's own past would know.
  fileprivate mutating func take(_ version: FileVersion, at now: Instant) {
    status = version.status
    isBreaking = version.approval.isBreaking
    moments.activated = now
    guard status.isEnding else { return }
    replacement = version.replacement
    moments.deprecated = now
    moments.plannedSunset = version.plannedSunset
    if status != .deprecated { moments.sunset = now }
    if status == .retired { moments.retired = now }
  }
}

extension FileApproval.Status {
  fileprivate var recorded: Approval.Status {
    switch self {
    case .approved: .approved
    case .rejected: .rejected
    case .pending, .none: .pending
    }
  }
}

extension Approval {
  fileprivate var recordedEvent: GovernanceEvent {
    switch status {
    case .approved: .approvalGranted
    case .rejected: .approvalRejected
    case .pending, .void: .approvalRequested
    }
  }
}

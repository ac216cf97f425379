/// Requests, and what people of the board say to them.
extension LifecycleStep {
  mutating func requestApproval(_ number: VersionNumber, _ request: ApprovalRequest) throws(Refusal) {
    let version = try version(number, askedFor: request.purpose)
    try TextRules.check(request.ticket, "ticket", .needed, longest: TextLimit.ticket)
    try TextRules.check(count: version.approvals.count + 1, "approvals", most: TextLimit.mostApprovals)
    let subject = try subject(of: request, for: version)
    let opinion = opinion(on: request, for: version)
    let isAgainstAdvice = opinion.map { $0.changeClass == .breaking && !request.isBreaking } ?? false
    let approval = Approval(
      number: (version.approvals.map(\.number).max() ?? 0) + 1, purpose: request.purpose, subjectHash: subject,
      requestedBy: occasion.principal.uri, requestedAt: now, ticket: request.ticket, isBreaking: request.isBreaking,
      reason: occasion.reason, advice: opinion?.advice ?? "", isAgainstAdvice: isAgainstAdvice,
      approversNeeded: request.isBreaking ? 2 : 1, correction: request.correction?.content)
    let voided = voidApprovals(of: number) { $0.purpose == request.purpose }
    change(number) { $0.approvals.append(approval) }
    record(.approvalRequested, number, after: .approval(approval))
    noteVoided(voided, of: number)
    if isAgainstAdvice {
      outcome.notes.append("\"Not breaking\" was declared against the service's advice; those who approve will see both.")
    }
    outcome.approvalNumber = approval.number
    tell(
      ["governance-board"], .approvalRequested, number,
      "\(occasion.principal) asks for approval \(approval.number) of \(metric.key)@\(number): \(request.purpose.words).")
  }

  /// What has to be the case for such a request to make sense.
  private func version(_ number: VersionNumber, askedFor purpose: Approval.Purpose) throws(Refusal) -> MetricVersion {
    switch purpose {
    case .activation: try version(number, in: .draft, for: "proposed for activation")
    case .correction: try version(number, in: .active, .deprecated, .sunset, for: "corrected")
    case .expeditedSunset: try version(number, in: .active, .deprecated, for: "sunset early")
    case .forcedRetirement: try version(number, in: .sunset, for: "retired by force")
    case .rollback: try version(number, in: .deprecated, .sunset, for: "brought back with an approval")
    }
  }

  /// The hash that the approval will be bound to.
  private func subject(of request: ApprovalRequest, for version: MetricVersion) throws(Refusal) -> [UInt8] {
    guard request.purpose == .correction else {
      guard request.correction == nil else {
        throw Refusal(
          .invalid, "CORRECTION_UNEXPECTED", field: "correction",
          "A request of the purpose \(request.purpose.words) corrects nothing; leave the correction out.")
      }
      try checkGuide(of: version, isBreaking: request.isBreaking && request.purpose == .activation)
      return version.contentHash
    }
    guard let correction = request.correction else {
      throw Refusal(
        .invalid, "CORRECTION_MISSING", field: "correction", "Say what is to become of \(metric.key)@\(version.number).")
    }
    try checkCorrection(correction, of: version)
    guard !request.isBreaking else {
      throw Refusal(
        .invalid, "CORRECTION_BREAKING", field: "breaking_change",
        "A correction keeps what the metric means; a breaking change is a new version.")
    }
    return correction.hash
  }

  func checkGuide(of version: MetricVersion, isBreaking: Bool) throws(Refusal) {
    guard !isBreaking || version.content.migrationGuide.contains(where: { !$0.isWhitespace }) else {
      throw Refusal(
        .precondition, "MIGRATION_GUIDE_MISSING", field: "content.migration_guide",
        "\(metric.key)@\(version.number) is a breaking change and has no migration guide; write into the draft how dashboards move to it."
      )
    }
  }

  /// Against what the version would come after; nil for a metric's first version, and where nothing changes.
  private func opinion(on request: ApprovalRequest, for version: MetricVersion) -> VersionComparison? {
    if let correction = request.correction { return VersionComparison(from: version.content, to: correction.content) }
    guard request.purpose == .activation else { return nil }
    let predecessor =
      metric.current.flatMap { metric.version($0) } ?? metric.versions.last { $0.number < version.number && $0.status != .draft }
    return predecessor.map { VersionComparison(from: $0.content, to: version.content) }
  }

  mutating func decide(_ number: VersionNumber, _ verdict: Verdict) throws(Refusal) {
    let version = try version(number)
    let before = try pendingApproval(verdict.approval, of: version)
    guard verdict.subjectHash == before.subjectHash, before.purpose == .correction || verdict.subjectHash == version.contentHash
    else {
      throw Refusal(
        .aborted, "CONTENT_CHANGED", field: "subject_hash",
        "Approval \(before.number) of \(metric.key)@\(number) is for another content than the one you looked at; look at it again.")
    }
    let principal = occasion.principal.uri
    if verdict.isApproved {
      guard principal != before.requestedBy else {
        throw Refusal(
          .denied, "OWN_REQUEST", "\(principal) asked for this approval and cannot give it; somebody else of the board has to.")
      }
      guard verdict.checklist.isComplete else {
        throw Refusal(
          .invalid, "CHECKLIST_INCOMPLETE", field: "checklist",
          "A yes needs all four of the checklist: the formula is correct, edge cases are handled, the impact is understood, migration is planned."
        )
      }
    }
    guard !before.decisions.contains(where: { $0.principal == principal }) else {
      throw Refusal(
        .precondition, "ALREADY_DECIDED",
        "\(principal) has decided on approval \(before.number) already; it needs \(before.approversNeeded) different people.")
    }
    var after = before
    after.decisions.append(
      Approval.Decision(
        principal: principal, isApproved: verdict.isApproved, reason: occasion.reason, checklist: verdict.checklist, at: now))
    let yes = after.decisions.count(where: \.isApproved)
    if !verdict.isApproved { after.status = .rejected } else if yes >= Int(after.approversNeeded) { after.status = .approved }
    replace(after, of: number)
    let event: GovernanceEvent = verdict.isApproved ? .approvalGranted : .approvalRejected
    record(event, number, before: .approval(before), after: .approval(after))
    outcome.approvalNumber = after.number
    if after.status == .pending {
      outcome.notes.append("\(yes) of \(after.approversNeeded) people have approved; another one has to.")
    }
    tell(
      [before.requestedBy], event, number,
      "\(principal) \(verdict.isApproved ? "approved" : "rejected") approval \(after.number) of \(metric.key)@\(number).")
  }

  private func pendingApproval(_ number: Int32, of version: MetricVersion) throws(Refusal) -> Approval {
    guard let approval = version.approvals.first(where: { $0.number == number }) else {
      throw Refusal(
        .notFound, "APPROVAL_NOT_FOUND", field: "approval_number", "\(metric.key)@\(version.number) has no approval \(number).")
    }
    guard approval.status == .pending else {
      throw Refusal(
        .precondition, "APPROVAL_NOT_PENDING",
        "Approval \(number) of \(metric.key)@\(version.number) is \(approval.status.rawValue) and can no more be decided.")
    }
    return approval
  }

  // MARK: Approvals that other rules need

  /// One that was approved for exactly this content and has not been used.
  func approved(_ purpose: Approval.Purpose, of version: MetricVersion) -> Approval? {
    version.approvals.last {
      $0.purpose == purpose && $0.status == .approved && $0.usedAt == nil && $0.subjectHash == version.contentHash
    }
  }

  /// An approval is good for one change.
  mutating func use(_ approval: Approval, of number: VersionNumber) {
    var used = approval
    used.usedAt = now
    replace(used, of: number)
  }

  private mutating func replace(_ approval: Approval, of number: VersionNumber) {
    change(number) { version in
      guard let index = version.approvals.firstIndex(where: { $0.number == approval.number }) else { return }
      version.approvals[index] = approval
    }
  }

  /// Voids those that could still allow something; answers their numbers.
  mutating func voidApprovals(of number: VersionNumber, where isMeant: (Approval) -> Bool) -> [Int32] {
    var voided: [Int32] = []
    change(number) { version in
      for index in version.approvals.indices where version.approvals[index].isLive && isMeant(version.approvals[index]) {
        version.approvals[index].status = .void
        voided.append(version.approvals[index].number)
      }
    }
    return voided
  }

  mutating func noteVoided(_ voided: [Int32], of number: VersionNumber) {
    guard !voided.isEmpty else { return }
    let numbers = voided.map(String.init).joined(separator: ", ")
    outcome.notes.append("Approval\(voided.count == 1 ? "" : "s") \(numbers) of \(metric.key)@\(number) became void.")
  }
}

extension Approval {
  /// Whether it can still be decided, or still allows a change.
  public var isLive: Bool { status == .pending || status == .approved && usedAt == nil }
}

extension Approval.Purpose {
  var words: String { rawValue.split(separator: "_").joined(separator: " ") }
}

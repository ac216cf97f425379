/// From draft to active, which version new dashboards get, and corrections that keep the formula.
extension LifecycleStep {
  mutating func activate(_ number: VersionNumber, makeCurrent: Bool) throws(Refusal) {
    let draft = try version(number, in: .draft, for: "activated")
    guard let approval = approved(.activation, of: draft) else { throw missing(.activation, of: draft, to: "be activated") }
    try checkGuide(of: draft, isBreaking: approval.isBreaking)
    use(approval, of: number)
    let now = now
    move(number, to: .active) { version in
      version.isBreaking = approval.isBreaking
      version.moments.activated = now
    }
    if makeCurrent {
      try makeCurrentVersion(number)
    } else if metric.current == nil {
      outcome.notes.append("No version of \(metric.key) is current: new dashboards get none until SetCurrentVersion names one.")
    }
    let isForAll = makeCurrent || approval.isBreaking
    tell(
      isForAll ? use.owners : [], .versionStatusChanged, number,
      "\(metric.key)@\(number) is active\(makeCurrent ? " and what new dashboards get" : "")\(approval.isBreaking ? "; it is a breaking change" : ""). No pinned dashboard moves by itself."
    )
  }

  mutating func setCurrentVersion(_ number: VersionNumber) throws(Refusal) {
    _ = try version(number, in: .active, for: "what new dashboards get")
    try makeCurrentVersion(number)
    tell(
      use.owners, .currentVersionChanged, number,
      "New dashboards get \(metric.key)@\(number). No pinned dashboard moves by itself.")
  }

  mutating func makeCurrentVersion(_ number: VersionNumber) throws(Refusal) {
    guard metric.current != number else {
      throw Refusal(.precondition, "ALREADY_CURRENT", "\(metric.key)@\(number) is the current version already.")
    }
    let before = metric.current
    outcome.metric.current = number
    outcome.metric.currentHistory.append(number)
    record(
      .currentVersionChanged, number, before: .object(["current_version": .version(before)]),
      after: .object(["current_version": .version(number)]))
  }

  mutating func correctDefinition(_ number: VersionNumber, _ approval: Int32) throws(Refusal) {
    let before = try version(number, in: .active, .deprecated, .sunset, for: "corrected")
    guard let approved = before.approvals.first(where: { $0.number == approval }) else {
      throw Refusal(
        .notFound, "APPROVAL_NOT_FOUND", field: "approval_number", "\(metric.key)@\(number) has no approval \(approval).")
    }
    guard approved.purpose == .correction, approved.status == .approved, approved.usedAt == nil, let content = approved.correction
    else {
      throw Refusal(
        .precondition, "APPROVAL_MISSING",
        "Approval \(approval) of \(metric.key)@\(number) is no approved correction that could still be applied.")
    }
    let hash = approved.subjectHash
    try checkCorrection(HashedContent(content, digest: { _ in hash }), of: before)
    use(approved, of: number)
    change(number) { version in
      version.content = content
      version.contentHash = hash
      version.correction += 1
    }
    // What else was approved was approved for what the version said before.
    let voided = voidApprovals(of: number) { _ in true }
    guard let after = metric.version(number) else { return }
    record(.definitionCorrected, number, before: .content(before), after: .content(after))
    noteVoided(voided, of: number)
    tell(
      use[number].owners, .definitionCorrected, number,
      "\(metric.key)@\(number) was corrected (correction \(after.correction)); its formula is the same.")
  }

  /// A correction keeps the formula and its answers (requirement R46b).
  func checkCorrection(_ correction: HashedContent, of version: MetricVersion) throws(Refusal) {
    let (before, after) = (version.content, correction.content)
    try TextRules.check(after, "correction")
    guard correction.hash != version.contentHash else {
      throw Refusal(
        .invalid, "CORRECTION_EMPTY", field: "correction",
        "\(metric.key)@\(version.number) says that already; there is nothing to correct.")
    }
    guard VersionComparison(from: before, to: after).keepsFormula else {
      throw Refusal(
        .precondition, "FORMULA_CHANGED", field: "correction.definition",
        "The correction's formula is another one than \(before.definition); a change of formula is a new version.")
    }
    guard before.edgeCases.onZeroDenominator == after.edgeCases.onZeroDenominator,
      before.edgeCases.currency == after.edgeCases.currency
    else {
      throw Refusal(
        .precondition, "EDGE_CASE_CHANGED", field: "correction.edge_cases",
        "The correction answers a division by zero, or several currencies, in another way; that is a new version.")
    }
  }

  func missing(_ purpose: Approval.Purpose, of version: MetricVersion, to act: String) -> Refusal {
    let pending = version.approvals.last { $0.purpose == purpose && $0.status == .pending }
    let mend =
      pending.map { "approval \($0.number) waits for \(Int($0.approversNeeded) - $0.decisions.count) more of the board" }
      ?? "ask for it with RequestApproval"
    return Refusal(
      .precondition, "APPROVAL_MISSING",
      "\(metric.key)@\(version.number) needs an approved \(purpose.words) for what it says now to \(act); \(mend).")
  }
}

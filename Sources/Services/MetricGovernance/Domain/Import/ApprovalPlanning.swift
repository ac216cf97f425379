/// What a file says of a version's approval against what the registry has. The file may ask for one; it cannot give one.
extension MetricPlanning {
  mutating func planApproval(of version: FileVersion) {
    guard let stored = metric?.version(version.number) else { return }
    let claim = version.approval
    let known = stored.activationRequest
    switch claim.status {
    // Whoever has not heard of a request yet says nothing against it.
    case .none: break
    case .pending: planRequest(of: version, known)
    case .approved, .rejected:
      guard known?.fileStatus == claim.status else { return refuseVerdict(of: version, known) }
      checkClaim(of: version, known)
    }
  }

  private mutating func planRequest(of version: FileVersion, _ known: Approval?) {
    let claim = version.approval
    // Asked anew, under another ticket, after a no.
    let isNew = known.map { $0.status == .rejected && !$0.ticket.utf8.elementsEqual(claim.ticket.utf8) } ?? true
    guard isNew else { return checkClaim(of: version, known) }
    guard version.status == .draft, metric?.version(version.number)?.status == .draft else { return }
    if !claim.approvedBy.isEmpty || !claim.rejectedBy.isEmpty { return refuseVerdict(of: version, known) }
    let caller = importer.principal.uri
    if let wanted = claim.requestedBy, !caller.isEmpty, !wanted.means(FilePrincipal(principal: caller)) {
      return problem(
        version, "approval.requested_by", claim.position, "requested_by_is_another",
        "whoever imports asks for the approval, which is \(FilePrincipal(principal: caller)); the file says \(wanted): write the right name, or leave requested_by out"
      )
    }
    let request = ApprovalRequest(.activation, ticket: claim.ticket, isBreaking: claim.isBreaking)
    if carryOut(.requestApproval(version.number, request), version, field: "approval", at: claim.position) {
      step(
        .requestApproval, version.number,
        "ask the governance board to approve \(file.key) \(version.number) (\(claim.ticket))\(claim.isBreaking ? " as a breaking change" : "")"
      )
    }
  }

  private mutating func refuseVerdict(of version: FileVersion, _ known: Approval?) {
    let claim = version.approval
    let state = known.map { "the registry's is \($0.status.rawValue)" } ?? "the registry has none"
    problem(
      version, "approval", claim.position, "file_cannot_approve",
      "the file says that \(file.key) \(version.number) is \(claim.status == .pending ? "decided on" : claim.status.rawValue), but \(state); people of the governance board approve and reject in the registry, a file cannot: write status: draft with approval pending, and import again when it is approved"
    )
  }

  /// What the file tells of a request that the registry knows has to be so.
  private mutating func checkClaim(of version: FileVersion, _ known: Approval?) {
    guard let known else { return }
    let claim = version.approval
    var differences: [String] = []
    if !claim.ticket.utf8.elementsEqual(known.ticket.utf8) { differences.append("approval_ticket is \(known.ticket)") }
    if claim.isBreaking != known.isBreaking { differences.append("breaking_change is \(known.isBreaking)") }
    if let wanted = claim.requestedBy, !known.requestedBy.isEmpty, !wanted.means(FilePrincipal(principal: known.requestedBy)) {
      differences.append("requested_by is \(FilePrincipal(principal: known.requestedBy))")
    }
    if claim.status == known.fileStatus {
      for (key, said, known) in [
        ("approved_by", claim.approvedBy, known.approvers), ("rejected_by", claim.rejectedBy, known.rejecters),
      ]
      where !said.isEmpty && !(said.count == known.count && said.allSatisfy { one in known.contains { $0.means(one) } }) {
        differences.append("\(key) is \(known.map(\.name).joined(separator: ", "))")
      }
    }
    guard !differences.isEmpty else { return }
    problem(
      version, "approval", claim.position, "approval_differs",
      "the file tells of the approval of \(file.key) \(version.number) what is not so: in the registry \(differences.joined(separator: ", "))"
    )
  }
}

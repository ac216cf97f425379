import Cryptography
import Messages
import MetricGovernanceDomain
import RPC
import Wire

/// Serves lodestar.metrics.v1.MetricLifecycle: requests become commands, and the rules decide.
struct LifecycleHandler: MetricLifecycleService {
  let store: GovernanceStore
  let callers: Callers

  func createVersion(_ request: CreateVersionRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .createVersion(
        try ReadField.optionalVersion(request.version, "version"), try draft(request.content),
        request.metric.map { MetricGovernanceDomain.MetricFacts($0) })
    }
  }

  func updateDraft(_ request: UpdateDraftRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .updateDraft(try ReadField.version(request.version, "version"), try draft(request.content))
    }
  }

  func updateMetric(_ request: UpdateMetricRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .updateMetric(MetricGovernanceDomain.MetricFacts(try ReadField.present(request.metric, "metric")))
    }
  }

  func requestApproval(_ request: RequestApprovalRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      guard let purpose = Approval.Purpose(request.purpose) else {
        throw Refusal(.invalid, "PURPOSE_MISSING", field: "purpose", "purpose is not set; say what the approval is for.")
      }
      return .requestApproval(
        try ReadField.version(request.version, "version"),
        ApprovalRequest(
          purpose, ticket: request.ticket, isBreaking: request.breakingChange,
          correction: try request.correction.map { (content) throws(Refusal) in try hashed(content, "correction") }))
    }
  }

  func approve(_ request: DecideApprovalRequest, context: CallContext) async throws -> LifecycleResponse {
    try await decide(request, isApproved: true, context)
  }

  func reject(_ request: DecideApprovalRequest, context: CallContext) async throws -> LifecycleResponse {
    try await decide(request, isApproved: false, context)
  }

  func activate(_ request: ActivateRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .activate(try ReadField.version(request.version, "version"), makeCurrent: request.makeCurrent)
    }
  }

  func setCurrentVersion(_ request: VersionRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .setCurrentVersion(try ReadField.version(request.version, "version"))
    }
  }

  func deprecate(_ request: DeprecateRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .deprecate(
        try ReadField.version(request.version, "version"),
        Deprecation(
          replacement: try ReadField.optionalVersion(request.replacementVersion, "replacement_version"),
          plannedSunset: request.plannedSunsetAtUs == 0 ? nil : Instant(microseconds: request.plannedSunsetAtUs),
          isExpedited: request.expedited))
    }
  }

  func sunset(_ request: VersionRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .sunset(try ReadField.version(request.version, "version"))
    }
  }

  func retire(_ request: VersionRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .retire(try ReadField.version(request.version, "version"))
    }
  }

  func rollback(_ request: RollbackRequest, context: CallContext) async throws -> RollbackResponse {
    let principal = try callers.principal(of: context)
    return try await context.answering {
      let terms = try ReadTerms(request.terms)
      if request.dryRun {
        return try await store.preview(as: principal, deadline: context.deadline) { change in
          let (outcome, use) = try await change.foresee(
            .rollback, on: terms.key, reason: terms.reason, expectedRevision: terms.expectedRevision)
          return RollbackResponse(outcome, use, revision: change.revision - 1)
        }
      }
      let call = GovernanceCall(
        principal: principal, method: context.method, idempotencyKey: terms.idempotencyKey, request: try request.wireBytes())
      return try await store.write(call, deadline: context.deadline) { change in
        let (outcome, use) = try await change.carryOut(
          .rollback, on: terms.key, reason: terms.reason, expectedRevision: terms.expectedRevision)
        return RollbackResponse(outcome, use, revision: change.revision)
      }
    }
  }

  func correctDefinition(_ request: CorrectDefinitionRequest, context: CallContext) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .correctDefinition(
        try ReadField.version(request.version, "version"), approval: try ReadField.approval(request.approvalNumber))
    }
  }

  // MARK: What they share

  private func decide(
    _ request: DecideApprovalRequest, isApproved: Bool, _ context: CallContext
  ) async throws -> LifecycleResponse {
    try await change(request, request.terms, context) { () throws(Refusal) in
      .decide(
        try ReadField.version(request.version, "version"),
        Verdict(
          try ReadField.approval(request.approvalNumber), isApproved: isApproved,
          checklist: Approval.Checklist(request.checklist), subjectHash: try ReadField.hash(request.subjectHash, "subject_hash")))
    }
  }

  private func change(
    _ request: some WireMessage, _ terms: ChangeTerms?, _ context: CallContext,
    _ command: () throws(Refusal) -> LifecycleCommand
  ) async throws -> LifecycleResponse {
    let principal = try callers.principal(of: context)
    return try await context.answering {
      let terms = try ReadTerms(terms)
      let command = try command()
      let call = GovernanceCall(
        principal: principal, method: context.method, idempotencyKey: terms.idempotencyKey, request: try request.wireBytes())
      return try await store.write(call, deadline: context.deadline) { change in
        let outcome = try await change.carryOut(
          command, on: terms.key, reason: terms.reason, expectedRevision: terms.expectedRevision
        ).outcome
        return LifecycleResponse(
          metric: Metric(outcome.metric), registryRevision: change.revisionBehind,
          approvalNumber: UInt32(outcome.approvalNumber), notes: outcome.notes)
      }
    }
  }

  private func draft(_ content: Messages.VersionContent?) throws(Refusal) -> Draft {
    let content = try ReadField.present(content, "content")
    return Draft(try hashed(content, "content"), testEvidence: content.testEvidence)
  }

  private func hashed(_ content: Messages.VersionContent, _ field: String) throws(Refusal) -> HashedContent {
    HashedContent(try MetricGovernanceDomain.VersionContent(content, field: field), digest: SHA256.digest(of:))
  }
}

extension RollbackResponse {
  /// - Parameter use: of the version that was, or would be, rolled back.
  fileprivate init(_ outcome: LifecycleOutcome, _ use: MetricUse, revision: Int64) {
    let plan = outcome.rollback
    self.init(
      metric: Metric(outcome.metric), registryRevision: revision, fromVersion: plan?.from.description ?? "",
      toVersion: plan?.to.description ?? "", steps: plan?.steps ?? [], recipients: outcome.notices.map(\.recipient),
      affectedPins: plan.flatMap { use.byVersion[$0.from]?.pins.map(DashboardPin.init) } ?? [])
  }
}

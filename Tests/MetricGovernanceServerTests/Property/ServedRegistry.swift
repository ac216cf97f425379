import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import Testing

@testable import MetricGovernanceServer

/// A model's calls, sent to the handlers as requests.
extension GovernanceUnderTest {
  /// Sends the call for the metric as the caller last saw it; answers the revision that the change became.
  func send(_ call: ModelCall, seeing metric: MetricGovernanceDomain.Metric?) async throws -> Int64 {
    let context = Self.context(call.actor.rawValue, method: "/property")
    let reason = call.isWithoutReason ? " " : "because"
    let key = "key-\(UInt64.random(in: .min ... .max))"
    let terms = ChangeTerms(
      metricKey: "roas", expectedRevision: (metric?.revision ?? 0) + (call.isStale ? 7 : 0), idempotencyKey: key, reason: reason)
    if let (command, place) = Translation.pinning(call.deed) {
      return try await send(command, place, key: key, reason: reason, context)
    }
    guard let command = Translation.command(call.deed, on: metric) else { return 0 }
    if case .rollback = command {
      return try await lifecycle.rollback(RollbackRequest(terms: terms), context: context).registryRevision
    }
    return try await send(command, terms, context).registryRevision
  }

  private func send(
    _ command: LifecycleCommand, _ terms: ChangeTerms, _ context: CallContext
  ) async throws -> LifecycleResponse {
    switch command {
    case .createVersion(let number, let draft, let facts):
      try await lifecycle.createVersion(
        CreateVersionRequest(
          terms: terms, version: number?.description ?? "", content: Messages.VersionContent(draft.subject.content),
          metric: facts.map(Messages.MetricFacts.init)), context: context)
    case .updateDraft(let number, let draft):
      try await lifecycle.updateDraft(
        UpdateDraftRequest(terms: terms, version: "\(number)", content: Messages.VersionContent(draft.subject.content)),
        context: context)
    case .updateMetric(let facts):
      try await lifecycle.updateMetric(UpdateMetricRequest(terms: terms, metric: Messages.MetricFacts(facts)), context: context)
    case .requestApproval(let number, let request):
      try await lifecycle.requestApproval(
        RequestApprovalRequest(
          terms: terms, version: "\(number)", purpose: ApprovalPurpose(request.purpose), ticket: request.ticket,
          breakingChange: request.isBreaking, correction: request.correction.map { Messages.VersionContent($0.content) }),
        context: context)
    case .decide(let number, let verdict):
      try await decide(number, verdict, terms, context)
    case .activate(let number, let makeCurrent):
      try await lifecycle.activate(
        ActivateRequest(terms: terms, version: "\(number)", makeCurrent: makeCurrent), context: context)
    case .setCurrentVersion(let number):
      try await lifecycle.setCurrentVersion(VersionRequest(terms: terms, version: "\(number)"), context: context)
    case .deprecate(let number, let deprecation):
      try await lifecycle.deprecate(
        DeprecateRequest(
          terms: terms, version: "\(number)", replacementVersion: deprecation.replacement?.description ?? "",
          plannedSunsetAtUs: deprecation.plannedSunset?.microseconds ?? 0, expedited: deprecation.isExpedited), context: context)
    case .sunset(let number): try await lifecycle.sunset(VersionRequest(terms: terms, version: "\(number)"), context: context)
    case .retire(let number): try await lifecycle.retire(VersionRequest(terms: terms, version: "\(number)"), context: context)
    case .correctDefinition(let number, let approval):
      try await lifecycle.correctDefinition(
        CorrectDefinitionRequest(terms: terms, version: "\(number)", approvalNumber: UInt32(approval)), context: context)
    case .rollback: throw RPCError(.internalError, "a rollback is sent by itself")
    }
  }

  private func decide(
    _ number: VersionNumber, _ verdict: Verdict, _ terms: ChangeTerms, _ context: CallContext
  ) async throws -> LifecycleResponse {
    let checklist = verdict.checklist
    let request = DecideApprovalRequest(
      terms: terms, version: "\(number)", approvalNumber: UInt32(verdict.approval),
      checklist: Messages.ReviewChecklist(
        formulaIsCorrect: checklist.isFormulaCorrect, edgeCasesAreHandled: checklist.areEdgeCasesHandled,
        impactIsUnderstood: checklist.isImpactUnderstood, migrationIsPlanned: checklist.isMigrationPlanned),
      subjectHash: Hexadecimal.text(verdict.subjectHash))
    return verdict.isApproved
      ? try await lifecycle.approve(request, context: context) : try await lifecycle.reject(request, context: context)
  }

  private func send(
    _ command: PinCommand, _ place: PinPlace, key: String, reason: String, _ context: CallContext
  ) async throws -> Int64 {
    let answer =
      switch command {
      case .pin(let version, let owner):
        try await pins.pinDashboard(
          PinDashboardRequest(
            tenantId: place.tenant, dashboardId: place.dashboard, metricKey: place.metric.text, version: version?.description ?? "",
            owner: owner, idempotencyKey: key, reason: reason), context: context)
      case .unpin(let expected):
        try await pins.unpinDashboard(
          UnpinDashboardRequest(
            tenantId: place.tenant, dashboardId: place.dashboard, metricKey: place.metric.text, expectedVersion: "\(expected)",
            idempotencyKey: key, reason: reason), context: context)
      case .migrate(let from, let to):
        try await pins.migratePin(
          MigratePinRequest(
            tenantId: place.tenant, dashboardId: place.dashboard, metricKey: place.metric.text, fromVersion: "\(from)",
            toVersion: "\(to)", idempotencyKey: key, reason: reason), context: context)
      }
    return answer.registryRevision
  }

  /// One dashboard's query, as the counter of use writes it down.
  func query(_ number: Int32, at now: Instant) async throws {
    try await database.execute(
      """
      INSERT INTO metric_usage (metric_key, version, tenant_id, dashboard_id, day, queries, last_seen_at)
      VALUES ('roas', \(number), 'acme', 'reader', (\(now.timestamp) AT TIME ZONE 'UTC')::date, 1, \(now.timestamp))
      ON CONFLICT (metric_key, version, day, tenant_id, dashboard_id) DO UPDATE SET queries = metric_usage.queries + 1,
        last_seen_at = excluded.last_seen_at
      """)
  }

  func pinnedVersions() async throws -> [PinPlace: VersionNumber] {
    let pins = try await database.fetch(Pins(limit: 1000))
    return Dictionary(
      uniqueKeysWithValues: pins.map { (PinPlace(tenant: $0.tenant, dashboard: $0.dashboard, metric: $0.metric), $0.version) })
  }

  func chainIsIntact() async throws -> Bool {
    try await AuditTrailHandler(database: database).verifyAuditChain(
      VerifyAuditChainRequest(), context: Self.context("person/vera")
    ).isIntact
  }
}

extension Messages.VersionContent {
  init(_ content: MetricGovernanceDomain.VersionContent) {
    self.init(
      dbtModel: content.dbtModel, relation: content.relation, definition: content.definition,
      edgeCases: Messages.EdgeCases(content.edgeCases), columns: content.columns.map(Messages.MetricColumn.init),
      migrationGuide: content.migrationGuide)
  }
}

extension Messages.MetricFacts {
  init(_ facts: MetricGovernanceDomain.MetricFacts) {
    self.init(displayName: facts.displayName, description: facts.description, owner: facts.owner, unit: facts.unit)
  }
}

import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import Wire

/// Serves lodestar.metrics.v1.RegistryFile: metric_registry.yaml in and out.
struct RegistryFileHandler: RegistryFileService {
  /// Steps and problems that one answer has; the rest is counted.
  static let mostTold = 2000

  let store: GovernanceStore
  let callers: Callers

  func planImport(_ request: PlanImportRequest, context: CallContext) async throws -> Messages.ImportPlan {
    let text = await RegistryFileText.read(request.yaml)
    // Anybody may ask; who says who they are is told what they could not ask for themselves.
    let name = (try? callers.principal(of: context))?.uri ?? ""
    return try await context.answering {
      try await store.preview(as: Self.planner(name), deadline: context.deadline) { change in
        guard text.problems.isEmpty else { return Messages.ImportPlan(problems: text.problems, revision: change.revision - 1) }
        let importer = Importer(principal: change.principal, now: change.now, reason: "a plan")
        let plan = try await RegistryImport(change: change).plan(text.file, by: importer)
        return Messages.ImportPlan(plan, revision: change.revision - 1, isApplied: false)
      }
    }
  }

  /// A plan is what would be done if somebody applied it who may; each step says when that takes more than an analyst.
  private static func planner(_ name: String) -> Principal {
    Principal(uri: name, kind: .person, roles: [.analyst, .governanceBoard])
  }

  func applyImport(_ request: ApplyImportRequest, context: CallContext) async throws -> Messages.ImportPlan {
    let principal = try callers.principal(of: context)
    let text = await RegistryFileText.read(request.yaml)
    return try await context.answering {
      guard !request.reason.allSatisfy(\.isWhitespace) else {
        throw Refusal(.invalid, "REASON_MISSING", field: "reason", "reason is empty; the audit trail has to say why.")
      }
      let call = GovernanceCall(
        principal: principal, method: context.method, idempotencyKey: request.idempotencyKey, request: try request.wireBytes())
      return try await store.write(call, deadline: context.deadline) { change in
        let revision = change.revision - 1
        guard request.expectedRegistryRevision == revision else {
          throw Refusal(
            .aborted, "REVISION_MOVED_ON", field: "expected_registry_revision",
            "The registry is at revision \(revision), not \(request.expectedRegistryRevision): somebody changed it since the plan. Plan again, then apply that."
          )
        }
        guard text.problems.isEmpty else { return Messages.ImportPlan(problems: text.problems, revision: revision) }
        return try await apply(text.file, change, reason: request.reason)
      }
    }
  }

  private func apply(_ file: MetricRegistryFile, _ change: GovernanceChange, reason: String) async throws -> Messages.ImportPlan {
    let registryImport = RegistryImport(change: change)
    let plan = try await registryImport.plan(
      file, by: Importer(principal: change.principal, now: change.now, reason: reason))
    // What the file says is right; it is the caller who may not do it.
    if let denied = plan.problems.first(where: { $0.code == "not_allowed" }) {
      throw Refusal(.denied, "NOT_ALLOWED", denied.message)
    }
    guard plan.problems.isEmpty else {
      return Messages.ImportPlan(plan, revision: change.revision - 1, isApplied: false)
    }
    if plan.needsBoard, !(change.principal.kind == .person && change.principal.roles.contains(.governanceBoard)) {
      throw Refusal(
        .denied, "NOT_ALLOWED",
        "\(change.principal) may not apply this plan: recording approvals, naming what new dashboards get and retiring take a person with the role governance-board."
      )
    }
    try await registryImport.apply(plan)
    return Messages.ImportPlan(plan, revision: change.revisionBehind, isApplied: true)
  }

  func exportRegistry(_ request: ExportRegistryRequest, context: CallContext) async throws -> ExportRegistryResponse {
    let keys = try request.metricKeys.map { text throws(Refusal) in try ReadField.metric(text, "metric_keys") }
    return try await context.answering {
      try await store.preview(as: Self.planner(""), deadline: context.deadline) { change in
        let wanted = keys.isEmpty ? try await change.transaction.fetch(EveryMetricKey()) : keys
        let metrics = try await change.metrics(wanted)
        if let missing = keys.first(where: { key in !metrics.contains { $0.key == key } }) {
          throw Refusal(.notFound, "METRIC_NOT_FOUND", field: "metric_keys", "There is no metric \"\(missing)\".")
        }
        let text = RegistryFileExport(metrics).text
        guard text.utf8.count <= RegistryFileText.mostBytes else {
          throw RPCError(
            .resourceExhausted,
            "The registry's file would have \(text.utf8.count) bytes; at most \(RegistryFileText.mostBytes) can be imported again. Name metric_keys to export some of them."
          )
        }
        return ExportRegistryResponse(yaml: text, registryRevision: change.revision - 1)
      }
    }
  }
}

private struct EveryMetricKey: Query {
  var statement: Statement { "SELECT metric_key FROM metric ORDER BY metric_key COLLATE \"C\"" }
  static func decode(_ row: Row) throws -> MetricKey { try .stored(row) }
}

extension Messages.ImportPlan {
  init(problems: [FileProblem], revision: Int64) {
    self.init(registryRevision: revision, problems: Self.told(problems))
  }

  init(_ plan: MetricGovernanceDomain.ImportPlan, revision: Int64, isApplied: Bool) {
    let most = RegistryFileHandler.mostTold
    var steps = plan.steps.prefix(most).map {
      Messages.ImportStep(
        action: $0.action.rawValue, metricKey: $0.metric.text, version: $0.version?.description ?? "", description: $0.description)
    }
    if plan.steps.count > most {
      steps.append(Messages.ImportStep(action: "more", description: "and \(plan.steps.count - most) more steps"))
    }
    self.init(registryRevision: revision, steps: steps, problems: Self.told(plan.problems), applied: isApplied)
  }

  private static func told(_ problems: [FileProblem]) -> [ImportProblem] {
    let most = RegistryFileHandler.mostTold
    var told = problems.prefix(most).map {
      ImportProblem(
        path: $0.path, line: UInt32(clamping: $0.position.line), column: UInt32(clamping: $0.position.column), message: $0.message,
        code: $0.code)
    }
    if problems.count > most { told.append(ImportProblem(message: "and \(problems.count - most) more problems", code: "more")) }
    return told
  }
}

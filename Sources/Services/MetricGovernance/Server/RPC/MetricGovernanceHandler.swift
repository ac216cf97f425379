import Messages
import MetricGovernanceDomain
import RPC

/// Serves lodestar.metrics.v1.MetricGovernance.
struct MetricGovernanceHandler: MetricGovernanceService {
  static let longestActor = 200

  let store: MetricsConfigStore
  let live: LiveConfig

  func saveMetricsConfig(_ request: SaveMetricsConfigRequest, context: CallContext) async throws -> SaveMetricsConfigResponse {
    guard let scope = SaveScope(request.scope) else {
      throw RPCError(.invalidArgument, "scope is not set; send ROW_SCOPE_ALL or ROW_SCOPE_SELECTION.")
    }
    guard !request.actor.isEmpty, request.actor.count <= Self.longestActor, !request.actor.contains("\0") else {
      throw RPCError(.invalidArgument, "actor must name who saves, in 1 to \(Self.longestActor) characters.")
    }
    let rows = request.rows.map(TypedKpiRow.init)
    return try await context.answering {
      if request.validateOnly {
        let (save, config) = try await store.preview(rows, scope: scope, deadline: context.deadline)
        return SaveMetricsConfigResponse(save, revision: config.revision)
      }
      let (save, config) = try await store.save(rows, scope: scope, actor: request.actor, deadline: context.deadline)
      live.take(config)
      return SaveMetricsConfigResponse(save, revision: config.revision)
    }
  }

  func getMetricsConfig(_ request: GetMetricsConfigRequest, context: CallContext) async throws -> MetricsConfig {
    MetricsConfig(try await known(context))
  }

  func watchMetricsConfig(
    _ request: WatchMetricsConfigRequest, context: CallContext, responses: ResponseWriter<MetricsConfig>
  ) async throws {
    _ = try await known(context)
    var seen: StoredConfig?
    for await config in live.changes() {
      // Most changes of the registry are none of the KPIs'.
      let isNews = seen.map { $0.revision != config.revision || $0.standings != config.standings }
      if isNews ?? (request.afterRevision == 0 || config.revision != request.afterRevision) {
        try await responses.write(MetricsConfig(config))
      }
      seen = config
    }
  }

  /// From memory, or from the database when this instance has not read it yet.
  private func known(_ context: CallContext) async throws -> StoredConfig {
    if let newest = live.newest { return newest }
    let config = try await context.answering { try await store.read(deadline: context.deadline) }
    live.take(config)
    return config
  }
}

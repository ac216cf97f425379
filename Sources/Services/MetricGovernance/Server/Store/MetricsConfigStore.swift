import MetricGovernanceDomain
import Postgres

/// The configuration in PostgreSQL. Throws `PostgresError`.
struct MetricsConfigStore: Sendable {
  let database: Database

  func read(deadline: ContinuousClock.Instant? = nil) async throws -> StoredConfig {
    ReadConfig.config(of: try await database.fetch(ReadConfig(), deadline: deadline))
  }

  /// What saving the rows would come to now.
  func preview(
    _ rows: [TypedKpiRow], scope: SaveScope, deadline: ContinuousClock.Instant?
  ) async throws -> (save: MetricsConfigSave, config: StoredConfig) {
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      try await decide(rows, scope: scope, in: transaction)
    }
  }

  private func decide(
    _ rows: [TypedKpiRow], scope: SaveScope, in transaction: Transaction
  ) async throws -> (save: MetricsConfigSave, config: StoredConfig) {
    let config = ReadConfig.config(of: try await transaction.fetch(ReadConfig()))
    let lines = if let named = rows.namedMetrics { try await transaction.fetch(named) } else { [ReadLinkableMetrics.Line]() }
    let linkable = ReadLinkableMetrics.metrics(of: lines)
    return (MetricsConfigSave(of: rows, scope: scope, over: config.kpis, linkable: linkable), config)
  }

  /// Saves the rows as one, with its audit event, or changes nothing; answers what it came to and the configuration after it. Throws
  /// `Refusal` as well, when the database's clock was set back.
  func save(
    _ rows: [TypedKpiRow], scope: SaveScope, actor: String, deadline: ContinuousClock.Instant?
  ) async throws -> (save: MetricsConfigSave, config: StoredConfig) {
    try await database.transaction(deadline: deadline) { transaction in
      // Whoever appends to the audit trail has the registry's lock: so saves take place one after the other, and no metric that rows
      // link to changes meanwhile.
      let moment = try await RegistryMoment.locked(in: transaction)
      let (save, before) = try await decide(rows, scope: scope, in: transaction)
      guard !save.isRefused, save.changesSomething else { return (save, before) }
      let revision = before.revision + 1
      let writes = ConfigWrites(upserts: save.upserts, removals: save.removals, revision: revision, actor: actor)
      _ = try await transaction.pipeline(writes.statements)
      try await AuditLedger().append(
        [.configChanged(save, before: before, revision: revision)], actor: actor, at: try moment.now, revision: moment.revision,
        in: transaction)
      return (save, ReadConfig.config(of: try await transaction.fetch(ReadConfig())))
    }
  }
}

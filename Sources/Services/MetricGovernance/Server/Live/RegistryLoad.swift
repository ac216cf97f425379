import MetricGovernanceDomain
import Postgres

/// Reads the whole registry: metrics and pins at the same time, on a connection each.
enum RegistryLoad {
  static let metricsPerRead = 1_000
  static let pinsPerRead = 20_000

  /// The registry as it was at the earlier of two moments, perhaps with later changes in it already: what changed in between is to be
  /// applied again, which does no harm.
  static func read(from database: Database) async throws -> LiveState {
    async let metrics = metrics(from: database)
    var state = try await pins(from: database)
    let (head, all) = try await metrics
    for metric in all { state.append(metric) }
    state.sortIfNeeded()
    state.revision = min(state.revision, head.revision)
    return state
  }

  private static func metrics(from database: Database) async throws -> (ReadRegistryHead.Head, [LiveMetric]) {
    try await database.transaction(isolation: .readOnlySnapshot) { transaction in
      let head = try await ReadRegistryHead.read(in: transaction)
      let keys = try await transaction.query("SELECT metric_key FROM metric ORDER BY metric_key COLLATE \"C\"").map {
        try MetricKey.stored($0)
      }
      return (head, try await metrics(keys, in: transaction))
    }
  }

  /// Those of the keys that are there, in the order of their keys, when these are in theirs.
  static func metrics(_ keys: [MetricKey], in transaction: Transaction) async throws -> [LiveMetric] {
    var metrics: [LiveMetric] = []
    metrics.reserveCapacity(keys.count)
    for start in stride(from: 0, to: keys.count, by: metricsPerRead) {
      let some = Array(keys[start..<min(keys.count, start + metricsPerRead)])
      let read = try await StoredMetrics.read(some, in: transaction)
      metrics += try read.map { try LiveMetric($0) }
    }
    return metrics
  }

  private static func pins(from database: Database) async throws -> LiveState {
    try await database.transaction(isolation: .readOnlySnapshot) { transaction in
      let head = try await ReadRegistryHead.read(in: transaction)
      let count = try await transaction.query("SELECT count(*) FROM dashboard_pin")[0].decode(0, as: Int.self)
      var state = LiveState(metrics: 0, pins: count + count / 8)
      state.revision = head.revision
      state.registryID = head.registryID
      // In the order in which they lie there: a million look-ups by an index would take longer than reading the table.
      let selection: Statement = """
        SELECT convert_to(tenant_id, 'UTF8') || '\\x00'::bytea || convert_to(dashboard_id, 'UTF8'), metric_key, version
        FROM dashboard_pin
        """
      try await transaction.readParts(of: selection, cursor: "every_pin", rowsAtOnce: pinsPerRead) { rows in
        for row in rows {
          state.setPin(place: try row.decode(0), metric: try row.decode(1), version: try row.decode(2))
        }
      }
      return state
    }
  }
}

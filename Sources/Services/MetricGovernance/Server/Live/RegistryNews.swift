import MetricGovernanceDomain
import Postgres

/// What became of the registry behind a revision.
struct RegistryNews: Sendable {
  struct PinNews: Sendable {
    var tenant: String
    var dashboard: String
    var metric: String
    /// Nil for a pin that was removed.
    var version: Int32?
  }

  /// With more rows than this it is quicker to read everything.
  static let mostRows = 50_000

  var head: ReadRegistryHead.Head
  var revisions: [ChangePart]
  /// As they are at the head.
  var metrics: [LiveMetric]
  /// In the order of their changes.
  var pins: [PinNews]

  /// Nil when it is too much to follow. All is read from one snapshot: changes commit in the order of their revisions, as they are made
  /// under registry_head's lock, so the snapshot that shows a revision shows every one before it.
  static func read(behind revision: Int64, from database: Database, deadline: ContinuousClock.Instant) async throws -> RegistryNews?
  {
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      guard let head = try await transaction.fetchFirst(ReadRegistryHead()) else { return nil }
      let lines = try await transaction.fetch(
        ReadRegistryChanges(behind: revision, upTo: head.revision, mostRows: mostRows + 1))
      guard lines.count <= mostRows, lines.isEmpty || lines.last!.revision <= head.revision else { return nil }
      let touched = Set(lines.lazy.filter { $0.tenant == nil }.map(\.metric))
      let keys = touched.compactMap(MetricKey.init).sorted()
      var metrics: [LiveMetric] = []
      for start in stride(from: 0, to: keys.count, by: RegistryLoad.metricsPerRead) {
        let some = Array(keys[start..<min(keys.count, start + RegistryLoad.metricsPerRead)])
        metrics += try await StoredMetrics.read(some, in: transaction).map { try LiveMetric($0) }
      }
      let pins = lines.compactMap { line -> PinNews? in
        guard let tenant = line.tenant, let dashboard = line.dashboard else { return nil }
        return PinNews(tenant: tenant, dashboard: dashboard, metric: line.metric, version: line.pinnedVersion)
      }
      return RegistryNews(head: head, revisions: ReadRegistryChanges.parts(of: lines), metrics: metrics, pins: pins)
    }
  }
}

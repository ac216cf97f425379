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
      let head = try await ReadRegistryHead.read(in: transaction)
      let lines = try await transaction.fetch(
        ReadRegistryChanges(behind: revision, upTo: head.revision, mostRows: mostRows + 1))
      guard lines.count <= mostRows, lines.isEmpty || lines.last!.revision <= head.revision else { return nil }
      let touched = Set(lines.lazy.filter { $0.tenant == nil }.map(\.metric))
      let metrics = try await RegistryLoad.metrics(touched.compactMap(MetricKey.init).sorted(), in: transaction)
      let pins = lines.compactMap { line -> PinNews? in
        guard let tenant = line.tenant, let dashboard = line.dashboard else { return nil }
        return PinNews(tenant: tenant, dashboard: dashboard, metric: line.metric, version: line.pinnedVersion)
      }
      return RegistryNews(head: head, revisions: ReadRegistryChanges.parts(of: lines), metrics: metrics, pins: pins)
    }
  }
}

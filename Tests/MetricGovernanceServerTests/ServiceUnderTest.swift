import Messages
import Postgres
import RPC
import TestSupport

@testable import MetricGovernanceServer

/// An instance of the service on a test's database, called without a wire between.
struct ServiceUnderTest: Sendable {
  let database: Database
  let live = LiveConfig()

  var store: MetricsConfigStore { MetricsConfigStore(database: database) }
  var handler: MetricGovernanceHandler { MetricGovernanceHandler(store: store, live: live) }

  static let context = CallContext(method: "/test", metadata: Metadata(), deadline: nil, peer: "test", logger: .silent)

  func prepare() async throws {
    try await database.migrate(schema: MetricGovernanceServer.schema, migrations: MetricGovernanceServer.migrations)
  }

  @discardableResult
  func save(
    _ rows: [KpiRow], _ scope: RowScope = .all, actor: String = "ada", validateOnly: Bool = false
  ) async throws -> SaveMetricsConfigResponse {
    let request = SaveMetricsConfigRequest(rows: rows, scope: scope, actor: actor, validateOnly: validateOnly)
    return try await handler.saveMetricsConfig(request, context: Self.context)
  }

  func get() async throws -> MetricsConfig {
    try await handler.getMetricsConfig(GetMetricsConfigRequest(), context: Self.context)
  }

  /// Runs the body with what a watcher is sent; the watch ends with the body.
  func watching<Result: Sendable>(
    after revision: Int64 = 0, _ body: (Watched) async throws -> Result
  ) async throws -> Result {
    let (stream, continuation) = AsyncStream.makeStream(of: MetricsConfig.self)
    let handler = handler
    let watch = Task {
      defer { continuation.finish() }
      try await handler.watchMetricsConfig(
        WatchMetricsConfigRequest(afterRevision: revision), context: Self.context,
        responses: ResponseWriter { continuation.yield($0) })
    }
    defer { watch.cancel() }
    return try await body(Watched(stream: stream))
  }
}

/// What a watcher was sent, one after the other.
struct Watched: Sendable {
  let stream: AsyncStream<MetricsConfig>

  /// Waits for the next one; nil when the watch has ended.
  func next() async -> MetricsConfig? {
    for await config in stream { return config }
    return nil
  }
}

/// Runs the body with an instance on a fresh database.
func withService<Result: Sendable>(_ body: (ServiceUnderTest) async throws -> Result) async throws -> Result {
  try await withDatabase(role: .metrics) { database in
    let service = ServiceUnderTest(database: database)
    try await service.prepare()
    return try await body(service)
  }
}

extension KpiRow {
  static func northStar(_ number: UInt32, _ key: String, isActive: Bool = true) -> KpiRow {
    KpiRow(rowNumber: number, kpiKey: key, kpiName: key, kpiLevel: "north_star", isActive: isActive)
  }

  static func strategic(_ number: UInt32, _ key: String) -> KpiRow {
    KpiRow(rowNumber: number, kpiKey: key, kpiName: key, kpiLevel: "strategic", isActive: true)
  }
}

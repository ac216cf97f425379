public import Logging
import Messages
import Postgres
import RPC
public import Reactor
public import Runtime

/// The service lodestar-metrics: the KPI universe behind gRPC, kept in PostgreSQL, answered from memory.
public struct MetricGovernanceServer: Sendable {
  /// The schema that the service's role owns.
  static let schema = "metrics"
  static let migrations = [
    Migration(1, "metrics_config", PackageResources._001_metrics_config_sql),
    Migration(2, "registry", PackageResources._002_registry_sql),
  ]

  private let environment: ServiceEnvironment
  private let loops: EventLoopGroup
  private let logger: Logger

  public init(environment: ServiceEnvironment, loops: EventLoopGroup, logger: Logger) {
    self.environment = environment
    self.loops = loops
    self.logger = logger
  }

  /// Serves until the process is told to end, then drains. Throws when it cannot listen.
  public func run() async throws {
    var configuration = try DatabaseConfiguration(url: environment.databaseURL)
    configuration.applicationName = "lodestar-metrics"
    let database = Database(configuration: configuration, loops: loops, logger: logger)
    let store = MetricsConfigStore(database: database)
    let live = LiveConfig()
    let follower = ConfigFollower(store: store, live: live, logger: logger)
    try await ServiceRunner(environment: environment, loops: loops, logger: logger).run(
      ServiceProgram(
        services: [MetricGovernanceHandler(store: store, live: live)],
        prepare: {
          try await database.migrate(schema: Self.schema, migrations: Self.migrations)
          live.take(try await store.read())
        },
        background: [{ await follower.follow() }],
        release: { await database.close() }))
  }
}

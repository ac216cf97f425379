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

  /// The largest message is an import: the largest file that is read, and what goes with it.
  static let maximumMessageBytes = RegistryFileText.mostBytes + 64 << 10

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
    let callers = callers()
    let follower = ConfigFollower(store: store, live: live, logger: logger)
    let notifications = try NotificationSettings(variables: ServiceEnvironment.processVariables())
    if notifications.sinks.isEmpty {
      logger.warning("neither LODESTAR_NOTIFY_FILE nor LODESTAR_NOTIFY_WEBHOOK is set: nobody is told what happens to metrics")
    }
    let registry = LiveRegistry(database: database, logger: logger)
    // Who changed something reads it back at once from the instance that changed it.
    let governance = GovernanceStore(
      database: database, outbox: notifications.outbox, afterWrite: { await registry.catchUp(to: $0) })
    let usage = UsageCounter(
      journal: UsageJournal(folder: UsageJournal.folder(ServiceEnvironment.processVariables()), logger: logger))
    let usageWriter = UsageWriter(database: database, counter: usage, logger: logger)
    let registryHandler = RegistryHandler(live: registry, resolver: Resolver(live: registry, usage: usage))
    let warehouse = try Warehouse(variables: ServiceEnvironment.processVariables(), loops: loops, logger: logger)
    let insight = InsightHandler(database: database, impact: ImpactReports(database: database), warehouse: warehouse)
    try await ServiceRunner(environment: environment, loops: loops, logger: logger).run(
      ServiceProgram(
        services: [
          MetricGovernanceHandler(store: store, live: live), AuditTrailHandler(database: database),
          NotificationsHandler(database: database),
          LifecycleHandler(store: governance, callers: callers), DashboardPinsHandler(store: governance, callers: callers),
          RegistryService(handler: registryHandler),
          RegistryFileHandler(store: governance, callers: callers), insight,
        ],
        prepare: {
          try await database.migrate(schema: Self.schema, migrations: Self.migrations)
          live.take(try await store.read())
          try await registry.open(noting: usage.journal)
        },
        background: [
          { await follower.follow() }, { await RegistryFollower(live: registry, logger: logger).follow() },
          { await usageWriter.run() },
        ] + chores(database, notifications),
        release: {
          await usageWriter.finish()
          await database.close()
          await warehouse?.close()
        },
        maximumMessageBytes: Self.maximumMessageBytes, interceptors: [RightsCheck(callers: callers)]))
  }

  /// What goes on while the service serves, whoever calls: sending notices, and tidying up.
  private func chores(_ database: Database, _ notifications: NotificationSettings) -> [@Sendable () async throws -> Void] {
    let (name, logger) = (InstanceName.current(of: "lodestar-metrics"), logger)
    let housekeeping = Housekeeping(database: database, logger: logger)
    return notifications.sinks.map { sink in
      let worker = NotificationWorker(
        database: database, sink: sink, retrying: notifications.retrying, name: name, logger: logger)
      return { try await worker.run() }
    } + [{ await housekeeping.run() }]
  }

  /// LODESTAR_POLICY names the file that says who has which roles. Without TLS callers are taken at their word.
  private func callers() -> Callers {
    let path = ServiceEnvironment.processVariables()["LODESTAR_POLICY"].flatMap { $0.isEmpty ? nil : $0 }
    if path == nil { logger.warning("LODESTAR_POLICY names no policy file: nobody has a role, and metrics can only be read") }
    let policy = PolicySource(path: path)
    // A broken file shows at the start, not at the first call.
    _ = policy.current(logger)
    return Callers(policy: policy, takesWord: environment.security == nil)
  }
}

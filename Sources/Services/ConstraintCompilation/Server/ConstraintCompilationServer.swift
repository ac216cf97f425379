public import Logging
import Messages
import Postgres
import RPC
public import Reactor
public import Runtime

/// The service lodestar-compiler: initiatives, scenarios and constraint sets behind gRPC, and the problems made of them.
public enum ConstraintCompilationServer {
  /// The schema that the service's role owns.
  static let schema = "constraints"
  static let migrations = [
    Migration(1, "planning", PackageResources._001_planning_sql), Migration(2, "models", PackageResources._002_models_sql),
    Migration(3, "revision_guards", PackageResources._003_revision_guards_sql),
    Migration(4, "initiative_changes", PackageResources._004_initiative_changes_sql),
    Migration(5, "candidate_scope", PackageResources._005_candidate_scope_sql),
    Migration(6, "change_plans", PackageResources._006_change_plans_sql),
  ]
  /// The largest request message. A whole tab comes in one call, so that what it removes is known: with as many rows as a call may
  /// have (`ConstraintCompilationHandler.mostRows`) that leaves 268 bytes for each. While it is read, a message takes up to eight
  /// times its size (`WireLimits`).
  static let maximumMessageBytes = 64 << 20

  /// Serves until the process is told to end, then drains. Throws when it cannot listen.
  public static func run(_ environment: ServiceEnvironment, _ loops: EventLoopGroup, _ logger: Logger) async throws {
    let settings = try ConstraintCompilationSettings(variables: ServiceEnvironment.processVariables())
    var configuration = try DatabaseConfiguration(url: environment.databaseURL)
    configuration.applicationName = "lodestar-compiler"
    let database = Database(configuration: configuration, loops: loops, logger: logger)
    let address = environment.address(of: .metrics)
    let channel = RPCChannel(to: address, configuration: environment.channelConfiguration, loops: loops, logger: logger)
    let handler = ConstraintCompilationHandler(
      store: PlanningStore(database: database),
      metrics: MetricsSource(channel: channel, address: address), settings: settings)
    try await ServiceRunner(environment: environment, loops: loops, logger: logger).run(
      ServiceProgram(
        services: [handler],
        prepare: { try await database.migrate(schema: schema, migrations: migrations) },
        release: {
          await channel.close()
          await database.close()
        },
        maximumMessageBytes: maximumMessageBytes))
  }
}

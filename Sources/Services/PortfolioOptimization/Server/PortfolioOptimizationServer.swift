import Jobs
public import Logging
import Messages
import PortfolioOptimizationDomain
import Postgres
import RPC
public import Reactor
public import Runtime

/// The optimization service: answers calls about runs, and solves one run at a time.
public enum PortfolioOptimizationServer {
  /// The largest request message: a selection of every initiative there may be.
  static let maximumMessageBytes = 16 << 20

  public static func run(_ environment: ServiceEnvironment, _ loops: EventLoopGroup, _ logger: Logger) async throws {
    var configuration = try DatabaseConfiguration(url: environment.databaseURL)
    configuration.applicationName = "lodestar-optimizer"
    let database = Database(configuration: configuration, loops: loops, logger: logger)
    let compilerAddress = environment.address(of: .compiler)
    var channelConfiguration = environment.channelConfiguration
    channelConfiguration.maximumMessageBytes = 64 << 20
    let channel = RPCChannel(to: compilerAddress, configuration: channelConfiguration, loops: loops, logger: logger)
    let feed = RunFeed()
    let handler = PortfolioOptimizationHandler(
      database: database, feed: feed, compiler: ConstraintCompilationClient(channel: channel),
      compilerAddress: compilerAddress.description, logger: logger)
    let worker = RunWorker(
      database: database, feed: feed, instance: InstanceName.current(of: "lodestar-optimizer"), timing: LeaseTiming(),
      logger: logger)
    let program = ServiceProgram(
      services: [handler],
      prepare: {
        try await database.migrate(schema: "optimizer", migrations: migrations)
      },
      background: [
        { await feed.run(database) },
        { try await worker.run() },
      ],
      release: {
        await channel.close()
        await database.close()
      },
      maximumMessageBytes: maximumMessageBytes)
    try await ServiceRunner(environment: environment, loops: loops, logger: logger).run(program)
  }

  static let migrations = [
    Migration(1, "runs", PackageResources._001_runs_sql), Migration(2, "measures", PackageResources._002_measures_sql),
    Migration(3, "forms", PackageResources._003_forms_sql),
  ]
}

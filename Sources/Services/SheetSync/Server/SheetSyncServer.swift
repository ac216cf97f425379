public import Logging
import Messages
import Postgres
import RPC
public import Reactor
public import Runtime
import SheetSyncDomain

/// The service, put together.
public struct SheetSyncServer: Sendable {
  /// The largest request: a selection names its keys.
  static let largestRequestBytes = 16 << 20
  /// The largest answer taken: a service may have something to say of each of 200,000 rows.
  static let largestAnswerBytes = 64 << 20

  private let runner: ActionRunner
  private let repairs: Repairs
  private let store: ActionStore
  private let databases: [Database]
  private let channels: [RPCChannel]
  private let handler: SheetSyncHandler
  private let sender: any HTTPSender

  /// Composes the service from what its environment says; nothing is connected to yet.
  public init(environment: ServiceEnvironment, loops: EventLoopGroup, logger: Logger) throws {
    let variables = ServiceEnvironment.processVariables()
    let settings = try SheetSyncSettings(variables: variables)
    let googleSettings = try GoogleSettings(variables: variables)
    let suggesterSettings = try ChainSuggester.Settings(variables: variables)
    var channelConfiguration = environment.channelConfiguration
    channelConfiguration.maximumMessageBytes = Self.largestAnswerBytes
    func channel(_ peer: ServiceEnvironment.Peer, _ name: String) -> (RPCChannel, Dependency) {
      let address = environment.address(of: peer)
      return (
        RPCChannel(to: address, configuration: channelConfiguration, loops: loops, logger: logger),
        Dependency(name: name, address: address)
      )
    }
    let (metrics, metricsDependency) = channel(.metrics, "lodestar-metrics")
    let (compiler, compilerDependency) = channel(.compiler, "lodestar-compiler")
    let (optimizer, optimizerDependency) = channel(.optimizer, "lodestar-optimizer")
    var configuration = try DatabaseConfiguration(url: environment.databaseURL)
    configuration.applicationName = "lodestar-sync"
    let database = Database(configuration: configuration, loops: loops, logger: logger)
    configuration.applicationName = "lodestar-sync locks"
    let lockDatabase = Database(configuration: configuration, loops: loops, logger: logger)
    store = ActionStore(database: database, instance: InstanceName.current(of: "lodestar-sync"))
    let sender = LazyHTTPSender()
    self.sender = sender
    let google = GoogleWorkbooks(settings: googleSettings, database: database, sender: sender, logger: logger)
    let context = ActionContext(
      store: store,
      rows: RowGateway(
        metrics: MetricGovernanceClient(channel: metrics), metricsDependency: metricsDependency,
        compiler: ConstraintCompilationClient(channel: compiler), compilerDependency: compilerDependency, batches: RequestBatches()),
      optimizer: OptimizerGateway(client: PortfolioOptimizationClient(channel: optimizer), dependency: optimizerDependency),
      workbooks: WorkbookRouting(files: WorkbookFiles(), google: google), locks: WorkbookLocks(database: lockDatabase),
      clock: .system, limits: ReadingLimits(blankRows: settings.blankRows),
      logger: logger, suggester: suggesterSettings.map { ChainSuggester(settings: $0, sender: sender) })
    runner = ActionRunner(context)
    repairs = Repairs(context: context)
    handler = SheetSyncHandler(runner: runner, store: store, google: google)
    databases = [database, lockDatabase]
    channels = [metrics, compiler, optimizer]
  }

  /// What the service's lifecycle runs.
  public var program: ServiceProgram {
    ServiceProgram(
      services: [handler],
      prepare: {
        try await store.database.migrate(schema: "sync", migrations: Self.migrations)
        try await repairs.atStart()
      },
      background: [{ try await repairs.whileServing() }, { try await repairs.settleWhileServing() }],
      release: {
        await runner.settle(within: .seconds(3))
        await sender.close()
        for channel in channels { await channel.close() }
        for database in databases { await database.close() }
      },
      maximumMessageBytes: Self.largestRequestBytes)
  }

  static let migrations = [
    Migration(1, "schema", PackageResources._001_schema_sql),
    Migration(2, "google_quota", PackageResources._002_google_quota_sql),
    Migration(3, "actions", PackageResources._003_actions_sql),
    Migration(4, "whole_tabs", PackageResources._004_whole_tabs_sql),
    Migration(5, "seen_heads", PackageResources._005_seen_heads_sql),
  ]
}

public import Logging
public import RPC
public import Reactor
import ServiceLifecycle
import Telemetry
import UnixSignals

/// What one service consists of, beside its name and environment.
public struct ServiceProgram: Sendable {
  /// The service's own RPC services; health and reflection are added.
  public var services: [any RPCService]
  /// What must have worked once before the service serves: migrations, first loads. Tried again, with growing pauses, until it does.
  public var prepare: @Sendable () async throws -> Void
  /// Work that goes on while the service serves; cancelled when it drains. One that throws ends the service.
  public var background: [@Sendable () async throws -> Void]
  /// Closes channels and databases, after the last call has ended.
  public var release: @Sendable () async -> Void
  /// The largest request message, in bytes.
  public var maximumMessageBytes: Int
  /// What stands before the handlers behind logs, measures and traces: rights.
  public var interceptors: [any ServerInterceptor]

  public init(
    services: [any RPCService], prepare: @escaping @Sendable () async throws -> Void = {},
    background: [@Sendable () async throws -> Void] = [], release: @escaping @Sendable () async -> Void = {},
    maximumMessageBytes: Int = 4 << 20, interceptors: [any ServerInterceptor] = []
  ) {
    self.services = services
    self.prepare = prepare
    self.background = background
    self.release = release
    self.maximumMessageBytes = maximumMessageBytes
    self.interceptors = interceptors
  }
}

/// Runs a service from its start to its drained end: listens, becomes healthy, and on SIGTERM or SIGINT becomes unhealthy, takes no new
/// calls, finishes those that run, and returns within a bound.
public struct ServiceRunner: Sendable {
  /// How long running calls may take to end once draining has begun.
  public static let drainGrace = Duration.seconds(10)
  /// The longest pause between attempts to prepare.
  public static let longestPreparePause = Duration.seconds(5)

  private let environment: ServiceEnvironment
  private let loops: EventLoopGroup
  private let logger: Logger

  public init(environment: ServiceEnvironment, loops: EventLoopGroup, logger: Logger) {
    self.environment = environment
    self.loops = loops
    self.logger = logger
  }

  /// Returns when the service has drained. Throws when it cannot listen, or what part of its background work threw.
  public func run(_ program: ServiceProgram) async throws {
    let served = ServedProgram(program: program, environment: environment, loops: loops, logger: logger)
    var configuration = ServiceGroupConfiguration(services: [.init(service: served)], logger: logger)
    configuration.gracefulShutdownSignals = [.sigterm, .sigint]
    configuration.maximumGracefulShutdownDuration = Self.drainGrace + .seconds(5)
    try await ServiceGroup(configuration: configuration).run()
    loops.shutdown()
  }
}

/// The one lifecycle service of a program: its server, its preparation and its background work.
private struct ServedProgram: Service {
  let program: ServiceProgram
  let environment: ServiceEnvironment
  let loops: EventLoopGroup
  let logger: Logger

  func run() async throws {
    var configuration = RPCServerConfiguration(addresses: environment.listenAddresses)
    configuration.maximumMessageBytes = program.maximumMessageBytes
    configuration.security = environment.security?.server
    configuration.interceptors = [CallLogging(), CallMetrics(), CallTracing()] + program.interceptors
    let health = ServingHealth(services: program.services.map { type(of: $0).serviceName })
    let described = program.services + [health]
    let server = RPCServer(
      configuration: configuration, services: described + ServerReflection.describing(described), loops: loops, logger: logger)
    let addresses = try await server.start()
    logger.info("listening", metadata: ["addresses": "\(addresses.map(\.description).joined(separator: ", "))"])
    let ended: Result<Void, any Error>
    do {
      try await cancelWhenGracefulShutdown {
        try await work(health)
      }
      ended = .success(())
    } catch is CancellationError {
      ended = .success(())
    } catch {
      logger.error("the service ends, for part of it failed", metadata: ["error": "\(error)"])
      ended = .failure(error)
    }
    health.set(serving: false)
    logger.info("draining")
    await server.drain(grace: ServiceRunner.drainGrace)
    await program.release()
    logger.info("stopped")
    try ended.get()
  }

  /// Prepares, then serves until cancelled.
  private func work(_ health: ServingHealth) async throws {
    try await prepare()
    health.set(serving: true)
    logger.info("serving")
    try await withThrowingTaskGroup(of: Void.self) { group in
      // Background work that simply returns has done its part; this one keeps the group until the service drains.
      group.addTask { try await Task.sleep(for: .seconds(100 * 365 * 86_400)) }
      for work in program.background { group.addTask { try await work() } }
      // One after the other as they end, so that the first failure is seen; waiting for all would wait for the sleeper first.
      while try await group.next() != nil {}
    }
  }

  private func prepare() async throws {
    var pause = Duration.milliseconds(100)
    while true {
      do {
        return try await program.prepare()
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        logger.warning("not ready yet; trying again", metadata: ["error": "\(error)", "pause": "\(pause)"])
        try await Task.sleep(for: pause)
        pause = min(pause * 2, ServiceRunner.longestPreparePause)
      }
    }
  }
}

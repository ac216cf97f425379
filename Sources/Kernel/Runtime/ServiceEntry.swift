import Glibc
public import Logging
public import Reactor

/// The first lines of every service's main: reads the environment, makes logger and loops, runs the body, answers an exit code.
public enum ServiceEntry {
  /// Exit codes: 0 drained, 1 failed, 2 the environment was wrong.
  public static func run(
    _ name: String, needing peers: [ServiceEnvironment.Peer] = [],
    _ body: @Sendable (ServiceEnvironment, EventLoopGroup, Logger) async throws -> Void
  ) async -> Int32 {
    // A peer that closes its connection must be an error of that write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    let environment: ServiceEnvironment
    do {
      environment = try ServiceEnvironment(needing: peers)
    } catch {
      JSONLineLogHandler.standardError("\(name) cannot start:\n\(error)\n")
      return 2
    }
    let logger = Logger.service(name, level: environment.logLevel)
    do {
      try await body(environment, EventLoopGroup(count: environment.loopCount), logger)
      return 0
    } catch {
      logger.critical("the service failed", metadata: ["error": "\(error)"])
      return 1
    }
  }
}

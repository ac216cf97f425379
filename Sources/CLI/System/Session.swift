import Glibc
import LocalSystem
import Logging
import Messages
import RPC
import Reactor

/// What a service says about itself.
enum Health: Sendable, Equatable {
  case serving, notServing, unreachable

  var word: String {
    switch self {
    case .serving: "SERVING"
    case .notServing: "NOT SERVING"
    case .unreachable: "unreachable"
    }
  }

  var ink: Ink {
    switch self {
    case .serving: .good
    case .notServing: .warning
    case .unreachable: .bad
    }
  }
}

/// One command's way to the services: one event loop, connections made when they are first needed.
final class Session: Sendable {
  private let loops = EventLoopGroup(count: 1)
  private let logger: Logger

  init() {
    var logger = Logger(label: "lodestar") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    self.logger = logger
  }

  func channel(to endpoint: ServiceEndpoint) -> RPCChannel {
    var configuration = RPCChannelConfiguration()
    configuration.security = endpoint.security
    // An exported registry is as large as one that can be imported, and comes with a revision.
    configuration.maximumMessageBytes = 8 << 20
    if let principal = endpoint.principal { configuration.interceptors = [Introduction(principal: principal)] }
    return RPCChannel(to: endpoint.address, configuration: configuration, loops: loops, logger: logger)
  }

  /// Calls a service, and says of a call that failed which service it was.
  func call<Answer>(
    _ kind: ServiceKind, at endpoint: ServiceEndpoint, _ work: (RPCChannel) async throws -> Answer
  ) async throws -> Answer {
    let channel = channel(to: endpoint)
    do {
      let answer = try await work(channel)
      await channel.close()
      return answer
    } catch {
      await channel.close()
      guard let error = error as? RPCError else { throw error }
      throw Failure(error, from: kind, at: endpoint.address)
    }
  }

  func health(of kind: ServiceKind, at endpoint: ServiceEndpoint) async -> Health {
    let channel = channel(to: endpoint)
    let answer: HealthCheckResponse? = try? await channel.unary(
      "/grpc.health.v1.Health/Check", HealthCheckRequest(service: kind.rpcName), options: CallOptions(timeout: .seconds(2)))
    await channel.close()
    guard let answer else { return .unreachable }
    return answer.status == .serving ? .serving : .notServing
  }

  func close() {
    loops.shutdown()
  }
}

/// Says with every call who makes it, to services that speak in clear text.
private struct Introduction: ClientInterceptor {
  let principal: String

  func begins(_ method: String, options: inout CallOptions) -> (@Sendable (CallSummary) -> Void)? {
    options.metadata.append("lodestar-principal", principal)
    return nil
  }
}

extension Failure {
  /// What a failed call means for the person at the terminal.
  init(_ error: RPCError, from kind: ServiceKind, at address: SocketAddress) {
    let message =
      error.message.isEmpty ? "the call failed with \(error.code)" : kind == .metrics ? error.message.forPeople : error.message
    switch error.code {
    case .unavailable, .deadlineExceeded, .cancelled:
      self.init(
        .unreachable, "\(kind.program) at \(address): \(message)",
        // A service that knows of another's absence says so itself.
        mend: message.contains("lodestar up") ? nil : "`lodestar status` shows what runs, `lodestar up` starts what does not")
    case .internalError, .unknown, .dataLoss:
      self.init(.refused, "\(kind.program) at \(address): \(message)", mend: "`lodestar logs \(kind.rawValue)` has the details")
    default:
      self.init(.refused, message, mend: kind == .metrics ? RefusalMends.mend(of: error) : nil)
    }
  }

  init(_ error: LocalSystemError) {
    self.init(.unreachable, error.message, mend: error.mend.isEmpty ? nil : error.mend)
  }
}

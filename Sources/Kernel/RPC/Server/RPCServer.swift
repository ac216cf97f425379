public import Logging
public import Reactor

/// Serves the methods of its services on its addresses.
public final class RPCServer: Sendable {
  public init(configuration: RPCServerConfiguration, services: [any RPCService], loops: EventLoopGroup, logger: Logger) {}

  /// Listens; answers with the addresses it is bound to, in the order of the configuration's.
  public func start() async throws -> [SocketAddress] { throw RPCError(.unimplemented, "") }

  /// Takes no new calls, lets the running ones end for that long, then ends them; returns when every connection is closed.
  public func drain(grace: Duration) async {}
}

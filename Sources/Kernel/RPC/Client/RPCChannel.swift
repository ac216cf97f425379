public import Logging
public import Reactor
public import Wire

/// A way to one peer: one connection, made when it is needed and made anew when it is lost.
public final class RPCChannel: Sendable {
  public init(
    to address: SocketAddress, configuration: RPCChannelConfiguration = RPCChannelConfiguration(), loops: EventLoopGroup,
    logger: Logger
  ) {}

  /// Calls a unary method.
  public func unary<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ request: Request, options: CallOptions = CallOptions()
  ) async throws -> Answer {
    throw RPCError(.unimplemented, "")
  }

  /// Calls a server-streaming method. The call begins with the first element asked for and ends with the iterator.
  public func serverStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ request: Request, options: CallOptions = CallOptions()
  ) -> ResponseStream<Answer> {
    ResponseStream()
  }

  /// Takes no new calls, lets the running ones end, closes the connection.
  public func close() async {}
}

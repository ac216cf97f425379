public import Logging
public import Reactor
public import Wire

/// A way to one peer: one connection, made when a call needs it and made anew when it is lost. A call that finds nobody fails with
/// UNAVAILABLE at once.
public final class RPCChannel: Sendable {
  private let core: ChannelCore

  public init(
    to address: SocketAddress, configuration: RPCChannelConfiguration = RPCChannelConfiguration(), loops: EventLoopGroup,
    logger: Logger
  ) {
    core = ChannelCore(address: address, configuration: configuration, loop: loops.next(), logger: logger)
  }

  deinit {
    let core = core
    core.loop.execute { core.close() }
  }

  /// Calls a unary method. Throws `RPCError`.
  public func unary<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ request: Request, options: CallOptions = CallOptions()
  ) async throws -> Answer {
    let call = try makeCall(path, request, options)
    return try Self.decode(try await call.single())
  }

  /// Calls a server-streaming method. The call begins with the first element asked for and ends with the iterator; its time runs from now.
  public func serverStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ request: Request, options: CallOptions = CallOptions()
  ) -> ResponseStream<Answer> {
    let call = Result { try makeCall(path, request, options) }
    return ResponseStream(call) { try Self.decode($0) }
  }

  /// Takes no new calls, ends those that run with CANCELLED, closes the connection.
  public func close() async {
    await withCheckedContinuation { continuation in
      core.loop.execute { [core] in
        core.close()
        continuation.resume()
      }
    }
  }

  private func makeCall(_ path: String, _ request: some WireMessage, _ options: CallOptions) throws -> ClientCall {
    let deadline = options.deadline(from: .now)
    do {
      return ClientCall(channel: core, path: path, frame: try MessageFraming.frame(request), deadline: deadline, options: options)
    } catch {
      throw RPCError(.internalError, "The request could not be written: \(error)")
    }
  }

  private static func decode<Answer: WireMessage>(_ bytes: [UInt8]) throws -> Answer {
    do {
      return try Answer(wireBytes: bytes)
    } catch {
      throw RPCError(.internalError, "The answer is no \(Answer.protoName): \(error)")
    }
  }
}

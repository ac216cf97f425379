public import Logging
public import Reactor
public import Wire

/// A way to a service: connections to its addresses, made when a call needs them and made anew when they are lost. A call that finds nobody
/// fails with UNAVAILABLE at once, unless it may wait.
public final class RPCChannel: Sendable {
  private let core: ChannelCore

  /// A channel to one address, or to whatever addresses a host name has.
  public convenience init(
    to address: SocketAddress, configuration: RPCChannelConfiguration = RPCChannelConfiguration(), loops: EventLoopGroup,
    logger: Logger
  ) {
    self.init(target: ChannelTarget(address), configuration: configuration, loops: loops, logger: logger)
  }

  /// A channel to a target as gRPC writes them.
  public init(
    target: ChannelTarget, configuration: RPCChannelConfiguration = RPCChannelConfiguration(), loops: EventLoopGroup, logger: Logger
  ) {
    core = ChannelCore(target: target, configuration: configuration, loop: loops.next(), logger: logger)
  }

  deinit {
    let core = core
    core.loop.execute { core.close() }
  }

  /// The loop that the channel's connections live on: a task that prefers it makes calls without leaving it.
  public var loop: EventLoop { core.loop }

  // MARK: Calls

  /// Calls a unary method. Throws `RPCError`.
  public func unary<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ request: Request, options: CallOptions = CallOptions()
  ) async throws -> Answer {
    let call = try call(path, .unary, options) { try Self.frame(request, $0) }
    return try Self.decode(try await call.soleAnswer())
  }

  /// Calls a server-streaming method. The call begins with the first element asked for and ends with the iterator; its time runs from now.
  public func serverStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ request: Request, options: CallOptions = CallOptions()
  ) -> ResponseStream<Answer> {
    ResponseStream(Result { CallHandle(try call(path, .serverStreaming, options) { try Self.frame(request, $0) }) })
  }

  /// Calls a client-streaming method. The call begins now and ends when nobody holds it any more.
  public func clientStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String, options: CallOptions = CallOptions()
  ) -> ClientStreamingCall<Request, Answer> {
    let handle = Result { CallHandle(try call(path, .clientStreaming, options)) }
    try? handle.get().call.begin()
    return ClientStreamingCall(handle)
  }

  /// Calls a bidirectional-streaming method. The call begins now and ends when nobody holds it any more.
  public func bidirectionalStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String, options: CallOptions = CallOptions()
  ) -> BidirectionalCall<Request, Answer> {
    let handle = Result { CallHandle(try call(path, .bidirectionalStreaming, options)) }
    try? handle.get().call.begin()
    return BidirectionalCall(handle)
  }

  /// What the channel has done and holds now.
  public func numbers() async -> ChannelNumbers {
    await withCheckedContinuation { continuation in
      core.loop.execute { [core] in continuation.resume(returning: core.numbers) }
    }
  }

  /// Takes no new calls, ends those that run with CANCELLED, closes the connections.
  public func close() async {
    await withCheckedContinuation { continuation in
      core.loop.execute { [core] in
        core.close()
        continuation.resume()
      }
    }
  }

  // MARK: Making them

  private func call(
    _ path: String, _ shape: CallShape, _ options: CallOptions, request: ((CallTerms) throws -> [UInt8])? = nil
  ) throws -> ClientCall {
    guard core.interceptors.isEmpty else { return try observedCall(path, shape, options, request: request) }
    let method = core.service.method(at: path)
    let terms = CallTerms(options, core, method, serving: CallContext.current, observers: nil)
    return try ClientCall(
      channel: core, path: path, shape: shape, request: request?(terms), terms: terms, plan: RetryPlan(method?.repetition))
  }

  private func observedCall(
    _ path: String, _ shape: CallShape, _ options: CallOptions, request: ((CallTerms) throws -> [UInt8])?
  ) throws -> ClientCall {
    var options = options
    let observers = try CallObservers.asking(core.interceptors, path, &options, now: .now)
    let method = core.service.method(at: path)
    let terms = CallTerms(options, core, method, serving: CallContext.current, observers: observers)
    do {
      let frame = try request?(terms)
      return ClientCall(channel: core, path: path, shape: shape, request: frame, terms: terms, plan: RetryPlan(method?.repetition))
    } catch let error as RPCError {
      observers?.tell(CallTally(), outcome: error, now: .now)
      throw error
    }
  }

  static func frame(_ message: some WireMessage, _ terms: CallTerms) throws(RPCError) -> [UInt8] {
    try frame(message, encoding: terms.encoding, limit: terms.maximumRequestBytes)
  }

  static func frame(_ message: some WireMessage, encoding: MessageEncoding, limit: Int) throws(RPCError) -> [UInt8] {
    let frame: [UInt8]
    do throws(WireError) {
      frame = try MessageFraming.frame(message, encoding: encoding)
    } catch {
      throw RPCError(.internalError, "The request could not be written: \(error)")
    }
    let count = frame.count - MessageFraming.prefixBytes
    guard count <= limit else {
      throw RPCError(.resourceExhausted, "The request of \(count) bytes is larger than the limit of \(limit) bytes.")
    }
    return frame
  }

  static func decode<Answer: WireMessage>(_ bytes: [UInt8]) throws(RPCError) -> Answer {
    do throws(WireError) {
      return try Answer(wireBytes: bytes)
    } catch {
      throw RPCError(.internalError, "The answer is no \(Answer.protoName): \(error)")
    }
  }
}

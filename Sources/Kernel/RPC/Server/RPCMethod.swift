import Synchronization
public import Wire

/// One method of a service: its path and how it is served.
public struct RPCMethod: Sendable {
  typealias UnaryHandler = @Sendable (UnaryExchange) async throws -> UnaryAnswer

  /// How many messages go each way, with the handler over bytes: the request's message, answers in their frames.
  enum Shape: Sendable {
    case unary(UnaryHandler)
    case serverStreaming(@Sendable (_ request: [UInt8], CallContext, _ call: ServerCall) async throws -> Void)
    case clientStreaming(@Sendable (CallContext, _ call: ServerCall) async throws -> [UInt8])
    case bidirectionalStreaming(@Sendable (CallContext, _ call: ServerCall) async throws -> Void)
  }

  /// "/lodestar.metrics.v1.MetricGovernance/SaveMetricsConfig"
  public let path: String
  let shape: Shape
  /// Whether the method shows a state until the caller leaves. By convention its name begins with "Watch"; when the server drains,
  /// such a call is ended at once with UNAVAILABLE, so that the caller watches elsewhere.
  let isEndless: Bool

  private init(path: String, shape: Shape) {
    self.path = path
    self.shape = shape
    isEndless = path.lastIndex(of: "/").map { path[path.index(after: $0)...].hasPrefix("Watch") } ?? false
  }

  /// Whether a call has any number of request messages, so that its handler starts before they have come.
  var streamsRequests: Bool {
    switch shape {
    case .unary, .serverStreaming: false
    case .clientStreaming, .bidirectionalStreaming: true
    }
  }

  /// One message in, one out. Can be inlined, so that the messages' types are known and a call keeps them on its stack.
  @inlinable public static func unary<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ handler: @escaping @Sendable (Request, CallContext) async throws -> Answer
  ) -> RPCMethod {
    unary(path, exchange: { try $0.answer(try await handler(try $0.request(), $0.context)) })
  }

  /// The same for generated code, which reads and writes the messages itself: each function between the pool and the handler is one more that has to find
  /// out where it runs, which takes a lock.
  public static func unary(
    _ path: String, exchange: @escaping @Sendable (UnaryExchange) async throws -> UnaryAnswer
  ) -> RPCMethod {
    RPCMethod(path: path, shape: .unary(exchange))
  }

  /// One message in, one out, both in their binary form: for a method whose answers lie ready. The answer's first
  /// ``framePrefixBytes`` bytes are left free by the handler; the frame's head goes there, so that nothing is copied.
  public static func unary(
    _ path: String, bytes handler: @escaping @Sendable (_ request: [UInt8], CallContext) async throws -> [UInt8]
  ) -> RPCMethod {
    RPCMethod(
      path: path,
      shape: .unary {
        UnaryAnswer(
          frame: MessageFraming.frame(
            prepared: try await handler($0.bytes, $0.context), encoding: $0.context.answerEncoding))
      })
  }

  /// How many bytes of a frame stand before its message.
  public static var framePrefixBytes: Int { MessageFraming.prefixBytes }

  /// One message in, any number out.
  public static func serverStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ handler: @escaping @Sendable (Request, CallContext, ResponseWriter<Answer>) async throws -> Void
  ) -> RPCMethod {
    RPCMethod(
      path: path,
      shape: .serverStreaming { bytes, context, call in
        try await handler(try decode(bytes), context, writer(call, context))
      })
  }

  /// Any number in, one message out.
  public static func clientStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ handler: @escaping @Sendable (RequestStream<Request>, CallContext) async throws -> Answer
  ) -> RPCMethod {
    RPCMethod(
      path: path,
      shape: .clientStreaming { context, call in
        try encode(try await handler(RequestStream(call), context), context)
      })
  }

  /// Any number in, any number out, in any order.
  public static func bidirectionalStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String,
    _ handler: @escaping @Sendable (RequestStream<Request>, CallContext, ResponseWriter<Answer>) async throws -> Void
  ) -> RPCMethod {
    RPCMethod(
      path: path,
      shape: .bidirectionalStreaming { context, call in
        try await handler(RequestStream(call), context, writer(call, context))
      })
  }

  private static func writer<Answer: WireMessage>(_ call: ServerCall, _ context: CallContext) -> ResponseWriter<Answer> {
    ResponseWriter { try await call.send(try encode($0, context, compressed: $1)) }
  }

  @inlinable static func decode<Request: WireMessage>(_ bytes: [UInt8]) throws -> Request {
    do {
      return try Request(wireBytes: bytes)
    } catch {
      // INTERNAL is what gRPC's list of generated codes names for a request that cannot be parsed.
      throw RPCError(.internalError, "The request is no \(Request.protoName): \(error)")
    }
  }

  @inlinable static func encode(
    _ message: some WireMessage, _ context: CallContext, compressed: Bool = true
  ) throws -> [UInt8] {
    do {
      return try MessageFraming.frame(message, encoding: compressed ? context.answerEncoding : .identity)
    } catch {
      throw RPCError(.internalError, "The answer could not be written: \(error)")
    }
  }
}

/// A call with one message each way, for generated code: the request as it came, and what makes a frame of the answer.
public struct UnaryExchange: Sendable {
  @usableFromInline let bytes: [UInt8]
  /// What the handler is given beside the request.
  public let context: CallContext

  init(_ bytes: [UInt8], _ context: CallContext) {
    self.bytes = bytes
    self.context = context
  }

  /// Reads the request; throws `RPCError` when it is none.
  @inlinable public func request<Request: WireMessage>() throws -> Request { try RPCMethod.decode(bytes) }

  /// Writes the answer.
  @inlinable public func answer(_ message: some WireMessage) throws -> UnaryAnswer {
    UnaryAnswer(frame: try RPCMethod.encode(message, context))
  }
}

/// An answer in its frame.
public struct UnaryAnswer: Sendable {
  let frame: [UInt8]

  @usableFromInline init(frame: [UInt8]) { self.frame = frame }
}

extension CallContext {
  @usableFromInline var answerEncoding: MessageEncoding { call.answer.encoding }
}

public import Wire

/// One method of a service: its path and how it is served.
public struct RPCMethod: Sendable {
  /// How many messages go each way, with the handler over bytes: the request's message, answers in their frames.
  enum Shape: Sendable {
    case unary(@Sendable (_ request: [UInt8], CallContext) async throws -> [UInt8])
    case serverStreaming(@Sendable (_ request: [UInt8], CallContext, _ send: @escaping FrameSink) async throws -> Void)
  }
  /// Takes a frame; returns when there is room for the next, throws when the call has ended.
  typealias FrameSink = @Sendable ([UInt8]) async throws -> Void

  /// "/lodestar.metrics.v1.MetricGovernance/SaveMetricsConfig"
  public let path: String
  let shape: Shape

  /// Whether the method shows a state until the caller leaves. By convention its name begins with "Watch"; when the server drains,
  /// such a call is ended at once with UNAVAILABLE, so that the caller watches elsewhere.
  var isEndless: Bool {
    guard let slash = path.lastIndex(of: "/") else { return false }
    return path[path.index(after: slash)...].hasPrefix("Watch")
  }

  /// One message in, one out.
  public static func unary<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ handler: @escaping @Sendable (Request, CallContext) async throws -> Answer
  ) -> RPCMethod {
    RPCMethod(
      path: path,
      shape: .unary { bytes, context in
        try encode(try await handler(try decode(bytes), context))
      })
  }

  /// One message in, any number out.
  public static func serverStreaming<Request: WireMessage, Answer: WireMessage>(
    _ path: String, _ handler: @escaping @Sendable (Request, CallContext, ResponseWriter<Answer>) async throws -> Void
  ) -> RPCMethod {
    RPCMethod(
      path: path,
      shape: .serverStreaming { bytes, context, send in
        try await handler(try decode(bytes), context, ResponseWriter { try await send(try encode($0)) })
      })
  }

  private static func decode<Request: WireMessage>(_ bytes: [UInt8]) throws -> Request {
    do {
      return try Request(wireBytes: bytes)
    } catch {
      throw RPCError(.invalidArgument, "The request is no \(Request.protoName): \(error)")
    }
  }

  private static func encode(_ message: some WireMessage) throws -> [UInt8] {
    do {
      return try MessageFraming.frame(message)
    } catch {
      throw RPCError(.internalError, "The answer could not be written: \(error)")
    }
  }
}

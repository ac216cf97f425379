public import RPC
import Tracing

/// A span for every call a server serves, in the trace that the caller's traceparent names. What the handler does meanwhile is inside it.
public struct CallTracing: ServerInterceptor {
  public init() {}

  /// A span that nobody collects still costs two hops off the event loop. Nearly always there is no instrument at all, which is told by its type; asking
  /// for the tracer looks through all of them.
  public var isAtRest: Bool {
    type(of: InstrumentationSystem.instrument) == NoOpInstrument.self || InstrumentationSystem.tracer is NoOpTracer
  }

  /// Serves the call inside a span that ends with it.
  public func intercept(_ context: CallContext, _ proceed: (CallContext) async throws -> Void) async throws {
    guard !isAtRest else { return try await proceed(context) }
    var service = ServiceContext.topLevel
    InstrumentationSystem.instrument.extract(context.metadata, into: &service, using: MetadataExtractor())
    try await withSpan(String(context.method.dropFirst()), context: service, ofKind: .server) { span in
      if span.isRecording { Self.describe(context, span) }
      do {
        try await proceed(context)
        span.attributes["rpc.grpc.status_code"] = StatusCode.ok.rawValue
      } catch {
        span.attributes["rpc.grpc.status_code"] = RPCError.answering(error).code.rawValue
        throw error
      }
    }
  }

  private static func describe(_ context: CallContext, _ span: any Span) {
    span.attributes["rpc.system"] = "grpc"
    let parts = context.method.split(separator: "/", maxSplits: 1)
    if parts.count == 2 {
      span.attributes["rpc.service"] = String(parts[0])
      span.attributes["rpc.method"] = String(parts[1])
    }
    span.attributes["network.peer.address"] = context.peer
  }
}

/// Reads what an instrument asks for, such as "traceparent", out of a call's metadata.
private struct MetadataExtractor: Extractor {
  func extract(key: String, from carrier: Metadata) -> String? { carrier[key] }
}

public import RPC
import Tracing

/// A span for every call that is made over a channel, inside the span of whoever makes it; the peer is told of it, so that its own span
/// belongs to the same trace.
public struct ClientCallTracing: ClientInterceptor {
  public init() {}

  /// Begins the span, which ends with the call, and puts its place in the trace into the call's metadata.
  public func begins(_ method: String, options: inout CallOptions) throws(RPCError) -> (@Sendable (CallSummary) -> Void)? {
    let span = startSpan(String(method.dropFirst()), context: ServiceContext.current ?? .topLevel, ofKind: .client)
    InstrumentationSystem.instrument.inject(span.context, into: &options.metadata, using: MetadataInjector())
    if span.isRecording {
      span.attributes["rpc.system"] = "grpc"
      let parts = method.split(separator: "/", maxSplits: 1)
      if parts.count == 2 {
        span.attributes["rpc.service"] = String(parts[0])
        span.attributes["rpc.method"] = String(parts[1])
      }
    }
    return { summary in
      span.attributes["rpc.grpc.status_code"] = (summary.outcome?.code ?? .ok).rawValue
      if let error = summary.outcome { span.recordError(error) }
      span.end()
    }
  }
}

/// Writes what an instrument wants to send along, such as "traceparent", into a call's metadata.
private struct MetadataInjector: Injector {
  func inject(_ value: String, forKey key: String, into carrier: inout Metadata) {
    carrier.remove(key)
    carrier.append(key, value)
  }
}

import Metrics
public import RPC
import Synchronization

/// Measures every call a server serves, under the names of gRPC's A66: calls started, their duration by status, and message bytes each way.
public final class CallMetrics: CallObserver {
  private final class Handles: Sendable {
    let method: String
    let started: Counter
    /// By the numbers of the statuses.
    let duration: [Timer]
    let sent: Recorder
    let received: Recorder

    init(_ method: String) {
      self.method = method
      let name = ("grpc.method", String(method.dropFirst()))
      duration = StatusCode.allCases.map { code in
        Timer(label: "grpc.server.call.duration", dimensions: [name, ("grpc.status", code.description)])
      }
      started = Counter(label: "grpc.server.call.started", dimensions: [name])
      sent = Recorder(label: "grpc.server.call.sent_total_compressed_message_size", dimensions: [name])
      received = Recorder(label: "grpc.server.call.rcvd_total_compressed_message_size", dimensions: [name])
    }
  }

  /// By the methods' numbers: hashing the whole of a name twice for each call was a third of what measuring cost.
  private let handles = Mutex([[Handles]](repeating: [], count: CallMetrics.buckets))
  /// A power of two.
  private static let buckets = 64

  public init() {}

  /// Counts the call.
  public func begins(_ context: CallContext) throws { handles(for: context).started.increment() }

  /// Measures it.
  public func ended(_ context: CallContext, _ end: CallEnd) {
    let handles = handles(for: context)
    handles.duration[(end.outcome?.code ?? .ok).rawValue].recordNanoseconds(end.durationNanoseconds)
    handles.sent.record(end.traffic.bytesSent)
    handles.received.record(end.traffic.bytesReceived)
  }

  /// Made once for each method: making a metric costs far more than counting with it.
  private func handles(for context: CallContext) -> Handles {
    let method = context.method
    let bucket = context.methodNumber & (Self.buckets - 1)
    return handles.withLock { handles in
      for known in handles[bucket] where known.method == method { return known }
      let made = Handles(method)
      handles[bucket].append(made)
      return made
    }
  }
}

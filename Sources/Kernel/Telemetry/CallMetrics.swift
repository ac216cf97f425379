import Metrics
public import RPC
import Synchronization

/// Measures every call a server serves, under the names of gRPC's A66: calls started, their duration by status, and message bytes each way.
public final class CallMetrics: ServerInterceptor {
  private struct Handles {
    let started: Counter
    /// By the numbers of the statuses.
    let duration: [Timer]
    let sent: Recorder
    let received: Recorder
  }

  private let handles = Mutex<[String: Handles]>([:])

  public init() {}

  /// Counts the call, and measures it when it has ended.
  public func intercept(_ context: CallContext, _ proceed: (CallContext) async throws -> Void) async throws {
    let handles = handles(for: context.method)
    handles.started.increment()
    let start = ContinuousClock.now
    do {
      try await proceed(context)
      record(handles, context, .ok, start)
    } catch {
      record(handles, context, RPCError.answering(error).code, start)
      throw error
    }
  }

  private func record(_ handles: Handles, _ context: CallContext, _ code: StatusCode, _ start: ContinuousClock.Instant) {
    let elapsed = start.duration(to: .now).components
    handles.duration[code.rawValue].recordNanoseconds(elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
    let traffic = context.traffic
    handles.sent.record(traffic.bytesSent)
    handles.received.record(traffic.bytesReceived)
  }

  /// Made once for each method: making a metric costs far more than counting with it.
  private func handles(for method: String) -> Handles {
    handles.withLock { handles in
      if let known = handles[method] { return known }
      let name = ("grpc.method", String(method.dropFirst()))
      let durations = StatusCode.allCases.map { code in
        Timer(label: "grpc.server.call.duration", dimensions: [name, ("grpc.status", code.description)])
      }
      let made = Handles(
        started: Counter(label: "grpc.server.call.started", dimensions: [name]),
        duration: durations,
        sent: Recorder(label: "grpc.server.call.sent_total_compressed_message_size", dimensions: [name]),
        received: Recorder(label: "grpc.server.call.rcvd_total_compressed_message_size", dimensions: [name]))
      handles[method] = made
      return made
    }
  }
}

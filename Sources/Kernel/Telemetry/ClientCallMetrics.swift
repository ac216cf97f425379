import Metrics
public import RPC
import Synchronization

/// Measures every call a channel makes, under the names of gRPC's A66: attempts started, the whole call's duration by status, and message bytes
/// each way.
public final class ClientCallMetrics: ClientInterceptor {
  private struct Handles: Sendable {
    let attempts: Counter
    let duration: [StatusCode: Timer]
    let sent: Recorder
    let received: Recorder
  }

  private let handles = Mutex<[String: Handles]>([:])

  public init() {}

  /// Asks to be told when the call has ended.
  public func begins(_ method: String, options: inout CallOptions) throws(RPCError) -> (@Sendable (CallSummary) -> Void)? {
    let handles = handles(for: method)
    return { summary in
      let elapsed = summary.duration.components
      let code = summary.outcome?.code ?? .ok
      handles.attempts.increment(by: summary.attempts)
      handles.duration[code]?.recordNanoseconds(elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
      handles.sent.record(summary.sentBytes)
      handles.received.record(summary.receivedBytes)
    }
  }

  private func handles(for method: String) -> Handles {
    handles.withLock { handles in
      if let known = handles[method] { return known }
      let name = ("grpc.method", String(method.dropFirst()))
      let durations = StatusCode.allCases.map { code in
        (code, Timer(label: "grpc.client.call.duration", dimensions: [name, ("grpc.status", code.description)]))
      }
      let made = Handles(
        attempts: Counter(label: "grpc.client.attempt.started", dimensions: [name]),
        duration: Dictionary(uniqueKeysWithValues: durations),
        sent: Recorder(label: "grpc.client.attempt.sent_total_compressed_message_size", dimensions: [name]),
        received: Recorder(label: "grpc.client.attempt.rcvd_total_compressed_message_size", dimensions: [name]))
      handles[method] = made
      return made
    }
  }
}

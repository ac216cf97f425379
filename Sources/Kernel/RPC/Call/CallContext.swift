public import Cryptography
public import Logging
import Synchronization

/// What a handler knows about the call it serves, beside the request, and what it can say beside the answer. Cheap to copy.
public struct CallContext: Sendable {
  let call: ServedCall

  /// The context of a call that no connection carries, as tests need it.
  public init(
    method: String, metadata: Metadata, deadline: ContinuousClock.Instant?, peer: String, identity: PeerIdentity? = nil,
    logger: Logger
  ) {
    call = ServedCall(
      ServedMethod(unserved: method), metadata: metadata, deadline: deadline.map { Deadline($0) },
      acceptsGzip: false, encoding: .identity, connection: ConnectionFacts(peer: peer, identity: identity, logger: logger))
  }

  init(_ call: ServedCall) { self.call = call }

  /// The call being served by the current task: calls made meanwhile inherit its deadline and its trace.
  public static var current: CallContext? { place?.call.map { CallContext($0) } }

  /// A class's reference, which the runtime copies without looking up types.
  @TaskLocal static var place: ServingPlace?

  /// "/lodestar.metrics.v1.MetricGovernance/SaveMetricsConfig"
  public var method: String { call.method }
  /// A number that differs between most methods, for whoever keeps something for each: made once, while hashing the name is dear for every call.
  public var methodNumber: Int { call.served.key }
  /// What the caller sent beside the message.
  public var metadata: Metadata { call.metadata }
  /// When the caller stops waiting; the handler's task is cancelled then. Nil when the caller waits for ever.
  public var deadline: ContinuousClock.Instant? { call.deadline }
  /// Where the call comes from: "127.0.0.1:40312", or "unix:" for a local socket.
  public var peer: String { call.connection.peer }
  /// Who the caller has proven to be by its TLS certificate; nil when it showed none.
  public var identity: PeerIdentity? { call.connection.identity }
  /// The caller's place in a trace (W3C Trace Context); nil when it sent none, or one that is malformed.
  public var traceParent: TraceParent? { call.metadata["traceparent"].flatMap(TraceParent.init) }
  /// Whether the request message read last was compressed.
  public var wasRequestCompressed: Bool { call.wasRequestCompressed.load(ordering: .relaxed) }

  /// A logger whose lines name the call. Made when asked for, as most calls log nothing.
  public var logger: Logger {
    var logger = call.connection.logger
    logger[metadataKey: "method"] = "\(method)"
    logger[metadataKey: "peer"] = "\(peer)"
    if let traceParent { logger[metadataKey: "trace_id"] = "\(traceParent.traceID)" }
    return logger
  }

  // MARK: The answer's metadata

  /// Sets what is sent before the first answer message, in place of what was set before. Throws `RPCError` when it has left already.
  public func setInitialMetadata(_ metadata: Metadata) throws {
    guard call.answer.setInitialMetadata(metadata) else {
      throw RPCError(.internalError, "The initial metadata of \(method) has left already.")
    }
  }

  /// Sets what is sent with the status, in place of what was set before. An error's own metadata comes on top.
  public func setTrailingMetadata(_ metadata: Metadata) {
    call.answer.setTrailingMetadata(metadata)
  }

  /// Sets how answers are compressed. Has no effect when the caller cannot read that, or when the first answer has left.
  public func setAnswerEncoding(_ encoding: MessageEncoding) {
    call.answer.setEncoding(encoding)
  }
}

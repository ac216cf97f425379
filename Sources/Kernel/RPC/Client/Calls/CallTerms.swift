/// What holds for one call: what the caller asked for, completed by the channel's configuration and by the call being served.
///
/// One object, as what makes a call up is handed on several times.
final class CallTerms {
  let metadata: Metadata
  private let heldDeadline: Deadline?
  let waitsForReady: Bool
  let encoding: MessageEncoding
  let maximumRequestBytes: Int
  let maximumAnswerBytes: Int
  /// How much of its requests a call keeps to send them again.
  let replayBytes: Int
  let record: CallRecord?
  let observers: CallObservers?

  init(
    _ options: CallOptions, _ channel: ChannelCore, _ method: MethodConfiguration?, serving context: CallContext?,
    observers: CallObservers?
  ) {
    heldDeadline = Self.deadline(options, method?.timeout, serving: context).map { Deadline($0) }
    metadata = context.map { Self.propagating($0, to: options.metadata) } ?? options.metadata
    waitsForReady = options.waitsForReady ?? method?.waitsForReady ?? false
    encoding = options.encoding
    maximumRequestBytes = method?.maximumRequestBytes ?? .max
    maximumAnswerBytes = min(method?.maximumAnswerBytes ?? .max, channel.maximumMessageBytes)
    replayBytes = channel.replayBytes
    record = options.record
    self.observers = observers
  }

  var deadline: ContinuousClock.Instant? { heldDeadline?.instant }

  private static func deadline(
    _ options: CallOptions, _ configured: Duration?, serving context: CallContext?
  ) -> ContinuousClock.Instant? {
    guard options.timeout != nil || configured != nil else { return context?.deadline }
    let now = ContinuousClock.now
    let asked = options.deadline(from: now, serving: context)
    guard let configured = configured.map({ now.advanced(by: $0) }) else { return asked }
    return min(asked ?? configured, configured)
  }

  /// A call made while serving one belongs to the same trace (W3C Trace Context), unless its caller says otherwise.
  private static func propagating(_ context: CallContext, to own: Metadata) -> Metadata {
    guard own["traceparent"] == nil, let parent = context.metadata["traceparent"] else { return own }
    var all = own
    all.append("traceparent", parent)
    if own["tracestate"] == nil, let state = context.metadata["tracestate"] { all.append("tracestate", state) }
    return all
  }
}

/// What holds for one call: what the caller asked for, completed by the channel's configuration and by the call being served.
struct CallTerms {
  let metadata: Metadata
  let deadline: ContinuousClock.Instant?
  let waitsForReady: Bool
  let encoding: MessageEncoding
  let maximumRequestBytes: Int
  let maximumAnswerBytes: Int
  /// How much of its requests a call keeps to send them again.
  let replayBytes: Int
  let record: CallRecord?
  let observers: CallObservers?

  init(
    _ options: CallOptions, _ channel: RPCChannelConfiguration, _ method: MethodConfiguration?, serving context: CallContext?,
    observers: CallObservers?, now: ContinuousClock.Instant
  ) {
    let asked = options.deadline(from: now, serving: context)
    if let configured = method?.timeout.map({ now.advanced(by: $0) }) {
      deadline = min(asked ?? configured, configured)
    } else {
      deadline = asked
    }
    metadata = context.map { Self.propagating($0, to: options.metadata) } ?? options.metadata
    waitsForReady = options.waitsForReady ?? method?.waitsForReady ?? false
    encoding = options.encoding
    maximumRequestBytes = method?.maximumRequestBytes ?? .max
    maximumAnswerBytes = min(method?.maximumAnswerBytes ?? .max, channel.maximumMessageBytes)
    replayBytes = channel.replayBytes
    record = options.record
    self.observers = observers
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

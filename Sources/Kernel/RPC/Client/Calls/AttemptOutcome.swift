import HTTP2

/// How one sending of a call ended.
struct AttemptOutcome {
  /// What a peer that is busy asks of its callers (grpc-retry-pushback-ms).
  enum Pushback: Equatable {
    case retryAfter(Duration)
    case doNotRetry
  }

  /// Whether the call may be sent again whatever its policy, since no handler can have seen it.
  enum Transparency: Equatable {
    case none
    /// It has not left this process.
    case unsent
    /// The peer said that it did not look at it.
    case refused
  }

  /// Nil for OK.
  var error: RPCError?
  /// What came with the status.
  var trailing: HeaderBlock?
  var transparency = Transparency.none
  /// Whether the stream was cut off, which may be the peer's way to say that the deadline has passed.
  var wasReset = false

  init(error: RPCError?, trailing: HeaderBlock? = nil) {
    self.error = error
    self.trailing = trailing
  }

  /// A stream that ended without a status.
  init(_ closure: StreamClosure) {
    error = StatusMapping.error(closure)
    wasReset = true
    guard closure.isUnprocessed else { return }
    transparency = closure.code == .refusedStream ? .refused : .unsent
  }

  var pushback: Pushback? {
    guard let text = trailing?.value(of: "grpc-retry-pushback-ms") else { return nil }
    guard let milliseconds = Int32(String(decoding: text, as: UTF8.self)), milliseconds >= 0 else { return .doNotRetry }
    return .retryAfter(.milliseconds(Int(milliseconds)))
  }
}

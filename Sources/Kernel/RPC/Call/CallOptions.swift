/// What a caller may ask of one call.
public struct CallOptions: Sendable {
  /// How long to wait for the whole call. The sooner of this and the deadline of the call being served counts; nil leaves the latter.
  public var timeout: Duration?
  public var metadata: Metadata
  /// Whether the call waits for a peer that cannot be reached now, until its deadline, instead of failing with UNAVAILABLE at once. Nil
  /// leaves it to the channel's service configuration, and to failing where that says nothing.
  public var waitsForReady: Bool?
  /// How the requests are compressed on their way. Answers are taken in every encoding, whatever this is.
  public var encoding: MessageEncoding
  /// Filled as the call goes, for a caller that wants to know more than the answer.
  public var record: CallRecord?

  public init(
    timeout: Duration? = nil, metadata: Metadata = Metadata(), waitsForReady: Bool? = nil, encoding: MessageEncoding = .identity,
    record: CallRecord? = nil
  ) {
    self.timeout = timeout
    self.metadata = metadata
    self.waitsForReady = waitsForReady
    self.encoding = encoding
    self.record = record
  }

  /// The instant at which the call is over, in a task that may be serving another call.
  func deadline(from now: ContinuousClock.Instant, serving context: CallContext?) -> ContinuousClock.Instant? {
    let own = timeout.map { now.advanced(by: $0) }
    guard let inherited = context?.deadline else { return own }
    return min(own ?? inherited, inherited)
  }
}

/// What a caller may ask of one call.
public struct CallOptions: Sendable {
  /// How long to wait for the whole call. The sooner of this and the deadline of the call being served counts; nil leaves the latter.
  public var timeout: Duration?
  public var metadata: Metadata
  /// Whether the call waits for a peer that cannot be reached now, until its deadline, instead of failing with UNAVAILABLE at once.
  public var waitsForReady: Bool

  public init(timeout: Duration? = nil, metadata: Metadata = Metadata(), waitsForReady: Bool = false) {
    self.timeout = timeout
    self.metadata = metadata
    self.waitsForReady = waitsForReady
  }

  /// The instant at which the call is over, in a task that may be serving another call.
  func deadline(from now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    let own = timeout.map { now.advanced(by: $0) }
    guard let inherited = CallContext.current?.deadline else { return own }
    return min(own ?? inherited, inherited)
  }
}

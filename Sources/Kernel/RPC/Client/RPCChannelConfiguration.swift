/// A channel's limits.
public struct RPCChannelConfiguration: Sendable {
  /// The largest answer message, in bytes; a larger one ends the call with RESOURCE_EXHAUSTED before it is buffered.
  public var maximumMessageBytes = 16 << 20
  /// How long connecting may take, until the peer has said what it speaks.
  public var connectTimeout: Duration = .seconds(5)
  public var keepalive = Keepalive(interval: .seconds(60), timeout: .seconds(20))

  public init() {}
}

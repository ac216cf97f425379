/// A channel's limits.
public struct RPCChannelConfiguration: Sendable {
  /// The largest answer message, in bytes; a larger one ends the call with RESOURCE_EXHAUSTED before it is buffered.
  public var maximumMessageBytes = 16 << 20
  /// How long connecting may take, until the peer has said what it speaks.
  public var connectTimeout: Duration = .seconds(5)
  /// How TLS is spoken; nil for clear text, which is for loopback. Unix sockets are in clear text either way.
  public var security: ChannelSecurity?
  public var keepalive = Keepalive(interval: .seconds(60), timeout: .seconds(20))

  public init() {}
}

/// A channel's limits and habits.
public struct RPCChannelConfiguration: Sendable {
  /// The largest answer message, in bytes; a larger one ends the call with RESOURCE_EXHAUSTED before it is buffered.
  public var maximumMessageBytes = 16 << 20
  /// The largest set of metadata an answer may come with.
  public var maximumHeaderBytes = 64 << 10
  /// How long connecting may take, until the peer has said what it speaks.
  public var connectTimeout: Duration = .seconds(5)
  /// How TLS is spoken; nil for clear text, which is for loopback. Unix sockets are in clear text either way.
  public var security: ChannelSecurity?
  /// The pauses between attempts to connect.
  public var backoff = ConnectionBackoff()
  /// What calls name as their host (":authority"); nil takes it from the target.
  public var authority: String?
  /// Asks after a peer that says nothing while calls are open. A peer that calls this too often is asked half as often from then on.
  /// Servers take offence at pings that come more often than every five minutes (gRFC A8).
  public var keepalive = Keepalive(interval: .seconds(330), timeout: .seconds(20))
  /// Whether a peer is asked also while no call is open.
  public var pingsWhenIdle = false
  /// Connections are closed when no call was made for so long; the next call connects again.
  public var idleTimeout: Duration = .seconds(30 * 60)
  /// How many connections each address gets. One carries as many calls as its peer allows at once; more serve peers that allow few or
  /// that spread connections over their cores.
  public var connectionsPerAddress = 1
  /// How much of its requests one call keeps, to send them again.
  public var replayBytes = 1 << 20
  /// Timeouts, retries, hedging and balancing.
  public var service = ServiceConfiguration()
  /// Asked about every call, in this order.
  public var interceptors: [any ClientInterceptor] = []

  public init() {}
}

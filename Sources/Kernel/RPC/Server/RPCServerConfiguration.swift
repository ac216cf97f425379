public import HTTP2
public import Reactor

/// Where a server listens, and its limits.
public struct RPCServerConfiguration: Sendable {
  public var addresses: [SocketAddress]
  /// The largest request message, in bytes; a larger one is answered RESOURCE_EXHAUSTED before it is buffered.
  public var maximumMessageBytes = 4 << 20
  /// What the unfinished requests of one connection may hold together, in bytes; the request that goes beyond is answered RESOURCE_EXHAUSTED.
  public var maximumBufferedBytes = 32 << 20
  /// How many calls one connection may have open; also how many handlers may run for it, calls already reset included.
  public var maximumConcurrentStreams = 256
  /// The size of one call's metadata: names, values and 32 bytes for each (RFC 9113, section 6.5.2).
  public var maximumHeaderBytes = 16 << 10
  /// How many connections one server holds; further ones are closed at once.
  public var maximumConnections = 10_000
  /// How answers are compressed for callers that can read it; a handler may decide otherwise.
  public var answerEncoding = MessageEncoding.identity
  /// What stands between the connections and the handlers; the first is the outermost.
  public var interceptors: [any ServerInterceptor] = []
  /// How the TCP addresses speak TLS; nil for clear text, which is for loopback. Unix sockets are in clear text either way.
  public var security: ServerSecurity?
  /// How long a connection may be silent before it is asked for a sign of life, and how long that may take.
  public var keepalive = Keepalive(interval: .seconds(60), timeout: .seconds(20))

  /// How often clients may ping while nothing is sent to them; who pings more is told "too_many_pings" (gRFC A8).
  public var pingTolerance = PingTolerance()
  /// How long connections may live. Clients connect anew when they have something to ask; calls that run are let end.
  public var lifetime = ConnectionLifetime(idle: .seconds(30 * 60))
  /// How many frames that cost their sender little are taken, and how slow a peer may be.
  public var floods = FloodLimits()
  public var patience = Patience()

  public init(addresses: [SocketAddress]) {
    self.addresses = addresses
  }
}

/// When a silent connection is pinged and when it is given up.
public struct Keepalive: Sendable, Equatable {
  public var interval: Duration
  public var timeout: Duration

  public init(interval: Duration, timeout: Duration) {
    self.interval = interval
    self.timeout = timeout
  }
}

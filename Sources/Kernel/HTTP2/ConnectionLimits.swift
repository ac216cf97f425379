extension ConnectionPolicy {
  /// How patient this end is.
  public struct Limits: Sendable, Equatable {
    /// How long nothing may be heard before a ping is sent, and how long its answer may take.
    public var keepaliveInterval: Duration
    public var keepaliveTimeout: Duration
    /// Whether silence matters while no stream is open.
    public var pingsWhenIdle: Bool
    /// How long a drain waits for the answer to its ping.
    public var drainPatience: Duration = .seconds(1)
    /// A server's: how often clients may ping. Nil takes every ping within the flood's limit.
    public var pingTolerance: PingTolerance?
    public var floods = FloodLimits()
    public var patience = Patience()
    public var lifetime = ConnectionLifetime()

    public init(keepaliveInterval: Duration, keepaliveTimeout: Duration, pingsWhenIdle: Bool) {
      self.keepaliveInterval = keepaliveInterval
      self.keepaliveTimeout = keepaliveTimeout
      self.pingsWhenIdle = pingsWhenIdle
    }
  }
}

/// How many of the frames that cost the sender little a connection takes at once, and how many more per second.
public struct FloodLimits: Sendable, Equatable {
  /// A burst, and what comes back of it per second.
  public struct Rate: Sendable, Equatable {
    public var burst: Int
    public var perSecond: Int

    public init(burst: Int, perSecond: Int) {
      self.burst = burst
      self.perSecond = perSecond
    }
  }

  /// gRPC peers measure bandwidth with pings, so this is generous; `PingTolerance` is the stricter rule.
  public var pings = Rate(burst: 1000, perSecond: 100)
  public var settings = Rate(burst: 100, perSecond: 10)
  public var emptyFrames = Rate(burst: 500, perSecond: 50)
  /// DATA frames sent that are large or end their stream bring further ones: see `windowUpdatesPerDataFrame`.
  public var windowUpdates = Rate(burst: 1000, perSecond: 100)
  public var windowUpdatesPerDataFrame = 4
  /// Every stream that ends in order allows for another: callers with short deadlines or hedged calls cancel often.
  public var resetsReceived = Rate(burst: 500, perSecond: 50)
  public var resetsSent = Rate(burst: 200, perSecond: 20)

  public init() {}
}

/// How long a peer may take, and how slow it may be.
public struct Patience: Sendable, Equatable {
  /// From connecting until the peer's SETTINGS.
  public var handshake: Duration = .seconds(10)
  /// For one header block.
  public var headers: Duration = .seconds(10)
  /// While the rest of a message is awaited, each such period has to bring `leastRequestBytes` or the rest.
  public var requestPeriod: Duration = .seconds(30)
  public var leastRequestBytes = 16 << 10
  /// While an answer waits for the peer's window, each such period has to see some of it leave. Long, since a consumer may think for a while.
  public var answerPeriod: Duration = .seconds(300)
  /// While the socket is full, each such period has to see `leastWrittenBytes` leave.
  public var writePeriod: Duration = .seconds(60)
  public var leastWrittenBytes = 16 << 10
  /// How often slowness is looked for: the times above are kept to within this.
  public var sweepInterval: Duration = .seconds(5)

  public init() {}
}

/// How long a connection may live (gRFC A9).
public struct ConnectionLifetime: Sendable, Equatable {
  /// After so long without a call it is drained.
  public var idle: Duration?
  /// After so long, a tenth more or less so that connections made together don't end together, it is drained.
  public var age: Duration?
  /// How long calls may then go on.
  public var ageGrace: Duration?

  public init(idle: Duration? = nil, age: Duration? = nil, ageGrace: Duration? = nil) {
    self.idle = idle
    self.age = age
    self.ageGrace = ageGrace
  }
}

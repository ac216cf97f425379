/// How one end of a connection conducts itself: keepalive, drain, and what it does not put up with. A value: events and the time go in, what to
/// do comes out.
public struct ConnectionPolicy: Sendable {
  /// What the shell around the policy has to do.
  public enum Action: Sendable, Equatable {
    case acknowledgePing(UInt64)
    case sendPing(UInt64)
    /// The first GOAWAY of a drain, and a ping whose answer tells that the peer has seen it.
    case announceShutdown(ping: UInt64)
    /// The last GOAWAY: no stream beyond those that are open.
    case goAway
    /// GOAWAY with that code, then the end. The reason is for the log.
    case terminate(ErrorCode, reason: String)
    /// The peer is not there any more.
    case giveUp(reason: String)
  }

  /// How patient this end is.
  public struct Limits: Sendable, Equatable {
    /// How long nothing may be heard before a ping is sent, and how long its answer may take.
    public var keepaliveInterval: Duration
    public var keepaliveTimeout: Duration
    /// Whether silence matters while no stream is open.
    public var pingsWhenIdle: Bool
    /// How long a drain waits for the answer to its ping.
    public var drainPatience: Duration = .seconds(1)
    /// Pings taken at once, and how many more per second. gRPC peers measure bandwidth with pings, so this is generous.
    public var pingBurst = 1000
    public var pingsPerSecond = 100
    /// The same for frames that carry nothing: SETTINGS, PRIORITY, empty DATA, unknown types.
    public var idleFrameBurst = 500
    public var idleFramesPerSecond = 50
    /// The same for streams that this end had to reset for the peer's fault (CVE-2025-8671).
    public var resetBurst = 200
    public var resetsPerSecond = 20

    public init(keepaliveInterval: Duration, keepaliveTimeout: Duration, pingsWhenIdle: Bool) {
      self.keepaliveInterval = keepaliveInterval
      self.keepaliveTimeout = keepaliveTimeout
      self.pingsWhenIdle = pingsWhenIdle
    }
  }

  private enum Drain: Equatable {
    case not
    case announced(until: ContinuousClock.Instant)
    case done
  }

  /// What this end's own pings carry, so that their answers are told apart.
  public static let keepalivePing: UInt64 = 0x6b65_6570_6c69_7665
  public static let drainPing: UInt64 = 0x6472_6169_6e69_6e67

  private let limits: Limits
  private var lastHeard: ContinuousClock.Instant
  private var pingSentAt: ContinuousClock.Instant?
  private var drain = Drain.not
  private var pings: TokenBucket
  private var idleFrames: TokenBucket
  private var resets: TokenBucket

  public init(limits: Limits, now: ContinuousClock.Instant) {
    self.limits = limits
    lastHeard = now
    pings = TokenBucket(burst: limits.pingBurst, perSecond: limits.pingsPerSecond, now: now)
    idleFrames = TokenBucket(burst: limits.idleFrameBurst, perSecond: limits.idleFramesPerSecond, now: now)
    resets = TokenBucket(burst: limits.resetBurst, perSecond: limits.resetsPerSecond, now: now)
  }

  public var isDraining: Bool { drain != .not }

  /// Bytes have come.
  public mutating func heard(now: ContinuousClock.Instant) {
    lastHeard = now
    pingSentAt = nil
  }

  /// Something happened beside the streams.
  public mutating func received(_ event: ConnectionEvent, now: ContinuousClock.Instant) -> Action? {
    switch event {
    case .ping(let opaque):
      return pings.take(now: now) ? .acknowledgePing(opaque) : .terminate(.enhanceYourCalm, reason: "too many pings")
    case .settings, .idleFrame:
      return idleFrames.take(now: now) ? nil : .terminate(.enhanceYourCalm, reason: "too many frames that carry nothing")
    case .resetSent:
      return resets.take(now: now) ? nil : .terminate(.enhanceYourCalm, reason: "too many broken streams")
    case .pingAcknowledged(let opaque):
      guard opaque == Self.drainPing, case .announced = drain else { return nil }
      drain = .done
      return .goAway
    case .goAway:
      return nil
    }
  }

  /// Begins to end the connection gracefully. Nil when that has begun before.
  public mutating func beginDrain(now: ContinuousClock.Instant) -> Action? {
    guard drain == .not else { return nil }
    drain = .announced(until: now.advanced(by: limits.drainPatience))
    return .announceShutdown(ping: Self.drainPing)
  }

  /// When `tick` wants to be called, at the latest.
  public func nextTick() -> ContinuousClock.Instant {
    let silence =
      pingSentAt.map { $0.advanced(by: limits.keepaliveTimeout) } ?? lastHeard.advanced(by: limits.keepaliveInterval)
    if case .announced(let until) = drain { return min(until, silence) }
    return silence
  }

  /// Time has gone by.
  public mutating func tick(now: ContinuousClock.Instant, openStreams: Int) -> Action? {
    if case .announced(let until) = drain, now >= until {
      drain = .done
      return .goAway
    }
    if let sent = pingSentAt {
      return now >= sent.advanced(by: limits.keepaliveTimeout) ? .giveUp(reason: "no answer to a keepalive ping") : nil
    }
    guard now >= lastHeard.advanced(by: limits.keepaliveInterval) else { return nil }
    guard openStreams > 0 || limits.pingsWhenIdle else {
      lastHeard = now
      return nil
    }
    pingSentAt = now
    return .sendPing(Self.keepalivePing)
  }
}

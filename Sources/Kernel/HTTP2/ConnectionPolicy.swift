/// How one end of a connection conducts itself: keepalive, drain, idle and age limits, and what it does not put up with. A value: events and the
/// time go in, what to do comes out.
public struct ConnectionPolicy: Sendable {
  /// What the shell around the policy has to do.
  public enum Action: Sendable, Equatable {
    case acknowledgePing(UInt64)
    case sendPing(UInt64)
    /// The first GOAWAY of a drain, and a ping whose answer tells that the peer has seen it.
    case announceShutdown(ping: UInt64)
    /// The last GOAWAY: no stream beyond those that are open.
    case goAway
    /// GOAWAY with that code, then the end, since that limit was reached.
    case terminate(ErrorCode, ConnectionLimit)
    /// The end without a word: the peer is not there any more, or does not listen.
    case giveUp(reason: String, ConnectionLimit?)
    /// Look for streams that don't come along (`Session.sweep`).
    case sweep
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
  private var floods: FloodGauge
  private var pingEnforcement = PingEnforcement()
  /// Until when the peer has to say what it speaks; nil once it has.
  private var handshakeUntil: ContinuousClock.Instant?
  private var idleSince: ContinuousClock.Instant?
  private var ageEnd: ContinuousClock.Instant?
  private var graceEnd: ContinuousClock.Instant?
  private var sweepAt: ContinuousClock.Instant?

  /// - Parameter jitter: what the age is multiplied by.
  public init(limits: Limits, now: ContinuousClock.Instant, jitter: Double = .random(in: 0.9...1.1)) {
    self.limits = limits
    lastHeard = now
    floods = FloodGauge(limits: limits.floods, now: now)
    handshakeUntil = now.advanced(by: limits.patience.handshake)
    idleSince = now
    ageEnd = limits.lifetime.age.map { now.advanced(by: $0 * jitter) }
  }

  public var isDraining: Bool { drain != .not }

  // MARK: Events

  /// Bytes have come.
  public mutating func heard(now: ContinuousClock.Instant) {
    lastHeard = now
    pingSentAt = nil
  }

  /// So many streams are open; the time is asked for when that matters only.
  public mutating func streamsAreOpen(_ count: Int, now: @autoclosure () -> ContinuousClock.Instant) {
    if count == 0 {
      if idleSince == nil { idleSince = now() }
    } else if idleSince != nil || sweepAt == nil {
      idleSince = nil
      if sweepAt == nil { sweepAt = now().advanced(by: limits.patience.sweepInterval) }
    }
  }

  /// Something happened beside the streams.
  public mutating func received(
    _ event: ConnectionEvent, activity: SessionActivity = SessionActivity(), now: ContinuousClock.Instant
  ) -> Action? {
    switch event {
    case .ping(let opaque): return receivedPing(opaque, activity, now: now)
    case .settings:
      handshakeUntil = nil
      return floods.take(.settings, activity, now: now)
    case .pingAcknowledged(let opaque): return receivedAcknowledgement(opaque, activity, now: now)
    case .emptyFrame: return floods.take(.emptyFrames, activity, now: now)
    case .windowUpdate: return floods.take(.windowUpdates, activity, now: now)
    case .resetReceived: return floods.take(.resetsReceived, activity, now: now)
    case .resetSent: return floods.take(.resetsSent, activity, now: now)
    case .headerBomb: return .terminate(.enhanceYourCalm, .headerBytes)
    case .goAway: return nil
    }
  }

  private mutating func receivedPing(_ opaque: UInt64, _ activity: SessionActivity, now: ContinuousClock.Instant) -> Action {
    if let tolerance = limits.pingTolerance {
      let isAllowed = pingEnforcement.allows(
        tolerance, hasCalls: activity.openStreams > 0, sentFrames: activity.messageFramesSent, now: now)
      guard isAllowed else { return .terminate(.enhanceYourCalm, .keepalivePings) }
    }
    return floods.take(.pings, activity, now: now) ?? .acknowledgePing(opaque)
  }

  private mutating func receivedAcknowledgement(
    _ opaque: UInt64, _ activity: SessionActivity, now: ContinuousClock.Instant
  ) -> Action? {
    if opaque == Self.drainPing, case .announced = drain {
      drain = .done
      return .goAway
    }
    return opaque == Self.keepalivePing ? nil : floods.take(.emptyFrames, activity, now: now)
  }

  /// Begins to end the connection gracefully. Nil when that has begun before.
  public mutating func beginDrain(now: ContinuousClock.Instant) -> Action? {
    guard drain == .not else { return nil }
    drain = .announced(until: now.advanced(by: limits.drainPatience))
    return .announceShutdown(ping: Self.drainPing)
  }

  // MARK: Time

  /// When `tick` wants to be called, at the latest.
  public func nextTick() -> ContinuousClock.Instant {
    var next = pingSentAt.map { $0.advanced(by: limits.keepaliveTimeout) } ?? lastHeard.advanced(by: limits.keepaliveInterval)
    if case .announced(let until) = drain { next = min(next, until) }
    if drain == .not, let idle = limits.lifetime.idle, let idleSince { next = min(next, idleSince.advanced(by: idle)) }
    for deadline in [handshakeUntil, drain == .not ? ageEnd : nil, graceEnd, sweepAt] {
      if let deadline { next = min(next, deadline) }
    }
    return next
  }

  /// Time has gone by: the next thing to do, until there is none.
  public mutating func tick(now: ContinuousClock.Instant, openStreams: Int) -> Action? {
    if let handshakeUntil, now >= handshakeUntil {
      self.handshakeUntil = nil
      return .giveUp(reason: "the peer did not say what it speaks", .handshakeTime)
    }
    if let sweepAt, now >= sweepAt {
      // With no stream left there is nothing to look for until one opens.
      self.sweepAt = openStreams > 0 ? now.advanced(by: limits.patience.sweepInterval) : nil
      return .sweep
    }
    return drainTick(now: now, openStreams: openStreams) ?? keepaliveTick(now: now, openStreams: openStreams)
  }

  private mutating func drainTick(now: ContinuousClock.Instant, openStreams: Int) -> Action? {
    if case .announced(let until) = drain, now >= until {
      drain = .done
      return .goAway
    }
    if let graceEnd, now >= graceEnd {
      self.graceEnd = nil
      return .giveUp(reason: "the connection is older than it may become", nil)
    }
    guard drain == .not else { return nil }
    if let ageEnd, now >= ageEnd {
      graceEnd = limits.lifetime.ageGrace.map { now.advanced(by: $0) }
      return beginDrain(now: now)
    }
    if let idle = limits.lifetime.idle, let idleSince, openStreams == 0, now >= idleSince.advanced(by: idle) {
      return beginDrain(now: now)
    }
    return nil
  }

  private mutating func keepaliveTick(now: ContinuousClock.Instant, openStreams: Int) -> Action? {
    if let sent = pingSentAt {
      return now >= sent.advanced(by: limits.keepaliveTimeout) ? .giveUp(reason: "no answer to a keepalive ping", nil) : nil
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

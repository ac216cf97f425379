import HTTP2
import Testing

/// What a connection is spared: pings without a reason, peers that say nothing, and a life without end.
struct ConnectionLimitsTests {
  private let start = ContinuousClock.now
  private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

  private func limits() -> ConnectionPolicy.Limits {
    var limits = ConnectionPolicy.Limits(keepaliveInterval: .seconds(3600), keepaliveTimeout: .seconds(20), pingsWhenIdle: true)
    limits.pingTolerance = PingTolerance()
    return limits
  }

  private func policy(_ limits: ConnectionPolicy.Limits, jitter: Double = 1) -> ConnectionPolicy {
    ConnectionPolicy(limits: limits, now: start, jitter: jitter)
  }

  private let tooMany = ConnectionPolicy.Action.terminate(.enhanceYourCalm, .keepalivePings)

  @Test func `two pings that come too early are forgiven, the third ends the connection`() {
    var policy = policy(limits())
    let calls = SessionActivity(openStreams: 1)
    for second in 0...2 { #expect(policy.received(.ping(1), activity: calls, now: at(Double(second))) == .acknowledgePing(1)) }
    #expect(policy.received(.ping(1), activity: calls, now: at(3)) == tooMany)
    #expect(ConnectionLimit.keepalivePings.debugText == "too_many_pings")
  }

  @Test func `a ping every five minutes is as it should be`() {
    var policy = policy(limits())
    for number in 0..<100 {
      #expect(
        policy.received(.ping(1), activity: SessionActivity(openStreams: 1), now: at(Double(number) * 300)) == .acknowledgePing(1))
    }
  }

  @Test func `without a call pings may come every two hours, unless they are permitted`() {
    var strict = policy(limits())
    for number in 0...2 { #expect(strict.received(.ping(1), now: at(Double(number) * 600)) == .acknowledgePing(1)) }
    #expect(strict.received(.ping(1), now: at(1800)) == tooMany)
    var permitting = limits()
    permitting.pingTolerance?.permitsWithoutCalls = true
    var lenient = policy(permitting)
    for number in 0...20 { #expect(lenient.received(.ping(1), now: at(Double(number) * 600)) == .acknowledgePing(1)) }
  }

  @Test func `whatever is sent of a call wipes the slate: bandwidth pings are no offence`() {
    var policy = policy(limits())
    for sent in 0..<1000 {
      let activity = SessionActivity(openStreams: 1, messageFramesSent: sent)
      #expect(policy.received(.ping(1), activity: activity, now: at(Double(sent) * 0.02)) == .acknowledgePing(1))
    }
  }

  @Test func `every stream that ends in order allows for a cancelled one`() {
    var policy = policy(limits())
    for completed in 0..<10_000 {
      let activity = SessionActivity(completedStreams: completed)
      #expect(policy.received(.resetReceived(.cancel), activity: activity, now: start) == nil)
    }
  }

  @Test func `every useful DATA frame allows for WINDOW_UPDATE frames`() {
    var policy = policy(limits())
    for number in 0..<10_000 {
      let activity = SessionActivity(usefulDataFramesSent: number / 4)
      #expect(policy.received(.windowUpdate, activity: activity, now: start) == nil)
    }
  }

  @Test func `a peer that does not say what it speaks is given up`() {
    var silent = policy(limits())
    #expect(silent.nextTick() == at(10))
    guard case .giveUp(_, .handshakeTime) = silent.tick(now: at(10), openStreams: 0) else {
      Issue.record("not given up")
      return
    }
    var speaking = policy(limits())
    #expect(speaking.received(.settings, now: at(9)) == nil)
    #expect(speaking.tick(now: at(11), openStreams: 0) == nil)
  }

  @Test func `a connection without calls is drained in the end; a call starts the time anew`() {
    var limits = limits()
    limits.lifetime.idle = .seconds(100)
    var policy = policy(limits)
    _ = policy.received(.settings, now: start)
    policy.streamsAreOpen(1, now: at(50))
    policy.streamsAreOpen(0, now: at(60))
    #expect(policy.tick(now: at(155), openStreams: 0) == .sweep)
    #expect(policy.tick(now: at(155), openStreams: 0) == nil)
    #expect(policy.nextTick() == at(160))
    #expect(policy.tick(now: at(160), openStreams: 0) == .announceShutdown(ping: ConnectionPolicy.drainPing))
    #expect(policy.isDraining)
  }

  @Test func `an old connection is drained, and ended when its grace is over`() {
    var limits = limits()
    limits.lifetime = ConnectionLifetime(age: .seconds(100), ageGrace: .seconds(10))
    var policy = policy(limits, jitter: 1.25)
    _ = policy.received(.settings, now: start)
    #expect(policy.tick(now: at(124), openStreams: 1) == nil)
    #expect(policy.tick(now: at(125), openStreams: 1) == .announceShutdown(ping: ConnectionPolicy.drainPing))
    #expect(policy.received(.pingAcknowledged(ConnectionPolicy.drainPing), now: at(126)) == .goAway)
    #expect(policy.tick(now: at(134), openStreams: 1) == nil)
    guard case .giveUp(_, nil) = policy.tick(now: at(135), openStreams: 1) else {
      Issue.record("not ended")
      return
    }
  }

  @Test func `progress is asked for per period, and only while something is waited for`() {
    var watch = ProgressWatch()
    func look(_ isWaiting: Bool, _ total: Int, _ second: Double) -> Bool {
      watch.isTooSlow(isWaiting: isWaiting, total: total, now: at(second), period: .seconds(10), leastBytes: 100)
    }
    #expect(!look(true, 0, 0))
    #expect(!look(true, 99, 9))
    #expect(!look(true, 100, 9.9))
    #expect(!look(true, 199, 19))
    #expect(look(true, 199, 20))
    #expect(!look(false, 199, 21))
    #expect(!look(true, 199, 40))
    #expect(look(true, 199, 50))
  }
}

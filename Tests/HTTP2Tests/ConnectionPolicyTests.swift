import HTTP2
import Testing

struct ConnectionPolicyTests {
  private let start = ContinuousClock.now
  private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

  private func policy(pingsWhenIdle: Bool = true) -> ConnectionPolicy {
    let limits = ConnectionPolicy.Limits(
      keepaliveInterval: .seconds(60), keepaliveTimeout: .seconds(20), pingsWhenIdle: pingsWhenIdle)
    return policy(limits)
  }

  /// A policy whose peer has said what it speaks.
  private func policy(_ limits: ConnectionPolicy.Limits) -> ConnectionPolicy {
    var policy = ConnectionPolicy(limits: limits, now: start, jitter: 1)
    _ = policy.received(.settings, now: at(-60))
    return policy
  }

  @Test func `a ping is answered with what it carries`() {
    var policy = policy()
    #expect(policy.received(.ping(42), now: start) == .acknowledgePing(42))
  }

  @Test func `a flood of pings ends the connection, a steady trickle does not`() {
    var flooded = policy()
    let answers = (0...1000).map { _ in flooded.received(.ping(1), now: start) }
    #expect(answers.dropLast().allSatisfy { $0 == .acknowledgePing(1) })
    #expect(answers.last == .terminate(.enhanceYourCalm, .pings))
    var steady = policy()
    for number in 0..<10_000 { #expect(steady.received(.ping(1), now: at(Double(number) * 0.05)) == .acknowledgePing(1)) }
  }

  @Test(arguments: [
    (ConnectionEvent.emptyFrame, 500), (.settings, 99), (.windowUpdate, 1000), (.resetReceived(.cancel), 500),
    (.resetSent(.protocolError), 200),
  ])
  func `a flood of worthless frames ends the connection`(event: ConnectionEvent, burst: Int) {
    var policy = policy()
    for _ in 0..<burst { #expect(policy.received(event, now: start) == nil) }
    guard case .terminate(.enhanceYourCalm, _) = policy.received(event, now: start) else {
      Issue.record("not ended")
      return
    }
  }

  @Test func `silence brings a ping, further silence the end`() {
    var policy = policy()
    #expect(policy.nextTick() == at(60))
    #expect(policy.tick(now: at(59), openStreams: 0) == nil)
    #expect(policy.tick(now: at(60), openStreams: 0) == .sendPing(ConnectionPolicy.keepalivePing))
    #expect(policy.nextTick() == at(80))
    #expect(policy.tick(now: at(79), openStreams: 0) == nil)
    #expect(policy.tick(now: at(80), openStreams: 0) == .giveUp(reason: "no answer to a keepalive ping", nil))
  }

  @Test func `any byte heard is a sign of life`() {
    var policy = policy()
    #expect(policy.tick(now: at(60), openStreams: 0) != nil)
    policy.heard(now: at(70))
    #expect(policy.tick(now: at(80), openStreams: 0) == nil)
    #expect(policy.nextTick() == at(130))
  }

  @Test func `a client without streams lets a silent connection be`() {
    var policy = policy(pingsWhenIdle: false)
    #expect(policy.tick(now: at(60), openStreams: 0) == nil)
    #expect(policy.nextTick() == at(120))
    #expect(policy.tick(now: at(120), openStreams: 1) == .sendPing(ConnectionPolicy.keepalivePing))
  }

  @Test func `a drain announces itself and refuses streams once the peer has seen it`() {
    var policy = policy()
    #expect(policy.beginDrain(now: start) == .announceShutdown(ping: ConnectionPolicy.drainPing))
    #expect(policy.isDraining)
    #expect(policy.beginDrain(now: start) == nil)
    #expect(policy.received(.pingAcknowledged(7), now: start) == nil)
    #expect(policy.received(.pingAcknowledged(ConnectionPolicy.drainPing), now: start) == .goAway)
    #expect(policy.received(.pingAcknowledged(ConnectionPolicy.drainPing), now: start) == nil)
  }

  @Test func `a drain does not wait for ever for a peer that answers no ping`() {
    var policy = policy()
    _ = policy.beginDrain(now: start)
    #expect(policy.nextTick() == at(1))
    #expect(policy.tick(now: at(0.9), openStreams: 1) == nil)
    #expect(policy.tick(now: at(1), openStreams: 1) == .goAway)
    #expect(policy.tick(now: at(2), openStreams: 1) == nil)
  }

  @Test func `an acknowledged ping without a drain means nothing`() {
    var policy = policy()
    #expect(policy.received(.pingAcknowledged(ConnectionPolicy.drainPing), now: start) == nil)
  }
}

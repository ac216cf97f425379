import Testing

@testable import RPC

struct SubchannelStateTests {
  private let start = ContinuousClock.now
  private let nobody = RPCError(.unavailable, "nobody")
  private let steady = ConnectionBackoff(jitter: 0)

  /// What #expect takes must not change.
  private func isWanted(_ state: inout SubchannelState, _ now: ContinuousClock.Instant) -> Bool { state.wanted(now: now) }

  @Test func `the first call connects, the next ones do not, until the connection is lost`() {
    var state = SubchannelState(backoff: steady)
    #expect(isWanted(&state, start))
    #expect(!isWanted(&state, start))
    state.connected()
    #expect(state.phase == .ready)
    #expect(!isWanted(&state, start))
    state.lost()
    #expect(isWanted(&state, start))
  }

  @Test func `after a failure nobody connects until the pause is over`() {
    var state = SubchannelState(backoff: steady)
    _ = state.wanted(now: start)
    state.failed(nobody, now: start, random: 0)
    let until = start.advanced(by: .milliseconds(100))
    #expect(state.phase == .resting(until: until, because: nobody))
    #expect(!isWanted(&state, start.advanced(by: .milliseconds(99))))
    #expect(isWanted(&state, until))
  }

  @Test func `pauses grow up to a limit, and a connection makes them short again`() {
    var state = SubchannelState(backoff: steady)
    var now = start
    var pauses: [Duration] = []
    for _ in 0..<12 {
      _ = state.wanted(now: now)
      state.failed(nobody, now: now, random: 0)
      guard case .resting(let until, _) = state.phase else { break }
      pauses.append(now.duration(to: until))
      now = until
    }
    #expect(pauses.count == 12)
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(pauses.last == steady.longest)
    _ = state.wanted(now: now)
    state.connected()
    state.lost()
    _ = state.wanted(now: now)
    state.failed(nobody, now: now, random: 0)
    #expect(state.phase == .resting(until: now.advanced(by: .milliseconds(100)), because: nobody))
  }

  @Test func `a closed one is never wanted`() {
    var state = SubchannelState(backoff: steady)
    state.close()
    #expect(!isWanted(&state, start))
  }

  @Test func `pauses spread around their length by the jitter, and gRPC's own go from one second to two minutes`() {
    let backoff = ConnectionBackoff.gRPC
    #expect(backoff.pause(afterFailures: 0, random: 0) == .milliseconds(800))
    #expect(backoff.pause(afterFailures: 0, random: 0.5) == .seconds(1))
    #expect(backoff.pause(afterFailures: 1, random: 0.5) == .milliseconds(1600))
    #expect(backoff.pause(afterFailures: 1000, random: 0.5) == .seconds(120))
    #expect(backoff.pause(afterFailures: 1000, random: 0) == .seconds(96))
  }
}

import HTTP2
import Reactor
import Testing

@testable import RPC

struct RetryPlanTests {
  private static let policy = RetryPolicy(
    maximumAttempts: 4, initialBackoff: .milliseconds(100), maximumBackoff: .milliseconds(300), multiplier: 2,
    retryableCodes: [.unavailable])
  private static let hedging = HedgingPolicy(maximumAttempts: 3, delay: .milliseconds(50), nonFatalCodes: [.unavailable])

  private func step(
    _ plan: inout RetryPlan, _ code: StatusCode = .unavailable, _ pushback: AttemptOutcome.Pushback? = nil, isAlone: Bool = true
  ) -> RetryPlan.Step {
    var none: RetryThrottle?
    return plan.failed(code, pushback, isAlone: isAlone, throttle: &none, random: 0.5)
  }

  @Test func `pauses grow to their longest and end with the last attempt`() {
    var plan = RetryPlan(.retry(Self.policy))
    var steps: [RetryPlan.Step] = []
    for _ in 0..<4 {
      plan.attemptBegins()
      steps.append(step(&plan))
    }
    #expect(
      steps == [.sendAfter(.milliseconds(100)), .sendAfter(.milliseconds(200)), .sendAfter(.milliseconds(300)), .finish])
  }

  @Test func `a pause is up to a fifth shorter or longer`() {
    var none: RetryThrottle?
    for (random, milliseconds) in [(0.0, 79...81), (0.999, 118...121)] {
      var plan = RetryPlan(.retry(Self.policy))
      plan.attemptBegins()
      let step = plan.failed(.unavailable, nil, isAlone: true, throttle: &none, random: random)
      guard case .sendAfter(let pause) = step else {
        Issue.record("\(step)")
        continue
      }
      #expect(pause >= .milliseconds(milliseconds.lowerBound) && pause <= .milliseconds(milliseconds.upperBound))
    }
  }

  @Test func `a code that is not retryable ends the call`() {
    var plan = RetryPlan(.retry(Self.policy))
    plan.attemptBegins()
    let end = step(&plan, .invalidArgument)
    #expect(end == .finish)
  }

  @Test func `a peer's pushback sets the pause, begins the pauses anew, or ends the call`() {
    var plan = RetryPlan(.retry(Self.policy))
    plan.attemptBegins()
    _ = step(&plan)
    plan.attemptBegins()
    let pushed = step(&plan, .unavailable, .retryAfter(.seconds(3)))
    plan.attemptBegins()
    let after = step(&plan)
    var other = RetryPlan(.retry(Self.policy))
    other.attemptBegins()
    let stopped = step(&other, .unavailable, .doNotRetry)
    #expect(pushed == .sendAfter(.seconds(3)))
    #expect(after == .sendAfter(.milliseconds(100)))
    #expect(stopped == .finish)
  }

  @Test func `hedges follow at once after what is not fatal, and end with what is`() {
    var plan = RetryPlan(.hedge(Self.hedging))
    plan.attemptBegins()
    #expect(plan.mayHedge)
    let next = step(&plan)
    plan.attemptBegins()
    plan.attemptBegins()
    #expect(!plan.mayHedge)
    let others = step(&plan, isAlone: false)
    let last = step(&plan, isAlone: true)
    let fatal = step(&plan, .internalError, isAlone: false)
    #expect([next, others, last, fatal] == [.sendNow, .wait, .finish, .finish])
  }

  @Test func `a pushback stops hedges but not those that run`() {
    var plan = RetryPlan(.hedge(Self.hedging))
    plan.attemptBegins()
    plan.attemptBegins()
    let first = step(&plan, .unavailable, .doNotRetry, isAlone: false)
    #expect(first == .wait)
    #expect(!plan.mayHedge)
    let last = step(&plan)
    #expect(last == .finish)
  }

  @Test func `too many failures stop retries until enough calls succeed`() {
    var throttle = RetryThrottle(RetryThrottling(maximumTokens: 4, tokenRatio: 0.5))
    throttle.failed()
    #expect(throttle.allowsRetry)
    throttle.failed()
    #expect(!throttle.allowsRetry)
    throttle.succeeded()
    #expect(throttle.allowsRetry)
    for _ in 0..<10 { throttle.failed() }
    #expect(throttle.tokens == 0)
    for _ in 0..<100 { throttle.succeeded() }
    #expect(throttle.tokens == 4)
    var stingy: RetryThrottle? = RetryThrottle(RetryThrottling(maximumTokens: 2, tokenRatio: 0.1))
    var plan = RetryPlan(.retry(Self.policy))
    plan.attemptBegins()
    let step = plan.failed(.unavailable, nil, isAlone: true, throttle: &stingy, random: 0)
    #expect(step == .finish)
  }

  @Test(arguments: [("0", 0), ("1500", 1500), ("2147483647", 2_147_483_647)]) func `a pushback is milliseconds`(
    text: String, milliseconds: Int
  ) {
    #expect(pushback(text) == .retryAfter(.milliseconds(milliseconds)))
  }

  @Test(arguments: ["-1", "", "soon", "1.5", "2147483648"]) func `any other pushback means not to retry`(text: String) {
    #expect(pushback(text) == .doNotRetry)
  }

  private func pushback(_ text: String) -> AttemptOutcome.Pushback? {
    var trailers = ResponseFields.trailers(RPCError(.unavailable, ""))
    trailers.append("grpc-retry-pushback-ms", text.utf8)
    return AttemptOutcome(error: nil, trailing: trailers).pushback
  }
}

struct PickerTests {
  private func picks(_ policy: LoadBalancing, _ open: [Int], count: Int) -> [Int] {
    var picker = Picker(policy, seed: 7)
    return (0..<count).map { _ in picker.pick(of: open.count) { open[$0] } }
  }

  @Test func `round robin goes round`() {
    let picked = picks(.roundRobin, [0, 0, 0], count: 9)
    #expect(zip(picked, picked.dropFirst()).allSatisfy { ($0 + 1) % 3 == $1 })
  }

  @Test func `least request avoids the busy and spreads over the others`() {
    let picked = picks(.leastRequest(choices: 2), [100, 0, 0, 0], count: 4000)
    // The busy one is taken only when both choices fall on it.
    #expect((100..<500).contains(picked.count { $0 == 0 }))
    for index in 1...3 { #expect((900..<1600).contains(picked.count { $0 == index })) }
  }

  @Test func `a seed repeats its choices`() {
    #expect(picks(.leastRequest(choices: 3), [1, 2, 3], count: 50) == picks(.leastRequest(choices: 3), [1, 2, 3], count: 50))
  }
}

struct OutlierDetectorTests {
  private let start = ContinuousClock.now

  private func detector(_ configure: (inout OutlierDetection) -> Void) -> OutlierDetector<String> {
    var settings = OutlierDetection()
    settings.maximumEjectionPercentage = 50
    configure(&settings)
    var detector = OutlierDetector<String>(settings, seed: 1)
    detector.watch((0..<6).map { "host-\($0)" })
    return detector
  }

  private func call(_ detector: inout OutlierDetector<String>, _ host: Int, successes: Int, failures: Int) {
    for _ in 0..<successes { detector.count(true, for: "host-\(host)") }
    for _ in 0..<failures { detector.count(false, for: "host-\(host)") }
  }

  @Test func `a host far below the mean is left out, longer each time, and comes back`() {
    var detector = detector { $0.successRate = OutlierDetection.SuccessRate() }
    var now = start
    for round in 1...2 {
      for host in 0..<5 { call(&detector, host, successes: 99, failures: 1) }
      call(&detector, 5, successes: 50, failures: 50)
      detector.sweep(now: now)
      #expect(detector.ejected == ["host-5"])
      now = now.advanced(by: .seconds(30 * round))
      detector.sweep(now: now)
      #expect(detector.ejected == ["host-5"])
      now = now.advanced(by: .milliseconds(1))
      detector.sweep(now: now)
      #expect(detector.ejected.isEmpty)
    }
  }

  @Test func `too few calls or hosts judge nobody`() {
    var quiet = detector { $0.successRate = OutlierDetection.SuccessRate() }
    for host in 0..<5 { call(&quiet, host, successes: 9, failures: 0) }
    call(&quiet, 5, successes: 0, failures: 99)
    quiet.sweep(now: start)
    #expect(quiet.ejected.isEmpty)
  }

  @Test func `a host with more failures than the threshold is left out, but not more hosts than allowed`() {
    var detector = detector {
      $0.failurePercentage = OutlierDetection.FailurePercentage()
      $0.maximumEjectionPercentage = 30
    }
    for host in 0..<6 { call(&detector, host, successes: host < 3 ? 0 : 60, failures: host < 3 ? 60 : 0) }
    detector.sweep(now: start)
    #expect(detector.ejected == ["host-0", "host-1"])
  }

  @Test func `exactly the threshold is not too much, and an enforcement of nothing leaves nobody out`() {
    var edge = detector { $0.failurePercentage = OutlierDetection.FailurePercentage() }
    call(&edge, 0, successes: 15, failures: 85)
    edge.sweep(now: start)
    #expect(edge.ejected.isEmpty)
    var lenient = detector {
      var rule = OutlierDetection.FailurePercentage()
      rule.enforcementPercentage = 0
      $0.failurePercentage = rule
    }
    call(&lenient, 0, successes: 0, failures: 100)
    lenient.sweep(now: start)
    #expect(lenient.ejected.isEmpty)
  }
}

struct AddressRaceTests {
  private func addresses(_ texts: [String]) -> [ResolvedAddress] {
    texts.compactMap { SocketAddress($0) }.compactMap { ResolvedAddress.immediate($0)?.first }
  }

  @Test func `families take turns, beginning with the first address's`() {
    let mixed = AddressRace.interleaved(addresses(["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"]))
    #expect(mixed.map(\.socketAddress.description) == ["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"])
  }

  @Test func `a race is lost when every address has failed`() {
    var race = AddressRace(count: 2)
    let first = race.begin()
    race.failed()
    #expect(first == 0)
    #expect(!race.isLost)
    let second = race.begin()
    let third = race.begin()
    #expect(second == 1)
    #expect(third == nil)
    #expect(!race.isLost)
    race.failed()
    #expect(race.isLost)
  }

  @Test func `pick_first shares one way, others have one for each distinct address`() {
    let all = addresses(["1.1.1.1:1", "2.2.2.2:1", "1.1.1.1:1"])
    #expect(SubchannelPlan.groups(all, .pickFirst(shuffles: false), seed: 1).map(\.count) == [2])
    #expect(SubchannelPlan.groups(all, .roundRobin, seed: 1).map(\.count) == [1, 1])
    let orders = Set(
      (0..<20).map { SubchannelPlan.groups(all, .pickFirst(shuffles: true), seed: $0)[0].map(\.socketAddress.description) })
    #expect(orders.count == 2)
  }
}

struct NameResolutionTests {
  private let start = ContinuousClock.now

  private func isWanted(_ resolution: inout NameResolution, _ seconds: Double) -> Bool {
    resolution.wanted(now: start.advanced(by: .seconds(seconds)))
  }

  @Test func `a name is looked up again when its addresses fail, but not before half a minute`() {
    var resolution = NameResolution(backoff: ConnectionBackoff(jitter: 0))
    let asked = [isWanted(&resolution, 0), isWanted(&resolution, 0)]
    #expect(asked == [true, false])
    resolution.found(now: start)
    let fresh = isWanted(&resolution, 100)
    #expect(!fresh)
    resolution.doubt()
    let early = isWanted(&resolution, 29.9)
    let late = isWanted(&resolution, 30)
    #expect(!early)
    #expect(late)
  }

  @Test func `a name that is not found is looked up again after a pause`() {
    var resolution = NameResolution(backoff: ConnectionBackoff(jitter: 0))
    _ = isWanted(&resolution, 0)
    resolution.failed(RPCError(.unavailable, "x"), now: start, random: 0)
    let early = isWanted(&resolution, 0.09)
    let late = isWanted(&resolution, 0.1)
    #expect(!early)
    #expect(late)
  }
}

struct RequestLogTests {
  private func take(_ log: RequestLog, _ position: inout RequestLog.Position, _ room: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: room)
    let chunk = unsafe buffer.withUnsafeMutableBytes { unsafe log.take(from: &position, into: $0) }
    switch chunk {
    case .bytes(let count): return Array(buffer.prefix(count))
    case .end(let count): return Array(buffer.prefix(count))
    default: return []
    }
  }

  @Test func `every attempt sends everything from the beginning, in pieces of any size`() {
    var log = RequestLog()
    for number in 0..<10 { log.append([UInt8](repeating: UInt8(number), count: number)) }
    log.finish()
    for room in [1, 3, 100] {
      var position = RequestLog.Position()
      var sent: [UInt8] = []
      while !log.isSent(to: position) { sent += take(log, &position, room) }
      #expect(sent == (0..<10).flatMap { [UInt8](repeating: UInt8($0), count: $0) })
      #expect(position.bytes == 45)
    }
  }

  @Test func `what was sent by the one attempt that counts is let go`() {
    var log = RequestLog()
    log.append([1, 2, 3])
    log.append([4, 5])
    var position = RequestLog.Position()
    _ = take(log, &position, 4)
    log.forget(before: position)
    #expect(!log.isWhole)
    #expect(log.heldBytes == 2)
    log.append([6])
    let rest = take(log, &position, 10)
    #expect(rest == [5, 6])
  }
}

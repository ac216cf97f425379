import Testing

@testable import SheetSyncServer

@Suite struct RetryPolicyTests {
  private let policy = RetryPolicy()

  private func decide(
    _ outcome: AttemptOutcome, attempt: Int = 1, elapsed: Duration = .zero, jitter: Double = 1
  ) -> RetryPolicy.Decision {
    policy.decide(outcome, attempt: attempt, elapsed: elapsed, jitter: jitter)
  }

  private func status(_ code: Int, after seconds: Double? = nil) -> AttemptOutcome {
    .answered(status: code, retryAfterSeconds: seconds)
  }

  @Test(arguments: [200, 204, 301, 400, 401, 403, 404, 409, 501])
  func `an answer that another attempt would not change is taken`(code: Int) {
    #expect(decide(status(code)) == .take)
  }

  @Test(arguments: [500, 502, 503, 504])
  func `an outage is waited out`(code: Int) {
    #expect(decide(status(code)) == .wait(.milliseconds(500), .outage))
    #expect(decide(.cut) == .wait(.milliseconds(500), .outage))
    #expect(decide(.timedOut) == .wait(.milliseconds(500), .outage))
    #expect(decide(status(code), attempt: 9, elapsed: .seconds(100)) == .giveUp(.outage))
  }

  @Test func `an outage is no longer for the turns that were waited for before it`() {
    func decide(_ outcome: AttemptOutcome, waited: Duration) -> RetryPolicy.Decision {
      policy.decide(outcome, attempt: 1, elapsed: .seconds(3_600), waitedForQuota: waited, jitter: 1)
    }
    #expect(decide(.cut, waited: .seconds(3_550)) == .wait(.milliseconds(500), .outage))
    #expect(decide(.cut, waited: .seconds(3_480)) == .giveUp(.outage))
    #expect(decide(status(429), waited: .seconds(3_550)) == .giveUp(.quota))
  }

  @Test func `pauses double up to half a minute, and differ`() {
    #expect(decide(.cut, attempt: 3) == .wait(.seconds(2), .outage))
    #expect(decide(.cut, attempt: 3, jitter: 0) == .wait(.seconds(1), .outage))
    #expect(decide(.cut, attempt: 60) == .wait(.seconds(32), .outage))
    #expect(decide(.cut, attempt: Int.max) == .wait(.seconds(32), .outage))
  }

  @Test func `a service that says how long to wait is obeyed, up to a limit`() {
    #expect(decide(status(503, after: 7)) == .wait(.seconds(7), .outage))
    #expect(decide(status(503, after: 0.1)) == .wait(.milliseconds(500), .outage))
    #expect(decide(status(429, after: 1e9)) == .wait(.seconds(300), .quota))
    #expect(decide(status(429, after: -5)) == .wait(.milliseconds(500), .quota))
    #expect(decide(status(429, after: .infinity)) == .wait(.milliseconds(500), .quota))
  }

  @Test func `a quota is endured far longer than an outage`() {
    #expect(decide(status(429), attempt: 30, elapsed: .seconds(3000)) == .wait(.seconds(32), .quota))
    #expect(decide(status(429), attempt: 300, elapsed: .seconds(3590)) == .giveUp(.quota))
  }

  @Test(arguments: [3, 4, 10, 60, 300, 60_000])
  func `no minute has more calls than the quota`(perMinute: Int) {
    let terms = QuotaTerms(perMinute: perMinute)
    #expect(terms.burst >= 1)
    #expect(Double(terms.burst) + 60 / terms.intervalSeconds <= Double(perMinute) + 1e-9)
  }
}

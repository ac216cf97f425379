import MetricGovernanceDomain
import Postgres
import RPC
import Testing

@testable import MetricGovernanceServer

@Suite(.timeLimit(.minutes(5))) struct ServedPropertyTests {
  @Test(arguments: 5000..<UInt64(5020))
  func `random calls through the handlers and PostgreSQL agree with the small model, and the chain holds`(seed: UInt64) async throws
  {
    try await withGovernance { service in
      var calls = RandomCalls(seed: seed)
      var model = SmallModel()
      var now = GovernanceUnderTest.start
      var expectedTrail: [String] = []
      for number in 1...60 {
        let pause = calls.wait()
        if pause > 0 {
          now.microseconds += pause
          try await service.setClock(now)
        }
        if let version = calls.query(model) {
          model.queries[version] = now
          try await service.query(version, at: now)
        }
        let call = calls.call(model, at: now)
        let before = try await service.metric()
        let pinsBefore = try await service.pinnedVersions()
        let expected = model.take(call, at: now)
        var told = "taken"
        do {
          _ = try await service.send(call, seeing: before)
        } catch {
          told = "\(RPCError.answering(error))"
        }
        let after = try await service.metric()
        let pinsAfter = try await service.pinnedVersions()
        let fault =
          (told == "taken") != (expected != nil)
          ? "the call was \(told), the model has \(expected.map { "\($0)" } ?? "a refusal")"
          : Disagreement.between(model, after, pins: pinsAfter)
            ?? Principle.broken(by: call, before: before, after: after, pinsBefore: pinsBefore, pinsAfter: pinsAfter)
        if let fault {
          Issue.record("seed \(seed), call \(number), \(call): \(fault)")
          return
        }
        expectedTrail += expected ?? []
      }
      let trail = try await service.auditEvents()
      #expect(trail == expectedTrail, "seed \(seed)")
      #expect(try await service.chainIsIntact(), "seed \(seed)")
    }
  }
}

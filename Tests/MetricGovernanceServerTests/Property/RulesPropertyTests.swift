import MetricGovernanceDomain
import Testing

@testable import MetricGovernanceServer

@Suite(.timeLimit(.minutes(5))) struct RulesPropertyTests {
  static let seeds: UInt64 = 1000
  static let calls = 200

  @Test func `a thousand sequences of 200 random calls agree with the small model, call by call`() async {
    let told = await withTaskGroup(of: Set<String>.self) { group in
      let parts: UInt64 = 4
      for part in 0..<parts {
        group.addTask {
          var told: Set<String> = []
          for seed in stride(from: part, to: Self.seeds, by: UInt64.Stride(parts)) { told.formUnion(Self.run(seed)) }
          return told
        }
      }
      return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
    }
    // Sequences that never get anywhere would agree about nothing.
    let byOthers: Set<GovernanceEvent> = [.deprecatedQueryLogged, .notificationSent, .configChanged]
    #expect(told == Set(GovernanceEvent.allCases.filter { !byOthers.contains($0) }.map(\.rawValue)))
  }

  /// Answers which events took place.
  private static func run(_ seed: UInt64) -> Set<String> {
    var calls = RandomCalls(seed: seed)
    var model = SmallModel()
    var registry = PureRegistry()
    var now = GovernanceUnderTest.start
    var told: Set<String> = []
    for number in 1...Self.calls {
      now.microseconds += calls.wait()
      if let version = calls.query(model) {
        model.queries[version] = now
        registry.query(version, at: now)
      }
      let call = calls.call(model, at: now)
      let before = registry
      let expected = model.take(call, at: now)
      var refusal: Refusal?
      var trail: [String]?
      do {
        let records = try registry.take(call, at: now)
        trail = records.map { "\($0.event.rawValue) \($0.subject)" }
        told.formUnion(records.map(\.event.rawValue))
      } catch {
        refusal = error
      }
      let fault =
        trail != expected
        ? "the trail is \(trail ?? []) (\(refusal?.message ?? "taken")), the model has \(expected.map { "\($0)" } ?? "a refusal")"
        : Disagreement.between(model, registry.metric, pins: registry.pinnedVersions)
          ?? Principle.broken(
            by: call, before: before.metric, after: registry.metric, pinsBefore: before.pinnedVersions,
            pinsAfter: registry.pinnedVersions)
      if let fault {
        Issue.record("seed \(seed), call \(number), \(call): \(fault)")
        return told
      }
    }
    return told
  }
}

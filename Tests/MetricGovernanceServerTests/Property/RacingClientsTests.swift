import MetricGovernanceDomain
import Postgres
import RPC
import Testing

@testable import MetricGovernanceServer

@Suite(.timeLimit(.minutes(5))) struct RacingClientsTests {
  static let clients = 50
  static let callsOfEach = 8

  @Test func `fifty clients racing on one metric leave a history that a sequential order explains`() async throws {
    try await withGovernance { service in
      _ = try await service.send(
        ModelCall(actor: .bob, deed: .create(nil, SmallModel.Content(formula: 0, spelling: 0, hasGuide: true), facts: 0)),
        seeing: nil)
      let answers = await withTaskGroup(of: [(revision: Int64, call: ModelCall)].self) { group in
        for client in 0..<Self.clients { group.addTask { await Self.race(UInt64(client), service) } }
        return await group.reduce(into: []) { $0 += $1 }
      }
      let calls = Dictionary(answers.map { ($0.revision, $0.call) }) { first, _ in first }
      #expect(calls.count == answers.count, "a revision was answered twice")
      // Most come too late; those that do not have to be enough to say something.
      #expect(calls.count >= 10)
      try await Self.explain(calls, service)
    }
  }

  /// Looks, decides on a call and sends it, as often as it may; answers those that were taken, with the revisions that they became.
  private static func race(_ client: UInt64, _ service: GovernanceUnderTest) async -> [(revision: Int64, call: ModelCall)] {
    var choices = RandomCalls(seed: 777_000 + client)
    var taken: [(revision: Int64, call: ModelCall)] = []
    for _ in 0..<callsOfEach {
      do {
        guard let metric = try await service.metric() else { continue }
        let model = SmallModel(seen: metric, pins: try await service.pinnedVersions())
        let call = choices.changing(model, at: GovernanceUnderTest.start)
        taken.append((try await service.send(call, seeing: metric), call))
      } catch {
        let code = RPCError.answering(error).code
        #expect(code != .internalError && code != .unknown && code != .unavailable, "\(error)")
      }
    }
    return taken
  }

  /// One call after the other, in the order of the revisions they were answered: the rules alone come to the same trail and the same end.
  private static func explain(_ calls: [Int64: ModelCall], _ service: GovernanceUnderTest) async throws {
    var registry = PureRegistry()
    _ = try registry.take(
      ModelCall(actor: .bob, deed: .create(nil, SmallModel.Content(formula: 0, spelling: 0, hasGuide: true), facts: 0)),
      at: GovernanceUnderTest.start)
    var explained = ["metric.metadata_updated roas", "metric.version_created roas@v1"].map { "1 \($0)" }
    for (revision, call) in calls.sorted(by: { $0.key < $1.key }) {
      let records = try registry.take(call, at: GovernanceUnderTest.start)
      #expect(!records.isEmpty, "revision \(revision), \(call)")
      explained += records.map { "\(revision) \($0.event.rawValue) \($0.subject)" }
    }
    let rows = try await service.database.query("SELECT registry_revision, event, subject FROM audit_event ORDER BY seq")
    let trail = try rows.map { row in
      "\(try row.decode(0, as: Int64.self)) \(try row.decode(1, as: String.self)) \(try row.decode(2, as: String.self))"
    }
    #expect(trail == explained)
    #expect(comparable(try await service.metric()) == comparable(registry.metric))
    #expect(try await service.pinnedVersions() == registry.pinnedVersions)
    #expect(try await service.chainIsIntact())
    let revisions = try await service.database.query("SELECT revision FROM registry_head")[0].decode(0, as: Int64.self)
    #expect(revisions == Int64(calls.count) + 1)
  }
}

extension RacingClientsTests {
  /// Without what has no meaning here: the replay counts its own revisions, and decisions of one moment have no order in a table.
  private static func comparable(_ metric: Metric?) -> Metric? {
    guard var metric else { return nil }
    metric.revision = 0
    for version in metric.versions.indices {
      for approval in metric.versions[version].approvals.indices {
        metric.versions[version].approvals[approval].decisions.sort { $0.principal < $1.principal }
      }
    }
    return metric
  }
}

extension SmallModel {
  /// What a client that looks can know: enough to choose a call by.
  init(seen metric: Metric, pins: [PinPlace: VersionNumber]) {
    exists = true
    for version in metric.versions {
      var known = Version(
        content: Content(formula: version.content.definition.contains("COUNT") ? 1 : 0, spelling: 0, hasGuide: true))
      known.status = version.status
      known.requests = version.approvals.map { approval in
        Request(
          purpose: approval.purpose, status: approval.status, subject: known.content,
          requester: Actor.allCases.first { approval.requestedBy.hasSuffix($0.rawValue) } ?? .bob, isBreaking: approval.isBreaking)
      }
      versions[version.number.number] = known
    }
    way = metric.current.map { [$0.number] } ?? []
    for (place, version) in pins { self.pins[Int(place.dashboard.dropFirst()) ?? 0] = version.number }
  }
}

extension RandomCalls {
  /// One that cannot turn out to change nothing: such a call has no revision of its own.
  mutating func changing(_ model: SmallModel, at now: Instant) -> ModelCall {
    while true {
      let call = call(model, at: now)
      switch call.deed {
      case .edit, .describe: continue
      default: return call
      }
    }
  }
}

import Messages
import Testing

@testable import MetricGovernanceServer

@Suite struct ConfigAuditTests {
  @Test func `a save that changes KPIs is in the audit trail with what they were and are`() async throws {
    try await withService { service in
      let trail = AuditTrailHandler(database: service.database)
      try await service.save([.northStar(2, "NSM"), .strategic(3, "CONV")])
      try await service.save([.northStar(2, "NSM"), .strategic(3, "RETENTION")], actor: "bob")
      let events = try await trail.listAuditEvents(ListAuditEventsRequest(), context: ServiceUnderTest.context).events
      #expect(events.map(\.event) == ["metrics_config.changed", "metrics_config.changed"])
      let newest = try #require(events.first)
      #expect(newest.severity == .high && newest.actor == "bob" && newest.subject == "metrics_config@2")
      #expect(newest.reason.contains("1 new, 0 changed, 1 removed"))
      #expect(
        newest.before.hasPrefix(#"{"CONV":{"description":"","direction":"higher_is_better""#) && !newest.before.contains("NSM"))
      #expect(newest.after.hasPrefix(#"{"RETENTION":{"#) && !newest.after.contains("CONV"))
      #expect(events.last?.before == "")
      let verdict = try await trail.verifyAuditChain(VerifyAuditChainRequest(), context: ServiceUnderTest.context)
      #expect(verdict.isIntact && verdict.events == 2)
    }
  }

  @Test func `a save that changes nothing, is refused or only looked at leaves no event`() async throws {
    try await withService { service in
      try await service.save([.northStar(2, "NSM")])
      try await service.save([.northStar(2, "NSM")])
      try await service.save([.northStar(2, "NSM"), .northStar(3, "OTHER")])
      try await service.save([.northStar(2, "OTHER")], validateOnly: true)
      let trail = AuditTrailHandler(database: service.database)
      #expect(try await trail.listAuditEvents(ListAuditEventsRequest(), context: ServiceUnderTest.context).events.count == 1)
    }
  }
}

import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

@Suite(.timeLimit(.minutes(2))) struct GovernanceStoreTests {
  private func expect<Answer>(
    _ code: StatusCode, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> Answer
  ) async {
    do {
      _ = try await call()
      Issue.record("the call was taken", sourceLocation: sourceLocation)
    } catch {
      let told = RPCError.answering(error)
      #expect(told.code == code, "\(told)", sourceLocation: sourceLocation)
      let reasons = told.details.compactMap { detail -> String? in
        if case .errorInfo(let info) = detail { info.reason } else { nil }
      }
      #expect(reasons == [reason], "\(told)", sourceLocation: sourceLocation)
    }
  }

  @Test func `a call that is repeated under its key answers the same and does nothing again`() async throws {
    try await withGovernance { service in
      try await service.create()
      let request = UpdateMetricRequest(
        terms: try await service.terms(idempotency: "once"),
        metric: Messages.MetricFacts(displayName: "ROAS", description: "Revenue by spend"))
      let context = GovernanceUnderTest.context("person/bob", method: "/UpdateMetric")
      let first = try await service.lifecycle.updateMetric(request, context: context)
      let events = try await service.auditEvents()
      #expect(try await service.lifecycle.updateMetric(request, context: context) == first)
      #expect(try await service.auditEvents() == events)
      var other = request
      other.metric?.unit = "%"
      await expect(.alreadyExists, "IDEMPOTENCY_KEY_REUSED") { try await service.lifecycle.updateMetric(other, context: context) }
      await expect(.alreadyExists, "IDEMPOTENCY_KEY_REUSED") {
        try await service.lifecycle.updateMetric(request, context: GovernanceUnderTest.context("person/bob", method: "/Other"))
      }
      // Another's key is another key; the revision has moved on.
      await expect(.aborted, "REVISION_MOVED_ON") {
        try await service.lifecycle.updateMetric(
          request, context: GovernanceUnderTest.context("person/ada", method: "/UpdateMetric"))
      }
      other.terms?.idempotencyKey = ""
      await expect(.invalidArgument, "IDEMPOTENCY_KEY_MISSING") {
        try await service.lifecycle.updateMetric(other, context: context)
      }
    }
  }

  @Test func `a refused call leaves nothing behind, and its key is free`() async throws {
    try await withGovernance { service in
      try await service.create()
      let tables = ["audit_event", "registry_change", "notification", "idempotency_key", "approval"]
      var before: [Int64] = []
      for table in tables { before.append(try await service.count(table)) }
      await expect(.failedPrecondition, "APPROVAL_MISSING") { try await service.activate("v1") }
      await expect(.failedPrecondition, "WRONG_STATE") { try await service.sunset("v1") }
      await expect(.failedPrecondition, "NO_CURRENT_VERSION") { try await service.rollBack() }
      await expect(.notFound, "VERSION_NOT_FOUND") { try await service.retire("v7") }
      await expect(.failedPrecondition, "NO_CURRENT_VERSION") { try await service.pin() }
      await expect(.failedPrecondition, "VERSION_TAKES_NO_DASHBOARDS") { try await service.pin(version: "v1") }
      var after: [Int64] = []
      for table in tables { after.append(try await service.count(table)) }
      #expect(after == before)
    }
  }

  @Test func `a dry run says what a rollback would do and does nothing`() async throws {
    try await withGovernance { service in
      try await service.release()
      try await service.release(.roas("SUM(revenue) / COUNT(orders)"))
      try await service.pin(version: "v2")
      let events = try await service.auditEvents()
      let foreseen = try await service.rollBack(dryRun: true)
      #expect(try await service.auditEvents() == events)
      #expect(try await service.metric()?.current?.description == "v2")
      let done = try await service.rollBack()
      #expect(done.steps == foreseen.steps && done.recipients == foreseen.recipients && done.affectedPins == foreseen.affectedPins)
      #expect(done.steps.count == 3 && done.toVersion == "v1")
      #expect(try await service.metric()?.current?.description == "v1")
    }
  }

  @Test func `a clock that stands a little back waits, one that was set back is refused`() async throws {
    try await withGovernance { service in
      try await service.create()
      let start = GovernanceUnderTest.start
      try await service.setClock(Instant(microseconds: start.microseconds - RegistryMoment.toleratedDelay))
      try await service.request("v1")
      #expect(try await service.metric()?.versions[0].approvals[0].requestedAt == start)
      try await service.setClock(Instant(microseconds: start.microseconds - RegistryMoment.toleratedDelay - 1))
      await expect(.failedPrecondition, "CLOCK_SET_BACK") { try await service.approve("v1", 1) }
      #expect(try await service.metric()?.versions[0].approvals[0].status == .pending)
    }
  }

  @Test func `of two approvals at the same moment one comes first and the other is told`() async throws {
    try await withGovernance { service in
      try await service.create()
      try await service.request("v1")
      let revision = try #require(try await service.metric()).revision
      let hash = try #require(try await service.metric()?.versions[0].contentHash)
      @Sendable func approve(_ who: String) async -> StatusCode? {
        do {
          _ = try await service.lifecycle.approve(
            DecideApprovalRequest(
              terms: try await service.terms(revision: revision), version: "v1", approvalNumber: 1, checklist: .complete,
              subjectHash: Hexadecimal.text(hash)), context: GovernanceUnderTest.context(who))
          return nil
        } catch { return RPCError.answering(error).code }
      }
      async let first = approve("person/ada")
      async let second = approve("person/cleo")
      let codes = await [first, second]
      #expect(codes.contains(nil) && codes.contains(.aborted), "\(codes)")
      #expect(try await service.metric()?.versions[0].approvals[0].decisions.count == 1)
    }
  }

  @Test func `a dashboard that is pinned twice at once is pinned once`() async throws {
    try await withGovernance { service in
      try await service.release()
      let codes = await withTaskGroup(of: StatusCode?.self) { group in
        for _ in 0..<4 {
          group.addTask {
            do {
              try await service.pin()
              return nil
            } catch { return RPCError.answering(error).code }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(codes.count { $0 == nil } == 1 && codes.count { $0 == .alreadyExists } == 3)
      #expect(try await service.count("dashboard_pin") == 1)
      #expect(try await service.auditEvents().count { $0.contains("dashboard_version_pinned") } == 1)
    }
  }

  @Test func `queries are recent for 30 days, to the microsecond`() async throws {
    try await withGovernance { service in
      try await service.release()
      try await service.release(.roas("SUM(revenue) / COUNT(orders)"))
      try await service.deprecate("v1")
      let seen = GovernanceUnderTest.start.advanced(byDays: 10)
      try await service.database.execute(
        "INSERT INTO metric_usage VALUES ('roas', 1, 'acme', 'ops', '2026-01-11', 12, \(TimestampMicroseconds(sinceEpoch: seen.microseconds)))"
      )
      let edge = seen.advanced(byDays: 30)
      try await service.setClock(Instant(microseconds: edge.microseconds - 1))
      do {
        try await service.sunset("v1")
        Issue.record("a version that was queried lately was sunset")
      } catch {
        #expect(RPCError.answering(error).message.contains("queried 12 times within 30 days by acme/ops"))
      }
      try await service.setClock(edge)
      #expect(try await service.sunset("v1").metric?.versions[0].status == .sunset)
    }
  }

  @Test func `pins are listed page by page, each once`() async throws {
    try await withGovernance { service in
      try await service.release()
      for number in 0..<5 { try await service.pin("d\(number)") }
      var found: [String] = []
      var token = ""
      repeat {
        let page = try await service.pins.listPins(
          ListPinsRequest(metricKey: "roas", pageSize: 2, pageToken: token), context: GovernanceUnderTest.context("person/vera"))
        #expect(page.pins.count <= 2)
        found += page.pins.map(\.dashboardId)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(found == ["d0", "d1", "d2", "d3", "d4"])
      await expect(.invalidArgument, "PAGE_TOKEN_UNKNOWN") {
        try await service.pins.listPins(ListPinsRequest(pageToken: "zz"), context: GovernanceUnderTest.context("person/vera"))
      }
      await expect(.invalidArgument, "PAGE_TOO_LARGE") {
        try await service.pins.listPins(ListPinsRequest(pageSize: 1001), context: GovernanceUnderTest.context("person/vera"))
      }
    }
  }

  @Test func `banners tell a dashboard of its version's end, and of a rollback`() async throws {
    try await withGovernance { service in
      try await service.release()
      try await service.release(.roas("SUM(revenue) / COUNT(orders)"))
      try await service.pin("old", version: "v1")
      try await service.pin("new", version: "v2")
      @Sendable func codes(_ dashboard: String) async throws -> [String] {
        try await service.pins.listBanners(
          ListBannersRequest(tenantId: "acme", dashboardId: dashboard), context: GovernanceUnderTest.context("person/vera")
        ).banners.map(\.code)
      }
      #expect(try await codes("old") == [])
      try await service.deprecate("v1")
      #expect(try await codes("old") == ["deprecated"])
      #expect(try await codes("new") == [])
      try await service.rollBack()
      #expect(try await codes("old") == [])
      #expect(try await codes("new") == ["rolled_back"])
    }
  }

  @Test func `an impact report counts pins and readers, and names whom to tell`() async throws {
    try await withGovernance { service in
      try await service.release()
      try await service.pin("a")
      try await service.pin("b", owner: "ops@acme")
      let seen = TimestampMicroseconds(sinceEpoch: GovernanceUnderTest.start.microseconds)
      try await service.database.execute(
        "INSERT INTO metric_usage VALUES ('roas', 1, 'acme', 'a', '2026-01-01', 5, \(seen)), ('roas', 1, 'zeta', 'c', '2026-01-01', 9, \(seen)), ('roas', 1, 'zeta', '', '2026-01-01', 1, \(seen))"
      )
      let reports = ImpactReports(database: service.database)
      let report = try await reports.report(ImpactReportRequest(metricKey: "roas", version: "v1"), deadline: nil)
      #expect(report.dashboards == 3 && report.tenants == 2 && report.queries == 15 && report.migrationEffort == "small")
      #expect(
        report.byDashboard.map { "\($0.tenantId)/\($0.dashboardId) \($0.isPinned) \($0.queries)" } == [
          "zeta/c false 9", "acme/a true 5", "acme/b true 0",
        ])
      #expect(report.recipients == ["growth", "ops@acme", "shop@acme"])
      await expect(.notFound, "VERSION_NOT_FOUND") {
        try await reports.report(ImpactReportRequest(metricKey: "roas", version: "v2"), deadline: nil)
      }
    }
  }
}

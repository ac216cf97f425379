import Messages
import MetricGovernanceDomain
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

@Suite struct LifecycleWalkTests {
  @Test func `the seed's walk leaves the trail that its table asks for, and no pin moves by itself`() async throws {
    try await withGovernance { service in
      try await service.release()
      try await service.pin()
      try await service.release(.roas("SUM(revenue) / COUNT(orders)", guide: "Read v2 beside v1 for a month."), isBreaking: true)
      try await service.deprecate("v1")
      try await service.migrate(from: "v1", to: "v2")
      try await service.setClock(GovernanceUnderTest.start.advanced(byDays: 90))
      try await service.sunset("v1")
      _ = try await service.obtain("v1", .rollback)
      let rollback = try await service.rollBack()
      #expect(rollback.fromVersion == "v2" && rollback.toVersion == "v1")
      #expect(rollback.affectedPins.map(\.dashboardId) == ["sales"] && rollback.affectedPins.map(\.version) == ["v2"])
      #expect(rollback.recipients == ["growth", "shop@acme"])
      let events = try await service.auditEvents()
      #expect(
        events == [
          "metric.metadata_updated roas", "metric.version_created roas@v1", "metric.version_approval_requested roas@v1",
          "metric.version_approval_granted roas@v1", "metric.version_status_changed roas@v1",
          "metric.current_version_changed roas@v1", "metric.dashboard_version_pinned acme/sales/roas",
          "metric.version_created roas@v2", "metric.version_approval_requested roas@v2",
          "metric.version_approval_granted roas@v2", "metric.version_approval_granted roas@v2",
          "metric.version_status_changed roas@v2", "metric.current_version_changed roas@v2",
          "metric.version_status_changed roas@v1", "metric.version_sunset_scheduled roas@v1",
          "metric.dashboard_version_migrated acme/sales/roas", "metric.version_status_changed roas@v1",
          "metric.version_approval_requested roas@v1", "metric.version_approval_granted roas@v1",
          "metric.rollback_executed roas@v1",
          "metric.version_status_changed roas@v1", "metric.current_version_changed roas@v1",
          "metric.version_status_changed roas@v2", "metric.version_sunset_scheduled roas@v2",
        ])
    }
  }

  @Test func `what is stored is read back as the rules made it`() async throws {
    try await withGovernance { service in
      try await service.release()
      let answer = try await service.create(.roas("SUM(revenue) / SUM(spend) * 2", guide: "Halve it."))
      let stored = try #require(try await service.metric())
      #expect(answer.metric == Messages.Metric(stored))
      #expect(stored.currentHistory.map(\.description) == ["v1"] && stored.current == VersionNumber(1))
      #expect(stored.version(VersionNumber(1)!)?.approvals.first?.decisions.first?.checklist.isComplete == true)
      #expect(stored.version(VersionNumber(1)!)?.approvals.first?.usedAt == GovernanceUnderTest.start)
    }
  }
}

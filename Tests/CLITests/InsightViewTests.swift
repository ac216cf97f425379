import Messages
import Testing

@testable import lodestar

@Suite struct InsightViewTests {
  private let console = Console.plain()

  @Test func `a difference is told part by part, with the service's advice`() {
    let response = DiffVersionsResponse(
      changeClass: .breaking,
      changes: [
        DefinitionChange(
          changeClass: .breaking, part: "formula", before: "SUM(revenue)", after: "SUM(net_revenue)",
          explanation: "It sums another column."),
        DefinitionChange(changeClass: .edgeCase, part: "edge_cases", after: "0"),
      ], advice: "This looks breaking; a person decides.")
    #expect(
      DiffView(metricKey: "roas", from: "v1", to: "v2", response: response).lines(console) == [
        "roas v1 -> v2  breaking", "",
        "formula  breaking", "  v1  SUM(revenue)", "  v2  SUM(net_revenue)", "      It sums another column.", "",
        "edge cases  other answers in edge cases", "  v1  (nothing)", "  v2  0", "",
        "This looks breaking; a person decides.",
      ])
  }

  @Test func `values stand side by side, and differences are marked`() {
    let rows = [
      ComparisonRow(
        tenantId: "acme", periodStart: "2026-01-01", currency: "EUR", fromValue: "4.20", toValue: "4.00", difference: "-0.20"),
      ComparisonRow(tenantId: "acme", periodStart: "2026-02-01", fromValue: "3", toValue: "3", difference: "0"),
      ComparisonRow(tenantId: "acme", periodStart: "2026-03-01", currency: "EUR", fromValue: "3"),
    ]
    let response = CompareVersionsResponse(rows: rows, isTruncated: true, differingRows: 2, largestDifference: "0.20")
    #expect(
      ComparisonView(from: "v1", to: "v2", response: response).lines(console) == [
        "Tenant  Period      Currency    v1    v2  Difference",
        "acme    2026-01-01  EUR       4.20  4.00       -0.20  differs",
        "acme    2026-02-01  -            3     3",
        "acme    2026-03-01  EUR          3  null              differs",
        "",
        "2 of 3 rows differ, by 0.20 at most.",
        "There are more rows: --limit, --tenant, --from and --to choose others.",
      ])
    let long = [
      ComparisonRow(tenantId: "a", fromValue: "4.68777625118", toValue: "4.40581099359", difference: "-0.28196525759"),
      ComparisonRow(tenantId: "b", fromValue: "1.00000000001", toValue: "1.00000000002", difference: "0.00000000001"),
    ]
    #expect(
      ComparisonView(from: "v1", to: "v2", response: CompareVersionsResponse(rows: long, differingRows: 2)).lines(console)[1...2]
        == [
          "a               -              4.687776       4.405811      -0.281965  differs",
          "b               -         1.00000000001  1.00000000002  0.00000000001  differs",
        ])
    let alike = CompareVersionsResponse(rows: [rows[1]])
    #expect(ComparisonView(from: "v1", to: "v2", response: alike).lines(console).last == "1 row, all alike.")
    #expect(ComparisonView(from: "v1", to: "v2", response: CompareVersionsResponse()).lines(console).count == 1)
  }

  @Test func `an impact names dashboards and whom to tell`() {
    let response = ImpactReportResponse(
      metricKey: "roas", version: "v1", dashboards: 1, tenants: 1, queries: 1200,
      byDashboard: [
        DashboardImpact(
          tenantId: "acme", dashboardId: "weekly", owner: RecordedMetric.ada, isPinned: true, queries: 1200,
          lastSeenAtUs: RecordedMetric.start)
      ], kpiKeys: ["KPI_ROAS"], recipients: [RecordedMetric.ada], migrationEffort: "small")
    #expect(
      ImpactView(response: response).lines(console) == [
        "roas v1",
        "  Reaches     1 dashboard of 1 tenant, 1,200 queries in the last 30 days",
        "  Migration   small effort",
        "  KPIs        KPI_ROAS",
        "  To be told  ada",
        "",
        "  Tenant  Dashboard  Pinned  Queries  Last seen             Owner",
        "  acme    weekly     yes       1,200  2026-11-21 17:00:00Z  ada",
      ])
  }

  @Test func `a resolution says what to read, and warns`() {
    let response = ResolveVersionResponse(
      metricKey: "roas", version: "v1", status: .deprecated, dbtModel: "marts/metrics/roas_v1", relation: "roas_v1",
      definition: "SUM(revenue) / SUM(spend)", predicate: "metric_version = 'v1'", contentHash: "ab12", fromPin: true,
      warnings: [
        VersionWarning(
          code: "deprecated", message: "roas v1 is deprecated.", plannedSunsetAtUs: RecordedMetric.start, replacementVersion: "v2",
          migrationGuide: "Compare first.")
      ], registryRevision: 12, ageMs: 40)
    #expect(
      ResolutionView(response: response).lines(console) == [
        "roas v1  deprecated, by the dashboard's pin",
        "  Formula  SUM(revenue) / SUM(spend)",
        "  Read     roas_v1 WHERE metric_version = 'v1'",
        "  Model    marts/metrics/roas_v1",
        "  Content  ab12",
        "warning: roas v1 is deprecated.",
        "  Sunset   2026-11-21 17:00:00Z",
        "  Instead  v2",
        "  Guide    Compare first.",
        "Registry revision 12, confirmed 40 ms ago",
      ])
  }

  @Test func `a watched change is a line`() {
    let change = RegistryChange(
      revision: 13, events: ["metric.dashboard_version_pinned"], atUs: RecordedMetric.start, metricKey: "roas",
      pins: [
        DashboardPin(tenantId: "acme", dashboardId: "weekly", version: "v1"), DashboardPin(tenantId: "acme", dashboardId: "old"),
      ])
    #expect(
      RegistryChangeView(change: change).line(.plain)
        == "2026-11-21 17:00:00Z  roas  revision 13  dashboard version pinned  acme/weekly on v1  acme/old unpinned")
  }

  @Test func `banners and notifications are tables`() {
    let banner = Banner(
      metricKey: "roas", version: "v1", code: "rolled_back", message: "Use v2.", plannedSunsetAtUs: RecordedMetric.start,
      replacementVersion: "v2")
    #expect(
      PinsView.banners([banner], console) == [
        "Metric  Version  Is           Sunset      Instead  Message", "roas    v1       rolled back  2026-11-21  v2       Use v2.",
      ])
    #expect(PinsView.banners([], console) == ["Nothing to tell the dashboard's readers."])
    let notification = Notification(
      id: 7, event: "metric.rollback_executed", recipient: RecordedMetric.ada, channel: "file", state: .failed, attempts: 5,
      createdAtUs: RecordedMetric.start, lastError: "disk full", metricKey: "roas")
    #expect(
      NotificationsView(notifications: [notification]).table.lines(style: .plain, width: nil).last
        == " 7  2026-11-21 17:00:00Z  metric.rollback_executed  roas    ada        file     failed      5  disk full")
  }
}

import Messages
import Testing

@testable import lodestar

@Suite struct MetricViewTests {
  private let console = Console.plain()
  private let roas = RecordedMetric.roas

  @Test func `a metric is one page`() {
    #expect(
      MetricView(metric: roas, pins: ["v1": 2]).lines(console) == [
        "roas  Return on Ad Spend",
        "  Measures         Revenue generated per dollar of ad spend",
        "  Unit             ratio",
        "  Owner            growth",
        "  Current version  v2",
        "",
        "v1  deprecated  since 2026-11-21 17:00:00Z",
        "  Formula         SUM(revenue) / SUM(spend)",
        "  Edge cases      a division by zero gives 0; each currency apart; refunds are not taken off",
        "  Model           marts/metrics/roas_v1",
        "  Relation        roas_v1",
        "  Columns         metric_version text = 'v1', roas",
        "  Breaking        no",
        "  Made            2026-10-12 17:00:00Z by bob",
        "  Pinned by       2 dashboards",
        "  Planned sunset  2027-02-19 17:00:00Z",
        "  Replacement     v2",
        "  Approval 1  activation  approved  ANALYTICS-1",
        "    asked     2026-10-12 17:00:00Z by bob, declared not breaking: the first",
        "    approved  2026-10-13 17:00:00Z by ada: agrees",
        "",
        "v2  active, current  since 2026-11-21 16:00:00Z",
        "  Formula          SUM(net_revenue) / SUM(spend)",
        "  Model            marts/metrics/roas_v2",
        "  Relation         roas_v2",
        "  Breaking         yes",
        "  Migration guide  Compare first.",
        "  Made             2026-11-20 17:00:00Z by bob",
        "  Pinned by        0 dashboards",
        "",
        "v3  draft  since 2026-11-21 17:00:00Z",
        "  Formula   SUM(net_revenue) / SUM(spend + fees)",
        "  Model     marts/metrics/roas_v3",
        "  Breaking  no",
        "  Made      2026-11-21 17:00:00Z by bob",
        "  Approval 1  activation  pending, 1 of 2  ANALYTICS-9",
        "    asked           2026-11-21 17:00:00Z by bob, declared not breaking: fees are spend",
        "    against advice  breaking: the formula changed",
        "    approved        2026-11-21 17:00:00Z by ada: right",
        "",
        "Next",
        "  - v1 may be sunset by an analyst from 2027-02-19 17:00:00Z on, when its 2 pins have moved: `lodestar metrics sunset roas v1 --reason …`",
        "  - v2 is what new dashboards get. To change the metric, an analyst makes a version: `lodestar metrics create roas …`",
        "  - v3 waits for one of the board other than bob and ada: `lodestar metrics approve roas v3 --number 1 …`",
        "  - If v2 is faulty, the board goes back: `lodestar metrics rollback roas --dry-run` tells how",
        "",
        "Revision 12",
      ])
  }

  @Test func `a narrow terminal gets shorter lines`() {
    let narrow = Console.plain(width: 60)
    let lines = MetricView(metric: roas, pins: [:]).lines(narrow)
    #expect(lines.allSatisfy { $0.displayWidth <= 60 })
    #expect(lines.contains("                  apart; refunds are not taken off"))
  }

  @Test func `what can be done next follows the state`() {
    func steps(_ version: MetricVersion, pins: [String: Int]? = nil, current: String = "v9") -> [String] {
      NextSteps(metric: Metric(metricKey: "m", currentVersion: current, versions: [version]), pins: pins).steps(for: version)
    }
    #expect(
      steps(MetricVersion(version: "v1", status: .draft)) == [
        "v1 needs an approval; an analyst asks for it: `lodestar metrics request m v1 --ticket … --breaking|--not-breaking`"
      ])
    let approved = Approval(purpose: .activation, status: .approved)
    #expect(
      steps(MetricVersion(version: "v1", status: .draft, approvals: [approved])).first?.contains("metrics activate m v1") == true)
    let rejected = Approval(purpose: .activation, status: .rejected)
    #expect(steps(MetricVersion(version: "v1", status: .draft, approvals: [rejected])).first?.contains("again, after") == true)
    #expect(steps(MetricVersion(version: "v1", status: .active)).count == 2)
    #expect(
      steps(MetricVersion(version: "v1", status: .active), current: "v1").first?.hasPrefix("v1 is what new dashboards get") == true)
    let sunset = MetricVersion(version: "v1", status: .sunset)
    #expect(
      steps(sunset, pins: ["v1": 1]) == [
        "v1 may be retired when its 1 pin has moved: `lodestar metrics pins --metric m --version v1`"
      ])
    #expect(steps(sunset, pins: ["v1": 1200]).first?.contains("its 1,200 pins have moved") == true)
    #expect(steps(sunset, pins: [:]) == ["v1 may be retired by the board: `lodestar metrics retire m v1 --reason …`"])
    #expect(steps(MetricVersion(version: "v1", status: .retired)) == [])
  }

  @Test func `what a rollback may need is not proposed for retirement without saying so`() {
    let old = MetricVersion(version: "v1", status: .sunset)
    let metric = Metric(metricKey: "m", currentVersion: "v2", versions: [old, MetricVersion(version: "v2", status: .active)])
    #expect(
      NextSteps(metric: metric, pins: [:]).steps(for: old) == [
        "v1 may be retired by the board, unless it is what a rollback would go back to: `lodestar metrics retire m v1 --reason …`"
      ])
    #expect(
      NextSteps(metric: metric, pins: ["v1": 1]).steps(for: old) == [
        "v1 may be retired when its 1 pin has moved, unless it is what a rollback would go back to: `lodestar metrics pins --metric m --version v1`"
      ])
  }

  @Test func `metrics are listed a line each`() {
    #expect(
      MetricListView(metrics: [roas, Metric(metricKey: "cac", displayName: "Customer Acquisition Cost")]).table
        .lines(style: .plain, width: nil)
        == [
          "Metric  Name                       Current  Versions                            Unit   Owner",
          "roas    Return on Ad Spend         v2       v1 deprecated, v2 active, v3 draft  ratio  growth",
          "cac     Customer Acquisition Cost  -",
        ])
  }

  @Test func `a change says what it did, what to know, and what comes next`() {
    let response = LifecycleResponse(metric: roas, registryRevision: 12, approvalNumber: 1, notes: ["The advice is: breaking."])
    #expect(
      ChangeView(response: response, version: "v3", sentence: "Asked.").lines(console) == [
        "Asked.", "  - The advice is: breaking.", "Next",
        "  - v3 waits for one of the board other than bob and ada: `lodestar metrics approve roas v3 --number 1 …`",
      ])
  }

  @Test(arguments: [true, false]) func `a rollback tells its steps, the pins that stay and who is told`(isDryRun: Bool) {
    let pin = DashboardPin(tenantId: "acme", dashboardId: "weekly", metricKey: "roas", version: "v2", owner: RecordedMetric.ada)
    let response = RollbackResponse(
      metric: roas, fromVersion: "v2", toVersion: "v1", steps: ["v1 is active again."], recipients: [RecordedMetric.ada, "growth"],
      affectedPins: [pin])
    let lines = RollbackView(metricKey: "roas", response: response, isDryRun: isDryRun).lines(console)
    #expect(lines.first == (isDryRun ? "This would roll back roas from v2 to v1:" : "Rolled back roas from v2 to v1:"))
    #expect(lines.contains("1 pin on v2 stays where it is:"))
    #expect(lines.contains(isDryRun ? "Would be told: ada, growth." : "Told: ada, growth."))
    #expect((lines.last == "Nothing was changed.") == isDryRun)
  }
}

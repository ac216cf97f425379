import Messages

/// A metric in the middle of its life, as lodestar-metrics answers it: v1 deprecated, v2 current, v3 waiting for its second approval.
enum RecordedMetric {
  /// 2026-11-21 17:00:00Z.
  static let start: Int64 = 1_795_280_400_000_000
  static let day: Int64 = 86_400_000_000
  static let ada = "spiffe://lodestar.local/person/ada"
  static let bob = "spiffe://lodestar.local/person/bob"

  static let roas = Metric(
    metricKey: "roas", displayName: "Return on Ad Spend", description: "Revenue generated per dollar of ad spend", owner: "growth",
    unit: "ratio", currentVersion: "v2", revision: 12, versions: [first, second, third])

  static let first = MetricVersion(
    version: "v1", status: .deprecated, dbtModel: "marts/metrics/roas_v1", relation: "roas_v1",
    definition: "SUM(revenue) / SUM(spend)",
    edgeCases: EdgeCases(onZeroDenominator: "0", currency: "separate", notes: ["refunds are not taken off"]),
    columns: [MetricColumn(name: "metric_version", type: "text", constant: "v1"), MetricColumn(name: "roas")],
    contentHash: "ab12", replacementVersion: "v2", createdBy: bob, createdAtUs: start - 40 * day,
    activatedAtUs: start - 39 * day, deprecatedAtUs: start, plannedSunsetAtUs: start + 90 * day,
    approvals: [
      Approval(
        number: 1, purpose: .activation, status: .approved, requestedBy: bob, requestedAtUs: start - 40 * day,
        ticket: "ANALYTICS-1",
        reason: "the first", approversNeeded: 1,
        decisions: [ApprovalDecision(principal: ada, approved: true, reason: "agrees", atUs: start - 39 * day)])
    ])

  static let second = MetricVersion(
    version: "v2", status: .active, dbtModel: "marts/metrics/roas_v2", relation: "roas_v2",
    definition: "SUM(net_revenue) / SUM(spend)", contentHash: "cd34", breakingChange: true, migrationGuide: "Compare first.",
    createdBy: bob, createdAtUs: start - day, activatedAtUs: start - 3_600_000_000)

  static let third = MetricVersion(
    version: "v3", status: .draft, dbtModel: "marts/metrics/roas_v3", definition: "SUM(net_revenue) / SUM(spend + fees)",
    contentHash: "ef56", createdBy: bob, createdAtUs: start,
    approvals: [
      Approval(
        number: 1, purpose: .activation, status: .pending, subjectHash: "ef56", requestedBy: bob, requestedAtUs: start,
        ticket: "ANALYTICS-9", reason: "fees are spend", advice: "breaking: the formula changed", declaredAgainstAdvice: true,
        approversNeeded: 2, decisions: [ApprovalDecision(principal: ada, approved: true, reason: "right", atUs: start)])
    ])
}

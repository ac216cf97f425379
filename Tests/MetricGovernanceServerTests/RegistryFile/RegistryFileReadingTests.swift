import MetricGovernanceDomain
import Testing

@testable import MetricGovernanceServer

/// The seed's own example of the file.
let seedRegistry = """
  metrics:
    roas:
      display_name: "Return on Ad Spend"
      description: "Revenue generated per dollar of ad spend"
      current_version: "v1"

      versions:
        v1:
          status: active
          dbt_model: "marts/metrics/roas_v1"
          definition: "SUM(revenue) / SUM(spend)"
          approval:
            status: "approved"
            approved_by: "data-governance-board"
            approval_ticket: "ANALYTICS-001"

  """

private func problems(_ text: String) -> [String] {
  RegistryFileText(text).problems.map { "\($0.position.line):\($0.position.column) \($0.path) \($0.code)" }
}

/// The seed's file with one text in place of another.
private func seed(_ old: String, _ new: String) -> String {
  guard let range = seedRegistry.firstRange(of: old) else { return "" }
  return seedRegistry.replacingCharacters(in: range, with: new)
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with new: String) -> String {
    String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
  }
}

@Suite struct RegistryFileReadingTests {
  @Test func `the seed's file is read as it stands`() throws {
    let text = RegistryFileText(seedRegistry)
    #expect(text.problems.isEmpty)
    let metric = try #require(text.file.metrics.first)
    #expect(metric.key.text == "roas" && metric.current == VersionNumber(1) && metric.facts.displayName == "Return on Ad Spend")
    let version = try #require(metric.versions.first)
    #expect(version.status == .active && version.content.definition == "SUM(revenue) / SUM(spend)")
    #expect(version.approval.status == .approved && version.approval.ticket == "ANALYTICS-001")
    #expect(version.approval.approvedBy.map(\.name) == ["data-governance-board"])
  }

  @Test(arguments: [
    ("      display_name: \"Return on Ad Spend\"\n", "2:3 metrics.roas.display_name missing_field"),
    ("    description: \"Revenue generated per dollar of ad spend\"\n", "2:3 metrics.roas.description missing_field"),
    ("    current_version: \"v1\"\n", "2:3 metrics.roas.current_version missing_field"),
    ("        status: active\n", "8:7 metrics.roas.versions.v1.status missing_field"),
    ("        dbt_model: \"marts/metrics/roas_v1\"\n", "8:7 metrics.roas.versions.v1.dbt_model missing_field"),
    ("        definition: \"SUM(revenue) / SUM(spend)\"\n", "8:7 metrics.roas.versions.v1.definition missing_field"),
  ])
  func `each of the seed's required fields is missed at its path and line`(line: String, problem: String) {
    let line = line.drop { $0 == " " }
    #expect(problems(seed(String(line), "# gone\n")) == [problem])
  }

  @Test func `a version without an approval is told its path and line`() {
    let text = seedRegistry.split(separator: "\n", omittingEmptySubsequences: false).prefix(11).joined(separator: "\n") + "\n"
    #expect(problems(text) == ["8:7 metrics.roas.versions.v1.approval missing_field"])
    #expect(RegistryFileText(text).problems.first?.message == "metrics.roas.versions.v1 has no approval, which is required")
  }

  @Test(arguments: [
    ("status: active", "status: actve", "9:17 metrics.roas.versions.v1.status unknown_status", "did you mean \"active\"?"),
    ("status: active", "status: yes", "9:17 metrics.roas.versions.v1.status unknown_status", "there are draft, active"),
    ("      v1:", "      1.0:", "8:7 metrics.roas.versions.1.0 malformed_version", "they are v1, v2"),
    ("definition: ", "defintion: ", "11:9 metrics.roas.versions.v1.defintion unknown_key", "did you mean \"definition\"?"),
    ("  roas:", "  ROAS:", "2:3 metrics.ROAS malformed_metric_key", "small letters"),
    (
      "current_version: \"v1\"", "current_version: \"v2\"", "5:22 metrics.roas.current_version unknown_version",
      "none of its versions"
    ),
    ("current_version: \"v1\"", "current_version: 1", "5:22 metrics.roas.current_version malformed_version", "v1, v2"),
    (
      "status: \"approved\"", "status: pending", "12:9 metrics.roas.versions.v1.approval.status approval_missing",
      "what has left draft was approved"
    ),
    (
      "approval_ticket: \"ANALYTICS-001\"", "approval_ticket: \"\"",
      "15:28 metrics.roas.versions.v1.approval.approval_ticket missing_field", "every request has"
    ),
    (
      "approved_by: \"data-governance-board\"", "breaking_change: maybe",
      "14:28 metrics.roas.versions.v1.approval.breaking_change not_a_boolean", "write true or false"
    ),
    (
      "definition: \"SUM", "replacement_version: v1\n        definition: \"SUM",
      "11:30 metrics.roas.versions.v1.replacement_version replacement_of_living", "comes with status: deprecated"
    ),
    (
      "definition: \"SUM", "planned_sunset: 2026\n        definition: \"SUM",
      "11:25 metrics.roas.versions.v1.planned_sunset not_a_moment", "2026-02-04T00:00:00Z"
    ),
    (
      "definition: \"SUM", "columns: {}\n        definition: \"SUM", "11:18 metrics.roas.versions.v1.columns not_a_list",
      "it has to be a list"
    ),
    (
      "description: \"Revenue", "display_name: \"again\"\n    description: \"Revenue",
      "4:5 metrics.roas.display_name duplicate_key", "after line 3"
    ),
    ("metrics:", "metric:", "1:1 metric unknown_key", "did you mean \"metrics\"?"),
  ])
  func `what is wrong is told with what would be right`(old: String, new: String, problem: String, mend: String) {
    let text = RegistryFileText(seed(old, new))
    #expect(problems(seed(old, new)).contains(problem), "\(problems(seed(old, new)))")
    #expect(text.problems.contains { $0.message.contains(mend) }, "\(text.problems)")
  }

  @Test func `every problem of a file is told at once`() {
    let text = """
      metrics:
        roas:
          display_name: ""
          descripton: "x"
          current_version: "v1"
          versions:
            v1:
              status: dormant
              definition: [1]
              approval:
                status: "none"
                approval_ticket: "T"
        Cac: 7
      """
    #expect(
      problems(text) == [
        "2:3 metrics.roas.description missing_field",
        "3:19 metrics.roas.display_name empty_text",
        "4:5 metrics.roas.descripton unknown_key",
        "7:7 metrics.roas.versions.v1.dbt_model missing_field",
        "8:17 metrics.roas.versions.v1.status unknown_status",
        "9:21 metrics.roas.versions.v1.definition not_a_text",
        "12:11 metrics.roas.versions.v1.approval.approval_ticket approval_not_requested",
        "13:3 metrics.Cac malformed_metric_key",
        "13:8 metrics.Cac not_a_mapping",
      ])
  }

  @Test func `ambiguous words are read by what their field is`() throws {
    let text = """
      metrics:
        m:
          display_name: yes
          description: 1.0
          current_version: ""
          owner: ~
          unit: "null"
          versions:
            v1:
              status: draft
              dbt_model: 007
              definition: SUM(x)
              edge_cases: {on_zero_denominator: 0}
              approval: {status: pending, approval_ticket: 12, breaking_change: yes}
            v2:
              status: draft
              dbt_model: false
              definition: SUM(x)
              edge_cases: {on_zero_denominator: null}
              approval: {status: none}
      """
    let metric = try #require(RegistryFileText(text).file.metrics.first, "\(problems(text))")
    #expect(metric.facts == MetricFacts(displayName: "yes", description: "1.0", owner: "", unit: "null"))
    #expect(metric.versions.map(\.content.dbtModel) == ["007", "false"])
    #expect(metric.versions.map(\.content.edgeCases.onZeroDenominator) == [.zero, .null])
    #expect(metric.versions[0].approval.isBreaking && metric.versions[0].approval.ticket == "12")
  }

  @Test func `replacements that go round are told once, with their way`() {
    let versions = [(1, 2), (2, 3), (3, 1), (4, 1)].map { number, replacement in
      """
            v\(number):
              status: deprecated
              dbt_model: m
              definition: SUM(x)
              replacement_version: v\(replacement)
              planned_sunset: 2026-02-04
              approval: {status: approved, approved_by: board, approval_ticket: T}
      """
    }
    let text =
      "metrics:\n  m:\n    display_name: m\n    description: m\n    current_version: ''\n    versions:\n"
      + versions.joined(separator: "\n")
    let found = RegistryFileText(text).problems
    #expect(found.map(\.code) == ["replacement_cycle"])
    #expect(found.first?.message == "the replacements of m go round: v1 → v2 → v3 → v1; one of them has to lead out")
    #expect(found.first?.path == "metrics.m.versions.v1.replacement_version" && found.first?.position.line == 11)
  }

  @Test(arguments: [
    ("", "empty_file"), ("[]", "not_a_mapping"), ("metrics: 7", "not_a_mapping"), ("a: &x 1", "yaml_anchor"),
    ("metrics: *x", "yaml_alias"),
    ("metrics: !!map {}", "yaml_tag"), ("metrics: {", "yaml_syntax"),
  ])
  func `what is no registry file says so`(text: String, code: String) {
    #expect(RegistryFileText(text).problems.map(\.code).contains(code))
  }
}

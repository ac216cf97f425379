import ArgumentParser
import Messages
import Testing

@testable import lodestar

@Suite struct MetricOptionTests {
  @Test(arguments: [
    ("v2", "v2"), ("12", "v12"), ("v0", nil), ("v01", nil), ("w2", nil), ("v-1", nil), ("v99999999999", nil), ("", nil),
  ])
  func `versions are named v2, or 2`(text: String, name: String?) {
    #expect(VersionName(argument: text)?.text == name)
  }

  @Test(arguments: [
    ("2026-11-21", "2026-11-21 00:00:00Z"), ("2028-02-29", "2028-02-29 00:00:00Z"),
    ("2026-11-21T17:00:59Z", "2026-11-21 17:00:59Z"),
    ("2100-03-01", "2100-03-01 00:00:00Z"), ("1999-12-31", "1999-12-31 00:00:00Z"),
    ("2000-12-31T23:59:59Z", "2000-12-31 23:59:59Z"),
  ])
  func `moments are days or times in UTC`(text: String, shown: String) {
    #expect(Moment(argument: text).map { Quantity.time(microseconds: $0.microseconds) } == shown)
  }

  @Test(arguments: [
    "2027-02-29", "2026-13-01", "2026-1-1", "2026-11-21T17:00:59", "2026-11-21T24:00:00Z", "tomorrow", "2026-11-21T", "1969-01-01",
    "",
  ])
  func `what is no moment is refused`(text: String) {
    #expect(Moment(argument: text) == nil)
  }

  @Test func `columns are named with a type or with the value that they always have`() {
    #expect(ColumnArgument(argument: "roas")?.column == MetricColumn(name: "roas"))
    #expect(ColumnArgument(argument: "spend:numeric")?.column == MetricColumn(name: "spend", type: "numeric"))
    #expect(
      ColumnArgument(argument: "metric_version:text=v1")?.column
        == MetricColumn(name: "metric_version", type: "text", constant: "v1"))
    #expect(ColumnArgument(argument: "=v1") == nil)
  }

  @Test func `a next version begins as the one before, under its own name`() {
    let content = VersionContent(RecordedMetric.first, of: "roas").succeeding("v1", as: "v2")
    #expect(content.dbtModel == "marts/metrics/roas_v2" && content.relation == "")
    #expect(content.columns.map(\.constant) == ["v2", ""])
    #expect(content.definition == RecordedMetric.first.definition && content.edgeCases == RecordedMetric.first.edgeCases)
    var second = RecordedMetric.second
    second.relation = "finance.roas_v2"
    let third = VersionContent(second, of: "roas").succeeding("v2", as: "v3")
    #expect(third.migrationGuide.isEmpty && third.relation == "finance.roas_v3")
  }

  @Test func `only what was said is changed`() throws {
    let options = try ContentOptions.parse(["--on-zero", "null", "--currency", "none", "--column", "roas:numeric"])
    let content = try options.applied(to: VersionContent(RecordedMetric.first, of: "roas"))
    #expect(content.edgeCases == EdgeCases(onZeroDenominator: "null", notes: ["refunds are not taken off"]))
    #expect(content.columns == [MetricColumn(name: "roas", type: "numeric")])
    #expect(content.definition == "SUM(revenue) / SUM(spend)" && content.dbtModel == "marts/metrics/roas_v1")
  }

  @Test func `a decision is about the one approval that waits, and about its content`() throws {
    let all = try DecisionOptions.parse(["--formula-correct", "--edge-cases-handled", "--impact-understood", "--migration-planned"])
    let terms = ChangeTerms(metricKey: "roas")
    let v3 = VersionName(argument: "v3")!
    let request = try all.request(RecordedMetric.roas, v3, terms)
    #expect(request.approvalNumber == 1 && request.subjectHash == "ef56")
    #expect(
      request.checklist
        == ReviewChecklist(formulaIsCorrect: true, edgeCasesAreHandled: true, impactIsUnderstood: true, migrationIsPlanned: true))
    let nothing = #expect(throws: Failure.self) { try all.request(RecordedMetric.roas, VersionName(argument: "v1")!, terms) }
    #expect(nothing?.what == "roas v1 waits for no approval")
    #expect(throws: Failure.self) { try all.request(RecordedMetric.roas, VersionName(argument: "v7")!, terms) }
    var twice = RecordedMetric.roas
    twice.versions[2].approvals.append(Approval(number: 2, purpose: .rollback, status: .pending))
    let which = #expect(throws: Failure.self) { try all.request(twice, v3, terms) }
    #expect(which?.what == "roas v3 waits for several approvals: 1 (activation), 2 (rollback)")
    #expect(try DecisionOptions.parse(["--number", "2"]).request(twice, v3, terms).approvalNumber == 2)
  }

  @Test(arguments: [
    ["create", "roas"], ["request", "roas", "v2", "--ticket", "T", "--reason", "r"], ["approve", "roas", "--reason", "r"],
    ["rollback", "roas"], ["retire", "roas", "v1"], ["pin", "acme", "weekly", "--reason", "r"], ["resolve"], ["show"],
    ["deprecate", "roas", "v1", "--sunset", "soon", "--reason", "r"], ["list", "--status", "gone"],
    ["show", "roas", "--as", "a/b"],
    ["compare", "roas", "v1", "v2", "--limit", "0"], ["notifications", "list", "--status", "lost"], ["watch", "--after", "-1"],
  ])
  func `wrong usage ends with 2`(arguments: [String]) async {
    #expect(await Program.outcome(of: ["metrics"] + arguments).rawValue == 2)
  }

  @Test func `a key of a call is never the same`() {
    let keys = Set((0..<1000).map { _ in ChangeOptions.randomKey() })
    #expect(keys.count == 1000 && keys.allSatisfy { $0.count == 32 })
  }
}

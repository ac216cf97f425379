import MetricGovernanceDomain
import Testing

/// roas has v1 to v5, one in each state of its life but that v2 is current; cac has only a draft.
private func registry() throws -> LinkableMetrics {
  let roas = try #require(MetricKey("roas"))
  let cac = try #require(MetricKey("cac"))
  var statuses: [VersionNumber: VersionStatus] = [:]
  for (number, status) in zip(1..., [VersionStatus.deprecated, .active, .sunset, .retired, .draft]) {
    statuses[try #require(VersionNumber(Int32(number)))] = status
  }
  return LinkableMetrics([
    roas: LinkableMetrics.Linkable(current: VersionNumber(2), statuses: statuses),
    cac: LinkableMetrics.Linkable(statuses: [try #require(VersionNumber(1)): .draft]),
  ])
}

private func row(_ metric: String, _ version: String = "") -> TypedKpiRow {
  TypedKpiRow(number: 2, key: "K", name: "K", level: "north_star", metricKey: metric, metricVersion: version)
}

private func save(_ row: TypedKpiRow, over current: [Kpi] = []) throws -> MetricsConfigSave {
  MetricsConfigSave(of: [row], scope: .all, over: current, linkable: try registry())
}

@Suite struct MetricLinkTests {
  @Test(arguments: [
    ("roas", "v2", "roas@v2", ""), (" ROAS ", " V2 ", "roas@v2", ""), ("roas", "", "roas@v2", "info pinned_to_current"),
    ("roas", "v1", "roas@v1", "warning metric_version_deprecated"), ("", "", "@", ""),
  ])
  func `a row's link names a version for good`(metric: String, version: String, link: String, finding: String) throws {
    let outcome = try save(row(metric, version))
    let kpi = try #require(outcome.kpis?.first)
    #expect("\(kpi.metricKey)@\(kpi.metricVersion)" == link)
    #expect(outcome.findings.map { "\($0.severity) \($0.code)" } == (finding.isEmpty ? [] : [finding]))
  }

  @Test(arguments: [
    ("raos", "", "unknown_metric", "did you mean \"roas\"?"), ("revenue", "", "unknown_metric", "write one of cac, roas"),
    ("roas", "v9", "unknown_metric_version", "did you mean \"v1\"?"),
    ("roas", "latest", "unknown_metric_version", "write one of v1, v2"),
    ("roas", "v3", "metric_version_sunset", "its current version is v2"),
    ("roas", "v4", "metric_version_retired", "its current version is v2"),
    ("roas", "v5", "metric_version_draft", "its current version is v2"),
    ("cac", "", "metric_has_no_current_version", "write the version meant"),
    ("cac", "v1", "metric_version_draft", "it has no current version"),
    ("", "v1", "version_without_metric", "name the metric, or leave both blank"),
  ])
  func `what cannot measure a KPI is refused with what could`(
    metric: String, version: String, code: String, mend: String
  ) throws {
    let outcome = try save(row(metric, version))
    #expect(outcome.isRefused)
    #expect(outcome.findings.map(\.code) == [code])
    #expect(outcome.findings.first?.message.contains(mend) == true)
  }

  @Test func `an empty registry says that it is empty`() {
    let outcome = MetricsConfigSave(of: [row("roas")], scope: .all, over: [])
    #expect(outcome.findings.first?.message.hasSuffix("the registry has none yet; leave it blank until it has") == true)
  }

  @Test func `a blank version keeps the one that the KPI has, whatever is current`() throws {
    let stored = try #require(try save(row("roas", "v1")).kpis)
    let outcome = try save(row("roas"), over: stored)
    #expect(outcome.kpis == stored && outcome.counts.unchanged == 1)
    #expect(outcome.findings.contains { $0.code == "metric_version_deprecated" && $0.severity == .warning })
  }

  @Test(arguments: ["v3", "v4"])
  func `a link that stands keeps nobody from saving although its version is gone`(version: String) throws {
    let key = try #require(KpiKey("K"))
    let stored = Kpi(key: key, name: "K", level: .northStar, metricKey: "roas", metricVersion: version)
    for typed in ["", version] {
      let outcome = try save(row("roas", typed), over: [stored])
      #expect(outcome.kpis == [stored])
      #expect(outcome.counts.warnings == 1)
    }
  }

  @Test func `another metric's blank version is its own current one`() throws {
    let key = try #require(KpiKey("K"))
    let stored = Kpi(key: key, name: "K", level: .northStar, metricKey: "cac", metricVersion: "v1")
    #expect(try save(row("roas"), over: [stored]).kpis?.first?.metricVersion == "v2")
  }
}

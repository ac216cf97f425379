import Foundation
import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

extension GovernanceUnderTest {
  fileprivate var files: RegistryFileHandler { RegistryFileHandler(store: store, callers: callers) }

  fileprivate func plan(_ yaml: String, as principal: String = "person/ada") async throws -> Messages.ImportPlan {
    try await files.planImport(PlanImportRequest(yaml: yaml), context: Self.context(principal))
  }

  fileprivate func apply(
    _ yaml: String, as principal: String = "person/ada", revision: Int64? = nil, key: String? = nil
  ) async throws -> Messages.ImportPlan {
    let known: Int64
    if let revision { known = revision } else { known = try await plan(yaml).registryRevision }
    return try await files.applyImport(
      ApplyImportRequest(
        yaml: yaml, expectedRegistryRevision: known, idempotencyKey: key ?? "key-\(UInt64.random(in: .min ... .max))",
        reason: "as agreed"),
      context: Self.context(principal, method: "/apply"))
  }

  fileprivate func export(_ keys: String...) async throws -> String {
    try await files.exportRegistry(ExportRegistryRequest(metricKeys: keys), context: Self.context("person/vera")).yaml
  }
}

extension Messages.ImportPlan {
  fileprivate var told: [String] { steps.map { $0.version.isEmpty ? $0.action : "\($0.action) \($0.version)" } }
  fileprivate var codes: [String] { problems.map(\.code) }
}

/// roas with the versions that are named, each as a draft unless its lines say otherwise.
private func file(_ versions: [(String, String)], current: String = "v1", unit: String = "ratio") -> String {
  var text = """
    metrics:
      roas:
        display_name: Return on Ad Spend
        description: Revenue per unit of ad spend
        current_version: "\(current)"
        owner: growth
        unit: \(unit)
        versions:

    """
  for (name, lines) in versions {
    text += "      \(name):\n"
    for line in lines.split(separator: "\n") { text += "        \(line)\n" }
  }
  return text
}

private let first = """
  status: active
  dbt_model: marts/metrics/roas_v1
  definition: SUM(revenue) / SUM(spend)
  edge_cases: {on_zero_denominator: 0}
  approval: {status: approved, approved_by: board, approval_ticket: ANALYTICS-001}
  """
private let proposed = """
  status: draft
  dbt_model: marts/metrics/roas_v2
  definition: SUM(revenue) / SUM(spend)
  edge_cases: {on_zero_denominator: "null"}
  migration_guide: filter by metric_version
  approval: {status: pending, requested_by: bob, approval_ticket: ANALYTICS-002}
  """

@Suite(.timeLimit(.minutes(3))) struct RegistryFileServiceTests {
  @Test func `the example's ROAS and CAC come into an empty registry as active, as the file records them`() async throws {
    let yaml = try String(contentsOf: Program.repository.appending(path: "Sources/CLI/Demo/metric_registry.yaml"), encoding: .utf8)
    try await withGovernance { service in
      let plan = try await service.plan(yaml, as: "person/vera")
      #expect(plan.problems.isEmpty && !plan.applied && plan.registryRevision == 0)
      #expect(
        plan.told == [
          "create_metric", "record_version v1", "set_current v1", "create_metric", "record_version v1", "set_current v1",
        ])
      #expect(
        plan.steps[1].description
          == "take roas v1 as active, its approval ANALYTICS-001 approved by data-governance-board, recorded from the file; needs a person of the governance board"
      )
      let applied = try await service.apply(yaml)
      #expect(applied.applied && applied.registryRevision == 1 && applied.problems.isEmpty)
      for (key, zero) in [("roas", "Zero spend: returns 0."), ("cac", "Zero customers: returns 0.")] {
        let metric = try #require(try await service.metric(key))
        let version = try #require(metric.versions.first)
        #expect(metric.current == version.number && version.status == .active)
        #expect(version.content.edgeCases.onZeroDenominator == .zero && version.content.edgeCases.currency == .separate)
        #expect(version.content.edgeCases.notes.contains(zero))
        #expect(version.approvals.first?.decisions.map(\.principal) == ["recorded:data-governance-board"])
        #expect(version.approvals.first?.reason == "Recorded from the file: as agreed")
      }
      #expect(
        try await service.auditEvents()
          == ["roas", "cac"].flatMap {
            [
              "metric.metadata_updated \($0)", "metric.version_created \($0)@v1", "metric.version_approval_granted \($0)@v1",
              "metric.version_status_changed \($0)@v1", "metric.current_version_changed \($0)@v1",
            ]
          })
      let again = try await service.plan(yaml)
      #expect(again.steps.isEmpty && again.problems.isEmpty)
    }
  }

  @Test func `an export imported again changes nothing, and into an empty registry it gives the same bytes`() async throws {
    let exported = try await withGovernance { service in
      _ = try await service.apply(seedRegistry)
      try await service.create()
      try await service.request("v2")
      let exported = try await service.export()
      let before = try await service.plan(exported)
      #expect(before.steps.isEmpty && before.problems.isEmpty, "\(before)")
      let applied = try await service.apply(exported)
      #expect(applied.applied && applied.steps.isEmpty && applied.registryRevision == before.registryRevision)
      #expect(try await service.export() == exported)
      #expect(try await service.export("roas") == exported)
      return exported
    }
    try await withGovernance { service in
      let applied = try await service.apply(exported, as: "person/cleo")
      #expect(applied.applied)
      #expect(try await service.export() == exported)
    }
  }

  @Test func `random registries go through the database and come out byte for byte`() async throws {
    for seed in 9000..<9006 as Range<UInt64> {
      var random = RandomRegistry(seed: seed)
      let registry = random.metrics()
      let yaml = RegistryFileExport(registry).text
      try await withGovernance { service in
        let applied = try await service.apply(yaml)
        #expect(applied.applied, "seed \(seed): \(applied.problems)")
        let exported = try await service.export()
        #expect(exported.utf8.elementsEqual(yaml.utf8), "seed \(seed)\n\(yaml)\n--- became ---\n\(exported)")
        let again = try await service.plan(exported)
        #expect(again.steps.isEmpty && again.problems.isEmpty, "seed \(seed): \(again)")
      }
    }
  }

  @Test func `a version goes from draft to sunset by the file, and only people approve it`() async throws {
    try await withGovernance { service in
      _ = try await service.apply(file([("v1", first)]))
      let drafted = try await service.apply(file([("v1", first), ("v2", proposed)]), as: "person/bob")
      #expect(drafted.told == ["create_version v2", "request_approval v2"] && drafted.applied)

      // The file may say so as often as it likes.
      let approved = proposed.replacing("status: draft", with: "status: active").replacing(
        "status: pending, requested_by: bob", with: "status: approved, approved_by: ada, requested_by: bob")
      let eager = try await service.apply(file([("v1", first), ("v2", approved)]), as: "person/ada")
      #expect(
        !eager.applied && eager.codes == ["file_cannot_approve"]
          && eager.problems.first?.path == "metrics.roas.versions.v2.approval")

      try await service.approve("v2", 1, as: "person/ada")
      let activated = try await service.apply(file([("v1", first), ("v2", approved)]), as: "person/bob")
      #expect(activated.told == ["activate v2"] && activated.applied)

      let moved = file([("v1", first.replacing("status: active", with: "status: deprecated")), ("v2", approved)], current: "v2")
      let refused = await #expect(throws: Refusal.self) { try await service.apply(moved, as: "person/bob") }
      #expect(refused?.kind == .denied)
      let ended = try await service.apply(moved, as: "person/ada")
      #expect(ended.told == ["set_current v2", "deprecate v1"] && ended.applied, "\(ended)")
      let metric = try #require(try await service.metric())
      #expect(metric.current == VersionNumber(2) && metric.versions.map(\.status) == [.deprecated, .active])

      let sunset = moved.replacing("status: deprecated", with: "status: sunset")
      let early = try await service.plan(sunset)
      #expect(early.problems.map(\.path) == ["metrics.roas.versions.v1.status"], "\(early.problems)")
      try await service.setClock(GovernanceUnderTest.start.advanced(byDays: 31))
      #expect(try await service.apply(sunset, as: "person/ada").told == ["sunset v1"])
      let back = try await service.plan(moved)
      #expect(back.codes == ["status_goes_back"])
    }
  }

  @Test(arguments: [
    (file([("v1", first.replacing("SUM(spend)", with: "SUM(cost)"))]), ["content_is_fixed"]),
    (file([("v2", proposed)], current: ""), ["version_missing", "requested_by_is_another", "current_version_lost"]),
    (file([("v1", first.replacing("ANALYTICS-001", with: "ANALYTICS-009"))]), ["approval_differs"]),
    (file([("v1", first.replacing("by: board", with: "by: mallory"))]), ["approval_differs"]),
    (file([("v1", first), ("v2", first)]), ["file_cannot_approve"]),
    (
      file([("v1", first), ("v2", proposed.replacing("requested_by: bob", with: "requested_by: cleo"))]),
      ["requested_by_is_another"]
    ),
    (file([("v1", first), ("v2", proposed.replacing("SUM(spend)", with: "SUM(spend"))]), ["formula"]),
    (file([("v1", first)], current: ""), ["current_version_lost"]),
    (file([("v1", first)]).replacing("roas:", with: "cpa:"), ["file_cannot_approve"]),
  ])
  func `what a file cannot do is a problem, and nothing is done`(yaml: String, codes: [String]) async throws {
    try await withGovernance { service in
      _ = try await service.apply(file([("v1", first)]))
      let before = try await service.export()
      let plan = try await service.plan(yaml, as: "person/ada")
      if codes == ["formula"] { #expect(plan.problems.count == 1) } else { #expect(plan.codes == codes, "\(plan.problems)") }
      #expect(plan.problems.allSatisfy { $0.line > 1 && $0.path.hasPrefix("metrics.") })
      let applied = try await service.apply(yaml, as: "person/ada")
      #expect(!applied.applied && applied.problems == plan.problems)
      #expect(try await service.export() == before)
      #expect(try await service.plan(before).registryRevision == 1)
    }
  }

  @Test func `an edit of a draft changes it, and voids what was asked for it`() async throws {
    try await withGovernance { service in
      _ = try await service.apply(file([("v1", first), ("v2", proposed)]))
      let edited = file([("v1", first), ("v2", proposed.replacing("roas_v2", with: "roas_v2b"))], unit: "factor")
      let plan = try await service.apply(edited, as: "person/bob")
      #expect(plan.told == ["update_metric", "update_draft v2", "request_approval v2"], "\(plan)")
      let metric = try #require(try await service.metric())
      #expect(metric.facts.unit == "factor" && metric.versions[1].approvals.map(\.status) == [.void, .pending])
    }
  }

  @Test func `an import is bound to the revision it was planned for, and to its key`() async throws {
    try await withGovernance { service in
      let stale = await #expect(throws: Refusal.self) { try await service.apply(seedRegistry, revision: 7) }
      #expect(stale?.kind == .aborted && stale?.message.contains("Plan again") == true)
      let once = try await service.apply(seedRegistry, revision: 0, key: "one")
      let twice = try await service.apply(seedRegistry, revision: 0, key: "one")
      #expect(once == twice && once.registryRevision == 1)
      #expect(try await service.auditEvents().count == 5)
    }
  }

  @Test func `the first import is for people of the board`() async throws {
    try await withGovernance { service in
      let refused = await #expect(throws: Refusal.self) { try await service.apply(seedRegistry, as: "person/bob") }
      #expect(refused?.kind == .denied)
      let metrics = try await service.count("metric")
      #expect(metrics == 0)
      #expect(try await service.count("audit_event") == 0)
      // A draft is anybody's who works on metrics.
      let draft = file(
        [("v1", proposed.replacing("status: pending, requested_by: bob, approval_ticket: ANALYTICS-002", with: "status: none"))],
        current: "")
      #expect(try await service.apply(draft, as: "person/bob").told == ["create_metric", "create_version v1"])
    }
  }

  @Test func `a file that cannot be read is answered with its problems, and changes nothing`() async throws {
    try await withGovernance { service in
      let plan = try await service.apply("metrics: {roas: *x, cac: *y}", revision: 0)
      #expect(!plan.applied && plan.codes == ["yaml_alias", "yaml_alias"] && plan.problems.map(\.line) == [1, 1])
    }
  }

  @Test func `an export names what is not there`() async throws {
    try await withGovernance { service in
      let refused = await #expect(throws: Refusal.self) { try await service.export("roas") }
      #expect(refused?.kind == .notFound)
      let empty = try await service.export()
      #expect(empty == "metrics: {}\n")
    }
  }
}

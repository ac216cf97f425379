import ConstraintCompilationDomain
import Messages
import Postgres
import SheetSyncDomain
import Testing
import Wire

@testable import ConstraintCompilationServer

/// The seeds' examples, from rows to what the store's columns say.
@Suite struct GoldenSetTests {
  /// Initiatives that bring some of every KPI.
  private func initiatives(_ keys: [String], _ kpis: [String], change: (inout PlannedInitiative) -> Void) -> [PlannedInitiative] {
    keys.map { key in
      var initiative = PlannedInitiative(
        key: "INIT-000\(key)", backlog: BacklogFields(country: "UK", department: "Core"), candidate: CandidateFields(tokens: 150),
        contributions: kpis.map { KpiContribution(kpiKey: $0, value: 1) })
      change(&initiative)
      return initiative
    }
  }

  private func expect(
    _ rows: [ConstraintEntry], _ targets: [TargetEntry], _ golden: GoldenSet, initiatives: [PlannedInitiative], kpis: KpiCatalogue,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let compilation = SetCompilation(
      constraints: rows, targets: targets, scenario: SeedPlan.core, initiatives: InitiativeIndex(initiatives), kpis: kpis)
    let set = try #require(compilation.compiled, "\(compilation.findings.map(\.message))", sourceLocation: sourceLocation)
    let columns = PublishedColumns(CompiledConstraintSet(set))
    let expected = [
      "floors_json": golden.floors, "caps_json": golden.caps, "targets_json": golden.targets,
      "mandatory_initiatives_json": golden.mandatory, "bundles_json": golden.bundles, "exclusions_json": golden.exclusions,
      "prerequisites_json": golden.prerequisites, "synergies_json": golden.synergies,
    ]
    #expect(expected.keys.sorted() == PublishedColumns.names.sorted(), sourceLocation: sourceLocation)
    for (name, column) in zip(PublishedColumns.names, columns.texts) {
      let isSame = try JSONValue(parsing: column.text).canonicalText == JSONValue(parsing: expected[name] ?? "null").canonicalText
      #expect(isSame, "\(name): \(column.text)", sourceLocation: sourceLocation)
    }
  }

  private func rule(
    _ row: Int, _ type: String, _ dimension: String, _ key: String, _ number: Double? = nil, notes: String = ""
  ) -> ConstraintEntry {
    ConstraintEntry(
      row: row, type: type, dimension: dimension, key: key, minTokens: type == "capacity_floor" ? number : nil,
      maxTokens: type == "capacity_cap" ? number : nil, minCount: type == "min_selected" ? number : nil,
      maxCount: type == "max_selected" ? number : nil, notes: notes)
  }

  private func target(_ row: Int, _ kpi: String, _ side: String, _ value: Double) -> TargetEntry {
    TargetEntry(row: row, country: "UK", kpiKey: kpi, targetValue: value, floorOrGoal: side)
  }

  @Test(arguments: [("Baseline", GoldenSet.baseline), ("Aggressive", GoldenSet.aggressive)])
  func `the example tables' sets compile to their golden JSON`(set: String, golden: GoldenSet) throws {
    let constraints = try TabReading(Catalogue[.constraints], of: SeedTables.constraints.sheet).rows.map { ConstraintRuleRow($0) }
    let targets = try TabReading(Catalogue[.targets], of: SeedTables.targets.sheet).rows.map { TargetRuleRow($0) }
    try expect(
      constraints.filter { $0.constraintSetName == set }.map { row in
        ConstraintEntry(
          row: row.number, type: row.constraintType, dimension: row.dimension, key: row.key,
          minTokens: row.minTokens.map { Double($0) }, maxTokens: row.maxTokens.map { Double($0) }, notes: row.notes)
      },
      targets.filter { $0.constraintSetName == set }.map { row in
        TargetEntry(
          row: row.number, country: row.country, kpiKey: row.kpiKey, targetValue: row.targetValue, floorOrGoal: row.floorOrGoal,
          notes: row.notes)
      }, golden, initiatives: SeedPlan.initiatives, kpis: SeedPlan.kpis)
  }

  private var example: (initiatives: [PlannedInitiative], kpis: KpiCatalogue) {
    let kpis = ["north_star_gmv", "conversion_rate"]
    let initiatives = initiatives(["123", "201", "202", "305", "401", "402", "403", "999"], kpis) {
      if $0.key.hasSuffix("202") { $0.backlog.country = "DE" }
      if $0.key.contains("000305") || $0.key.contains("00040") { $0.backlog.department = "Growth" }
      if $0.key.hasSuffix("403") { $0.backlog.category = "TechDebt" }
    }
    return (
      initiatives,
      KpiCatalogue(
        revision: 1,
        kpis: [
          KpiDefinition(key: kpis[0], name: "GMV", standing: .northStar, unit: "ratio"),
          KpiDefinition(key: kpis[1], name: "Conversion", standing: .strategic, unit: "ratio"),
        ])
    )
  }

  @Test func `the rows of the compiled example Baseline compile to it`() throws {
    try expect(
      [
        rule(2, "capacity_floor", "country", "UK", 120), rule(3, "capacity_floor", "country", "DE", 80),
        rule(4, "capacity_floor", "department", "Core", 100), rule(5, "capacity_cap", "category", "TechDebt", 140),
        rule(6, "mandatory", "initiative", "INIT-000123", notes: "Regulatory deadline"),
        rule(7, "bundle_all_or_nothing", "bundle", "BUNDLE-ONBOARDING: INIT-000201, INIT-000202"),
      ], [target(2, "north_star_gmv", "goal", 1.10), target(3, "conversion_rate", "floor", 0.030)], .compiledBaseline,
      initiatives: example.initiatives, kpis: example.kpis)
  }

  @Test func `the rows of the compiled example Aggressive compile to it`() throws {
    var initiatives = example.initiatives
    for place in initiatives.indices { initiatives[place].candidate.tokens = 80 }
    try expect(
      [
        rule(2, "capacity_floor", "country", "UK", 160), rule(3, "capacity_floor", "department", "Growth", 140),
        rule(4, "min_selected", "country", "UK", 5), rule(5, "capacity_cap", "category", "TechDebt", 90),
        rule(6, "max_selected", "category", "TechDebt", 2),
        rule(7, "mandatory", "initiative", "INIT-000123", notes: "Regulatory deadline"),
        rule(8, "mandatory", "initiative", "INIT-000305", notes: "Growth bet required for aggressive plan"),
        rule(9, "bundle_all_or_nothing", "bundle", "BUNDLE-ONBOARDING: INIT-000201, INIT-000202"),
        rule(10, "bundle_all_or_nothing", "bundle", "BUNDLE-RETENTION: INIT-000401, INIT-000402, INIT-000403"),
        rule(11, "exclude", "initiative", "INIT-000999"),
      ], [target(2, "north_star_gmv", "goal", 1.20), target(3, "conversion_rate", "floor", 0.035)], .compiledAggressive,
      initiatives: initiatives, kpis: example.kpis)
  }

  @Test func `the compact examples' rows compile to the list form`() throws {
    let kpis = ["kpi.delivery_time", "kpi.cost_per_order"]
    let initiatives = initiatives(["010", "011", "017", "022", "099"], kpis) {
      if $0.key.hasSuffix("099") { $0.backlog.country = "DE" }
      if $0.key.contains("00001") { $0.backlog.department = "Growth" }
      if $0.key.hasSuffix("022") { $0.backlog.department = "Platform" }
    }
    try expect(
      [
        rule(2, "capacity_floor", "country", "UK", 200), rule(3, "capacity_floor", "country", "DE", 120),
        rule(4, "capacity_floor", "department", "Growth", 300), rule(5, "capacity_cap", "department", "Platform", 250),
        rule(6, "mandatory", "initiative", "INIT-000017", notes: "in the example"),
        rule(7, "mandatory", "initiative", "INIT-000022", notes: "in the example"),
        rule(8, "bundle_all_or_nothing", "bundle", "BUNDLE-1: INIT-000010, INIT-000011"),
        rule(9, "exclude_pair", "initiative", "INIT-000010<>INIT-000099"),
      ], [target(2, kpis[0], "goal", 2.3), target(3, kpis[1], "cap", 5.0)], .compact, initiatives: initiatives,
      kpis: KpiCatalogue(
        revision: 1,
        kpis: [
          KpiDefinition(key: kpis[0], name: "Delivery", standing: .strategic, unit: "days", lowerIsBetter: true),
          KpiDefinition(key: kpis[1], name: "Cost", standing: .strategic, unit: "EUR", lowerIsBetter: true),
        ]))
  }
}

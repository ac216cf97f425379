import Messages

/// The seeds' own example rows (002), as the contract's messages, with what they need beside them.
enum Seeds {
  static let initiatives = ["UK", "UK", "DE", "UK", "DE", "DE"].enumerated().map { place, country in
    InitiativeRow(
      rowNumber: UInt32(place + 2), initiativeKey: keys[place], title: "Title \(place)", country: country, department: "Payments",
      category: "Core", isOptimizationCandidate: true)
  }

  static let keys = ["INIT-000017", "INIT-000081", "INIT-000044", "INIT-000012", "INIT-000099", "INIT-000100"]

  static let contributions = zip(keys, [90_000.0, 130_000, 70_000, 20_000, 60_000, 65_000]).enumerated().map { place, pair in
    ContributionRow(rowNumber: UInt32(place + 2), initiativeKey: pair.0, kpiKey: "NSM_ORDERS", contribution: pair.1)
  }

  static let candidates = [
    CandidateRow(
      rowNumber: 2, initiativeKey: keys[0], engineeringTokens: .init(value: 180), deadlineDate: "2026-02-15", isMandatory: true,
      mandateReason: "Regulatory"),
    CandidateRow(
      rowNumber: 3, initiativeKey: keys[1], engineeringTokens: .init(value: 220), bundleKey: "BNDL-PAYMENTS",
      prerequisiteKeys: ["INIT-000012"], notes: "Depends on auth"),
    CandidateRow(rowNumber: 4, initiativeKey: keys[2], engineeringTokens: .init(value: 120), exclusionKeys: ["INIT-000099"]),
    CandidateRow(rowNumber: 5, initiativeKey: keys[3], engineeringTokens: .init(value: 150), bundleKey: "BNDL-PAYMENTS"),
    CandidateRow(rowNumber: 6, initiativeKey: keys[4], engineeringTokens: .init(value: 100)),
    CandidateRow(rowNumber: 7, initiativeKey: keys[5], engineeringTokens: .init(value: 80)),
  ]

  static let scenarios = [
    ScenarioRow(
      rowNumber: 2, scenarioName: "Q1-2026 Core", periodKey: "2026-Q1", capacityTotalTokens: .init(value: 1200),
      objectiveMode: "weighted_kpis", objectiveWeights: #"{"north_star":0.6,"strategic_kpis":0.4}"#, notes: "Default Q1 portfolio"),
    ScenarioRow(
      rowNumber: 3, scenarioName: "Q1-2026 Growth", periodKey: "2026-Q1", capacityTotalTokens: .init(value: 1200),
      objectiveMode: "north_star_only", objectiveWeights: "{}", notes: "Pure NSM maximization"),
  ]

  static let constraints = [
    row(2, "Baseline", "capacity_floor", "country", "UK", min: 250, notes: "Minimum UK capacity"),
    row(3, "Baseline", "capacity_cap", "country", "DE", max: 180, notes: "Cap Germany"),
    row(4, "Baseline", "mandatory", "initiative", "INIT-000017", notes: "Must ship (regulatory)"),
    row(5, "Baseline", "bundle_all_or_nothing", "bundle", "BNDL-PAYMENTS", notes: "If pick one, pick all in bundle"),
    row(6, "Baseline", "exclude", "initiative", "INIT-000044", notes: "Blocked by legal"),
    row(7, "Aggressive", "capacity_floor", "country", "UK", min: 350, notes: "More UK investment"),
    row(8, "Aggressive", "capacity_cap", "country", "DE", max: 120, notes: "Lower DE cap"),
    row(9, "Aggressive", "mandatory", "initiative", "INIT-000017", notes: "Same mandatory"),
    row(10, "Aggressive", "require_prereq", "initiative", "INIT-000081<-INIT-000012", notes: "INIT-81 requires INIT-12"),
  ]

  static let targets = [
    target(2, "Baseline", "UK", "NSM_ORDERS", "floor", 200_000, "Must not drop below"),
    target(3, "Baseline", "UK", "KPI_CONVERSION", "goal", 0.035, "Stretch goal"),
    target(4, "Aggressive", "UK", "NSM_ORDERS", "goal", 240_000, "Push growth"),
    target(5, "Aggressive", "DE", "NSM_ORDERS", "floor", 120_000, "Keep stable"),
  ]

  static func row(
    _ number: UInt32, _ set: String, _ type: String, _ dimension: String, _ key: String, min: Double? = nil, max: Double? = nil,
    notes: String = "why"
  ) -> ConstraintRow {
    ConstraintRow(
      rowNumber: number, scenarioName: "Q1-2026 Core", constraintSetName: set, constraintType: type, dimension: dimension, key: key,
      minTokens: min.map { .init(value: $0) }, maxTokens: max.map { .init(value: $0) }, notes: notes)
  }

  static func target(
    _ number: UInt32, _ set: String, _ country: String, _ kpi: String, _ side: String, _ value: Double, _ notes: String = ""
  ) -> TargetRow {
    TargetRow(
      rowNumber: number, scenarioName: "Q1-2026 Core", constraintSetName: set, country: country, kpiKey: kpi,
      targetValue: .init(value: value), floorOrGoal: side, notes: notes)
  }
}

import ConstraintCompilationDomain

/// The seeds' own example rows (002, "the mental model"), with the initiatives that they need to hold together.
enum SeedRows {
  static let kpis = KpiCatalogue(
    revision: 7,
    kpis: [
      KpiDefinition(key: "NSM_ORDERS", name: "Orders", standing: .northStar, unit: "orders"),
      KpiDefinition(key: "KPI_CONVERSION", name: "Conversion", standing: .strategic, unit: "ratio"),
      KpiDefinition(key: "KPI_DELIVERY_TIME", name: "Delivery time", standing: .strategic, unit: "minutes", lowerIsBetter: true),
      KpiDefinition(key: "KPI_TICKETS", name: "Tickets", standing: .supporting, unit: "tickets"),
      KpiDefinition(key: "KPI_OLD", name: "Old", standing: .strategic, isActive: false),
    ])

  static let scenarioEntries = [
    ScenarioEntry(
      row: 2, name: "Q1-2026 Core", periodKey: "2026-Q1", capacity: 1200, objectiveMode: "weighted_kpis",
      weights: .json(.object([.init("north_star", .number(0.6)), .init("strategic_kpis", .number(0.4))])),
      notes: "Default Q1 portfolio"),
    ScenarioEntry(
      row: 3, name: "Q1-2026 Growth", periodKey: "2026-Q1", capacity: 1200, objectiveMode: "north_star_only",
      weights: .json(.object([])),
      notes: "Pure NSM maximization"),
  ]

  static let core = PlannedScenario(
    name: "Q1-2026 Core", period: PeriodKey("2026-Q1")!, capacity: 1200, objective: .weightedKpis,
    weights: [ScenarioWeight(key: "north_star", weight: 0.6), ScenarioWeight(key: "strategic_kpis", weight: 0.4)],
    notes: "Default Q1 portfolio", row: 2)

  static let baselineConstraints = [
    ConstraintEntry(row: 2, type: "capacity_floor", dimension: "country", key: "UK", minTokens: 250, notes: "Minimum UK capacity"),
    ConstraintEntry(row: 3, type: "capacity_cap", dimension: "country", key: "DE", maxTokens: 180, notes: "Cap Germany"),
    ConstraintEntry(row: 4, type: "mandatory", dimension: "initiative", key: "INIT-000017", notes: "Must ship (regulatory)"),
    ConstraintEntry(
      row: 5, type: "bundle_all_or_nothing", dimension: "bundle", key: "BNDL-PAYMENTS", notes: "If pick one, pick all in bundle"),
    ConstraintEntry(row: 6, type: "exclude", dimension: "initiative", key: "INIT-000044", notes: "Blocked by legal"),
  ]

  static let aggressiveConstraints = [
    ConstraintEntry(row: 7, type: "capacity_floor", dimension: "country", key: "UK", minTokens: 350, notes: "More UK investment"),
    ConstraintEntry(row: 8, type: "capacity_cap", dimension: "country", key: "DE", maxTokens: 120, notes: "Lower DE cap"),
    ConstraintEntry(row: 9, type: "mandatory", dimension: "initiative", key: "INIT-000017", notes: "Same mandatory"),
    ConstraintEntry(
      row: 10, type: "require_prereq", dimension: "initiative", key: "INIT-000081<-INIT-000012",
      notes: "\u{201C}INIT-81 requires INIT-12\u{201D} encoding"),
  ]

  static let baselineTargets = [
    TargetEntry(
      row: 2, country: "UK", kpiKey: "NSM_ORDERS", targetValue: 200_000, floorOrGoal: "floor", notes: "Must not drop below"),
    TargetEntry(row: 3, country: "UK", kpiKey: "KPI_CONVERSION", targetValue: 0.035, floorOrGoal: "goal", notes: "Stretch goal"),
  ]

  static let aggressiveTargets = [
    TargetEntry(row: 4, country: "UK", kpiKey: "NSM_ORDERS", targetValue: 240_000, floorOrGoal: "goal", notes: "Push growth"),
    TargetEntry(row: 5, country: "DE", kpiKey: "NSM_ORDERS", targetValue: 120_000, floorOrGoal: "floor", notes: "Keep stable"),
  ]

  static let initiatives = [
    initiative(
      "INIT-000017", "UK", 2, tokens: 180, orders: 90_000,
      CandidateFields(deadlineDate: "2026-02-15", isMandatory: true, mandateReason: "Regulatory")),
    initiative(
      "INIT-000081", "UK", 3, tokens: 220, orders: 130_000,
      CandidateFields(bundleKey: "BNDL-PAYMENTS", prerequisiteKeys: ["INIT-000012"])),
    initiative("INIT-000044", "DE", 4, tokens: 120, orders: 70_000, CandidateFields(exclusionKeys: ["INIT-000099"])),
    initiative("INIT-000012", "UK", 5, tokens: 150, orders: 20_000, CandidateFields(bundleKey: "BNDL-PAYMENTS")),
    initiative("INIT-000099", "DE", 6, tokens: 100, orders: 60_000),
    initiative("INIT-000100", "DE", 7, tokens: 80, orders: 65_000),
  ]

  static func initiative(
    _ key: String, _ country: String, _ row: Int, tokens: Int?, orders: Double? = 1000,
    _ fields: CandidateFields = CandidateFields()
  ) -> PlannedInitiative {
    var candidate = fields
    candidate.tokens = tokens
    return PlannedInitiative(
      key: key, backlog: BacklogFields(title: "Title of \(key)", country: country, department: "Payments", category: "Core"),
      backlogRow: row, candidate: candidate, candidateRow: row,
      contributions: orders.map { [KpiContribution(kpiKey: "NSM_ORDERS", value: $0)] } ?? [])
  }

  static func compile(
    _ constraints: [ConstraintEntry], _ targets: [TargetEntry] = [], scenario: PlannedScenario = core,
    initiatives: [PlannedInitiative] = initiatives, kpis: KpiCatalogue = kpis
  ) -> SetCompilation {
    SetCompilation(
      constraints: constraints, targets: targets, scenario: scenario, initiatives: InitiativeIndex(initiatives), kpis: kpis)
  }
}

extension SetCompilation {
  /// `row:code` of each finding of at least the severity.
  func codes(_ severity: FindingSeverity = .error) -> [String] {
    findings.filter { $0.severity >= severity }.map { "\($0.cell.row):\($0.code)" }
  }
}

import ConstraintCompilationDomain
import Messages

@testable import ConstraintCompilationServer

/// What the seeds' rows are held against: their initiatives, scenario and KPIs, as the service would have them stored.
enum SeedPlan {
  static let kpis = KpiCatalogue(
    revision: 7,
    kpis: [
      KpiDefinition(key: "NSM_ORDERS", name: "Orders", standing: .northStar, unit: "orders"),
      KpiDefinition(key: "KPI_CONVERSION", name: "Conversion", standing: .strategic, unit: "ratio"),
      KpiDefinition(key: "KPI_OLD", name: "Old", standing: .strategic, isActive: false),
    ])

  static let core = PlannedScenario(name: "Q1-2026 Core", period: PeriodKey("2026-Q1")!, capacity: 1200)

  static let keys = Seeds.keys

  /// Two of them are of the group that the further rows name.
  static let initiatives = zip(zip(Seeds.initiatives, Seeds.candidates), Seeds.contributions).map { rows, contribution in
    var candidate = CandidateEntry(rows.1).fields
    if ["INIT-000012", "INIT-000099"].contains(rows.1.initiativeKey) { candidate.synergyGroupKeys = ["SYN-CHECKOUT"] }
    return PlannedInitiative(
      key: rows.0.initiativeKey, backlog: InitiativeEntry(rows.0).fields, backlogRow: Int(rows.0.rowNumber),
      candidate: candidate, candidateRow: Int(rows.1.rowNumber),
      contributions: [KpiContribution(kpiKey: contribution.kpiKey, value: contribution.contribution)])
  }
}

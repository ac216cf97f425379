import Messages
import RPC
import SheetSyncDomain

extension RowGateway {
  /// What is stored of a tab that is saved, as its owner would get it from a sheet.
  func stored(_ tab: TabName) async throws -> [ComparableRow] {
    if tab == .metricsConfig {
      let config = try await metricsConfig()
      return config.kpis.map { KpiRow($0).comparable }
    }
    return try await compilerDependency.calling {
      var rows: [ComparableRow] = []
      let parts = compiler.listStoredRows(ListStoredRowsRequest(tab: tab.rawValue), options: CallOptions(timeout: Self.patience))
      for try await part in parts { rows += part.rows.map(\.comparable) }
      return rows
    }
  }

  func metricsConfig() async throws -> MetricsConfig {
    try await metricsDependency.calling {
      try await metrics.getMetricsConfig(GetMetricsConfigRequest(), options: CallOptions(timeout: Self.patience))
    }
  }

  /// Every initiative with what it brings to which KPI.
  func initiatives() async throws -> [Messages.Initiative] {
    try await compilerDependency.calling {
      try await compiler.listInitiatives(ListInitiativesRequest(), options: CallOptions(timeout: Self.patience)).initiatives
    }
  }
}

extension StoredTabRows {
  /// The rows of the one list that is filled.
  fileprivate var rows: [any ComparedRow] {
    let lists: [[any ComparedRow]] = [
      initiatives, contributions, candidates, scenarios, constraints, targets, mathModels, modelParams, scoringInputs, resultNotes,
      gapNotes,
    ]
    return lists.flatMap(\.self)
  }
}

extension TabName {
  /// A row as its owner would be sent it; nil for tabs that are not saved.
  func compared(_ row: ReadRow) -> (any ComparedRow)? {
    switch self {
    case .metricsConfig: KpiRow(MetricsConfigRow(row))
    case .kpiContributions: ContributionRow(KPIContributionRow(row))
    case .mathModels: MathModelRow(MathModelTextRow(row))
    case .params: ModelParamRow(ParamRow(row))
    case .scoringInputs: ScoringInputRow(ScoringRow(row))
    case .centralBacklog: InitiativeRow(BacklogRow(row))
    case .candidates: CandidateRow(CandidatePlanRow(row))
    case .scenarioConfig: ScenarioRow(ScenarioConfigRow(row))
    case .constraints: ConstraintRow(ConstraintRuleRow(row))
    case .targets: TargetRow(TargetRuleRow(row))
    case .results: ResultNoteRow(ResultNotesRow(row))
    case .gapsAlerts: GapNoteRow(GapNotesRow(row))
    case .runs: nil
    }
  }

  /// The row in which nobody has typed anything; nil for tabs that are not saved.
  var blankRow: (any ComparedRow)? {
    switch self {
    case .metricsConfig: KpiRow.blank
    case .kpiContributions: ContributionRow.blank
    case .mathModels: MathModelRow.blank
    case .params: ModelParamRow.blank
    case .scoringInputs: ScoringInputRow.blank
    case .centralBacklog: InitiativeRow.blank
    case .candidates: CandidateRow.blank
    case .scenarioConfig: ScenarioRow.blank
    case .constraints: ConstraintRow.blank
    case .targets: TargetRow.blank
    case .results: ResultNoteRow.blank
    case .gapsAlerts: GapNoteRow.blank
    case .runs: nil
    }
  }
}

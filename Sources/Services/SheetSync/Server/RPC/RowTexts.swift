import Messages
import SheetSyncDomain

/// A row on the wire, as a preview compares it: what would be sent beside what is stored, in the same words.
protocol ComparedRow: Sendable {
  /// The row in which nobody has typed anything.
  init()
  var rowNumber: UInt32 { get }
  /// What its owner tells rows apart by.
  var keyParts: [String] { get }
  /// By canonical column names, in the order of the tab.
  var texts: [(column: String, text: String)] { get }
  /// The row in which nobody has typed anything, with what blank means.
  static var blank: Self { get }
}

extension ComparedRow {
  static var blank: Self { Self() }

  var comparable: ComparableRow { ComparableRow(number: Int(rowNumber), key: keyParts, texts: texts.map(\.text)) }
}

private func text(_ flag: Bool) -> String { flag ? "TRUE" : "FALSE" }
private func text(_ number: OptionalDouble?) -> String { number.map { NumberText.text(of: $0.value) } ?? "" }
private func text(_ keys: [String]) -> String { keys.joined(separator: ", ") }

extension KpiRow: ComparedRow {
  static var blank: KpiRow { KpiRow(isActive: true) }
  var keyParts: [String] { [kpiKey] }
  var texts: [(column: String, text: String)] {
    [
      ("kpi_key", kpiKey), ("kpi_name", kpiName), ("kpi_level", kpiLevel), ("unit", unit),
      ("direction", direction.isEmpty ? "higher_is_better" : direction), ("is_active", text(isActive)), ("metric_key", metricKey),
      ("metric_version", metricVersion), ("description", description), ("notes", notes),
    ]
  }

  /// As the configuration has it.
  init(_ kpi: Kpi) {
    let level =
      switch kpi.kpiLevel {
      case .northStar: "north_star"
      case .strategic: "strategic"
      case .supporting: "supporting"
      case .unspecified: ""
      }
    self.init(
      kpiKey: kpi.kpiKey, kpiName: kpi.kpiName, kpiLevel: level, unit: kpi.unit,
      direction: kpi.direction == .lowerIsBetter ? "lower_is_better" : "higher_is_better", isActive: kpi.isActive,
      metricKey: kpi.metricKey, description: kpi.description, notes: kpi.notes, metricVersion: kpi.metricVersion)
  }
}

extension ContributionRow: ComparedRow {
  var keyParts: [String] { [initiativeKey, kpiKey] }
  var texts: [(column: String, text: String)] {
    [
      ("initiative_key", initiativeKey), ("kpi_key", kpiKey),
      ("contribution", kpiKey.isEmpty ? "" : NumberText.text(of: contribution)), ("notes", notes),
    ]
  }
}

extension InitiativeRow: ComparedRow {
  static var blank: InitiativeRow { InitiativeRow(isOptimizationCandidate: true) }
  var keyParts: [String] { [initiativeKey] }
  var texts: [(column: String, text: String)] {
    [
      ("initiative_key", initiativeKey), ("title", title), ("country", country), ("department", department),
      ("category", category), ("program_key", programKey), ("lifecycle_status", lifecycleStatus),
      ("is_optimization_candidate", text(isOptimizationCandidate)), ("candidate_period_key", candidatePeriodKey),
      ("immediate_kpi_key", immediateKpiKey), ("notes", notes),
    ]
  }
}

extension CandidateRow: ComparedRow {
  var keyParts: [String] { [initiativeKey] }
  var texts: [(column: String, text: String)] {
    [
      ("initiative_key", initiativeKey), ("engineering_tokens", engineeringTokens.map { String($0.value) } ?? ""),
      ("scope_mode", scopeMode.isEmpty ? "full" : scopeMode),
      ("engineering_tokens_mvp", engineeringTokensMvp.map { String($0.value) } ?? ""),
      ("mvp_contribution_share", text(mvpContributionShare)), ("deadline_date", deadlineDate), ("is_mandatory", text(isMandatory)),
      ("mandate_reason", mandateReason),
      ("bundle_key", bundleKey), ("prerequisite_keys", text(prerequisiteKeys)), ("exclusion_keys", text(exclusionKeys)),
      ("synergy_group_keys", text(synergyGroupKeys)), ("notes", notes),
    ]
  }
}

extension ScenarioRow: ComparedRow {
  var keyParts: [String] { [scenarioName] }
  var texts: [(column: String, text: String)] {
    [
      ("scenario_name", scenarioName), ("period_key", periodKey), ("capacity_total_tokens", text(capacityTotalTokens)),
      ("objective_mode", objectiveMode), ("objective_weights_json", objectiveWeights), ("notes", notes),
    ]
  }
}

extension ConstraintRow: ComparedRow {
  var keyParts: [String] { [scenarioName, constraintSetName, constraintType, dimension, key, targetKpiKey] }
  var texts: [(column: String, text: String)] {
    [
      ("scenario_name", scenarioName), ("constraint_set_name", constraintSetName), ("constraint_type", constraintType),
      ("dimension", dimension), ("key", key), ("min_tokens", text(minTokens)), ("max_tokens", text(maxTokens)),
      ("min_count", text(minCount)), ("max_count", text(maxCount)), ("target_kpi_key", targetKpiKey),
      ("target_value", text(targetValue)), ("notes", notes),
    ]
  }
}

extension TargetRow: ComparedRow {
  /// A blank country is the whole portfolio.
  var keyParts: [String] { [scenarioName, constraintSetName, country.isEmpty ? "ALL" : country, kpiKey] }
  var texts: [(column: String, text: String)] {
    [
      ("scenario_name", scenarioName), ("constraint_set_name", constraintSetName), ("country", country), ("kpi_key", kpiKey),
      ("floor_or_goal", floorOrGoal), ("target_value", text(targetValue)), ("baseline_value", text(baselineValue)),
      ("notes", notes),
    ]
  }
}

extension MathModelRow: ComparedRow {
  var keyParts: [String] { [initiativeKey, modelName] }
  var texts: [(column: String, text: String)] {
    [
      ("initiative_key", initiativeKey), ("model_name", modelName), ("formula_text", formulaText),
      ("assumptions_text", assumptionsText), ("metric_chain_text", metricChainText), ("approved_by_user", text(approvedByUser)),
      ("notes", notes),
    ]
  }
}

extension ModelParamRow: ComparedRow {
  var keyParts: [String] { [initiativeKey, modelName, paramName] }
  var texts: [(column: String, text: String)] {
    [
      ("initiative_key", initiativeKey), ("model_name", modelName), ("param_name", paramName), ("value", text(value)),
      ("unit", unit), ("source", source), ("notes", notes),
    ]
  }
}

extension ScoringInputRow: ComparedRow {
  var keyParts: [String] { [initiativeKey, inputName] }
  var texts: [(column: String, text: String)] {
    [("initiative_key", initiativeKey), ("input_name", inputName), ("value", text(value)), ("notes", notes)]
  }
}

extension ResultNoteRow: ComparedRow {
  var keyParts: [String] { [runId, initiativeKey] }
  var texts: [(column: String, text: String)] { [("notes", notes)] }
}

extension GapNoteRow: ComparedRow {
  var keyParts: [String] { [runId, scenarioName, constraintSetName, country, kpiKey] }
  var texts: [(column: String, text: String)] { [("recommendation", recommendation), ("notes", notes)] }
}

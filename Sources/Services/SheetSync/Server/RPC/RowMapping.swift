import Messages
import SheetSyncDomain

extension KpiRow {
  init(_ row: MetricsConfigRow) {
    self.init(
      rowNumber: UInt32(row.number), kpiKey: row.kpiKey, kpiName: row.kpiName, kpiLevel: row.kpiLevel, unit: row.unit,
      direction: row.direction, isActive: row.isActive, metricKey: row.metricKey, description: row.description, notes: row.notes,
      metricVersion: row.metricVersion)
  }
}

extension ContributionRow {
  init(_ row: KPIContributionRow) {
    self.init(
      rowNumber: UInt32(row.number), initiativeKey: row.initiativeKey, kpiKey: row.kpiKey, contribution: row.contribution,
      notes: row.notes)
  }
}

extension InitiativeRow {
  init(_ row: BacklogRow) {
    self.init(
      rowNumber: UInt32(row.number), initiativeKey: row.initiativeKey, title: row.title, country: row.country,
      department: row.department, category: row.category, programKey: row.programKey, lifecycleStatus: row.lifecycleStatus,
      isOptimizationCandidate: row.isOptimizationCandidate, candidatePeriodKey: row.candidatePeriodKey,
      immediateKpiKey: row.immediateKPIKey, notes: row.notes)
  }
}

extension CandidateRow {
  init(_ row: CandidatePlanRow) {
    self.init(
      rowNumber: UInt32(row.number), initiativeKey: row.initiativeKey,
      engineeringTokens: row.engineeringTokens.map { OptionalInt64(value: $0) }, deadlineDate: row.deadlineDate,
      isMandatory: row.isMandatory, mandateReason: row.mandateReason, bundleKey: row.bundleKey,
      prerequisiteKeys: row.prerequisiteKeys,
      exclusionKeys: row.exclusionKeys, synergyGroupKeys: row.synergyGroupKeys, notes: row.notes, scopeMode: row.scopeMode,
      engineeringTokensMvp: row.engineeringTokensMVP.map { OptionalInt64(value: $0) },
      mvpContributionShare: row.mvpContributionShare.map { OptionalDouble(value: $0) })
  }
}

extension ScenarioRow {
  init(_ row: ScenarioConfigRow) {
    self.init(
      rowNumber: UInt32(row.number), scenarioName: row.scenarioName, periodKey: row.periodKey,
      capacityTotalTokens: row.capacityTotalTokens.map { OptionalDouble(value: Double($0)) }, objectiveMode: row.objectiveMode,
      objectiveWeights: row.objectiveWeights, notes: row.notes)
  }
}

extension ConstraintRow {
  init(_ row: ConstraintRuleRow) {
    func optional(_ number: Int64?) -> OptionalDouble? { number.map { OptionalDouble(value: Double($0)) } }
    self.init(
      rowNumber: UInt32(row.number), scenarioName: row.scenarioName, constraintSetName: row.constraintSetName,
      constraintType: row.constraintType, dimension: row.dimension, key: row.key, minTokens: optional(row.minTokens),
      maxTokens: optional(row.maxTokens), minCount: optional(row.minCount), maxCount: optional(row.maxCount),
      targetKpiKey: row.targetKPIKey, targetValue: row.targetValue.map { OptionalDouble(value: $0) }, notes: row.notes)
  }
}

extension TargetRow {
  init(_ row: TargetRuleRow) {
    self.init(
      rowNumber: UInt32(row.number), scenarioName: row.scenarioName, constraintSetName: row.constraintSetName, country: row.country,
      kpiKey: row.kpiKey, targetValue: row.targetValue.map { OptionalDouble(value: $0) }, floorOrGoal: row.floorOrGoal,
      baselineValue: row.baselineValue.map { OptionalDouble(value: $0) }, notes: row.notes)
  }
}

extension MathModelRow {
  init(_ row: MathModelTextRow) {
    self.init(
      rowNumber: UInt32(row.number), initiativeKey: row.initiativeKey, modelName: row.modelName, formulaText: row.formulaText,
      assumptionsText: row.assumptionsText, metricChainText: row.metricChainText, approvedByUser: row.isApprovedByUser,
      notes: row.notes)
  }
}

extension ModelParamRow {
  init(_ row: ParamRow) {
    self.init(
      rowNumber: UInt32(row.number), initiativeKey: row.initiativeKey, modelName: row.modelName, paramName: row.paramName,
      value: row.value.map { OptionalDouble(value: $0) }, unit: row.unit, source: row.source, notes: row.notes)
  }
}

extension ScoringInputRow {
  init(_ row: ScoringRow) {
    self.init(
      rowNumber: UInt32(row.number), initiativeKey: row.initiativeKey, inputName: row.inputName,
      value: row.value.map { OptionalDouble(value: $0) }, notes: row.notes)
  }
}

extension ResultNoteRow {
  init(_ row: ResultNotesRow) {
    self.init(rowNumber: UInt32(row.number), runId: row.runID, initiativeKey: row.initiativeKey, notes: row.notes)
  }
}

extension GapNoteRow {
  init(_ row: GapNotesRow) {
    self.init(
      rowNumber: UInt32(row.number), runId: row.runID, scenarioName: row.scenarioName, constraintSetName: row.constraintSetName,
      country: row.country, kpiKey: row.kpiKey, recommendation: row.recommendation, notes: row.notes)
  }
}

import ConstraintCompilationDomain
import Messages
import Wire

extension InitiativeRow {
  init(_ initiative: PlannedInitiative) {
    let backlog = initiative.backlog
    self.init(
      rowNumber: UInt32(clamping: initiative.backlogRow), initiativeKey: initiative.key, title: backlog.title,
      country: backlog.country, department: backlog.department, category: backlog.category, programKey: backlog.programKey,
      lifecycleStatus: backlog.lifecycleStatus, isOptimizationCandidate: backlog.isOptimizationCandidate,
      candidatePeriodKey: backlog.candidatePeriodKey, immediateKpiKey: backlog.immediateKpiKey, notes: backlog.notes)
  }
}

extension CandidateRow {
  init(_ initiative: PlannedInitiative) {
    let candidate = initiative.candidate
    self.init(
      rowNumber: UInt32(clamping: initiative.candidateRow), initiativeKey: initiative.key,
      engineeringTokens: candidate.tokens.map { OptionalInt64(value: Int64($0)) }, deadlineDate: candidate.deadlineDate,
      isMandatory: candidate.isMandatory, mandateReason: candidate.mandateReason, bundleKey: candidate.bundleKey,
      prerequisiteKeys: candidate.prerequisiteKeys, exclusionKeys: candidate.exclusionKeys,
      synergyGroupKeys: candidate.synergyGroupKeys, notes: candidate.notes, scopeMode: candidate.scopeMode,
      engineeringTokensMvp: candidate.tokensMvp.map { OptionalInt64(value: Int64($0)) },
      mvpContributionShare: candidate.mvpShare.map { OptionalDouble(value: $0) })
  }
}

extension ContributionRow {
  init(_ line: AllContributions.Line) {
    self.init(
      rowNumber: UInt32(clamping: line.contribution.row), initiativeKey: line.initiativeKey, kpiKey: line.contribution.kpiKey,
      contribution: line.contribution.value, notes: line.contribution.notes)
  }
}

extension ScenarioRow {
  /// What was saved before the typed weights were kept has them in canonical JSON.
  init(_ scenario: PlannedScenario) {
    self.init(
      rowNumber: UInt32(clamping: scenario.row), scenarioName: scenario.name, periodKey: scenario.period.text,
      capacityTotalTokens: OptionalDouble(value: Double(scenario.capacity)), objectiveMode: scenario.objective.rawValue,
      objectiveWeights: scenario.weightsText.isEmpty && !scenario.weights.isEmpty ? Self.weights(scenario) : scenario.weightsText,
      notes: scenario.notes)
  }

  private static func weights(_ scenario: PlannedScenario) -> String {
    if scenario.objective == .lexicographic {
      return JSONValue.array(
        scenario.weights.map { level in
          guard level.tolerance > 0 else { return .string(level.key) }
          return .object(["kpi": .string(level.key), "tolerance": JSONValue(floatLiteral: level.tolerance)])
        }
      ).text()
    }
    return JSONValue.object(JSONObject(scenario.weights.map { ($0.key, JSONValue(floatLiteral: $0.weight)) })).text()
  }
}

extension ConstraintRow {
  init(_ entry: ConstraintEntry, scenarioName: String, setName: String) {
    self.init(entry)
    self.scenarioName = scenarioName
    constraintSetName = setName
  }
}

extension TargetRow {
  init(_ entry: TargetEntry, scenarioName: String, setName: String) {
    self.init(entry)
    self.scenarioName = scenarioName
    constraintSetName = setName
  }
}

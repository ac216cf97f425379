import ConstraintCompilationDomain
import Messages
import Wire

extension InitiativeEntry {
  init(_ row: InitiativeRow) {
    self.init(
      row: Int(row.rowNumber), key: row.initiativeKey,
      fields: BacklogFields(
        title: row.title, country: row.country, department: row.department, category: row.category, programKey: row.programKey,
        lifecycleStatus: row.lifecycleStatus, isOptimizationCandidate: row.isOptimizationCandidate,
        candidatePeriodKey: row.candidatePeriodKey, immediateKpiKey: row.immediateKpiKey, notes: row.notes))
  }
}

extension ContributionEntry {
  init(_ row: ContributionRow) {
    self.init(
      row: Int(row.rowNumber), initiativeKey: row.initiativeKey, kpiKey: row.kpiKey, value: row.contribution, notes: row.notes)
  }
}

extension CandidateEntry {
  init(_ row: CandidateRow) {
    self.init(
      row: Int(row.rowNumber), key: row.initiativeKey,
      fields: CandidateFields(
        tokens: row.engineeringTokens.map { Int($0.value) }, deadlineDate: row.deadlineDate, isMandatory: row.isMandatory,
        mandateReason: row.mandateReason, bundleKey: row.bundleKey, prerequisiteKeys: row.prerequisiteKeys,
        exclusionKeys: row.exclusionKeys, synergyGroupKeys: row.synergyGroupKeys, scopeMode: row.scopeMode,
        tokensMvp: row.engineeringTokensMvp.map { Int($0.value) }, mvpShare: row.mvpContributionShare?.value, notes: row.notes))
  }
}

extension ScenarioEntry {
  init(_ row: ScenarioRow) {
    self.init(
      row: Int(row.rowNumber), name: row.scenarioName, periodKey: row.periodKey, capacity: row.capacityTotalTokens?.value,
      objectiveMode: row.objectiveMode, weights: WeightsCell(typed: row.objectiveWeights), weightsText: row.objectiveWeights,
      notes: row.notes)
  }
}

extension WeightsCell {
  /// What begins like JSON is JSON; everything else is the plain form.
  init(typed text: String) {
    guard let first = text.first(where: { !$0.isWhitespace }), "{[\"".contains(first) else {
      self = .plain(text)
      return
    }
    do {
      self = .json(ParsedJSON(try JSONValue(parsing: text)))
    } catch {
      self = .broken("\(error)")
    }
  }
}

extension ParsedJSON {
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let bool): self = .bool(bool)
    // A number too large for a double is none that a weight could be.
    case .number(let number): self = .number(number.double ?? .infinity)
    case .string(let text): self = .text(text)
    case .array(let elements): self = .list(elements.map(ParsedJSON.init))
    case .object(let object): self = .object(object.members.map { Member($0.name, ParsedJSON($0.value)) })
    }
  }
}

extension ConstraintEntry {
  init(_ row: ConstraintRow) {
    self.init(
      row: Int(row.rowNumber), type: row.constraintType, dimension: row.dimension, key: row.key, minTokens: row.minTokens?.value,
      maxTokens: row.maxTokens?.value, minCount: row.minCount?.value, maxCount: row.maxCount?.value, targetKpiKey: row.targetKpiKey,
      targetValue: row.targetValue?.value, notes: row.notes)
  }
}

extension ConstraintRow {
  /// Without the names of scenario and set.
  init(_ entry: ConstraintEntry) {
    self.init(
      rowNumber: UInt32(clamping: entry.row), constraintType: entry.type, dimension: entry.dimension, key: entry.key,
      minTokens: entry.minTokens.map { OptionalDouble(value: $0) }, maxTokens: entry.maxTokens.map { OptionalDouble(value: $0) },
      minCount: entry.minCount.map { OptionalDouble(value: $0) }, maxCount: entry.maxCount.map { OptionalDouble(value: $0) },
      targetKpiKey: entry.targetKpiKey, targetValue: entry.targetValue.map { OptionalDouble(value: $0) }, notes: entry.notes)
  }
}

extension TargetEntry {
  init(_ row: TargetRow) {
    self.init(
      row: Int(row.rowNumber), country: row.country, kpiKey: row.kpiKey, targetValue: row.targetValue?.value,
      floorOrGoal: row.floorOrGoal, baselineValue: row.baselineValue?.value, notes: row.notes)
  }
}

extension TargetRow {
  /// Without the names of scenario and set.
  init(_ entry: TargetEntry) {
    self.init(
      rowNumber: UInt32(clamping: entry.row), country: entry.country, kpiKey: entry.kpiKey,
      targetValue: entry.targetValue.map { OptionalDouble(value: $0) }, floorOrGoal: entry.floorOrGoal,
      baselineValue: entry.baselineValue.map { OptionalDouble(value: $0) }, notes: entry.notes)
  }
}

extension TypedSetRow {
  init(_ row: ConstraintRow) {
    self.init(scenarioName: row.scenarioName, setName: row.constraintSetName, entry: .constraint(ConstraintEntry(row)))
  }

  init(_ row: TargetRow) {
    self.init(scenarioName: row.scenarioName, setName: row.constraintSetName, entry: .target(TargetEntry(row)))
  }
}

extension UnreadRow {
  init(_ row: UnreadableRow) {
    self.init(row: Int(row.rowNumber), scenarioName: row.scenarioName, setName: row.constraintSetName)
  }
}

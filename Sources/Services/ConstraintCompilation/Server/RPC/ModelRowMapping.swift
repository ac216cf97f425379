import ConstraintCompilationDomain
import Messages

extension MathModelEntry {
  init(_ row: MathModelRow) {
    self.init(
      row: Int(row.rowNumber), initiativeKey: row.initiativeKey, modelName: row.modelName, formula: row.formulaText,
      assumptions: row.assumptionsText, chainText: row.metricChainText, isApproved: row.approvedByUser, notes: row.notes)
  }
}

extension MathModelRow {
  init(_ entry: MathModelEntry) {
    self.init(
      rowNumber: UInt32(clamping: entry.row), initiativeKey: entry.initiativeKey, modelName: entry.modelName,
      formulaText: entry.formula, assumptionsText: entry.assumptions, metricChainText: entry.chainText,
      approvedByUser: entry.isApproved, notes: entry.notes)
  }
}

extension ModelParamEntry {
  init(_ row: ModelParamRow) {
    self.init(
      row: Int(row.rowNumber), initiativeKey: row.initiativeKey, modelName: row.modelName, name: row.paramName,
      value: row.value?.value, unit: row.unit, source: row.source, notes: row.notes)
  }
}

extension ModelParamRow {
  init(_ entry: ModelParamEntry) {
    self.init(
      rowNumber: UInt32(clamping: entry.row), initiativeKey: entry.initiativeKey, modelName: entry.modelName, paramName: entry.name,
      value: entry.value.map { OptionalDouble(value: $0) }, unit: entry.unit, source: entry.source, notes: entry.notes)
  }
}

extension ScoringInputEntry {
  init(_ row: ScoringInputRow) {
    self.init(
      row: Int(row.rowNumber), initiativeKey: row.initiativeKey, name: row.inputName, value: row.value?.value, notes: row.notes)
  }
}

extension ScoringInputRow {
  init(_ entry: ScoringInputEntry) {
    self.init(
      rowNumber: UInt32(clamping: entry.row), initiativeKey: entry.initiativeKey, inputName: entry.name,
      value: entry.value.map { OptionalDouble(value: $0) }, notes: entry.notes)
  }
}

extension ResultNoteEntry {
  init(_ row: ResultNoteRow) {
    self.init(row: Int(row.rowNumber), runId: row.runId, initiativeKey: row.initiativeKey, notes: row.notes)
  }
}

extension ResultNoteRow {
  init(_ entry: ResultNoteEntry) {
    self.init(
      rowNumber: UInt32(clamping: entry.row), runId: entry.runId, initiativeKey: entry.initiativeKey, notes: entry.notes)
  }
}

extension GapNoteEntry {
  init(_ row: GapNoteRow) {
    self.init(
      row: Int(row.rowNumber), runId: row.runId, scenarioName: row.scenarioName, setName: row.constraintSetName,
      country: row.country,
      kpiKey: row.kpiKey, recommendation: row.recommendation, notes: row.notes)
  }
}

extension GapNoteRow {
  init(_ entry: GapNoteEntry) {
    self.init(
      rowNumber: UInt32(clamping: entry.row), runId: entry.runId, scenarioName: entry.scenarioName,
      constraintSetName: entry.setName, country: entry.country, kpiKey: entry.kpiKey, recommendation: entry.recommendation,
      notes: entry.notes)
  }
}

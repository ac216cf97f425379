import ConstraintCompilationDomain
import Messages
import SheetSyncDomain

@testable import ConstraintCompilationServer

/// What a person is told who saves a table: what its cells say as cells, and what the rules say of the rows that can be read.
struct Judgement {
  struct Told: Hashable {
    var row: Int
    var column: String
    var isError: Bool
    var code: String
    var message: String
  }

  /// Warnings and errors.
  private(set) var told: Set<Told> = []
  /// The rows that are stored; of a set's rows, those of sets that compile.
  private(set) var stored: Set<Int> = []

  init(_ table: SeedTable) throws {
    let reading = try TabReading(Catalogue[table.tab], of: table.sheet)
    for finding in reading.rows.flatMap(\.problems) where finding.severity > .info {
      told.insert(
        Told(
          row: finding.rowNumber, column: finding.column, isError: finding.severity == .error, code: finding.code,
          message: finding.message))
    }
    let rows = reading.rows.filter(\.isReadable)
    switch table.tab {
    case .scenarioConfig: judgeScenarios(rows)
    case .candidates: judgeCandidates(rows)
    case .constraints: judgeSet(.constraints, reading.rows)
    default: judgeSet(.targets, reading.rows)
    }
  }

  private mutating func add(_ findings: [Finding]) {
    for finding in findings where finding.severity > .info {
      told.insert(
        Told(
          row: finding.cell.row, column: finding.cell.column, isError: finding.severity == .error, code: finding.code,
          message: finding.message))
    }
  }

  private mutating func judgeScenarios(_ rows: [ReadRow]) {
    let entries = rows.map { ScenarioConfigRow($0) }.map { row in
      ScenarioEntry(
        row: row.number, name: row.scenarioName, periodKey: row.periodKey, capacity: row.capacityTotalTokens.map { Double($0) },
        objectiveMode: row.objectiveMode, weights: WeightsCell(typed: row.objectiveWeights), weightsText: row.objectiveWeights,
        notes: row.notes)
    }
    let save = ScenarioSave(entries, known: [], kpis: SeedPlan.kpis)
    add(save.findings)
    stored = Set(save.stored.map(\.row))
  }

  private mutating func judgeCandidates(_ rows: [ReadRow]) {
    let entries = rows.map { CandidatePlanRow($0) }.map { row in
      CandidateEntry(
        row: row.number, key: row.initiativeKey,
        fields: CandidateFields(
          tokens: row.engineeringTokens.map { Int($0) }, deadlineDate: row.deadlineDate, isMandatory: row.isMandatory,
          mandateReason: row.mandateReason, bundleKey: row.bundleKey, prerequisiteKeys: row.prerequisiteKeys,
          exclusionKeys: row.exclusionKeys, synergyGroupKeys: row.synergyGroupKeys, scopeMode: row.scopeMode,
          tokensMvp: row.engineeringTokensMVP.map { Int($0) }, mvpShare: row.mvpContributionShare, notes: row.notes))
    }
    let save = CandidateSave(entries, known: SeedPlan.keys.map { PlannedInitiative(key: $0) })
    add(save.findings)
    stored = Set(save.stored.map(\.row))
  }

  private mutating func judgeSet(_ tab: SetTab, _ rows: [ReadRow]) {
    let typed = rows.filter(\.isReadable).map { tab == .constraints ? Self.constraint($0) : Self.target($0) }
    let unread = rows.filter { !$0.isReadable }.map {
      UnreadRow(row: $0.number, scenarioName: $0.text("scenario_name"), setName: $0.text("constraint_set_name"))
    }
    let save = SetSave(
      typed, of: tab, unreadable: unread, isWholeTab: true, stored: [], scenarios: [SeedPlan.core],
      initiatives: InitiativeIndex(SeedPlan.initiatives), kpis: SeedPlan.kpis)
    add(save.findings)
    for outcome in save.outcomes {
      guard case .compiled = outcome.fate else { continue }
      stored.formUnion(outcome.rows.constraints.map(\.row) + outcome.rows.targets.map(\.row))
    }
  }

  private static func constraint(_ read: ReadRow) -> TypedSetRow {
    let row = ConstraintRuleRow(read)
    return TypedSetRow(
      scenarioName: row.scenarioName, setName: row.constraintSetName,
      entry: .constraint(
        ConstraintEntry(
          row: row.number, type: row.constraintType, dimension: row.dimension, key: row.key,
          minTokens: row.minTokens.map { Double($0) }, maxTokens: row.maxTokens.map { Double($0) },
          minCount: row.minCount.map { Double($0) }, maxCount: row.maxCount.map { Double($0) }, targetKpiKey: row.targetKPIKey,
          targetValue: row.targetValue, notes: row.notes)))
  }

  private static func target(_ read: ReadRow) -> TypedSetRow {
    let row = TargetRuleRow(read)
    return TypedSetRow(
      scenarioName: row.scenarioName, setName: row.constraintSetName,
      entry: .target(
        TargetEntry(
          row: row.number, country: row.country, kpiKey: row.kpiKey, targetValue: row.targetValue, floorOrGoal: row.floorOrGoal,
          baselineValue: row.baselineValue, notes: row.notes)))
  }
}

import ConstraintCompilationDomain
import Messages
import Postgres

/// What is stored of a tab, in the rows that it was saved in.
extension PlanningStore {
  /// Rows of one part. The parts are read one after the other from one snapshot, as fast as they are taken.
  static let rowsPerPart = 500

  func storedRows(
    of tab: PlanningTab, deadline: ContinuousClock.Instant?, _ send: (StoredTabRows) async throws -> Void
  ) async throws {
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      switch tab {
      case .centralBacklog:
        try await parts(tab, AllInitiatives().statement, transaction) { rows in
          try await send(StoredTabRows(initiatives: try rows.map { InitiativeRow(try AllInitiatives.decode($0)) }))
        }
      case .candidates:
        try await parts(tab, AllInitiatives(isSavedFromCandidates: true).statement, transaction) { rows in
          try await send(StoredTabRows(candidates: try rows.map { CandidateRow(try AllInitiatives.decode($0)) }))
        }
      case .contributions:
        try await parts(tab, SpeltContributions().statement, transaction) { rows in
          try await send(StoredTabRows(contributions: try rows.map { ContributionRow(try SpeltContributions.decode($0)) }))
        }
      case .scenarios:
        try await parts(tab, AllScenarios().statement, transaction) { rows in
          try await send(StoredTabRows(scenarios: try rows.map { ScenarioRow(try AllScenarios.decode($0)) }))
        }
      case .constraints, .targets: try await sets(tab, transaction, send)
      case .mathModels:
        try await entries(MathModelEntry.self, transaction) { try await send(StoredTabRows(mathModels: $0.map(MathModelRow.init))) }
      case .params:
        try await entries(ModelParamEntry.self, transaction) {
          try await send(StoredTabRows(modelParams: $0.map(ModelParamRow.init)))
        }
      case .scoringInputs:
        try await entries(ScoringInputEntry.self, transaction) {
          try await send(StoredTabRows(scoringInputs: $0.map(ScoringInputRow.init)))
        }
      case .results:
        try await entries(ResultNoteEntry.self, transaction) {
          try await send(StoredTabRows(resultNotes: $0.map(ResultNoteRow.init)))
        }
      case .gapsAlerts:
        try await entries(GapNoteEntry.self, transaction) { try await send(StoredTabRows(gapNotes: $0.map(GapNoteRow.init))) }
      }
    }
  }

  private func entries<Entry: StoredRowTable>(
    _ type: Entry.Type, _ transaction: Transaction, _ send: ([Entry]) async throws -> Void
  ) async throws {
    let order = Entry.tableKey.map { "\($0) COLLATE \"C\"" }.joined(separator: ", ")
    try await parts(Entry.tab, "\(Entry.selection) ORDER BY \(unsafeSQL: order)", transaction) {
      try await send(try $0.map(Entry.init))
    }
  }

  /// Reads what the statement selects of a tab, a part at a time.
  private func parts(
    _ tab: PlanningTab, _ selection: Statement, _ transaction: Transaction, _ send: ([Row]) async throws -> Void
  ) async throws {
    try await transaction.readParts(of: selection, cursor: "rows of \(tab.rawValue)", rowsAtOnce: Self.rowsPerPart, send)
  }

  /// Sets are stored each as a whole, so their rows are cut into parts set by set.
  private func sets(
    _ tab: PlanningTab, _ transaction: Transaction, _ send: (StoredTabRows) async throws -> Void
  ) async throws {
    for line in try await transaction.fetch(SetNames()) {
      guard let head = try await transaction.fetchFirst(SetHeads(keys: [line.key])) else { continue }
      let (scenario, name, rows) = (head.stored.scenarioName, head.stored.name, head.stored.rows)
      let count = tab == .constraints ? rows.constraints.count : rows.targets.count
      for start in stride(from: 0, to: count, by: Self.rowsPerPart) {
        let part = start..<min(count, start + Self.rowsPerPart)
        if tab == .constraints {
          try await send(
            StoredTabRows(constraints: rows.constraints[part].map { ConstraintRow($0, scenarioName: scenario, setName: name) }))
        } else {
          try await send(StoredTabRows(targets: rows.targets[part].map { TargetRow($0, scenarioName: scenario, setName: name) }))
        }
      }
    }
  }
}

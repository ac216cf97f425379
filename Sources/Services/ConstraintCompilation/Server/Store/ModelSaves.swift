import ConstraintCompilationDomain
import Postgres

/// Saves of MathModels, Params and Scoring_Inputs, and of people's notes beside results.
extension PlanningStore {
  /// One after the other with all saves of initiatives, whose chains these change.
  func saveMathModels(
    _ entries: [MathModelEntry], names: MetricNames, checks: ChainChecks, _ terms: SaveTerms
  ) async throws -> MathModelSave {
    try await save(terms) { transaction in
      try await transaction.execute(PlanningLock.initiatives)
      let keys = terms.isWholeTab ? nil : MathModelEntry.lookupKeys(of: entries)
      let tables = try await transaction.pipeline([
        InitiativeKeys().statement, terms.isWholeTab ? MathModelEntry.selection : MathModelEntry.beside(entries),
        MetricChains(keys: keys).statement,
      ])
      let save = MathModelSave(
        entries, before: try tables[1].map(MathModelEntry.init), chains: try MetricChains.book(tables[2]),
        isWholeTab: terms.isWholeTab,
        initiatives: try Self.book(tables[0]), names: names, checks: checks)
      var statements = save.rows.statements(by: terms.actor)
      if !save.chains.isEmpty { statements += save.chains.statements(by: terms.actor) }
      _ = try await transaction.pipeline(statements)
      return save
    }
  }

  func saveModelParams(_ entries: [ModelParamEntry], _ terms: SaveTerms) async throws -> RowSave<ModelParamEntry> {
    try await save(entries, terms, reading: [ModelNames().statement]) { before, initiatives, more in
      let models = StoredModels(try more[0].map(ModelNames.decode))
      return RowSave(entries, before: before, isWholeTab: terms.isWholeTab, initiatives: initiatives, models: models)
    }
  }

  func saveScoringInputs(_ entries: [ScoringInputEntry], _ terms: SaveTerms) async throws -> RowSave<ScoringInputEntry> {
    try await save(entries, terms) { before, initiatives, _ in
      RowSave(entries, before: before, isWholeTab: terms.isWholeTab, initiatives: initiatives)
    }
  }

  /// Notes of other runs than those named are neither looked at nor changed.
  func saveResultNotes(_ entries: [ResultNoteEntry], _ terms: SaveTerms) async throws -> RowSave<ResultNoteEntry> {
    var terms = terms
    terms.isWholeTab = false
    return try await save(entries, terms) { before, initiatives, _ in
      RowSave(entries, before: before, initiatives: initiatives)
    }
  }

  func saveGapNotes(_ entries: [GapNoteEntry], _ terms: SaveTerms) async throws -> RowSave<GapNoteEntry> {
    var terms = terms
    terms.isWholeTab = false
    return try await save(entries, terms) { before, _, _ in RowSave(entries, before: before) }
  }

  /// - Parameters:
  ///   - reading: more that the judgement needs.
  ///   - judge: takes what is stored beside the entries, or of the whole tab; the initiatives; and what else was read.
  private func save<Entry: StoredRowTable>(
    _ entries: [Entry], _ terms: SaveTerms, reading more: [Statement] = [],
    _ judge: ([Entry], KeyBook, [[Row]]) throws -> RowSave<Entry>
  ) async throws -> RowSave<Entry> {
    try await save(terms) { transaction in
      try await transaction.execute(PlanningLock.rows(of: Entry.table))
      let tables = try await transaction.pipeline(
        [InitiativeKeys().statement, terms.isWholeTab ? Entry.selection : Entry.beside(entries)] + more)
      let save = try judge(try tables[1].map(Entry.init), try Self.book(tables[0]), Array(tables.dropFirst(2)))
      _ = try await transaction.pipeline(save.statements(by: terms.actor))
      return save
    }
  }

  private static func book(_ rows: [Row]) throws -> KeyBook { KeyBook(try rows.map(InitiativeKeys.decode)) }
}

import ConstraintCompilationDomain
import Cryptography
import Messages
import Postgres
import RPC
import Runtime

/// The planning inputs in PostgreSQL. Throws `PostgresError`; every save is one transaction.
struct PlanningStore: Sendable {
  let database: Database
  /// The transaction that all saves are part of, and that is taken back in the end; nil for saves that last.
  var rehearsal: Transaction?

  // MARK: Initiatives

  func saveInitiatives(_ entries: [InitiativeEntry], kpis: KpiCatalogue, _ terms: SaveTerms) async throws -> InitiativeSave {
    try await save(terms) { transaction in
      try await transaction.execute(PlanningLock.initiatives)
      let save = InitiativeSave(entries, known: try await transaction.fetch(AllInitiatives()), kpis: kpis)
      if !save.stored.isEmpty { try await transaction.execute(save.stored.upsert(by: terms.actor)) }
      return save
    }
  }

  func saveContributions(
    _ entries: [ContributionEntry], unreadable: [String], kpis: KpiCatalogue, _ terms: SaveTerms
  ) async throws -> ContributionSave {
    try await save(terms) { transaction in
      try await transaction.execute(PlanningLock.initiatives)
      let known = try await Self.initiatives(transaction)
      let save = ContributionSave(entries, unreadable: unreadable, isWholeTab: terms.isWholeTab, known: known, kpis: kpis)
      if !save.stored.isEmpty {
        _ = try await transaction.pipeline(save.replacement(by: terms.actor, metricsRevision: kpis.revision))
      }
      return save
    }
  }

  func saveCandidates(_ entries: [CandidateEntry], _ terms: SaveTerms) async throws -> CandidateSave {
    try await save(terms) { transaction in
      try await transaction.execute(PlanningLock.initiatives)
      let save = CandidateSave(entries, known: try await transaction.fetch(AllInitiatives()))
      if !save.stored.isEmpty { try await transaction.execute(save.stored.update(by: terms.actor)) }
      return save
    }
  }

  private static func initiatives(_ transaction: Transaction) async throws -> [PlannedInitiative] {
    let tables = try await transaction.pipeline([AllInitiatives().statement, AllContributions().statement])
    return AllContributions.joined(try tables[0].map(AllInitiatives.decode), try tables[1].map(AllContributions.decode))
  }

  // MARK: Scenarios

  func saveScenarios(_ entries: [ScenarioEntry], kpis: KpiCatalogue, _ terms: SaveTerms) async throws -> ScenarioSave {
    try await save(terms) { transaction in
      try await transaction.execute(PlanningLock.scenarios)
      let save = ScenarioSave(entries, known: try await transaction.fetch(AllScenarios()), kpis: kpis)
      if !save.stored.isEmpty {
        try await transaction.execute(save.stored.upsert(by: terms.actor, metricsRevision: kpis.revision))
      }
      return save
    }
  }

  /// All scenarios, each with the names of its sets.
  func scenarios(deadline: ContinuousClock.Instant?) async throws -> [(scenario: PlannedScenario, setNames: [String])] {
    let tables = try await database.unit(
      [AllScenarios().statement, SetNames().statement], isolation: .readOnlySnapshot, deadline: deadline)
    let names = Dictionary(grouping: try tables[1].map(SetNames.decode), by: \.scenarioKey)
    return try tables[0].map(AllScenarios.decode).map { scenario in
      (scenario, names[NormalKey(scenario.name).text]?.map(\.name) ?? [])
    }
  }

  // MARK: Sets

  /// A save of Constraints or Targets, as the request has it.
  struct SetRequest: Sendable {
    var rows: [TypedSetRow]
    var tab: SetTab
    var unreadable: [UnreadRow]
    /// Where sets stood that the save was made against; none for those that it takes as they stand.
    var expected: [HeadExpectation] = []
    var terms: SaveTerms

    var keys: Set<SetKey> {
      Set(rows.map(\.key)).union(unreadable.map(\.key))
    }

    /// Without the sets that stand elsewhere by now.
    func leavingOut(_ check: HeadCheck) -> SetRequest {
      var request = self
      request.rows.removeAll { check.isMoved($0.key) }
      request.unreadable.removeAll { check.isMoved($0.key) }
      return request
    }
  }

  /// What a save of Constraints or Targets came to.
  struct SetAnswer: Sendable {
    var findings: [Finding]
    var tally: SaveTally
    var sets: [SetOutcome]
  }

  /// Two saves of one set take place one after the other; of different sets, side by side.
  func saveSets(_ request: SetRequest, kpis: KpiCatalogue) async throws -> SetAnswer {
    let terms = request.terms
    return try await save(terms) { transaction in
      let keys = try await PlanningLock.lock(sets: request.keys, andStored: terms.isWholeTab, in: transaction)
      let tables = try await transaction.pipeline([
        SetHeads(keys: keys.sorted()).statement, AllScenarios().statement, AllInitiatives().statement, AllContributions().statement,
      ])
      let heads = try tables[0].map(SetHeads.decode)
      let initiatives = AllContributions.joined(
        try tables[2].map(AllInitiatives.decode), try tables[3].map(AllContributions.decode))
      let standing = Dictionary(heads.map { ($0.stored.key, $0.standing) }, uniquingKeysWith: { first, _ in first })
      let check = HeadCheck(request.expected, heads: standing)
      let taken = request.leavingOut(check)
      let save = SetSave(
        taken.rows, of: request.tab, unreadable: taken.unreadable, isWholeTab: terms.isWholeTab,
        stored: heads.map(\.stored).filter { !check.isMoved($0.key) }, scenarios: try tables[1].map(AllScenarios.decode),
        initiatives: InitiativeIndex(initiatives), kpis: kpis)
      var answer = SetAnswer(
        findings: save.findings, tally: save.tally,
        sets: try await Self.store(
          save, heads: standing.mapValues(\.revision), actor: terms.actor, metricsRevision: kpis.revision, transaction))
      answer.tell(check, request, standing, keys: keys)
      return answer
    }
  }

  private static func store(
    _ save: SetSave, heads: [SetKey: String], actor: String, metricsRevision: Int, _ transaction: Transaction
  ) async throws -> [SetOutcome] {
    var sets: [SetOutcome] = []
    var removed: [(key: SetKey, revision: String)] = []
    for outcome in save.outcomes {
      let head = heads[outcome.key] ?? ""
      var told = SetOutcome(
        scenarioName: outcome.scenarioName, constraintSetName: outcome.name, compiled: false, revision: head, head: head)
      switch outcome.fate {
      case .refused: sets.append(told)
      case .removed: removed.append((outcome.key, head))
      case .compiled(let compiled):
        let canonical = compiled.canonicalBytes(scenarioName: outcome.scenarioName, setName: outcome.name)
        let new = NewRevision(
          key: outcome.key, scenarioName: outcome.scenarioName, name: outcome.name, rows: outcome.rows,
          revision: SHA256.hex(of: canonical), canonical: canonical, compiled: CompiledConstraintSet(compiled))
        let insert = try InsertRevision(new, actor: actor, metricsRevision: metricsRevision)
        let move = try new.moveHead(from: heads[outcome.key], by: actor)
        let answers = try await transaction.pipeline([insert.statement, move])
        guard !answers[1].isEmpty else { throw HeadRace() }
        told.compiled = true
        told.revision = new.revision
        told.isNewRevision = !answers[0].isEmpty
        sets.append(told)
      }
    }
    if !removed.isEmpty, try await transaction.execute(removeHeads(removed)) < removed.count { throw HeadRace() }
    return sets
  }

  /// Nil when there is no such revision.
  func revision(_ name: String, deadline: ContinuousClock.Instant?) async throws -> RevisionByName.Stored? {
    try await database.fetchFirst(PublishedRevision(revision: name.lowercased()), deadline: deadline)
  }

  /// The newest revision of the set; nil when there is no such set.
  func newestRevision(_ key: SetKey, deadline: ContinuousClock.Instant?) async throws -> RevisionByName.Stored? {
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      guard let head = try await transaction.fetchFirst(SetHeads(keys: [key])) else { return nil }
      return try await transaction.fetchFirst(PublishedRevision(revision: head.revision))
    }
  }

  // MARK: Assembly

  /// What a problem is assembled from, all of one moment.
  struct Materials: Sendable {
    var scenarios: [PlannedScenario]
    /// The names of the scenario's sets.
    var setNames: [String]
    var initiatives: [PlannedInitiative]
    /// Nil when there is no such set, or no such revision.
    var revision: RevisionByName.Stored?
    /// The rows that tell where the revision's rules stand: the set's own when it is its newest.
    var rows = SetRows()
  }

  /// - Parameter revision: empty for the newest.
  func materials(_ key: SetKey, revision: String, deadline: ContinuousClock.Instant?) async throws -> Materials {
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      let tables = try await transaction.pipeline([
        SetHeads(keys: [key]).statement, AllScenarios().statement, SetNames().statement, AllInitiatives().statement,
        AllContributions().statement,
      ])
      let head = try tables[0].first.map(SetHeads.decode)
      let names = try tables[2].map(SetNames.decode).filter { $0.scenarioKey == key.scenario.text }.map(\.name)
      var materials = Materials(
        scenarios: try tables[1].map(AllScenarios.decode), setNames: names,
        initiatives: AllContributions.joined(try tables[3].map(AllInitiatives.decode), try tables[4].map(AllContributions.decode)))
      let wanted = revision.isEmpty ? head?.revision : revision.lowercased()
      guard let wanted, let stored = try await transaction.fetchFirst(RevisionByName(revision: wanted)) else { return materials }
      materials.revision = stored
      if let head, head.revision == wanted {
        materials.rows = head.stored.rows
      } else {
        materials.rows = try await transaction.fetchFirst(RowsOfRevision(revision: wanted)) ?? SetRows()
      }
      return materials
    }
  }
}

extension PlanningStore.SetAnswer {
  /// Adds what the sets are told that stand elsewhere by now.
  fileprivate mutating func tell(
    _ check: HeadCheck, _ request: PlanningStore.SetRequest, _ standing: [SetKey: StandingHead], keys: Set<SetKey>
  ) {
    let told = check.findings(request.rows, of: request.tab)
    findings += told + check.findings(unnamed: keys.subtracting(request.rows.map(\.key)), of: request.tab)
    findings.sortByPlace()
    tally.add(refused: told.count)
    for head in request.expected where keys.contains(head.key) && check.isMoved(head.key) {
      let stands = standing[head.key]
      sets.append(
        SetOutcome(
          scenarioName: stands?.scenarioName ?? head.key.scenario.text, constraintSetName: stands?.setName ?? head.key.set.text,
          compiled: false, revision: stands?.revision ?? "", head: stands?.revision ?? ""))
    }
  }
}

import Messages
import RPC
import SheetSyncDomain

/// Rows of one tab on their way to the service that owns them.
struct RowParcel {
  var tab: TabName
  var readable: [ReadRow]
  /// Rows with cells that could not be read. Their owner is told only what it must not do without them.
  var unreadable: [ReadRow]
  var scope: RowScope
  var actor: String
  /// They are only to be judged: nothing is stored.
  var isPreview = false
  /// Where the sets stood that the rows were typed for; none for those that are taken as they stand.
  var expectedHeads: [ExpectedHead] = []

  /// The numbers of rows with an error, in order.
  var faultyNumbers: [Int] { Array(Set(unreadable.map(\.number))).sorted() }
}

/// What the owner of rows answered.
struct SaveOutcome {
  var findings: [RowFinding] = []
  var counts = SaveCounts()
  /// What became of the constraint sets of the rows.
  var sets: [SetOutcome] = []
  /// The call that failed after others had succeeded; the rows it was about have findings that say so.
  var failure: ActionFailure?

  mutating func add(_ messages: [RowMessage], _ more: SaveCounts?) {
    findings += messages.map { RowFinding($0) }
    guard let more else { return }
    counts.upserts += more.upserts
    counts.unchanged += more.unchanged
    counts.removed += more.removed
    counts.skipped += more.skipped
  }
}

/// Hands rows to the services that own them.
struct RowGateway: Sendable {
  /// A call that takes longer has gone wrong.
  static let patience: Duration = .seconds(60)
  /// Whole tabs go in one call, so that what they remove is known; each row of it may take so much longer.
  static let patiencePerRow: Duration = .milliseconds(2)

  let metrics: MetricGovernanceClient
  let metricsDependency: Dependency
  let compiler: ConstraintCompilationClient
  let compilerDependency: Dependency
  /// For tabs that nothing is removed from: their rows are saved one by one.
  let batches: RequestBatches

  /// For tabs whose rows have to come together, since what is stored and not among them is removed: as many as their owner takes.
  static let oneCall = RequestBatches(rows: 250_000, bytes: 60 << 20)

  private func options(rows count: Int) -> CallOptions { CallOptions(timeout: Self.patience + Self.patiencePerRow * count) }

  /// Saves the rows. `told`: how much of them is done, 0 to 1. Throws `ActionFailure` when nothing was saved.
  func save(_ parcel: RowParcel, told: (Double) -> Void) async throws -> SaveOutcome {
    let (parcel, withheld) = Reservation.withholding(parcel)
    guard !parcel.readable.isEmpty || withheld.isEmpty else { return SaveOutcome(findings: withheld) }
    var outcome = try await send(parcel, told: told)
    outcome.findings += withheld
    return outcome
  }

  private func send(_ parcel: RowParcel, told: (Double) -> Void) async throws -> SaveOutcome {
    switch parcel.tab {
    case .metricsConfig: try await saveMetricsConfig(parcel)
    case .kpiContributions: try await saveContributions(parcel)
    case .centralBacklog:
      try await saveInBatches(parcel, as: BacklogRow.self, batches: batches, told: told) { rows, scope in
        try await compiler.saveInitiatives(
          SaveInitiativesRequest(
            rows: rows.map(InitiativeRow.init), scope: scope, actor: parcel.actor, validateOnly: parcel.isPreview),
          options: options(rows: rows.count))
      }
    case .candidates:
      try await saveInBatches(parcel, as: CandidatePlanRow.self, batches: batches, told: told) { rows, scope in
        try await compiler.saveCandidates(
          SaveCandidatesRequest(
            rows: rows.map(CandidateRow.init), scope: scope, actor: parcel.actor, validateOnly: parcel.isPreview),
          options: options(rows: rows.count))
      }
    case .scenarioConfig:
      try await saveInBatches(parcel, as: ScenarioConfigRow.self, batches: batches, told: told) { rows, scope in
        try await compiler.saveScenarios(
          SaveScenariosRequest(rows: rows.map(ScenarioRow.init), scope: scope, actor: parcel.actor, validateOnly: parcel.isPreview),
          options: options(rows: rows.count))
      }
    case .constraints: try await saveConstraints(parcel)
    case .targets: try await saveTargets(parcel)
    case .mathModels:
      try await saveInBatches(parcel, as: MathModelTextRow.self, batches: Self.oneCall, told: told) { rows, scope in
        try await compiler.saveMathModels(
          SaveMathModelsRequest(
            rows: rows.map(MathModelRow.init), scope: scope, actor: parcel.actor, validateOnly: parcel.isPreview),
          options: options(rows: rows.count))
      }
    case .params:
      try await saveInBatches(parcel, as: ParamRow.self, batches: Self.oneCall, told: told) { rows, scope in
        try await compiler.saveModelParams(
          SaveModelParamsRequest(
            rows: rows.map(ModelParamRow.init), scope: scope, actor: parcel.actor, validateOnly: parcel.isPreview),
          options: options(rows: rows.count))
      }
    case .scoringInputs:
      try await saveInBatches(parcel, as: ScoringRow.self, batches: Self.oneCall, told: told) { rows, scope in
        try await compiler.saveScoringInputs(
          SaveScoringInputsRequest(
            rows: rows.map(ScoringInputRow.init), scope: scope, actor: parcel.actor, validateOnly: parcel.isPreview),
          options: options(rows: rows.count))
      }
    case .results:
      try await saveInBatches(parcel, as: ResultNotesRow.self, batches: Self.oneCall, told: told) { rows, scope in
        try await compiler.saveResultNotes(
          SaveResultNotesRequest(
            rows: rows.map(ResultNoteRow.init), scope: scope, actor: parcel.actor, validateOnly: parcel.isPreview),
          options: options(rows: rows.count))
      }
    case .gapsAlerts:
      try await saveInBatches(parcel, as: GapNotesRow.self, batches: Self.oneCall, told: told) { rows, scope in
        try await compiler.saveGapNotes(
          SaveGapNotesRequest(rows: rows.map(GapNoteRow.init), scope: scope, actor: parcel.actor, validateOnly: parcel.isPreview),
          options: options(rows: rows.count))
      }
    case .runs: throw ActionFailure.mistake
    }
  }

  // MARK: All or nothing

  /// Metrics_Config is one thing: with a row that cannot be read it is not saved, but every other row is still answered.
  private func saveMetricsConfig(_ parcel: RowParcel) async throws -> SaveOutcome {
    let isComplete = parcel.unreadable.isEmpty
    let response = try await metricsDependency.calling {
      try await metrics.saveMetricsConfig(
        SaveMetricsConfigRequest(
          rows: parcel.readable.map { KpiRow(MetricsConfigRow($0)) }, scope: parcel.scope, actor: parcel.actor,
          validateOnly: parcel.isPreview || !isComplete),
        options: options(rows: parcel.readable.count))
    }
    var outcome = SaveOutcome()
    let isSaved = isComplete && response.saved
    outcome.add(response.messages, isSaved ? response.counts : nil)
    if !isSaved {
      let faulty = Set(outcome.findings.filter { $0.severity == .error }.map(\.rowNumber)).union(parcel.faultyNumbers)
      outcome.findings += Reservation.notSaved(after: outcome.findings).findings(for: parcel.readable, because: faulty)
    }
    return outcome
  }

  // MARK: Group by group

  private func saveContributions(_ parcel: RowParcel) async throws -> SaveOutcome {
    if let refusal = Reservation.unplaceable(parcel, columns: ["initiative_key"]) { return refusal }
    var faulty: [String: Set<Int>] = [:]
    for row in parcel.unreadable {
      faulty[CellText.folded(row.text("initiative_key")), default: []].insert(row.number)
    }
    let response = try await compilerDependency.calling {
      try await compiler.saveContributions(
        SaveContributionsRequest(
          rows: parcel.readable.map { ContributionRow(KPIContributionRow($0)) }, scope: parcel.scope, actor: parcel.actor,
          unreadableInitiativeKeys: Self.distinct(parcel.unreadable.map { $0.text("initiative_key") }),
          validateOnly: parcel.isPreview),
        options: options(rows: parcel.readable.count))
    }
    var outcome = SaveOutcome()
    outcome.add(response.messages, response.counts)
    // The compiler knows that a row of theirs is missing; which one is known here.
    let waiting = parcel.readable.filter { faulty[CellText.folded($0.text("initiative_key"))] != nil }
    let numbers = Set(waiting.map(\.number))
    outcome.findings.removeAll { $0.severity == .info && numbers.contains($0.rowNumber) }
    let reservation = Reservation.notSaved(after: outcome.findings)
    for row in waiting {
      outcome.findings += reservation.findings(for: [row], because: faulty[CellText.folded(row.text("initiative_key"))] ?? [])
    }
    return outcome
  }

  private func saveConstraints(_ parcel: RowParcel) async throws -> SaveOutcome {
    if let refusal = Reservation.unplaceable(parcel, columns: Self.setColumns) { return refusal }
    let response = try await compilerDependency.calling {
      try await compiler.saveConstraints(
        SaveConstraintsRequest(
          rows: parcel.readable.map { ConstraintRow(ConstraintRuleRow($0)) }, scope: parcel.scope, actor: parcel.actor,
          unreadableRows: Self.unreadable(parcel), validateOnly: parcel.isPreview, expectedHeads: parcel.expectedHeads),
        options: options(rows: parcel.readable.count))
    }
    return outcome(of: response, parcel)
  }

  private func saveTargets(_ parcel: RowParcel) async throws -> SaveOutcome {
    if let refusal = Reservation.unplaceable(parcel, columns: Self.setColumns) { return refusal }
    let response = try await compilerDependency.calling {
      try await compiler.saveTargets(
        SaveTargetsRequest(
          rows: parcel.readable.map { TargetRow(TargetRuleRow($0)) }, scope: parcel.scope, actor: parcel.actor,
          unreadableRows: Self.unreadable(parcel), validateOnly: parcel.isPreview, expectedHeads: parcel.expectedHeads),
        options: options(rows: parcel.readable.count))
    }
    return outcome(of: response, parcel)
  }

  private static let setColumns = ["scenario_name", "constraint_set_name"]

  private static func unreadable(_ parcel: RowParcel) -> [UnreadableRow] {
    parcel.unreadable.map {
      UnreadableRow(
        rowNumber: UInt32($0.number), scenarioName: $0.text("scenario_name"), constraintSetName: $0.text("constraint_set_name"))
    }
  }

  /// Good rows of a set that was not compiled say so, whether or not the compiler said it of each.
  private func outcome(of response: SaveSetsResponse, _ parcel: RowParcel) -> SaveOutcome {
    var outcome = SaveOutcome()
    outcome.add(response.messages, response.counts)
    outcome.sets = response.sets
    func set(_ scenario: String, _ name: String) -> RowKey { RowKey([scenario, name]) }
    let refused = Set(response.sets.filter { !$0.compiled }.map { set($0.scenarioName, $0.constraintSetName) })
    guard !refused.isEmpty else { return outcome }
    let faultyNumbers = Set(outcome.findings.filter { $0.severity == .error }.map(\.rowNumber))
    var members: [RowKey: [ReadRow]] = [:]
    for row in parcel.readable { members[set(row.text("scenario_name"), row.text("constraint_set_name")), default: []].append(row) }
    var faulty: [RowKey: Set<Int>] = [:]
    for row in parcel.unreadable {
      faulty[set(row.text("scenario_name"), row.text("constraint_set_name")), default: []].insert(row.number)
    }
    let reservation = Reservation.notCompiled(after: outcome.findings)
    for key in refused {
      let rows = members[key] ?? []
      let numbers = faultyNumbers.intersection(rows.map(\.number)).union(faulty[key] ?? [])
      outcome.findings += reservation.findings(for: rows, because: numbers)
    }
    return outcome
  }

  // MARK: Row by row

  private func saveInBatches<Row: TypedRow>(
    _ parcel: RowParcel, as type: Row.Type, batches: RequestBatches, told: (Double) -> Void,
    _ call: ([Row], RowScope) async throws -> SaveRowsResponse
  ) async throws -> SaveOutcome {
    var outcome = SaveOutcome()
    let batches = batches.cut(parcel.readable) { $0.weight }
    var done = 0
    for (index, batch) in batches.enumerated() {
      do {
        let response = try await compilerDependency.calling {
          // A row that could not be read is no row that somebody took out: without all rows nothing is removed.
          try await call(batch.map { Row($0) }, batches.count == 1 && parcel.unreadable.isEmpty ? parcel.scope : .selection)
        }
        outcome.add(response.messages, response.counts)
      } catch let failure as ActionFailure where index > 0 {
        outcome.failure = failure
        outcome.findings += parcel.readable[batch.startIndex...].map { row in
          RowFinding(
            rowNumber: row.number, key: row.key.text, severity: .error, code: failure.code,
            message: "not saved: \(compilerDependency.name) stopped answering; repeat the save")
        }
        return outcome
      }
      done += batch.count
      told(Double(done) / Double(parcel.readable.count))
    }
    return outcome
  }

  private static func distinct(_ keys: [String]) -> [String] {
    var seen: Set<String> = []
    return keys.filter { !$0.isEmpty && seen.insert(CellText.folded($0)).inserted }
  }
}

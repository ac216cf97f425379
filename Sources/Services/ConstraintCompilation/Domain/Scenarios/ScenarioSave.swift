/// A row of Scenario_Config as typed.
public struct ScenarioEntry: Sendable {
  public var row: Int
  public var name: String
  public var periodKey: String
  /// Nil when blank.
  public var capacity: Double?
  public var objectiveMode: String
  public var weights: WeightsCell
  /// The weights' cell as typed.
  public var weightsText: String
  public var notes: String

  public init(
    row: Int, name: String, periodKey: String, capacity: Double?, objectiveMode: String, weights: WeightsCell = .plain(""),
    weightsText: String = "", notes: String = ""
  ) {
    self.row = row
    self.name = name
    self.periodKey = periodKey
    self.capacity = capacity
    self.objectiveMode = objectiveMode
    self.weights = weights
    self.weightsText = weightsText
    self.notes = notes
  }
}

/// What a save of Scenario_Config comes to: good rows are stored, bad ones answered; none is deleted.
public struct ScenarioSave: Sendable {
  /// The scenarios that are new or changed, or stand in another row now.
  public private(set) var stored: [PlannedScenario] = []
  public private(set) var findings: [Finding] = []
  public private(set) var tally = SaveTally()

  public init(_ entries: [ScenarioEntry], known: [PlannedScenario], kpis: KpiCatalogue) {
    var kpis = kpis
    var duplicates = Duplicates<NormalKey>()
    for entry in entries { duplicates.add(NormalKey(entry.name), at: SourceCell(.scenarios, row: entry.row)) }
    let before = Dictionary(known.map { (NormalKey($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    tally.rows = entries.count
    for entry in entries {
      var notes = RowNotes(.scenarios, row: entry.row, key: entry.name)
      if !isBlank(entry.name), let cells = duplicates.cells(of: NormalKey(entry.name)) {
        notes.error(
          "scenario_name", "duplicate_key", "scenario_name \"\(shown(entry.name))\" stands in \(listed(cells)); keep one")
      }
      if let scenario = Self.read(entry, into: &notes, kpis: &kpis) {
        let old = before[NormalKey(entry.name)]
        if old?.isSame(as: scenario) ?? false {
          tally.unchanged += 1
          notes.unchanged()
        } else {
          tally.upserts += 1
        }
        if old != scenario { stored.append(scenario) }
      }
      findings += notes.findings
    }
    tally.count(findings)
  }

  /// The scenario of the row; nil when anything is wrong with it.
  private static func read(_ entry: ScenarioEntry, into notes: inout RowNotes, kpis: inout KpiCatalogue) -> PlannedScenario? {
    let name = notes.text(entry.name, column: "scenario_name", longest: KeyGrammar.longestName, required: true)
    let period = PeriodKey(entry.periodKey)
    if isBlank(entry.periodKey) {
      notes.error("period_key", "missing_value", "period_key is blank; \(PeriodKey.grammar)")
    } else if period == nil {
      notes.error("period_key", "bad_period", "period_key \"\(shown(entry.periodKey))\" is no period; \(PeriodKey.grammar)")
    }
    var capacity: Int?
    if let typed = entry.capacity {
      capacity = notes.wholeNumber(typed, column: "capacity_total_tokens", in: 1...mostTokens)
    } else {
      notes.error("capacity_total_tokens", "missing_value", "capacity_total_tokens is blank; it must be a number above 0")
    }
    let objective: ObjectiveKind? = notes.word(entry.objectiveMode, column: "objective_mode")
    let text = notes.text(entry.notes, column: "notes", longest: KeyGrammar.longestNotes)
    // With a fault elsewhere the weights are read all the same: every fault of the row is answered at once.
    var weightNotes = RowNotes(.scenarios, row: entry.row, key: entry.name)
    let weights = objective.map { WeightsReader.read(entry.weights, for: $0, into: &weightNotes, kpis: &kpis) }
    notes.add(weightNotes)
    guard !notes.haveErrors, let period, let capacity, let objective, let weights else { return nil }
    return PlannedScenario(
      name: name, period: period, capacity: capacity, objective: objective, weights: weights, notes: text,
      weightsText: trimmed(entry.weightsText), row: entry.row)
  }
}

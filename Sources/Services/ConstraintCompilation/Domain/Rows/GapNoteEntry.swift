/// What somebody wrote beside a row of Gaps_Alerts.
public struct GapNoteEntry: StoredEntry {
  public static let tab = PlanningTab.gapsAlerts
  public static let noun = "stored note"
  public static let keyColumns = ["run_id", "scenario_name", "constraint_set_name", "country", "kpi_key"]

  public var row: Int
  public var runId: String
  public var scenarioName: String
  public var setName: String
  /// Whom the row is about, as the tab shows it: `UK`, `ALL`, `department: Core`.
  public var country: String
  /// Empty for alerts that are about no KPI.
  public var kpiKey: String
  public var recommendation: String
  public var notes: String

  public init(
    row: Int, runId: String, scenarioName: String, setName: String, country: String, kpiKey: String, recommendation: String = "",
    notes: String = ""
  ) {
    self.row = row
    self.runId = runId
    self.scenarioName = scenarioName
    self.setName = setName
    self.country = country
    self.kpiKey = kpiKey
    self.recommendation = recommendation
    self.notes = notes
  }

  public var keyParts: [String] { [runId, scenarioName, setName, country, kpiKey] }
  public var isEmpty: Bool { recommendation.isEmpty && notes.isEmpty }
}

extension RowSave<GapNoteEntry> {
  /// Nothing is removed but by blank cells: the tab shows one run, and the notes of the others stay.
  public init(_ entries: [GapNoteEntry], before: [GapNoteEntry]) {
    let readings = entries.map { typed in
      var notes = RowNotes(.gapsAlerts, row: typed.row, key: typed.kpiKey)
      var entry = typed
      let name = KeyGrammar.longestName
      entry.runId = notes.requiredKey(typed.runId, column: "run_id") ?? trimmed(typed.runId)
      entry.scenarioName = notes.text(typed.scenarioName, column: "scenario_name", longest: name, required: true)
      entry.setName = notes.text(typed.setName, column: "constraint_set_name", longest: name, required: true)
      entry.country = notes.text(typed.country, column: "country", longest: name)
      if entry.country.isEmpty { entry.country = "ALL" }
      entry.kpiKey = notes.optionalKey(typed.kpiKey, column: "kpi_key")
      entry.recommendation = notes.text(typed.recommendation, column: "recommendation", longest: KeyGrammar.longestNotes)
      entry.notes = notes.text(typed.notes, column: "notes", longest: KeyGrammar.longestNotes)
      return Reading(entry: entry, notes: notes)
    }
    self.init(readings, before: before, isWholeTab: false)
  }
}

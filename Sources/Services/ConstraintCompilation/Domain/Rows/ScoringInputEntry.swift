/// A row of Scoring_Inputs, such as an initiative's reach or effort.
public struct ScoringInputEntry: StoredEntry {
  public static let tab = PlanningTab.scoringInputs
  public static let noun = "stored input"
  public static let keyColumns = ["initiative_key", "input_name"]

  public var row: Int
  public var initiativeKey: String
  public var name: String
  /// Nil when blank.
  public var value: Double?
  public var notes: String

  public init(row: Int, initiativeKey: String, name: String, value: Double?, notes: String = "") {
    self.row = row
    self.initiativeKey = initiativeKey
    self.name = name
    self.value = value
    self.notes = notes
  }

  public var keyParts: [String] { [initiativeKey, name] }
}

extension RowSave<ScoringInputEntry> {
  /// - Parameter initiatives: the keys of those that there are.
  public init(_ entries: [ScoringInputEntry], before: [ScoringInputEntry], isWholeTab: Bool, initiatives: KeyBook) {
    var book = initiatives
    let readings = entries.map { typed in
      var notes = RowNotes(.scoringInputs, row: typed.row, key: typed.initiativeKey)
      var entry = typed
      entry.initiativeKey =
        notes.initiative(typed.initiativeKey, column: "initiative_key", in: &book) ?? trimmed(typed.initiativeKey)
      entry.name = notes.requiredKey(typed.name, column: "input_name") ?? trimmed(typed.name)
      notes.checkNumber(typed.value, column: "value")
      entry.notes = notes.text(typed.notes, column: "notes", longest: KeyGrammar.longestNotes)
      return Reading(entry: entry, notes: notes)
    }
    self.init(readings, before: before, isWholeTab: isWholeTab)
  }
}

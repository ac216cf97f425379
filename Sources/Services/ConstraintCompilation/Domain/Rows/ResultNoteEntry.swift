/// What somebody wrote beside an initiative in Results. Kept by run: a later run's row begins without.
public struct ResultNoteEntry: StoredEntry {
  public static let tab = PlanningTab.results
  public static let noun = "stored note"
  public static let keyColumns = ["run_id", "initiative_key"]

  public var row: Int
  public var runId: String
  public var initiativeKey: String
  public var notes: String

  public init(row: Int, runId: String, initiativeKey: String, notes: String) {
    self.row = row
    self.runId = runId
    self.initiativeKey = initiativeKey
    self.notes = notes
  }

  public var keyParts: [String] { [runId, initiativeKey] }
  public var isEmpty: Bool { notes.isEmpty }
}

extension RowSave<ResultNoteEntry> {
  /// Nothing is removed but by a blank note: the tab shows one run, and the notes of the others stay.
  /// - Parameter initiatives: the keys of those that there are.
  public init(_ entries: [ResultNoteEntry], before: [ResultNoteEntry], initiatives: KeyBook) {
    var book = initiatives
    let readings = entries.map { typed in
      var notes = RowNotes(.results, row: typed.row, key: typed.initiativeKey)
      var entry = typed
      entry.runId = notes.requiredKey(typed.runId, column: "run_id") ?? trimmed(typed.runId)
      entry.initiativeKey =
        notes.initiative(typed.initiativeKey, column: "initiative_key", in: &book) ?? trimmed(typed.initiativeKey)
      entry.notes = notes.text(typed.notes, column: "notes", longest: KeyGrammar.longestNotes)
      return Reading(entry: entry, notes: notes)
    }
    self.init(readings, before: before, isWholeTab: false)
  }
}

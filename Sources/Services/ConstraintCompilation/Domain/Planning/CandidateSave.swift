/// A row of Candidates as typed.
public struct CandidateEntry: Sendable {
  public var row: Int
  public var key: String
  public var fields: CandidateFields

  public init(row: Int, key: String, fields: CandidateFields = CandidateFields()) {
    self.row = row
    self.key = key
    self.fields = fields
  }
}

/// What a save of Candidates comes to: good rows are stored, bad ones answered. An initiative must exist; none is deleted.
public struct CandidateSave: Sendable {
  public struct Stored: Equatable, Sendable {
    /// As spelt in Central Backlog.
    public var key: String
    public var fields: CandidateFields
    public var row: Int
    /// False when only the row's number moved.
    public var isChanged: Bool
  }

  public private(set) var stored: [Stored] = []
  public private(set) var findings: [Finding] = []
  public private(set) var tally = SaveTally()

  private struct Reading {
    var entry: CandidateEntry
    var notes: RowNotes
    var position: Int?
  }

  /// - Parameter known: the initiatives that there are.
  public init(_ entries: [CandidateEntry], known: [PlannedInitiative]) {
    var reader = CandidateReader(known)
    var duplicates = Duplicates<NormalKey>()
    for entry in entries { duplicates.add(NormalKey(entry.key), at: SourceCell(.candidates, row: entry.row)) }
    tally.rows = entries.count
    var readings = entries.map { entry in
      var notes = RowNotes(.candidates, row: entry.row, key: entry.key)
      var read = entry
      let position = reader.read(&read, into: &notes)
      if position != nil, let cells = duplicates.cells(of: NormalKey(entry.key)) {
        notes.error(
          "initiative_key", "duplicate_key", "initiative_key \"\(shown(entry.key))\" stands in \(listed(cells)); keep one")
      }
      return Reading(entry: read, notes: notes, position: position)
    }
    Self.findCycles(in: &readings, known: known)
    for var reading in readings {
      if !reading.notes.haveErrors, let position = reading.position { store(&reading, before: known[position]) }
      findings += reading.notes.findings
    }
    tally.count(findings)
  }

  private mutating func store(_ reading: inout Reading, before: PlannedInitiative) {
    let isChanged = before.candidate != reading.entry.fields
    if isChanged || before.candidateRow == 0 {
      tally.upserts += 1
    } else {
      tally.unchanged += 1
      reading.notes.unchanged()
    }
    guard isChanged || before.candidateRow != reading.entry.row else { return }
    stored.append(Stored(key: before.key, fields: reading.entry.fields, row: reading.entry.row, isChanged: isChanged))
  }

  /// Prerequisites that lead back to where they started, through the rows of this save and what is stored of the others.
  private static func findCycles(in readings: inout [Reading], known: [PlannedInitiative]) {
    let positions = Dictionary(known.enumerated().map { (NormalKey($1.key), $0) }, uniquingKeysWith: { first, _ in first })
    var graph = PrerequisiteGraph(count: known.count)
    var saved: [Int: Int] = [:]
    for (place, reading) in readings.enumerated() where !reading.notes.haveErrors {
      if let position = reading.position { saved[position] = place }
    }
    for (position, initiative) in known.enumerated() {
      let place = saved[position]
      let fields = place.map { readings[$0].entry.fields } ?? initiative.candidate
      let row = place.map { readings[$0].entry.row } ?? initiative.candidateRow
      for key in fields.prerequisiteKeys {
        guard let needed = positions[NormalKey(key)] else { continue }
        graph.add(position, needs: needed, source: SourceCell(.candidates, row: row, column: "prerequisite_keys"))
      }
    }
    for knot in graph.knots() {
      let message = "prerequisite_keys lead in a circle: " + graph.spelling(of: knot.circle) { known[$0].key } + "; take one out"
      for member in knot.members {
        guard let place = saved[member] else { continue }
        readings[place].notes.error("prerequisite_keys", "prerequisite_cycle", message)
      }
    }
  }
}

/// What a save of a tab comes to whose rows are stored one by one: good rows are stored, bad ones answered.
public struct RowSave<Entry: StoredEntry>: Sendable {
  /// What was stored and goes.
  public private(set) var removed: [Entry] = []
  /// What is new or changed, or stands in another row now.
  public private(set) var stored: [Entry] = []
  public private(set) var findings: [Finding] = []
  public private(set) var tally = SaveTally()

  /// A row that has been read.
  struct Reading {
    var entry: Entry
    var notes: RowNotes
    /// A good row that is not to be stored, as its notes say; what is stored of it stays.
    var isWithheld = false
  }

  /// - Parameters:
  ///   - before: what is stored under the keys of the rows, and of the whole tab when that is saved.
  ///   - isWholeTab: what is stored and named by no row is removed, when all rows are good.
  init(_ readings: [Reading], before: [Entry], isWholeTab: Bool) {
    var distinct = readings
    Self.refuseDuplicates(in: &distinct)
    self.init(distinct: distinct, before: before, isWholeTab: isWholeTab)
  }

  /// The same for rows among which duplicates have been refused.
  init(distinct readings: [Reading], before: [Entry], isWholeTab: Bool) {
    tally.rows = readings.count
    let withheld = WithheldRemoval(readings.lazy.flatMap(\.notes.findings))
    var left = Dictionary(before.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    for var reading in readings {
      let old = left.removeValue(forKey: reading.entry.identity)
      if reading.isWithheld, !reading.notes.haveErrors {
        tally.skipped += 1
      } else if !reading.notes.haveErrors {
        store(&reading, before: old)
      }
      findings += reading.notes.findings
    }
    if isWholeTab, !withheld.isNeeded {
      removed += left.values
      tally.removed += left.count
    } else if isWholeTab, let finding = withheld.finding(Entry.tab, kept: left.count, Entry.noun) {
      findings.insert(finding, at: 0)
    }
    removed.sort { $0.identity.lexicographicallyPrecedes($1.identity) }
    tally.count(findings)
  }

  private mutating func store(_ reading: inout Reading, before: Entry?) {
    if reading.entry.isEmpty {
      guard let before else { return unchanged(&reading) }
      removed.append(before)
      tally.removed += 1
      return reading.notes.info("removed", "taken back")
    }
    let isChanged = before.map { !$0.isSame(as: reading.entry) } ?? true
    if isChanged { tally.upserts += 1 } else { unchanged(&reading) }
    if isChanged || before?.row != reading.entry.row { stored.append(reading.entry) }
  }

  private mutating func unchanged(_ reading: inout Reading) {
    tally.unchanged += 1
    reading.notes.unchanged()
  }

  static func refuseDuplicates(in readings: inout [Reading]) {
    var duplicates = Duplicates<[NormalKey]>()
    for reading in readings { duplicates.add(reading.entry.identity, at: SourceCell(Entry.tab, row: reading.entry.row)) }
    for index in readings.indices {
      guard let cells = duplicates.cells(of: readings[index].entry.identity) else { continue }
      let key = readings[index].entry.keyParts.map(trimmed).filter { !$0.isEmpty }.joined(separator: ", ")
      readings[index].notes.error(Entry.keyColumns[0], "duplicate_key", "\(key) stands in \(listed(cells)); keep one")
    }
  }
}

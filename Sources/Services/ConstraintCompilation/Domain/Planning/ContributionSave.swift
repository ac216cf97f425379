/// A row of KPI_Contributions as typed.
public struct ContributionEntry: Sendable {
  public var row: Int
  public var initiativeKey: String
  public var kpiKey: String
  public var value: Double
  public var notes: String

  public init(row: Int, initiativeKey: String, kpiKey: String, value: Double, notes: String = "") {
    self.row = row
    self.initiativeKey = initiativeKey
    self.kpiKey = kpiKey
    self.value = value
    self.notes = notes
  }
}

/// What a save of KPI_Contributions comes to: an initiative's rows are stored all together or not at all.
public struct ContributionSave: Sendable {
  /// An initiative whose contributions change, or stand in other rows now.
  public struct Stored: Sendable {
    public var initiativeKey: String
    /// All that it has afterwards, in the order of the KPIs' normal keys.
    public var contributions: [KpiContribution]
    /// The KPIs that it has nothing for any more.
    public var removedKpis: [NormalKey] = []
  }

  public private(set) var stored: [Stored] = []
  public private(set) var findings: [Finding] = []
  public private(set) var tally = SaveTally()

  /// A row of an initiative that exists.
  private struct Reading {
    var contribution: KpiContribution
    var notes: RowNotes
  }

  private struct Identity: Hashable {
    var initiative: NormalKey
    var kpi: NormalKey

    init(_ entry: ContributionEntry) {
      initiative = NormalKey(entry.initiativeKey)
      kpi = NormalKey(entry.kpiKey)
    }
  }

  /// - Parameters:
  ///   - unreadable: initiatives with a row that could not be read: none of their rows are stored.
  ///   - isWholeTab: what the rows don't name is removed, of the initiatives named and of all others, when all rows are good.
  ///   - known: the initiatives that there are, with their contributions.
  public init(
    _ entries: [ContributionEntry], unreadable: [String], isWholeTab: Bool, known: [PlannedInitiative], kpis: KpiCatalogue
  ) {
    var readings = Self.read(entries, known: known, kpis: kpis)
    tally.rows = entries.count
    let withheld = WithheldRemoval(readings.values.lazy.joined().flatMap(\.notes.findings), unreadable: unreadable.count)
    let removes = isWholeTab && !withheld.isNeeded
    let unread = Set(unreadable.map { NormalKey($0) })
    var kept = 0
    for initiative in known {
      let normal = NormalKey(initiative.key)
      let rows = readings.removeValue(forKey: normal) ?? []
      if !rows.isEmpty {
        kept += save(initiative, rows, isUnreadable: unread.contains(normal), removes: removes)
      } else if removes, !initiative.contributions.isEmpty {
        tally.removed += initiative.contributions.count
        stored.append(
          Stored(
            initiativeKey: initiative.key, contributions: [], removedKpis: initiative.contributions.map { NormalKey($0.kpiKey) }))
      } else if !unread.contains(normal) {
        kept += initiative.contributions.count
      }
    }
    // What is left names no initiative.
    for rows in readings.values { findings += rows.flatMap(\.notes.findings) }
    if isWholeTab, let finding = withheld.finding(.contributions, kept: kept, "stored contribution") { findings.append(finding) }
    findings.sort { ($0.cell.row, $0.message) < ($1.cell.row, $1.message) }
    tally.count(findings)
  }

  private static func read(
    _ entries: [ContributionEntry], known: [PlannedInitiative], kpis: KpiCatalogue
  ) -> [NormalKey: [Reading]] {
    var kpis = kpis
    var book = KeyBook(known.map(\.key))
    var duplicates = Duplicates<Identity>()
    for entry in entries { duplicates.add(Identity(entry), at: SourceCell(.contributions, row: entry.row)) }
    var readings: [NormalKey: [Reading]] = [:]
    for entry in entries {
      var notes = RowNotes(.contributions, row: entry.row, key: entry.initiativeKey)
      let contribution = read(entry, into: &notes, initiatives: &book, kpis: &kpis)
      if let cells = duplicates.cells(of: Identity(entry)) {
        notes.error(
          "kpi_key", "duplicate_key",
          "\(trimmed(entry.initiativeKey)) and \(trimmed(entry.kpiKey)) stand in \(listed(cells)); keep one")
      }
      readings[NormalKey(entry.initiativeKey), default: []].append(Reading(contribution: contribution, notes: notes))
    }
    return readings
  }

  private static func read(
    _ entry: ContributionEntry, into notes: inout RowNotes, initiatives: inout KeyBook, kpis: inout KpiCatalogue
  ) -> KpiContribution {
    _ = notes.initiative(entry.initiativeKey, column: "initiative_key", in: &initiatives)
    let kpi = notes.activeKpi(entry.kpiKey, column: "kpi_key", in: &kpis)
    if let kpi, kpi.standing == .supporting {
      notes.error(
        "kpi_key", "supporting_kpi",
        "kpi_key \"\(kpi.key)\" is a supporting KPI; contributions go to the north star and the strategic KPIs of Metrics_Config")
    }
    notes.checkAmount(entry.value, column: "contribution")
    let text = notes.text(entry.notes, column: "notes", longest: KeyGrammar.longestNotes)
    return KpiContribution(kpiKey: kpi?.key ?? trimmed(entry.kpiKey), value: entry.value, notes: text, row: entry.row)
  }

  /// How many contributions stay that no row names, although the tab is whole.
  private mutating func save(_ initiative: PlannedInitiative, _ rows: [Reading], isUnreadable: Bool, removes: Bool) -> Int {
    let faulty = rows.filter(\.notes.haveErrors).map(\.notes.row).sorted()
    guard faulty.isEmpty, !isUnreadable else {
      refuse(rows, because: faulty, of: initiative.key)
      return 0
    }
    let before = Dictionary(initiative.contributions.map { (NormalKey($0.kpiKey), $0) }, uniquingKeysWith: { first, _ in first })
    var after = removes ? [:] : before
    var unnamed = before
    for var row in rows {
      let kpi = NormalKey(row.contribution.kpiKey)
      if before[kpi]?.isSame(as: row.contribution) ?? false {
        tally.unchanged += 1
        row.notes.unchanged()
      } else {
        tally.upserts += 1
      }
      after[kpi] = row.contribution
      unnamed[kpi] = nil
      findings += row.notes.findings
    }
    if removes { tally.removed += unnamed.count }
    if after != before {
      stored.append(
        Stored(
          initiativeKey: initiative.key, contributions: after.sorted { $0.key < $1.key }.map(\.value),
          removedKpis: removes ? unnamed.keys.sorted() : []))
    }
    return removes ? 0 : unnamed.count
  }

  /// The initiative keeps what it had, and its good rows are told why.
  private mutating func refuse(_ rows: [Reading], because faulty: [Int], of key: String) {
    let why =
      faulty.isEmpty
      ? "another row of \(key) cannot be read" : (faulty.count == 1 ? "row " : "rows ") + listed(faulty.map(String.init))
    for var row in rows.map(\.notes) {
      if !row.haveErrors {
        row.info("not_saved", "not saved: \(why)")
        tally.skipped += 1
      }
      findings += row.findings
    }
  }
}

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
  /// The initiatives whose contributions change, with all that they have afterwards.
  public private(set) var stored: [(initiativeKey: String, contributions: [KpiContribution])] = []
  public private(set) var findings: [Finding] = []
  public private(set) var tally = SaveTally()

  /// A good row of an initiative that exists.
  private struct Reading {
    var contribution: KpiContribution
    var notes: RowNotes
  }

  /// - Parameters:
  ///   - unreadable: initiatives with a row that could not be read: none of their rows are stored.
  ///   - isWholeTab: what the rows don't name is removed, of the initiatives named and of all others.
  ///   - known: the initiatives that there are, with their contributions.
  public init(
    _ entries: [ContributionEntry], unreadable: [String], isWholeTab: Bool, known: [PlannedInitiative], kpis: KpiCatalogue
  ) {
    var kpis = kpis
    var book = KeyBook(known.map(\.key))
    var duplicates = Duplicates<[NormalKey]>()
    for entry in entries { duplicates.add(Self.identity(of: entry), at: SourceCell(.contributions, row: entry.row)) }
    tally.rows = entries.count
    var readings: [NormalKey: [Reading]] = [:]
    for entry in entries {
      var notes = RowNotes(.contributions, row: entry.row, key: entry.initiativeKey)
      let contribution = Self.read(entry, into: &notes, initiatives: &book, kpis: &kpis)
      if let cells = duplicates.cells(of: Self.identity(of: entry)) {
        notes.error(
          "kpi_key", "duplicate_key",
          "\(trimmed(entry.initiativeKey)) and \(trimmed(entry.kpiKey)) stand in \(listed(cells)); keep one")
      }
      readings[NormalKey(entry.initiativeKey), default: []].append(Reading(contribution: contribution, notes: notes))
    }
    let unread = Set(unreadable.map { NormalKey($0) })
    for initiative in known {
      let normal = NormalKey(initiative.key)
      if let rows = readings.removeValue(forKey: normal) {
        save(initiative, rows, isUnreadable: unread.contains(normal), isWhole: isWholeTab)
      } else if isWholeTab, !unread.contains(normal), !initiative.contributions.isEmpty {
        tally.removed += initiative.contributions.count
        stored.append((initiative.key, []))
      }
    }
    // What is left names no initiative.
    for rows in readings.values { findings += rows.flatMap(\.notes.findings) }
    findings.sort { ($0.cell.row, $0.message) < ($1.cell.row, $1.message) }
    tally.count(findings)
  }

  private static func identity(of entry: ContributionEntry) -> [NormalKey] {
    [NormalKey(entry.initiativeKey), NormalKey(entry.kpiKey)]
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
    return KpiContribution(kpiKey: kpi?.key ?? trimmed(entry.kpiKey), value: entry.value, notes: text)
  }

  private mutating func save(_ initiative: PlannedInitiative, _ rows: [Reading], isUnreadable: Bool, isWhole: Bool) {
    let faulty = rows.filter(\.notes.haveErrors).map(\.notes.row).sorted()
    guard faulty.isEmpty, !isUnreadable else {
      let why =
        faulty.isEmpty
        ? "another row of \(initiative.key) cannot be read"
        : (faulty.count == 1 ? "row " : "rows ") + listed(faulty.map(String.init))
      for var row in rows.map(\.notes) {
        if !row.haveErrors {
          row.info("not_saved", "not saved: \(why)")
          tally.skipped += 1
        }
        findings += row.findings
      }
      return
    }
    let before = Dictionary(initiative.contributions.map { (NormalKey($0.kpiKey), $0) }, uniquingKeysWith: { first, _ in first })
    var after = isWhole ? [:] : before
    for var row in rows {
      let kpi = NormalKey(row.contribution.kpiKey)
      if before[kpi] == row.contribution {
        tally.unchanged += 1
        row.notes.unchanged()
      } else {
        tally.upserts += 1
      }
      after[kpi] = row.contribution
      findings += row.notes.findings
    }
    tally.removed += before.keys.count { after[$0] == nil }
    guard after != before else { return }
    stored.append((initiative.key, after.sorted { $0.key < $1.key }.map(\.value)))
  }
}

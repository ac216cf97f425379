/// A row of Central Backlog as typed.
public struct InitiativeEntry: Sendable {
  public var row: Int
  public var key: String
  public var fields: BacklogFields

  public init(row: Int, key: String, fields: BacklogFields = BacklogFields()) {
    self.row = row
    self.key = key
    self.fields = fields
  }
}

/// What a save of Central Backlog comes to: good rows are stored, bad ones answered.
public struct InitiativeSave: Sendable {
  public struct Stored: Equatable, Sendable {
    public var key: String
    public var fields: BacklogFields
    public var row: Int
  }

  /// The initiatives that are new or changed, or stand in another row now.
  public private(set) var stored: [Stored] = []
  public private(set) var findings: [Finding] = []
  public private(set) var tally = SaveTally()

  /// - Parameter known: the initiatives that there are.
  public init(_ entries: [InitiativeEntry], known: [PlannedInitiative], kpis: KpiCatalogue) {
    var kpis = kpis
    var duplicates = Duplicates<NormalKey>()
    for entry in entries { duplicates.add(NormalKey(entry.key), at: SourceCell(.centralBacklog, row: entry.row)) }
    let before = Dictionary(known.map { (NormalKey($0.key), $0) }, uniquingKeysWith: { first, _ in first })
    tally.rows = entries.count
    for entry in entries {
      let normal = NormalKey(entry.key)
      var notes = RowNotes(.centralBacklog, row: entry.row, key: entry.key)
      let key = notes.requiredKey(entry.key, column: "initiative_key")
      if key != nil, let cells = duplicates.cells(of: normal) {
        notes.error(
          "initiative_key", "duplicate_key", "initiative_key \"\(shown(entry.key))\" stands in \(listed(cells)); keep one")
      }
      let fields = Self.read(entry.fields, into: &notes, kpis: &kpis)
      if let key, !notes.haveErrors { store(key, fields, row: entry.row, before: before[normal], into: &notes) }
      findings += notes.findings
    }
    tally.count(findings)
  }

  private mutating func store(
    _ key: String, _ fields: BacklogFields, row: Int, before: PlannedInitiative?, into notes: inout RowNotes
  ) {
    let isChanged = before?.key != key || before?.backlog != fields
    if isChanged {
      tally.upserts += 1
    } else {
      tally.unchanged += 1
      notes.unchanged()
    }
    guard isChanged || before?.backlogRow != row else { return }
    stored.append(Stored(key: key, fields: fields, row: row))
  }

  private static func read(_ typed: BacklogFields, into notes: inout RowNotes, kpis: inout KpiCatalogue) -> BacklogFields {
    var fields = typed
    let name = KeyGrammar.longestName
    fields.title = notes.text(typed.title, column: "title", longest: name)
    fields.country = notes.text(typed.country, column: "country", longest: name)
    fields.department = notes.text(typed.department, column: "department", longest: name)
    fields.category = notes.text(typed.category, column: "category", longest: name)
    fields.programKey = notes.text(typed.programKey, column: "program_key", longest: name)
    fields.lifecycleStatus = notes.text(typed.lifecycleStatus, column: "lifecycle_status", longest: name)
    fields.notes = notes.text(typed.notes, column: "notes", longest: KeyGrammar.longestNotes)
    fields.candidatePeriodKey = period(typed.candidatePeriodKey, into: &notes)
    fields.immediateKpiKey = immediateKpi(typed.immediateKpiKey, into: &notes, kpis: &kpis)
    if isAll(fields.country) {
      notes.error(
        "country", "reserved_word",
        "country \"\(fields.country)\" is the word for the whole portfolio; name a country or leave it blank")
    }
    return fields
  }

  private static func isAll(_ text: String) -> Bool { NormalKey(text).text == "all" }

  private static func period(_ typed: String, into notes: inout RowNotes) -> String {
    guard !isBlank(typed) else { return "" }
    guard let period = PeriodKey(typed) else {
      notes.error(
        "candidate_period_key", "bad_period", "candidate_period_key \"\(shown(typed))\" is no period; \(PeriodKey.grammar)")
      return ""
    }
    return period.text
  }

  /// An unknown KPI is a typo; an inactive one may have been right when it was typed.
  private static func immediateKpi(_ typed: String, into notes: inout RowNotes, kpis: inout KpiCatalogue) -> String {
    let key = trimmed(typed)
    guard !key.isEmpty, kpis.activeKpi(key) == nil else { return kpis.kpi(key)?.key ?? key }
    let fault = kpis.fault(of: key, column: "immediate_kpi_key")
    if let inactive = kpis.kpi(key) {
      notes.warning("immediate_kpi_key", fault.code, fault.message)
      return inactive.key
    }
    notes.error("immediate_kpi_key", fault.code, fault.message)
    return key
  }
}

/// A row of Constraints or Targets as typed, with the set that it names.
public struct TypedSetRow: Sendable {
  public var scenarioName: String
  public var setName: String
  public var entry: SetEntry

  public init(scenarioName: String, setName: String, entry: SetEntry) {
    self.scenarioName = scenarioName
    self.setName = setName
    self.entry = entry
  }

  public var key: SetKey { SetKey(scenarioName: scenarioName, setName: setName) }
}

/// A row that could not be read: its set is not compiled.
public struct UnreadRow: Sendable {
  public var row: Int
  public var scenarioName: String
  public var setName: String

  public init(row: Int, scenarioName: String, setName: String) {
    self.row = row
    self.scenarioName = scenarioName
    self.setName = setName
  }

  public var key: SetKey { SetKey(scenarioName: scenarioName, setName: setName) }
}

/// A set as it is stored: its names as spelt, and the rows that its newest revision was compiled from.
public struct StoredSet: Equatable, Sendable {
  public var scenarioName: String
  public var name: String
  public var rows: SetRows

  public init(scenarioName: String, name: String, rows: SetRows) {
    self.scenarioName = scenarioName
    self.name = name
    self.rows = rows
  }

  public var key: SetKey { SetKey(scenarioName: scenarioName, setName: name) }
}

/// What a save of Constraints or Targets comes to. A set is compiled from its rows of both tabs, and stored only when all are good;
/// otherwise it stays as it was, and its good rows are told so. (R60, R61)
public struct SetSave: Sendable {
  public struct Outcome: Equatable, Sendable {
    public enum Fate: Equatable, Sendable {
      case compiled(CompiledSet)
      /// Some row is not good: the set stays as it was.
      case refused
      /// No row of either tab is left.
      case removed
    }

    public var scenarioName: String
    public var name: String
    /// The rows after the save, when it was compiled.
    public var rows: SetRows
    public var fate: Fate

    public var key: SetKey { SetKey(scenarioName: scenarioName, setName: name) }
  }

  /// In the order of the sets' keys.
  public private(set) var outcomes: [Outcome] = []
  /// On rows of the tab that is saved; row 0 when the finding is on what was stored before.
  public private(set) var findings: [Finding] = []
  public private(set) var tally = SaveTally()

  private let tab: SetTab
  private let isWholeTab: Bool
  /// Rows that are not right and belong to no set that is stored: any set that seems to have lost a row may be theirs.
  private var strays: [Int] = []
  private let scenarios: [NormalKey: PlannedScenario]
  private let initiatives: InitiativeIndex
  private let kpis: KpiCatalogue

  /// - Parameters:
  ///   - isWholeTab: what is stored of the tab and absent from the rows is removed; of sets that no row names, when all rows are good.
  ///   - stored: the sets that the rows name, and with `isWholeTab` all others.
  public init(
    _ rows: [TypedSetRow], of tab: SetTab, unreadable: [UnreadRow], isWholeTab: Bool, stored: [StoredSet],
    scenarios: [PlannedScenario],
    initiatives: InitiativeIndex, kpis: KpiCatalogue
  ) {
    self.tab = tab
    self.isWholeTab = isWholeTab
    self.scenarios = Dictionary(scenarios.map { (NormalKey($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    self.initiatives = initiatives
    self.kpis = kpis
    tally.rows = rows.count
    var scenarioNames = KeyBook(scenarios.map(\.name))
    let groups = Dictionary(grouping: rows.filter { place($0) }, by: \.key)
    let unread = Dictionary(grouping: unreadable, by: \.key)
    let before = Dictionary(stored.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let named = Set(groups.keys).union(unread.keys.filter { !$0.scenario.isEmpty && !$0.set.isEmpty })
    let keys = named.sorted()
    // What is not stored yet comes first: its faults may be a misspelt name's, whose rows the right set is missing.
    for key in keys where before[key] == nil {
      save(groups[key] ?? [], unread: unread[key] ?? [], before: nil, scenarioNames: &scenarioNames)
    }
    let stray = unreadable.filter { before[$0.key] == nil }.map(\.row)
    strays = Set(stray + findings.lazy.filter { $0.severity == .error }.map(\.cell.row)).sorted()
    for key in keys {
      guard let stored = before[key] else { continue }
      save(groups[key] ?? [], unread: unread[key] ?? [], before: stored, scenarioNames: &scenarioNames)
    }
    removeAbsent(stored.filter { !named.contains($0.key) }, isRight: unreadable.isEmpty, scenarioNames: &scenarioNames)
    outcomes.sort { $0.key < $1.key }
    findings.sortByPlace()
    tally.count(findings)
  }

  /// Sets that no row names any more lose the tab's rows. A tab that is not right yet takes no set away: the name may be what is wrong.
  private mutating func removeAbsent(_ sets: [StoredSet], isRight: Bool, scenarioNames: inout KeyBook) {
    let absent = sets.filter { !$0.rows.entries(tab).isEmpty }.sorted { $0.key < $1.key }
    guard isWholeTab, !absent.isEmpty else { return }
    let withheld = WithheldRemoval(findings, unreadable: isRight ? 0 : 1)
    if let finding = withheld.finding(tab.planningTab, kept: absent.reduce(0) { $0 + $1.rows.entries(tab).count }, "stored row") {
      findings.append(finding)
    } else {
      for set in absent { save([], unread: [], before: set, scenarioNames: &scenarioNames) }
    }
  }

  /// Whether the row names a set; noted when it does not.
  private mutating func place(_ row: TypedSetRow) -> Bool {
    var notes = RowNotes(tab.planningTab, row: row.entry.row, key: row.entry.key)
    let names = [(row.scenarioName, "scenario_name"), (row.setName, "constraint_set_name")]
    for (name, column) in names { _ = notes.text(name, column: column, longest: KeyGrammar.longestName, required: true) }
    findings += notes.findings
    return !notes.haveErrors
  }

  private mutating func save(_ group: [TypedSetRow], unread: [UnreadRow], before: StoredSet?, scenarioNames: inout KeyBook) {
    let scenarioName = before?.scenarioName ?? trimmed(group.first?.scenarioName ?? unread[0].scenarioName)
    let name = before?.name ?? trimmed(group.first?.setName ?? unread[0].setName)
    let incoming = group.map(\.entry)
    let rows = (before?.rows ?? SetRows()).replacing(tab, with: merged(incoming, over: before?.rows.entries(tab) ?? []))
    var outcome = Outcome(scenarioName: scenarioName, name: name, rows: rows, fate: .refused)
    if rows.isEmpty, unread.isEmpty {
      outcome.fate = .removed
      tally.removed += before?.rows.entries(tab).count ?? 0
      outcomes.append(outcome)
      return
    }
    let scenario = scenarios[NormalKey(scenarioName)]
    let compilation = SetCompilation(
      constraints: rows.constraints, targets: rows.targets, scenario: scenario, initiatives: initiatives, kpis: kpis)
    var found = compilation.findings
    if scenario == nil {
      let message = "scenario_name \"\(scenarioName)\" is not in Scenario_Config" + scenarioNames.suggestion(for: scenarioName)
      found += incoming.map { finding(.error, $0, "scenario_name", "unknown_scenario", message) }
    } else {
      outcome.scenarioName = scenario?.name ?? scenarioName
    }
    let (mine, others) = split(found, incoming)
    findings += mine
    let loss = before.flatMap { doubtfulLoss(of: $0, incoming) }
    if unread.isEmpty, loss == nil, let compiled = compilation.compiled {
      outcome.fate = .compiled(compiled)
      count(incoming, before: before?.rows.entries(tab) ?? [])
    } else {
      refuse(outcome, incoming, mine: mine, others: others, unread: unread, loss: loss)
    }
    outcomes.append(outcome)
  }

  /// Why the set may not lose the stored rows that no row names any more; nil when it loses none, or surely those that it is meant to.
  private func doubtfulLoss(of set: StoredSet, _ incoming: [SetEntry]) -> String? {
    guard isWholeTab, !strays.isEmpty else { return nil }
    let identities = Set(incoming.map(\.identity))
    let lost = set.rows.entries(tab).count { !identities.contains($0.identity) }
    guard lost > 0 else { return nil }
    let rows = strays.count == 1 ? "row \(strays[0]), which belongs" : "rows \(listed(strays.map(String.init))), which belong"
    return "\(counted(lost, "stored row")) would go, and \(rows) to no stored set, may be meant for this one"
  }

  /// What is stored and not named again stays with a selection. The number of a stored row at whose place another stands now is
  /// not known any more.
  private func merged(_ incoming: [SetEntry], over stored: [SetEntry]) -> [SetEntry] {
    guard !isWholeTab else { return incoming }
    let identities = Set(incoming.map(\.identity))
    let taken = Set(incoming.map(\.row))
    return incoming
      + stored.filter { !identities.contains($0.identity) }.map { entry in
        var kept = entry
        if taken.contains(entry.row) { kept.row = 0 }
        return kept
      }
  }

  private func finding(_ severity: FindingSeverity, _ entry: SetEntry, _ column: String, _ code: String, _ message: String)
    -> Finding
  {
    Finding(severity, at: SourceCell(tab.planningTab, row: entry.row, column: column), key: entry.key, code: code, message)
  }

  /// Findings on rows of this save, and errors on what was stored before.
  private func split(_ found: [Finding], _ incoming: [SetEntry]) -> (mine: [Finding], others: [Finding]) {
    let rows = Set(incoming.map(\.row))
    let isMine = { (finding: Finding) in finding.cell.tab == tab.planningTab && rows.contains(finding.cell.row) }
    return (found.filter(isMine), found.filter { !isMine($0) && $0.severity == .error })
  }

  private mutating func count(_ incoming: [SetEntry], before: [SetEntry]) {
    var unnamed = Dictionary(before.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in incoming {
      if let old = unnamed.removeValue(forKey: entry.identity), old.isSame(as: entry) {
        tally.unchanged += 1
        findings.append(finding(.info, entry, "", "unchanged", "unchanged"))
      } else {
        tally.upserts += 1
      }
    }
    if isWholeTab { tally.removed += unnamed.count }
  }

  /// Tells the good rows why they are not stored, and once what is wrong elsewhere.
  private mutating func refuse(
    _ outcome: Outcome, _ incoming: [SetEntry], mine: [Finding], others: [Finding], unread: [UnreadRow],
    loss: String?
  ) {
    let faulty = Set(mine.filter { $0.severity == .error }.map(\.cell.row))
    let rows = faulty.union(unread.map(\.row)).sorted()
    var reasons: [String] = []
    if !rows.isEmpty { reasons.append((rows.count == 1 ? "row " : "rows ") + listed(rows.map(String.init))) }
    if !others.isEmpty { reasons.append(listed(others.map(\.cell))) }
    if let loss { reasons.append(loss) }
    let message = "not compiled: " + reasons.joined(separator: "; ")
    for entry in incoming where !faulty.contains(entry.row) {
      findings.append(finding(.info, entry, "", "not_compiled", message))
      tally.skipped += 1
    }
    guard !others.isEmpty else { return }
    var seen: Set<String> = []
    let causes = others.map { "\($0.cell): \($0.message)" }.filter { seen.insert($0).inserted }
    findings.append(
      Finding(
        .error, at: SourceCell(tab.planningTab, row: 0), key: outcome.name, code: "stored_rows_faulty",
        "set \"\(outcome.name)\" of \"\(outcome.scenarioName)\" is not compiled: " + causes.prefix(5).joined(separator: "; ")
          + (causes.count > 5 ? "; and \(causes.count - 5) more" : "")))
  }
}

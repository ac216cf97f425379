import Testing

@testable import ConstraintCompilationDomain

@Suite struct SetSaveTests {
  private func typed(_ entries: [ConstraintEntry], set: String = "Baseline", scenario: String = "Q1-2026 Core") -> [TypedSetRow] {
    entries.map { TypedSetRow(scenarioName: scenario, setName: set, entry: .constraint($0)) }
  }

  private func typed(_ entries: [TargetEntry], set: String = "Baseline") -> [TypedSetRow] {
    entries.map { TypedSetRow(scenarioName: "Q1-2026 Core", setName: set, entry: .target($0)) }
  }

  private func save(
    _ rows: [TypedSetRow], of tab: SetTab = .constraints, unreadable: [UnreadRow] = [], isWholeTab: Bool = true,
    stored: [StoredSet] = []
  ) -> SetSave {
    SetSave(
      rows, of: tab, unreadable: unreadable, isWholeTab: isWholeTab, stored: stored, scenarios: [SeedRows.core],
      initiatives: InitiativeIndex(SeedRows.initiatives), kpis: SeedRows.kpis)
  }

  private func stored(_ name: String, _ constraints: [ConstraintEntry], _ targets: [TargetEntry] = []) -> StoredSet {
    StoredSet(scenarioName: "Q1-2026 Core", name: name, rows: SetRows(constraints: constraints, targets: targets))
  }

  private func fates(_ save: SetSave) -> [String] {
    save.outcomes.map { outcome in
      switch outcome.fate {
      case .compiled: "\(outcome.name) compiled"
      case .refused: "\(outcome.name) refused"
      case .removed: "\(outcome.name) removed"
      }
    }
  }

  @Test func `rows are grouped by set, and each set stands alone`() {
    var broken = SeedRows.aggressiveConstraints
    broken[1].maxTokens = nil
    let save = save(typed(SeedRows.baselineConstraints) + typed(broken, set: "Aggressive"))
    #expect(fates(save) == ["Aggressive refused", "Baseline compiled"])
    #expect(save.findings.filter { $0.severity == .error }.map(\.cell.row) == [8])
    #expect(
      save.findings.filter { $0.code == "not_compiled" }.map { "\($0.cell.row): \($0.message)" } == [
        "7: not compiled: row 8", "9: not compiled: row 8", "10: not compiled: row 8",
      ])
    #expect((save.tally.rows, save.tally.upserts, save.tally.failures, save.tally.skipped) == (9, 5, 1, 3))
  }

  @Test func `a set is compiled from the rows of both tabs`() {
    let save = save(typed(SeedRows.baselineTargets), of: .targets, stored: [stored("Baseline", SeedRows.baselineConstraints)])
    guard case .compiled(let set) = save.outcomes.first?.fate else {
      Issue.record("\(save.findings)")
      return
    }
    #expect(set.targets.count == 2 && set.capacityFloors.count == 1)
    #expect(save.outcomes.first?.rows == SetRows(constraints: SeedRows.baselineConstraints, targets: SeedRows.baselineTargets))
  }

  @Test func `names match however they are spelt, and stored spellings stay`() {
    let save = save(
      typed(SeedRows.baselineConstraints, set: " BASELINE ", scenario: "q1-2026 CORE"),
      stored: [stored("Baseline", SeedRows.baselineConstraints)])
    #expect(save.outcomes.map(\.name) == ["Baseline"])
    #expect(save.outcomes.map(\.scenarioName) == ["Q1-2026 Core"])
    #expect(save.tally.unchanged == 5)
  }

  @Test func `an unreadable row keeps its set from being compiled`() {
    let unread = UnreadRow(row: 7, scenarioName: "Q1-2026 Core", setName: "baseline")
    let save = save(typed(SeedRows.baselineConstraints), unreadable: [unread])
    #expect(fates(save) == ["Baseline refused"])
    #expect(save.findings.filter { $0.code == "not_compiled" }.allSatisfy { $0.message == "not compiled: row 7" })
    #expect(save.tally.skipped == 5)
    #expect(
      fates(self.save([], unreadable: [unread], stored: [stored("Baseline", SeedRows.baselineConstraints)])) == ["Baseline refused"]
    )
  }

  @Test func `an error among stored rows of the other tab is told once, and on no row`() {
    let target = TargetEntry(row: 9, country: "", kpiKey: "KPI_OLD", targetValue: 1, floorOrGoal: "goal")
    let save = save(typed(SeedRows.baselineConstraints), stored: [stored("Baseline", [], [target])])
    #expect(fates(save) == ["Baseline refused"])
    let errors = save.findings.filter { $0.severity == .error }
    #expect(errors.map(\.cell.row) == [0])
    #expect(
      errors.first?.message.hasPrefix("set \"Baseline\" of \"Q1-2026 Core\" is not compiled: Targets row 9: kpi_key \"KPI_OLD\"")
        == true)
    #expect(save.findings.filter { $0.code == "not_compiled" }.allSatisfy { $0.message == "not compiled: Targets row 9" })
  }

  @Test func `the whole tab removes what it no longer names; a set without rows goes`() {
    let both = [
      stored("Baseline", SeedRows.baselineConstraints), stored("Loose", SeedRows.aggressiveConstraints),
      stored("Tight", SeedRows.aggressiveConstraints, SeedRows.aggressiveTargets),
    ]
    let save = save(typed(Array(SeedRows.baselineConstraints.prefix(2))), stored: both)
    #expect(fates(save) == ["Baseline compiled", "Loose removed", "Tight compiled"])
    #expect(save.tally.removed == 3 + 4 + 4)
    #expect(save.outcomes.last?.rows.constraints == [])
  }

  @Test func `a tab with a fault takes no set away that it does not name`() {
    let others = [stored("Loose", SeedRows.aggressiveConstraints), stored("Tight", SeedRows.aggressiveConstraints)]
    var broken = SeedRows.baselineConstraints
    broken[1].maxTokens = nil
    let refused = save(typed(broken), stored: others)
    #expect(fates(refused) == ["Baseline refused"])
    #expect(refused.tally.removed == 0)
    let misspelt = save(
      typed(SeedRows.baselineConstraints, set: "Tigth") + typed([SeedRows.aggressiveConstraints[0]], set: ""), stored: others)
    #expect(fates(misspelt) == ["Tigth compiled"])
    let unread = UnreadRow(row: 9, scenarioName: "", setName: "")
    #expect(fates(save(typed(SeedRows.baselineConstraints), unreadable: [unread], stored: others)) == ["Baseline compiled"])
  }

  @Test func `a row of a misspelt scenario or set takes no row away from the right set`() {
    let before = [stored("Baseline", SeedRows.baselineConstraints), stored("Tight", SeedRows.aggressiveConstraints)]
    let kept = Array(SeedRows.baselineConstraints.dropLast())
    let last = [SeedRows.baselineConstraints[4]]
    let tight = typed(SeedRows.aggressiveConstraints, set: "Tight")
    let scenario = save(typed(kept) + typed(last, scenario: "Q1-2026 Cor") + tight, stored: before)
    #expect(fates(scenario) == ["Baseline refused", "Baseline refused", "Tight compiled"], "the one of the misspelt scenario, too")
    #expect(
      scenario.findings.first { $0.code == "not_compiled" }?.message
        == "not compiled: 1 stored row would go, and row 6, which belongs to no stored set, may be meant for this one")
    var broken = last
    broken[0].key = ""
    let set = save(typed(kept) + typed(broken, set: "Basline") + tight, stored: before)
    #expect(fates(set) == ["Basline refused", "Baseline refused", "Tight compiled"].sorted())
    let blank = save(typed(kept) + typed(last, set: "") + tight, stored: before)
    #expect(fates(blank) == ["Baseline refused", "Tight compiled"])
    // A fault in a set that is stored is that set's alone.
    var faulty = SeedRows.aggressiveConstraints
    faulty[1].maxTokens = nil
    let own = save(typed(kept) + typed(faulty, set: "Tight"), stored: before)
    #expect(fates(own) == ["Baseline compiled", "Tight refused"] && own.tally.removed == 1)
  }

  @Test func `sets that stay although no row names them are told`() {
    let others = [stored("Loose", SeedRows.aggressiveConstraints)]
    var broken = SeedRows.baselineConstraints
    broken[1].maxTokens = nil
    let save = save(typed(broken), stored: others)
    #expect(
      save.findings.first?.message
        == "nothing was removed, because row 3 is not right yet: 4 stored rows that no row names stay; mend that and save again")
  }

  @Test func `a selection adds and changes and removes nothing`() {
    var changed = SeedRows.baselineConstraints[0]
    changed.minTokens = 200
    let added = ConstraintEntry(row: 3, type: "max_selected", dimension: "all", key: "", maxCount: 4)
    let save = save(
      typed([changed, added]), isWholeTab: false,
      stored: [stored("Baseline", SeedRows.baselineConstraints), stored("Tight", SeedRows.aggressiveConstraints)])
    #expect(fates(save) == ["Baseline compiled"])
    #expect(save.outcomes.first?.rows.constraints.count == 6)
    #expect(save.outcomes.first?.rows.constraints.map(\.row) == [2, 3, 0, 4, 5, 6], "row 3 holds another rule now")
    #expect((save.tally.upserts, save.tally.unchanged, save.tally.removed) == (2, 0, 0))
  }

  @Test func `an unknown scenario is answered with the nearest, and its rows are checked all the same`() {
    let bad = ConstraintEntry(row: 3, type: "mandatory", dimension: "initiative", key: "INIT-000017")
    let save = save(typed([SeedRows.baselineConstraints[0], bad], scenario: "Q1-2026 Cor"))
    #expect(fates(save) == ["Baseline refused"])
    #expect(save.findings.map { "\($0.cell.row):\($0.code)" } == ["2:unknown_scenario", "3:missing_value", "3:unknown_scenario"])
    #expect(
      save.findings.first?.message == "scenario_name \"Q1-2026 Cor\" is not in Scenario_Config; did you mean \"Q1-2026 Core\"?")
  }

  @Test func `a row that names no set is refused alone`() {
    let rows = typed(SeedRows.baselineConstraints) + typed([SeedRows.aggressiveConstraints[0]], set: " ")
    let save = save(rows)
    #expect(fates(save) == ["Baseline compiled"])
    #expect(save.findings.filter { $0.severity == .error }.map { "\($0.cell.row):\($0.cell.column)" } == ["7:constraint_set_name"])
  }
}

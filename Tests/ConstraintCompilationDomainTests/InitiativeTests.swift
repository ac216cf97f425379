import Testing

@testable import ConstraintCompilationDomain

@Suite struct InitiativeTests {
  private func save(_ entries: [InitiativeEntry], known: [PlannedInitiative] = []) -> InitiativeSave {
    InitiativeSave(entries, known: known, kpis: SeedRows.kpis)
  }

  @Test func `good rows are stored and bad ones answered`() {
    let save = save([
      InitiativeEntry(row: 2, key: " INIT-1 ", fields: BacklogFields(title: " A ", country: "UK ", candidatePeriodKey: "2026-q1")),
      InitiativeEntry(row: 3, key: "", fields: BacklogFields(title: "B")),
      InitiativeEntry(row: 4, key: "INIT,2"),
      InitiativeEntry(
        row: 5, key: "INIT-3", fields: BacklogFields(country: "all", candidatePeriodKey: "Q1", immediateKpiKey: "NSM_ORDER")),
    ])
    #expect(save.stored.map(\.key) == ["INIT-1"])
    #expect(save.stored.first?.fields == BacklogFields(title: "A", country: "UK", candidatePeriodKey: "2026-Q1"))
    #expect(
      save.findings.map { "\($0.cell.row):\($0.cell.column):\($0.code)" } == [
        "3:initiative_key:missing_value", "4:initiative_key:bad_key", "5:candidate_period_key:bad_period",
        "5:immediate_kpi_key:unknown_kpi",
        "5:country:reserved_word",
      ])
    #expect((save.tally.rows, save.tally.upserts, save.tally.failures) == (4, 1, 3))
  }

  @Test func `two rows of one key are both refused, whatever their case`() {
    let save = save([
      InitiativeEntry(row: 2, key: "INIT-1"), InitiativeEntry(row: 3, key: "init-1 "), InitiativeEntry(row: 4, key: "INIT-2"),
    ])
    #expect(save.stored.map(\.key) == ["INIT-2"])
    #expect(save.findings.map(\.code) == ["duplicate_key", "duplicate_key"])
    #expect(save.findings.allSatisfy { $0.message.contains("Central Backlog rows 2 and 3") })
  }

  @Test func `an inactive KPI is warned of, for it may have been right`() {
    let save = save([InitiativeEntry(row: 2, key: "INIT-1", fields: BacklogFields(immediateKpiKey: "kpi_old"))])
    #expect(save.stored.map(\.fields.immediateKpiKey) == ["KPI_OLD"])
    #expect(save.findings.map(\.severity) == [.warning])
  }

  @Test func `a row that only moved is unchanged and keeps its new number`() {
    let known = PlannedInitiative(key: "INIT-1", backlog: BacklogFields(title: "A"), backlogRow: 2)
    let moved = save([InitiativeEntry(row: 5, key: "INIT-1", fields: BacklogFields(title: "A"))], known: [known])
    #expect(moved.tally.unchanged == 1)
    #expect(moved.tally.upserts == 0)
    #expect(save([InitiativeEntry(row: 2, key: "INIT-1", fields: BacklogFields(title: "A"))], known: [known]).stored.isEmpty)
  }

  // MARK: Contributions

  private func contribute(
    _ entries: [ContributionEntry], unreadable: [String] = [], isWholeTab: Bool = true,
    known: [PlannedInitiative] = SeedRows.initiatives
  ) -> ContributionSave {
    ContributionSave(entries, unreadable: unreadable, isWholeTab: isWholeTab, known: known, kpis: SeedRows.kpis)
  }

  private func known(_ contributions: [KpiContribution], key: String = "INIT-1") -> PlannedInitiative {
    PlannedInitiative(key: key, contributions: contributions)
  }

  @Test func `contributions go to the north star and strategic KPIs only`() {
    let save = contribute([
      ContributionEntry(row: 2, initiativeKey: "init-000017", kpiKey: "nsm_orders", value: 5),
      ContributionEntry(row: 3, initiativeKey: "INIT-000012", kpiKey: "KPI_TICKETS", value: 5),
      ContributionEntry(row: 4, initiativeKey: "INIT-000081", kpiKey: "NSM_ORDER", value: 5),
      ContributionEntry(row: 5, initiativeKey: "INIT-00044", kpiKey: "NSM_ORDERS", value: .nan),
    ])
    #expect(
      save.findings.map { "\($0.cell.row):\($0.code)" } == [
        "0:nothing_removed", "3:supporting_kpi", "4:unknown_kpi", "5:bad_number", "5:unknown_initiative",
      ])
    #expect(save.findings.contains { $0.message.hasSuffix("did you mean \"NSM_ORDERS\"?") })
    #expect(save.findings.contains { $0.message.hasSuffix("did you mean \"INIT-000044\"?") })
    let stored = Dictionary(uniqueKeysWithValues: save.stored.map { ($0.initiativeKey, $0.contributions) })
    #expect(stored["INIT-000017"] == [KpiContribution(kpiKey: "NSM_ORDERS", value: 5, row: 2)])
    #expect(stored["INIT-000012"] == nil && stored["INIT-000081"] == nil, "a faulty initiative keeps what it had")
    #expect(stored["INIT-000099"] == nil, "an initiative that no row names may be what a faulty row means")
  }

  @Test func `a misspelt key takes nothing away from the right one, which is said`() {
    let before = [KpiContribution(kpiKey: "KPI_CONVERSION", value: 0.1), KpiContribution(kpiKey: "NSM_ORDERS", value: 1)]
    let known = [known(before), known(before, key: "INIT-2")]
    func rows(_ initiative: String, _ kpi: String) -> [ContributionEntry] {
      [
        ContributionEntry(row: 2, initiativeKey: "INIT-1", kpiKey: "NSM_ORDERS", value: 2),
        ContributionEntry(row: 3, initiativeKey: initiative, kpiKey: kpi, value: 0.2),
        ContributionEntry(row: 4, initiativeKey: "INIT-2", kpiKey: "NSM_ORDERS", value: 1),
      ]
    }
    let misspelt = contribute(rows("INIT-11", "KPI_CONVERSION"), known: known)
    #expect(misspelt.stored.map(\.initiativeKey) == ["INIT-1", "INIT-2"] && misspelt.tally.removed == 0)
    #expect(
      misspelt.stored.allSatisfy { $0.removedKpis.isEmpty && $0.contributions.map(\.kpiKey) == ["KPI_CONVERSION", "NSM_ORDERS"] })
    #expect(misspelt.findings.first?.severity == .warning)
    #expect(
      misspelt.findings.first?.message
        == "nothing was removed, because row 3 is not right yet: 2 stored contributions that no row names stay; mend that and save again"
    )
    let kpi = contribute(rows("INIT-1", "KPI_CONVERSON"), known: known)
    #expect(kpi.stored.map(\.initiativeKey) == ["INIT-2"] && kpi.stored.first?.contributions.count == 2)
    let right = contribute(rows("INIT-1", "KPI_CONVERSION"), known: known)
    #expect(right.tally.removed == 1 && right.stored.last?.removedKpis == [NormalKey("KPI_CONVERSION")])
  }

  @Test func `a contribution that only moved keeps its value and takes the new number`() {
    let before = [KpiContribution(kpiKey: "NSM_ORDERS", value: 1, row: 2)]
    let row = ContributionEntry(row: 7, initiativeKey: "INIT-1", kpiKey: "NSM_ORDERS", value: 1)
    let moved = contribute([row], known: [known(before)])
    #expect(moved.tally.unchanged == 1 && moved.stored.first?.contributions.map(\.row) == [7])
  }

  @Test func `an initiative's rows are stored all or none`() {
    let rows = [
      ContributionEntry(row: 2, initiativeKey: "INIT-1", kpiKey: "NSM_ORDERS", value: 1),
      ContributionEntry(row: 3, initiativeKey: "INIT-1", kpiKey: "KPI_CONVERSON", value: 1),
    ]
    let save = contribute(rows, known: [known([])])
    #expect(save.stored.isEmpty)
    #expect(save.findings.map { "\($0.cell.row):\($0.code)" } == ["2:not_saved", "3:unknown_kpi"])
    #expect(save.findings.first?.message == "not saved: row 3")
    #expect((save.tally.skipped, save.tally.failures, save.tally.upserts) == (1, 1, 0))
    let unread = contribute([rows[0]], unreadable: ["init-1"], known: [known([])])
    #expect(unread.stored.isEmpty)
    #expect(unread.findings.map(\.message) == ["not saved: another row of INIT-1 cannot be read"])
  }

  @Test func `a selection adds and changes; the whole tab removes too`() {
    let before = [KpiContribution(kpiKey: "KPI_CONVERSION", value: 0.1), KpiContribution(kpiKey: "NSM_ORDERS", value: 1)]
    let row = ContributionEntry(row: 2, initiativeKey: "INIT-1", kpiKey: "NSM_ORDERS", value: 2)
    let stored = KpiContribution(kpiKey: "NSM_ORDERS", value: 2, row: 2)
    let selection = contribute([row], isWholeTab: false, known: [known(before), known(before, key: "INIT-2")])
    #expect(selection.stored.map(\.contributions) == [[before[0], stored]])
    #expect(selection.tally.removed == 0)
    let whole = contribute([row], known: [known(before), known(before, key: "INIT-2")])
    #expect(whole.stored.map(\.contributions) == [[stored], []])
    #expect(whole.tally.removed == 3)
    let spared = contribute([row], unreadable: ["INIT-2"], known: [known(before), known(before, key: "INIT-2")])
    #expect(spared.stored.map(\.contributions) == [[before[0], stored]], "the row that cannot be read may be anybody's")
    #expect(spared.findings.map(\.code) == ["nothing_removed"])
  }

  @Test func `a KPI that stands twice for an initiative is refused twice`() {
    let rows = [3, 4].map { ContributionEntry(row: $0, initiativeKey: "INIT-1", kpiKey: "NSM_ORDERS", value: 1) }
    #expect(contribute(rows, known: [known([])]).findings.map(\.code) == ["duplicate_key", "duplicate_key"])
  }
}

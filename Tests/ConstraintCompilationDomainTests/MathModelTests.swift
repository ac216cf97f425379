import Testing

@testable import ConstraintCompilationDomain

@Suite struct MathModelTests {
  private let book = KeyBook(["INIT-1", "INIT-2"])
  private let names = MetricNames(kpiKeys: ["A", "B", "C"], metricKeys: [])

  private func save(
    _ entries: [MathModelEntry], before: [MathModelEntry] = [], chains: [String: String] = [:], isWholeTab: Bool = true,
    checks: ChainChecks = .warn
  ) -> MathModelSave {
    var names = names
    let stored = chains.map { (NormalKey($0.key), MetricChainParser.parse($0.value, names: &names).chain) }
    return MathModelSave(
      entries, before: before, chains: Dictionary(uniqueKeysWithValues: stored).compactMapValues(\.self), isWholeTab: isWholeTab,
      initiatives: book, names: names, checks: checks)
  }

  private func model(_ row: Int, _ key: String, _ name: String = "", chain: String = "", approved: Bool = true) -> MathModelEntry {
    MathModelEntry(row: row, initiativeKey: key, modelName: name, formula: "x", chainText: chain, isApproved: approved)
  }

  private func told(_ save: MathModelSave) -> [String] { save.findings.map { "\($0.cell.row):\($0.code)" } }
  private func chains(_ save: MathModelSave) -> [String] {
    save.chains.map { "\($0.initiativeKey): \($0.chain.map { $0.text } ?? "none")" }
  }

  @Test func `an approved row is stored and its chain becomes the initiative's`() {
    let save = save([model(2, "init-1", chain: " a -> b ")])
    #expect(save.rows.stored == [model(2, "INIT-1", chain: "a -> b")])
    #expect(chains(save) == ["INIT-1: A -> B"])
    #expect(save.chains.first?.model?.chainText == "a -> b")
    #expect(save.findings.isEmpty && save.tally.upserts == 1)
  }

  @Test func `a row that is not approved is judged, not stored, and takes nothing away`() {
    let before = model(2, "INIT-1", chain: "A -> B")
    let save = save(
      [model(2, "INIT-1", chain: "A -> Z", approved: false)], before: [before], chains: ["INIT-1": "A -> B"], checks: .error)
    #expect(save.rows.stored.isEmpty && save.rows.removed.isEmpty && save.chains.isEmpty)
    #expect(told(save) == ["2:unknown_metric", "2:not_approved"])
    #expect(save.findings.map(\.severity) == [.warning, .info])
    #expect(save.findings.last?.message == "not saved: approved_by_user is not TRUE")
    #expect((save.tally.skipped, save.tally.failures, save.tally.removed) == (1, 0, 0))
  }

  @Test func `an unknown initiative is an error on its row, approved or not`() {
    let save = save([model(2, "INIT-3"), model(3, "INIT-9", approved: false), model(4, "")])
    #expect(told(save) == ["2:unknown_initiative", "3:unknown_initiative", "4:missing_value"])
    #expect(save.rows.stored.isEmpty)
  }

  @Test func `what is odd in a chain is a warning, or by the setting an error`() {
    let rows = [model(2, "INIT-1", chain: "A -> Z"), model(3, "INIT-2", chain: "A -> B")]
    let warned = save(rows)
    #expect(warned.rows.stored.count == 2 && warned.findings.map(\.severity) == [.warning])
    #expect(warned.findings.first?.cell.column == "metric_chain_text")
    #expect(warned.findings.first?.message.hasPrefix("metric_chain_text, line 1, column 6: \"Z\" is neither a KPI") == true)
    let refused = save(rows, checks: .error)
    #expect(refused.rows.stored.map(\.row) == [3] && refused.findings.map(\.severity) == [.error])
    #expect(chains(refused) == ["INIT-2: A -> B"])
  }

  @Test func `a chain with a thousand faults is told in twenty-one findings`() {
    let text = (0..<800).map { "z\($0)" }.joined(separator: ">")
    let save = save([model(2, "INIT-1", chain: text)])
    #expect(save.findings.count == 21)
    #expect(save.findings.contains { $0.message == "and 780 more findings in metric_chain_text" })
  }

  @Test func `two approved rows with different chains are both refused`() {
    let save = save([
      model(2, "INIT-1", "base", chain: "A -> B"), model(3, "INIT-1", "high", chain: "A -> C"),
      model(4, "INIT-1", "low", chain: "A -> C", approved: false), model(5, "INIT-1", "none"),
    ])
    #expect(told(save) == ["2:different_chains", "3:different_chains", "4:not_approved"])
    #expect(save.findings.first?.message.hasPrefix("MathModels rows 2 and 3 give INIT-1 different chains") == true)
    #expect(save.rows.stored.map(\.modelName) == ["none"] && save.chains.isEmpty)
    let agreed = self.save([model(2, "INIT-1", "base", chain: "A -> B; A -> C"), model(3, "INIT-1", "high", chain: "a→c\na→b")])
    #expect(agreed.findings.isEmpty && chains(agreed) == ["INIT-1: A -> B\nA -> C"])
  }

  @Test func `a selection is held against the models that it does not name`() {
    let before = [model(2, "INIT-1", "base", chain: "A -> B"), model(3, "INIT-1", "high", chain: "A -> B")]
    let stored = ["INIT-1": "A -> B"]
    let other = save([model(3, "INIT-1", "high", chain: "A -> C")], before: before, chains: stored, isWholeTab: false)
    #expect(told(other) == ["3:different_chains"] && other.chains.isEmpty)
    let both = save(
      before.map { model($0.row, "INIT-1", $0.modelName, chain: "A -> C") }, before: before, chains: stored, isWholeTab: false)
    #expect(both.findings.isEmpty && chains(both) == ["INIT-1: A -> C"])
    // The row that is not approved any more does not hold its old chain against the one that is.
    let moved = save(
      [model(2, "INIT-1", "base", chain: "A -> B", approved: false), model(3, "INIT-1", "high", chain: "A -> C")], before: before,
      chains: stored)
    #expect(told(moved) == ["2:not_approved"] && chains(moved) == ["INIT-1: A -> C"])
  }

  @Test func `a chain goes with the last row that says it`() {
    let before = [model(2, "INIT-1", "base", chain: "A -> B"), model(3, "INIT-1", "high", chain: "A -> B")]
    let stored = ["INIT-1": "A -> B"]
    let one = save([model(2, "INIT-1", "base")], before: before, chains: stored, isWholeTab: false)
    #expect(one.chains.isEmpty, "the other model still says so")
    let blank = save([model(2, "INIT-1", "base")], before: before, chains: stored)
    #expect(chains(blank) == ["INIT-1: none"])
    let removed = save([], before: before, chains: stored)
    #expect(removed.tally.removed == 2 && chains(removed) == ["INIT-1: none"])
  }

  @Test func `a row with an error keeps the whole tab from removing anything, which is said`() {
    let before = [model(2, "INIT-1", chain: "A -> B"), model(3, "INIT-2")]
    let save = save([model(2, "INIT-11", chain: "A -> B"), model(3, "INIT-2")], before: before, chains: ["INIT-1": "A -> B"])
    #expect(save.rows.removed.isEmpty && save.chains.isEmpty && save.tally.removed == 0)
    #expect(
      save.findings.first { $0.code == "nothing_removed" }?.message
        == "nothing was removed, because row 2 is not right yet: 1 stored model that no row names stays; mend that and save again")
  }

  @Test func `duplicates and moved rows`() {
    let twice = save([model(2, "INIT-1", "a"), model(3, "init-1", "A ")])
    #expect(told(twice) == ["2:duplicate_key", "3:duplicate_key"] && twice.rows.stored.isEmpty)
    let moved = save([model(9, "INIT-1")], before: [model(2, "INIT-1")])
    #expect(moved.rows.stored.map(\.row) == [9] && moved.tally.unchanged == 1)
    #expect(save([model(2, "INIT-1")], before: [model(2, "INIT-1")]).rows.stored.isEmpty)
  }
}

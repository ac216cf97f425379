import SheetSyncDomain
import Testing

private let columns = ["initiative_key", "kpi_key", "contribution", "notes"].compactMap { Catalogue[.kpiContributions].column($0) }
private let blank = ["", "", "", ""]

private func row(_ number: Int, _ initiative: String, _ kpi: String, _ value: String, _ notes: String = "") -> ComparableRow {
  ComparableRow(number: number, key: [initiative, kpi], texts: [initiative, kpi, value, notes])
}

private func compare(
  _ typed: [ComparableRow], with stored: [ComparableRow], named: [ComparableRow]? = nil, removal: RowComparison.Removal? = nil,
  most: Int = 100, changing: (ComparableRow) -> Bool? = { _ in nil }
) -> RowComparison {
  RowComparison(
    columns, typed: typed, stored: stored, named: Set((named ?? typed).map(\.key)), blank: blank, removal: removal, most: most,
    changing: changing)
}

private let byInitiative = RowComparison.Removal(groupColumns: 1, takesAbsentGroups: true)

@Suite struct RowComparisonTests {
  @Test func `a field that differs is a change, and one that only looks different is none`() {
    let stored = [row(2, "I-1", "NSM", "5", "a\nb")]
    #expect(compare([row(7, " i-1", "nsm", "5", "a\r\nb ")], with: stored).changes == [])
    let changed = compare([row(7, "i-1", "nsm", "5.5", "A\nb")], with: stored)
    #expect(
      changed.changes == [
        FieldChange(rowNumber: 7, key: RowKey(["i-1", "nsm"]), column: "contribution", stored: "5", typed: "5.5"),
        FieldChange(rowNumber: 7, key: RowKey(["i-1", "nsm"]), column: "notes", stored: "a\nb", typed: "A\nb"),
      ])
  }

  @Test func `the owner's word counts: what it calls unchanged is, and a new spelling that it stores is a change`() {
    let stored = [row(2, "I-1", "NSM", "5")]
    #expect(compare([row(2, "I-1", "NSM", "6")], with: stored, changing: { _ in false }).changedFields == 0)
    let respelt = compare([row(2, "i-1", "NSM", "5")], with: stored, changing: { _ in true })
    #expect(respelt.changes.map(\.column) == ["initiative_key"] && respelt.changes.first?.stored == "I-1")
  }

  @Test func `of a new row every field that says something is a change, and blank fields are not`() {
    let new = compare([row(3, "I-2", "NSM", "1")], with: [])
    #expect(new.changes.map(\.column) == ["initiative_key", "kpi_key", "contribution"])
    #expect(new.changes.allSatisfy { $0.stored.isEmpty && $0.rowNumber == 3 })
  }

  @Test func `rows that the tab has no more go with all they hold, by their groups`() {
    let stored = [row(2, "I-1", "NSM", "5"), row(3, "I-1", "CONV", "1", "n"), row(4, "I-2", "NSM", "2"), row(5, "I-3", "NSM", "3")]
    let typed = [row(2, "I-1", "NSM", "5")]
    let all = compare(typed, with: stored, removal: byInitiative)
    #expect(all.removedRows == 3 && all.changes.map(\.key.text).first == "I-1 / CONV")
    #expect(all.changes.allSatisfy { $0.rowNumber == 0 && $0.typed.isEmpty } && all.changedFields == 4 + 3 + 3)
    var kept = byInitiative
    kept.keptGroups = [RowKey(["i-2"])]
    #expect(compare(typed, with: stored, removal: kept).removedRows == 2)
    kept = RowComparison.Removal(groupColumns: 1, takesAbsentGroups: false)
    #expect(compare(typed, with: stored, removal: kept).removedRows == 1, "only what is missing of groups that are there")
    #expect(compare(typed, with: stored).removedRows == 0)
    // A row that is there and cannot be stored is not one that is missing.
    #expect(compare(typed, with: stored, named: typed + [row(9, "I-2", "NSM", "")], removal: byInitiative).removedRows == 2)
  }

  @Test func `a key typed anew in its place is one change, not a row lost and a row won`() {
    let stored = [row(2, "I-1", "NSM", "5"), row(3, "I-1", "CONV", "1")]
    let typed = [row(2, "I-1", "NSM", "5"), row(3, "I-1", "SPEED", "1")]
    let inPlace = compare(typed, with: stored, removal: byInitiative)
    #expect(
      inPlace.changes == [
        FieldChange(rowNumber: 3, key: RowKey(["I-1", "SPEED"]), column: "kpi_key", stored: "CONV", typed: "SPEED")
      ])
    #expect(inPlace.removedRows == 0)
    let elsewhere = compare([typed[0], row(3, "I-2", "CONV", "1")], with: stored, removal: byInitiative)
    #expect(elsewhere.removedRows == 1 && elsewhere.changes.contains { $0.rowNumber == 3 && $0.stored.isEmpty })
  }

  @Test func `what there is no room for is counted all the same`() {
    let typed = (1...50).map { row($0, "I-\($0)", "NSM", "1") }
    let comparison = compare(typed, with: [], most: 10)
    #expect(comparison.changes.count == 10 && comparison.changedFields == 150)
  }

  @Test func `a list of keys and a word of a list have no case`() throws {
    let candidates = Catalogue[.candidates]
    let columns = try ["prerequisite_keys", "is_mandatory"].map { try #require(candidates.column($0)) }
    func compare(_ typed: [String], _ stored: [String]) -> Int {
      RowComparison(
        columns, typed: [ComparableRow(number: 2, key: ["I"], texts: typed)],
        stored: [ComparableRow(number: 2, key: ["I"], texts: stored)],
        named: [], blank: ["", ""], removal: nil, most: 9, changing: { _ in nil }
      ).changedFields
    }
    #expect(compare(["A, b", "TRUE"], ["a,B", "TRUE"]) == 0)
    #expect(compare(["b, A", "TRUE"], ["a, b", "FALSE"]) == 2)
  }
}

import Testing

@testable import ConstraintCompilationDomain

@Suite struct CandidateTests {
  private let known = ["INIT-1", "INIT-2", "INIT-3", "INIT-4"].map { PlannedInitiative(key: $0) }

  private func save(_ entries: [CandidateEntry], known: [PlannedInitiative]? = nil) -> CandidateSave {
    CandidateSave(entries, known: known ?? self.known)
  }

  @Test func `a good row is stored in canonical form`() {
    let save = save([
      CandidateEntry(
        row: 2, key: "init-1",
        fields: CandidateFields(
          tokens: 180, deadlineDate: " 2028-02-29", isMandatory: true, mandateReason: " law ", bundleKey: "BNDL-A ",
          prerequisiteKeys: ["init-2", "INIT-2 "], exclusionKeys: ["INIT-3"], synergyGroupKeys: ["G", "g"]))
    ])
    #expect(save.findings.isEmpty)
    #expect(
      save.stored == [
        CandidateSave.Stored(
          key: "INIT-1",
          fields: CandidateFields(
            tokens: 180, deadlineDate: "2028-02-29", isMandatory: true, mandateReason: "law", bundleKey: "BNDL-A",
            prerequisiteKeys: ["INIT-2"], exclusionKeys: ["INIT-3"], synergyGroupKeys: ["G"]),
          row: 2, isChanged: true)
      ])
  }

  @Test(arguments: [
    (CandidateFields(tokens: -1), "engineering_tokens:out_of_range"),
    (CandidateFields(deadlineDate: "15.02.2026"), "deadline_date:bad_date"),
    (CandidateFields(deadlineDate: "2026-02-29"), "deadline_date:bad_date"),
    (CandidateFields(deadlineDate: "2026-13-01"), "deadline_date:bad_date"),
    (CandidateFields(isMandatory: true), "mandate_reason:missing_value"),
    (CandidateFields(bundleKey: "A:B"), "bundle_key:bad_key"),
    (CandidateFields(prerequisiteKeys: ["INIT-9"]), "prerequisite_keys:unknown_initiative"),
    (CandidateFields(prerequisiteKeys: ["init-1"]), "prerequisite_keys:names_itself"),
    (CandidateFields(exclusionKeys: ["INIT-1"]), "exclusion_keys:names_itself"),
    (CandidateFields(exclusionKeys: ["NOPE"]), "exclusion_keys:unknown_initiative"),
    (CandidateFields(prerequisiteKeys: ["INIT-2"], exclusionKeys: ["init-2"]), "exclusion_keys:needed_and_excluded"),
    (CandidateFields(synergyGroupKeys: ["A+B"]), "synergy_group_keys:bad_key"),
  ])
  func `a bad field is answered at its column`(fields: CandidateFields, fault: String) {
    let save = save([CandidateEntry(row: 2, key: "INIT-1", fields: fields)])
    #expect(save.findings.map { "\($0.cell.column):\($0.code)" } == [fault])
    #expect(save.stored.isEmpty)
  }

  @Test func `an initiative that is not there is answered with the nearest`() {
    let save = save([CandidateEntry(row: 2, key: "INIT1")])
    #expect(
      save.findings.map(\.message) == ["initiative_key \"INIT1\" is not an initiative of Central Backlog; did you mean \"INIT-1\"?"]
    )
  }

  @Test func `a circle of prerequisites is spelt out on each of its rows`() {
    let save = save([
      CandidateEntry(row: 2, key: "INIT-1", fields: CandidateFields(prerequisiteKeys: ["INIT-2"])),
      CandidateEntry(row: 3, key: "INIT-2", fields: CandidateFields(prerequisiteKeys: ["INIT-3"])),
      CandidateEntry(row: 4, key: "INIT-3", fields: CandidateFields(prerequisiteKeys: ["INIT-1"])),
      CandidateEntry(row: 5, key: "INIT-4", fields: CandidateFields(prerequisiteKeys: ["INIT-1"])),
    ])
    #expect(save.stored.map(\.key) == ["INIT-4"])
    #expect(Set(save.findings.map(\.cell.row)) == [2, 3, 4])
    #expect(
      save.findings.first?.message
        == "prerequisite_keys lead in a circle: INIT-1 needs INIT-2 (Candidates row 2), which needs INIT-3 (Candidates row 3), "
        + "which needs INIT-1 (Candidates row 4); take one out")
  }

  @Test func `a circle through what is stored is found, and one that the rows undo is not`() {
    var stored = known
    stored[1].candidate.prerequisiteKeys = ["INIT-1"]
    stored[1].candidateRow = 9
    let closing = CandidateEntry(row: 2, key: "INIT-1", fields: CandidateFields(prerequisiteKeys: ["INIT-2"]))
    #expect(save([closing], known: stored).findings.map(\.code) == ["prerequisite_cycle"])
    #expect(save([closing, CandidateEntry(row: 3, key: "INIT-2")], known: stored).findings.isEmpty)
  }

  @Test func `all circles of a knot are refused`() {
    let needs = [
      ("INIT-1", ["INIT-2"]), ("INIT-2", ["INIT-1", "INIT-3"]), ("INIT-3", ["INIT-4"]), ("INIT-4", ["INIT-3", "INIT-1"]),
    ]
    let save = save(
      needs.enumerated().map { CandidateEntry(row: $0 + 2, key: $1.0, fields: CandidateFields(prerequisiteKeys: $1.1)) })
    #expect(save.stored.isEmpty)
    #expect(save.findings.count == 4)
  }

  @Test func `a chain of five thousand prerequisites is no circle, and one more need makes it one`() {
    let known = (0..<5000).map { PlannedInitiative(key: "I\(10_000 + $0)") }
    var entries = (0..<4999).map {
      CandidateEntry(row: $0 + 2, key: "I\(10_000 + $0)", fields: CandidateFields(tokens: 1, prerequisiteKeys: ["I\(10_001 + $0)"]))
    }
    #expect(save(entries, known: known).findings.isEmpty)
    entries.append(CandidateEntry(row: 5001, key: "I14999", fields: CandidateFields(prerequisiteKeys: ["I10000"])))
    let save = save(entries, known: known)
    #expect(save.tally.failures == 5000)
    #expect(save.findings.first?.message.contains("4991 more") == true)
  }

  @Test func `saving the same again changes nothing`() {
    var stored = known
    stored[0].candidate = CandidateFields(tokens: 5)
    stored[0].candidateRow = 2
    let again = save([CandidateEntry(row: 2, key: "INIT-1", fields: CandidateFields(tokens: 5))], known: stored)
    #expect(again.stored.isEmpty)
    #expect(again.tally.unchanged == 1)
  }
}

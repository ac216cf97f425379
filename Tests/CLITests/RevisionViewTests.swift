import Messages
import Testing

@testable import lodestar

@Suite struct RevisionViewTests {
  private let console = Console.plain()
  private let one = RevisionName(
    scenarioName: "Core", constraintSetName: "Baseline", revision: "3f2a", createdAtUs: 1_795_276_800_000_000, createdBy: "ada")
  private let other = RevisionName(
    scenarioName: "Core", constraintSetName: "Baseline", revision: "1c9d", createdAtUs: 1_795_280_400_000_000, createdBy: "bob")

  @Test func `a diff names both revisions, and tells each change in its sentence`() {
    let diff = DiffRevisionsResponse(
      from: one, to: other,
      changes: [
        RevisionChange(kind: .changed, part: "floors", sentence: "Country UK must have at least 300 tokens, up from 250."),
        RevisionChange(kind: .removed, part: "exclusions", sentence: "Gone: A is not excluded any more."),
        RevisionChange(kind: .added, part: "exclusions", sentence: "New: B is excluded."),
      ])
    #expect(
      RevisionDiffView(diff: diff).lines(console) == [
        "Core / Baseline", "from  3f2a, 2026-11-21 16:00:00Z by ada", "to    1c9d, 2026-11-21 17:00:00Z by bob",
        "~ Country UK must have at least 300 tokens, up from 250.", "- Gone: A is not excluded any more.", "+ New: B is excluded.",
      ])
  }

  @Test func `a first revision, equal ones and two sets are said so`() {
    #expect(
      RevisionDiffView(diff: DiffRevisionsResponse(to: one)).lines(console) == [
        "Core / Baseline", "from  nothing: it is the set's first revision", "to    3f2a, 2026-11-21 16:00:00Z by ada",
        "Both say the same.",
      ])
    var tight = other
    tight.constraintSetName = "Tight"
    #expect(
      RevisionDiffView(diff: DiffRevisionsResponse(from: one, to: tight)).lines(console).first == "Core / Baseline -> Core / Tight")
  }

  @Test func `a verification says how many are sound, and what is wrong with the others`() {
    #expect(
      RevisionVerificationView(answer: VerifyRevisionsResponse(revisions: 3)).lines(console) == [
        "ok  3 revisions: names, messages and columns say the same."
      ])
    let broken = BrokenRevision(
      revision: "3f2a", scenarioName: "Core", constraintSetName: "Baseline", column: "floors_json",
      message: "min_selected is missing")
    #expect(
      RevisionVerificationView(answer: VerifyRevisionsResponse(revisions: 3, broken: [broken, broken])).lines(console) == [
        "broken  1 of 3 revisions; restore them from a backup", "  Core / Baseline  3f2a  floors_json: min_selected is missing",
        "  Core / Baseline  3f2a  floors_json: min_selected is missing",
      ])
  }
}

import MetricGovernanceDomain
import Testing

/// "é" in one character or in two looks the same and is another text: what an import calls a change, the rules carry out.
@Suite struct SpellingChangeTests {
  private static let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")

  @Test func `a metric's facts take the characters that were sent`() throws {
    var story = try Story.withFirst(.draft)
    var facts = Story.facts
    facts.displayName = Self.composed
    try story.tell(.updateMetric(facts))
    facts.displayName = Self.decomposed
    try story.tell(.updateMetric(facts))
    #expect(story.metric?.facts.displayName.utf8.elementsEqual(Self.decomposed.utf8) == true)
    #expect(story.records.map(\.event) == [.metricUpdated])
  }

  @Test func `a draft's evidence takes the characters that were sent`() throws {
    var story = try Story.withFirst(.draft)
    try story.tell(.updateDraft(Story.v(1), Draft(Story.hashed(), testEvidence: Self.composed)))
    try story.tell(.updateDraft(Story.v(1), Draft(Story.hashed(), testEvidence: Self.decomposed)))
    #expect(story[1].testEvidence.utf8.elementsEqual(Self.decomposed.utf8))
    #expect(story.records.map(\.event) == [.draftUpdated])
  }
}

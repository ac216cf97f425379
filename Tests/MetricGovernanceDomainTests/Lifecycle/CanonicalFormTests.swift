import MetricGovernanceDomain
import Testing

@Suite struct CanonicalFormTests {
  @Test func `contents that differ in anything have different forms, however their texts are cut`() {
    let contents = [
      VersionContent(dbtModel: "a", definition: "b"), VersionContent(dbtModel: "ab", definition: ""),
      VersionContent(dbtModel: "", definition: "ab"), VersionContent(dbtModel: "a", relation: "b", definition: ""),
      VersionContent(dbtModel: "a", definition: "b", edgeCases: EdgeCases(onZeroDenominator: .zero)),
      VersionContent(dbtModel: "a", definition: "b", edgeCases: EdgeCases(onZeroDenominator: .null)),
      VersionContent(dbtModel: "a", definition: "b", edgeCases: EdgeCases(currency: .separate)),
      VersionContent(dbtModel: "a", definition: "b", edgeCases: EdgeCases(notes: ["x", "y"])),
      VersionContent(dbtModel: "a", definition: "b", edgeCases: EdgeCases(notes: ["xy"])),
      VersionContent(dbtModel: "a", definition: "b", columns: [MetricColumn(name: "x", type: "y")]),
      VersionContent(dbtModel: "a", definition: "b", columns: [MetricColumn(name: "x", constant: "y")]),
      VersionContent(dbtModel: "a", definition: "b", migrationGuide: "x"),
      // Equal to a reader, not byte for byte.
      VersionContent(dbtModel: "\u{e9}", definition: "b"), VersionContent(dbtModel: "e\u{301}", definition: "b"),
    ]
    #expect(Set(contents.map(\.canonicalForm)).count == contents.count)
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00Z"), (1_767_225_600_000_000, "2026-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    (951_782_400_000_000, "2000-02-29T00:00:00Z"), (4_107_542_399_000_001, "2100-02-28T23:59:59.000001Z"),
  ])
  func `moments are written in UTC`(microseconds: Int64, text: String) {
    #expect(Instant(microseconds: microseconds).utc == text)
  }
}

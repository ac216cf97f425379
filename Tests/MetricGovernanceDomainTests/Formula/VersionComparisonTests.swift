import Testing

@testable import MetricGovernanceDomain

/// What the comparison of two versions says, in words and in classes.
struct VersionComparisonTests {
  static let roas = VersionContent(
    dbtModel: "marts/metrics/roas_v1", definition: "SUM(revenue) / SUM(spend)",
    edgeCases: EdgeCases(onZeroDenominator: .zero, currency: .separate),
    columns: [
      MetricColumn(name: "metric_name", type: "text", constant: "roas"),
      MetricColumn(name: "metric_version", type: "text", constant: "v1"), MetricColumn(name: "tenant_id", type: "text"),
    ])

  private func changed(_ change: (inout VersionContent) -> Void) -> VersionComparison {
    var content = Self.roas
    change(&content)
    return VersionComparison(from: Self.roas, to: content)
  }

  @Test func `A version is identical to itself`() {
    let same = changed { _ in }
    #expect(same.changeClass == .identical)
    #expect(same.changes.isEmpty)
    #expect(same.advice == "Both versions are identical. Whether it is a breaking change is for a person to decide.")
  }

  @Test func `A filter that was added is told in plain words`() throws {
    let found = changed { $0.definition = "SUM(revenue) / SUM(spend) FILTER (WHERE channel = 'paid')" }
    #expect(found.changeClass == .breaking)
    #expect(found.changes.map(\.part) == [.formula, .columnsRead, .filter])
    #expect(
      found.changes[0].explanation
        == "The denominator: SUM(spend) was replaced by SUM(spend) FILTER (WHERE channel = 'paid'): only rows where channel = 'paid' "
        + "count now; rows with another channel, or none, no longer count.")
    #expect(found.changes[1].explanation == "It reads channel now.")
    #expect(found.changes[2].after == "channel = 'paid'")
    #expect(found.advice.contains("for a person to decide"))
    #expect(!found.keepsFormula)
  }

  @Test(arguments: [
    (
      "AVG(revenue) / SUM(spend)",
      "The numerator: SUM(revenue) was replaced by AVG(revenue): it is an average now, no longer a sum."
    ),
    ("SUM(net_revenue) / SUM(spend)", "it reads net_revenue now, and it no longer reads revenue."),
    ("SUM(spend) / SUM(revenue)", "Numerator and denominator changed places"),
    ("(SUM(revenue) - SUM(refunds)) / SUM(spend)", "The numerator: SUM(revenue) was replaced by SUM(revenue) - SUM(refunds)."),
    ("SUM(revenue) / NULLIF(SUM(spend), 0)", "it is NULL now where NULLIF finds its second value"),
  ])
  func `What became of a formula is told near to its place`(_ definition: String, words: String) {
    let explanation = changed { $0.definition = definition }.changes[0].explanation
    #expect(explanation.contains(words), "\(explanation)")
  }

  @Test func `Each part has its class, and the gravest wins`() {
    #expect(changed { $0.definition = "sum(revenue)/sum(spend)" }.changeClass == .cosmetic)
    #expect(changed { $0.definition = "(SUM(revenue) * 1.0) / SUM(spend)" }.changeClass == .breaking)
    #expect(changed { $0.definition = "-(-SUM(revenue)) / SUM(spend)" }.changeClass == .equivalent)
    #expect(changed { $0.edgeCases.onZeroDenominator = .null }.changeClass == .edgeCase)
    #expect(changed { $0.edgeCases.notes = ["Refunds count on the day of the order."] }.changeClass == .edgeCase)
    #expect(changed { $0.edgeCases.currency = nil }.changes.map(\.part) == [.grain])
    #expect(changed { $0.edgeCases.currency = nil }.changeClass == .breaking)
    #expect(changed { $0.dbtModel = "marts/metrics/roas_v2" }.changeClass == .cosmetic)
    #expect(changed { $0.relation = "roas" }.changes.map(\.part) == [.relation])
    #expect(changed { $0.migrationGuide = "Read v2." }.changes.map(\.part) == [.migrationGuide])
    #expect(changed { $0.columns[1].constant = "v2" }.changeClass == .cosmetic)
    #expect(changed { $0.columns[0].constant = "return" }.changeClass == .breaking)
    #expect(changed { $0.columns.removeLast() }.changeClass == .breaking)
    #expect(changed { $0.columns[2].type = "uuid" }.changeClass == .breaking)
    #expect(changed { $0.columns.append(MetricColumn(name: "region")) }.changeClass == .cosmetic)
    #expect(changed { $0.columns.swapAt(0, 1) }.changeClass == .cosmetic)
    let all = changed {
      $0.dbtModel = "x"
      $0.edgeCases.onZeroDenominator = .error
      $0.definition = "COUNT(*)"
    }
    #expect(all.changeClass == .breaking)
    #expect(Set(all.changes.map(\.part)) == [.formula, .columnsRead, .edgeCases, .dbtModel])
    #expect(ChangeClass.allCases.sorted() == [.identical, .cosmetic, .equivalent, .edgeCase, .breaking])
  }

  @Test func `Null stated and null by default are the same, and a formula that does not divide has no zero denominator`() {
    var one = Self.roas
    one.edgeCases.onZeroDenominator = nil
    var other = Self.roas
    other.edgeCases.onZeroDenominator = .null
    #expect(VersionComparison(from: one, to: other).changeClass == .cosmetic)
    one.definition = "SUM(revenue)"
    other.definition = "SUM(revenue)"
    other.edgeCases.onZeroDenominator = .error
    #expect(VersionComparison(from: one, to: other).changeClass == .equivalent)
  }

  @Test func `A definition that cannot be read is breaking, and said to be so`() {
    let found = changed { $0.definition = "SUM(revenue) / spend" }
    #expect(found.changeClass == .breaking)
    #expect(found.toNormalForm == "")
    #expect(found.changes[0].explanation.contains("character 16"))
  }
}

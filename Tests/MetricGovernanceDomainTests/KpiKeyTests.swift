import MetricGovernanceDomain
import Testing

@Suite struct KpiKeyTests {
  @Test(arguments: [
    "kpi.delivery_time", "north_star_gmv", "NSM_ORDERS", "KPI_CONVERSION", "a", "A-1", String(repeating: "k", count: 64),
  ])
  func `the spellings that people use are keys`(text: String) {
    #expect(KpiKey(text)?.spelling == text)
  }

  @Test(arguments: ["", "1a", "_a", ".a", "a b", "a/b", "ä", "kpi\u{0}", "kpi→", String(repeating: "k", count: 65)])
  func `other texts are none`(text: String) {
    #expect(KpiKey(text) == nil)
  }

  @Test func `keys that differ in case are one key, and keep their spelling`() throws {
    let upper = try #require(KpiKey("KPI_A"))
    let lower = try #require(KpiKey("kpi_a"))
    #expect(upper == lower)
    #expect(Set([upper, lower]).count == 1)
    #expect(upper.spelling != lower.spelling)
    #expect(try #require(KpiKey("B")) > #require(KpiKey("a")))
  }
}

import Testing

@testable import MetricGovernanceDomain

/// The SQL that is made of a version: its shape, its edge cases, and that nothing a person wrote gets into it but as name or literal.
struct MetricQueryTests {
  private func sql(
    _ definition: String, _ zero: EdgeCases.ZeroDenominator? = .zero, currency: EdgeCases.Currency? = .separate,
    metric: String = "roas"
  ) throws -> String {
    let content = VersionContent(
      dbtModel: "m", definition: definition, edgeCases: EdgeCases(onZeroDenominator: zero, currency: currency))
    return try MetricQuery(
      metric: #require(MetricKey(metric)), version: #require(VersionNumber("v1")), content: content,
      over: #require(WarehouseRelation("warehouse.facts"))
    ).sql
  }

  @Test func `The seed's ROAS is a row for each tenant, period and currency`() throws {
    #expect(
      try sql("SUM(revenue) / SUM(spend)") == """
        SELECT
          'roas'::text AS metric_name,
          'v1'::text AS metric_version,
          "facts"."tenant_id" AS tenant_id,
          "facts"."period_start" AS period_start,
          "facts"."currency" AS currency,
          (CASE WHEN SUM("facts"."spend") = 0 THEN 0 ELSE SUM("facts"."revenue")::numeric / SUM("facts"."spend") END) AS "roas"
        FROM "warehouse"."facts" AS "facts"
        GROUP BY "facts"."tenant_id", "facts"."period_start", "facts"."currency"
        """)
  }

  @Test func `Each answer to a zero denominator is in every division`() throws {
    let definition = "SUM(a / b) / SUM(c) / 2"
    #expect(
      try sql(definition, .null).contains(
        "SUM((\"facts\".\"a\"::numeric / NULLIF(\"facts\".\"b\", 0)))::numeric / NULLIF(SUM(\"facts\".\"c\"), 0)"))
    #expect(try sql(definition, nil) == sql(definition, .null))
    #expect(try !sql(definition, .error).contains("NULLIF"))
    #expect(try !sql(definition, .error).contains("CASE"))
    #expect(try sql(definition, .zero).contains("CASE WHEN \"facts\".\"b\" = 0 THEN 0"))
    #expect(try sql(definition, .zero).contains("CASE WHEN SUM("))
    #expect(try sql(definition, .zero).contains("/ 2)"))
  }

  @Test func `Without a currency the column is there and empty`() throws {
    let text = try sql("SUM(a)", currency: nil)
    #expect(text.contains("''::text AS currency"))
    #expect(text.hasSuffix("GROUP BY \"facts\".\"tenant_id\", \"facts\".\"period_start\""))
  }

  @Test func `Names and literals are quoted`() throws {
    let text = try sql("SUM(\"a\"\"; DROP TABLE x\") FILTER (WHERE \"select\" = 'it''s \\ ; --')")
    #expect(text.contains("\"facts\".\"a\"\"; DROP TABLE x\""))
    #expect(text.contains("E'it''s \\\\ ; --'"))
    #expect(try sql("SUM(orders.a) - SUM(orders.b)").contains("AS \"orders\""))
  }

  @Test func `What cannot be made is refused with its reason`() throws {
    #expect(throws: Refusal.self) { try sql("SUM(a") }
    #expect(#expect(throws: Refusal.self) { try sql("SUM(x.a) - SUM(y.a)") }?.reason == "DEFINITION_READS_SEVERAL")
    #expect(#expect(throws: Refusal.self) { try sql("SUM(a)", metric: "currency") }?.reason == "METRIC_NAMED_AS_KEY")
    let nested = (1...30).reduce("SUM(a)") { text, _ in "SUM(b) / (\(text))" }
    #expect(#expect(throws: Refusal.self) { try sql(nested) }?.reason == "DEFINITION_TOO_LONG")
    #expect(throws: Never.self) { try sql(nested, .null) }
  }

  @Test(arguments: [
    ("roas_v1", "\"roas_v1\""), ("Marts.ROAS_v1", "\"marts\".\"roas_v1\""), ("\"Marts\".\"a\"\"b\"", "\"Marts\".\"a\"\"b\""),
    ("a.b.c", "\"a\".\"b\".\"c\""),
  ])
  func `A relation's name is read and quoted`(_ text: String, _ sql: String) {
    #expect(WarehouseRelation(text)?.sql == sql)
  }

  @Test(arguments: ["", ".", "a.", "a..b", "a.b.c.d", "a b", "a; DROP TABLE x", "(SELECT 1)", "a.'b'", "a-b", "1a"])
  func `What is no relation's name is not read`(_ text: String) { #expect(WarehouseRelation(text) == nil) }

  @Test func `Days are days of the calendar`() {
    for text in ["2026-01-31", "2024-02-29", "0001-01-01"] { #expect(PeriodDay(text)?.description == text) }
    for text in ["", "2026-1-31", "2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "2026-01-32", "2026-01-0１", "'; SELECT"] {
      #expect(PeriodDay(text) == nil, "\(text)")
    }
  }
}

import Testing

@testable import MetricGovernanceDomain

/// What is a definition and what is not.
struct FormulaReadingTests {
  @Test(arguments: [
    "SUM(revenue) / SUM(spend)", "SUM(spend) / COUNT(new_customers)", "count(*)", "COUNT(DISTINCT customer_id)", "AVG(price) * 1.2",
    "MIN(price) - MAX(price)", "-SUM(a)", "SUM(a) - (-SUM(b))", "COALESCE(SUM(a), 0)", "SUM(revenue) / NULLIF(SUM(spend), 0)",
    "SUM(spend) FILTER (WHERE channel = 'paid')", "SUM(CASE WHEN a > 0 AND NOT b <= 1.5e3 OR c IS NOT NULL THEN x ELSE 0 END)",
    "SUM(CASE channel WHEN 'paid' THEN spend WHEN 'it''s' THEN 0 END)", "COUNT(*) FILTER (WHERE channel IN ('a', 'b') AND x != 2)",
    "SUM(a) FILTER (WHERE b BETWEEN 1 AND 2 AND c NOT BETWEEN -1 AND 1 AND d NOT IN (1) AND e LIKE 'p%' AND f NOT LIKE '_')",
    "SUM(\"Order Total\") + SUM(orders.tax)", "SUM(x) FILTER (WHERE is_new = TRUE AND is_paid)",
    "CASE WHEN SUM(spend) = 0 THEN 0 ELSE SUM(revenue) / SUM(spend) END", "SUM(a)\n  + .5 * SUM(b)",
  ])
  func `What the page names is read, and reads back from its normal form as the same`(_ text: String) throws {
    let formula = try Formula(text)
    let again = try Formula(formula.normalForm)
    #expect(again.normalForm == formula.normalForm)
  }

  @Test func `The seed's formulas say which columns they read`() throws {
    #expect(try Formula("SUM(revenue) / SUM(spend)").columnsRead == ["revenue", "spend"])
    #expect(try Formula("sum(Spend) / COUNT(\"New Customers\")").columnsRead == ["\"New Customers\"", "spend"])
  }

  @Test(arguments: [
    ("", 1, "has something in it"), ("SUM(revenue) / spend", 16, "outside an aggregate"),
    ("SUM(SUM(a))", 5, "cannot be nested"), ("SUMM(a)", 1, "did you mean SUM?"), ("CONT(a)", 1, "did you mean COUNT?"),
    ("MEDIAN(a)", 1, "not a function"), ("SUM(a", 6, "ends with )"), ("(SUM(a)", 8, "opened at character 1"),
    ("SUM(a) +", 9, "missing at the end"), ("SUM(a) SUM(b)", 8, "operator may be missing"), ("1 + 2", 1, "at least one of"),
    ("SUM(a) = 1", 1, "gives a number, and this is a condition"), ("SUM('x')", 5, "takes a number, and this is a text"),
    ("SUM(a) / 0", 10, "divides by zero on all data"), ("SUM(a) / (1 - 1)", 10, "divides by zero on all data"),
    ("SUM(a / -0)", 9, "divides by zero"), ("SUM(a) -- net", 8, "comment"), ("SUM(a)::int", 7, "no casts"),
    ("SUM(a); DROP TABLE x", 7, "semicolon"), ("SUM(a) % 2", 8, "+ - * /"), ("SUM(‘a’)", 5, "write texts in"),
    ("SUM(a) FILTER (WHERE b = NULL)", 26, "IS NULL"), ("SUM(a) FILTER (b = 1)", 16, "WHERE"),
    ("SUM(a) FILTER (WHERE COUNT(b) > 1)", 22, "inside FILTER"), ("SUM(a) FILTER (WHERE a < b < c)", 28, "cannot be chained"),
    ("SUM(a) FILTER (WHERE 1 = 'x')", 26, "cannot be compared"),
    ("SUM(CASE WHEN a THEN 1 ELSE 'x' END)", 29, "CASE gives a number"),
    ("SUM(CASE WHEN a > 0 THEN 1)", 27, "write END"), ("COUNT(*) + SUM(*)", 16, "only COUNT takes *"),
    ("SUM(DISTINCT a)", 5, "in COUNT only"), ("SUM(order)", 5, "word of SQL"), ("SUM(a.b.c)", 5, "without a schema"),
    ("NULLIF(SUM(a))", 1, "takes two values"), ("SUM(a) LIKE 'x'", 1, "looks at a text"), ("'open", 1, "does not end"),
    ("SUM(a\u{A0})", 6, "no-break space"), ("SUM(1.2.3)", 5, "no number"), ("SUM(é)", 5, "only be in"),
    ("MAX(a > b)", 5, "takes a value"),
    ("COUNT(NULL)", 7, "NULL is none"), ("+SUM(a)", 1, "between two values"), ("SUM()", 5, "takes a value"),
  ])
  func `A mistake is named with its place and its mend`(_ text: String, position: Int, words: String) {
    let error = #expect(throws: FormulaError.self) { try Formula(text) }
    #expect(error?.position == position, "\(text): \(String(describing: error))")
    #expect(error?.message.contains(words) == true, "\(text): \(String(describing: error))")
  }

  @Test func `A place is counted in characters as people count them`() {
    let error = #expect(throws: FormulaError.self) { try Formula("SUM(\"e\u{301}👨‍👩‍👧\") + ?") }
    #expect(error?.position == 13)
  }

  @Test func `Absurdly long and deep formulas are refused`() {
    let deep = 10_000
    let texts = [
      String(repeating: "x", count: 100_000), "SUM(a)" + String(repeating: " + SUM(a)", count: 12_000),
      String(repeating: "(", count: deep) + "SUM(a)" + String(repeating: ")", count: deep),
      String(repeating: "-(", count: 4_000) + "SUM(a)", String(repeating: "- ", count: 4_900) + "SUM(a)",
      "SUM(CASE WHEN " + String(repeating: "NOT ", count: 2_400) + "a THEN 1 END)",
      String(repeating: "COALESCE(", count: 1_000), String(repeating: "CASE WHEN ", count: 900),
      "SUM(a) FILTER (WHERE a" + String(repeating: " IS NULL", count: 1_000) + ")",
    ]
    let errors = texts.map { text in #expect(throws: FormulaError.self) { try Formula(text) }?.message ?? "" }
    for place in [0, 1, 2] { #expect(errors[place] == "a formula has at most 10000 characters") }
    for place in 3...7 { #expect(errors[place].contains("64 deep"), "\(errors[place])") }
  }

  @Test func `A long sum that is not deep is fine`() throws {
    let text = "SUM(a)" + String(repeating: " + SUM(a)", count: 1_000)
    #expect(try Formula(text).normalForm == "1001 * SUM(a)")
  }
}

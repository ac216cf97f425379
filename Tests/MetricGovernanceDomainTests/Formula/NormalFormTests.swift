import Testing

@testable import MetricGovernanceDomain

/// Which formulas are one, and which only look so. What is claimed here is held against PostgreSQL in EquivalenceTests of the server.
struct NormalFormTests {
  @Test(arguments: [
    ("sum( revenue )/SUM(spend)", "SUM(revenue) / SUM(spend)"), ("((SUM(a)) + SUM(b)) + 1", "SUM(a) + SUM(b) + 1"),
    ("SUM(\"a\")", "SUM(a)"), ("SUM(x) FILTER (WHERE a != 1)", "SUM(x) filter (where a <> 1)"),
  ])
  func `Another spelling is cosmetic`(_ one: String, _ other: String) {
    #expect(FormulaComparison(from: one, to: other).changeClass == .cosmetic)
  }

  @Test(arguments: [
    ("SUM(a) + SUM(b)", "SUM(b) + SUM(a)"), ("SUM(a) - SUM(b)", "-SUM(b) + SUM(a)"),
    ("SUM(a) - (SUM(b) - SUM(c))", "SUM(a) - SUM(b) + SUM(c)"),
    ("2 * SUM(a)", "SUM(a) + SUM(a)"), ("SUM(2 * a)", "SUM(a) * 2.0"), ("100 * SUM(a) / SUM(b)", "10 * 10 * SUM(a) / SUM(b)"),
    ("SUM(a) FILTER (WHERE c = 'x')", "SUM(CASE WHEN c = 'x' THEN a END)"),
    ("COUNT(CASE WHEN c > 1 THEN 1 END)", "COUNT(*) FILTER (WHERE 1 < c)"),
    ("COUNT(*)", "COUNT(1)"), ("SUM(a) FILTER (WHERE NOT (b > 1 AND c = 2))", "SUM(a) FILTER (WHERE c <> 2 OR b <= 1)"),
    ("SUM(a) FILTER (WHERE b = 'y' OR b = 'x')", "SUM(a) FILTER (WHERE b IN ('x', 'y', 'x'))"),
    ("SUM(a) FILTER (WHERE b BETWEEN 1 AND 2)", "SUM(a) FILTER (WHERE b <= 2 AND b >= 1)"),
    ("CASE WHEN SUM(b) = 0 THEN NULL ELSE SUM(b) END", "NULLIF(SUM(b), 0)"), ("SUM(a) / -SUM(b)", "-(SUM(a) / SUM(b))"),
    ("(SUM(a) - SUM(b)) / SUM(c)", "-(SUM(b) - SUM(a)) / SUM(c)"),
    ("COALESCE(SUM(a), COALESCE(SUM(b), 0))", "COALESCE(SUM(a), SUM(b), 0)"),
    ("SUM(CASE c WHEN 1 THEN a WHEN 2 THEN b END)", "SUM(CASE WHEN c = 1 THEN a WHEN 2 = c THEN b ELSE NULL END)"),
    ("SUM(a) / 1", "SUM(a)"), ("SUM(a) * 1.0 + 0.00", "SUM(a)"), ("2 * (SUM(a) + SUM(b))", "SUM(a) * 2 + 2 * SUM(b)"),
    ("CASE WHEN SUM(a) IS NULL THEN 0 ELSE SUM(a) END", "COALESCE(SUM(a), 0)"),
  ])
  func `Sound algebra is equivalent`(_ one: String, _ other: String) throws {
    let comparison = FormulaComparison(from: one, to: other)
    let forms = [try Formula(one).normalForm, try Formula(other).normalForm]
    #expect(comparison.changeClass == .equivalent, "\(forms)")
  }

  @Test(arguments: [
    ("SUM(a) / SUM(a)", "1 + 0 * SUM(a)"), ("SUM(a) - SUM(a)", "0 * COUNT(*)"), ("SUM(a + b)", "SUM(a) + SUM(b)"),
    ("COUNT(a)", "COUNT(*)"),
    ("SUM(a) / SUM(b) * SUM(c)", "SUM(a) * SUM(c) / SUM(b)"), ("SUM(1)", "COUNT(*)"),
    ("COUNT(a) / COUNT(b)", "COUNT(a) * 1.0 / COUNT(b)"),
    ("SUM(a) * 1.00000 / SUM(b)", "SUM(a) / SUM(b)"), ("SUM(CASE WHEN c THEN a ELSE 0 END)", "SUM(a) FILTER (WHERE c)"),
    ("COUNT(a)", "COUNT(DISTINCT a)"), ("SUM(a) FILTER (WHERE b <> 1)", "SUM(a) FILTER (WHERE NOT (b = 1) OR b IS NULL)"),
    ("SUM(a) FILTER (WHERE b <> 0 AND a / b > 1)", "SUM(a) FILTER (WHERE a / b > 1 AND b <> 0)"), ("AVG(a) ", "SUM(a) / COUNT(*)"),
    ("SUM(a) FILTER (WHERE c = 'é')", "SUM(a) FILTER (WHERE c = 'e\u{301}')"), ("SUM(\"A\")", "SUM(a)"),
    ("SUM(a) / 3 / 7", "SUM(a) / 21"), ("SUM(a) / 2", "0.5 * SUM(a)"),
  ])
  func `What only looks the same is not equivalent`(_ one: String, _ other: String) {
    #expect(FormulaComparison(from: one, to: other).changeClass == .breaking)
  }

  @Test(arguments: [
    ("SUM(a) / SUM(b)", "SUM(a) / NULLIF(SUM(b), 0)"), ("SUM(a) / SUM(b)", "COALESCE(SUM(a) / NULLIF(SUM(b), 0), 0)"),
    ("SUM(a) / SUM(b)", "CASE WHEN SUM(b) = 0 THEN 0 ELSE SUM(a) / SUM(b) END"), ("SUM(a)", "COALESCE(SUM(a), 0)"),
  ])
  func `A guard around the same formula is a change of edge cases`(_ one: String, _ other: String) {
    #expect(FormulaComparison(from: one, to: other).changeClass == .edgeCase)
    #expect(FormulaComparison(from: other, to: one).changeClass == .edgeCase)
  }

  @Test func `Constants are reckoned exactly`() throws {
    #expect(try Formula("0.1 * 0.2 * SUM(a)").normalForm == "0.02 * SUM(a)")
    #expect(
      try Formula("SUM(a) * 99999999999999999999 * 99999999999999999999").normalForm
        == "9999999999999999999800000000000000000001 * SUM(a)")
    #expect(try Formula("SUM(a) + 0.1 - 100 + 99.95").normalForm == "SUM(a) + 0.05")
    #expect(try Formula("1e3 * SUM(a) + 1e-3").normalForm == "1000 * SUM(a) + 0.001")
    #expect(try Formula("(SUM(a) + 1.10 + 0.90) / SUM(b)").normalForm == "(SUM(a) + 2.00) / SUM(b)")
  }
}

import SheetSyncDomain
import Testing

/// One cell of one column, read; the rest of the row is there to be a row.
private func read(_ column: String, of tab: TabName, _ value: CellValue) throws -> ReadRow {
  let header: [String: (CellValue, CellValue)] = [
    "initiative_key": ("initiative_key", "INIT-1"), "scenario_name": ("scenario_name", "Core"), "kpi_key": ("kpi_key", "NSM"),
    "constraint_set_name": ("constraint_set_name", "Baseline"), "engineering_tokens": ("engineering_tokens", nil),
    "period_key": ("period_key", nil), "capacity_total_tokens": ("capacity_total_tokens", nil),
    "objective_mode": ("objective_mode", nil), "target_value": ("target_value", 1), "floor_or_goal": ("floor_or_goal", nil),
    "kpi_level": ("kpi_level", nil),
  ]
  var names = Catalogue[tab].columns.filter { $0.need != .optional || $0.name == column }.map(\.name)
  names.removeAll { $0 == column }
  names.append(column)
  let cells = names.map { $0 == column ? value : header[$0]?.1 ?? .blank }
  return try #require(try reading(tab, sheet(tab.rawValue, [names.map { .text($0) }, cells])).rows.first)
}

private func problem(_ column: String, of tab: TabName, _ value: CellValue) throws -> String {
  let row = try read(column, of: tab, value)
  return try #require(row.problems.first).message
}

@Suite struct CoercionTests {
  @Test(arguments: [
    (CellValue.number(180), Int64(180)), (.number(180.0), 180), (.text("180"), 180), (.text(" 180.0 "), 180), (.text("1.8e2"), 180),
    (.text("+5"), 5), (.number(-3), -3), (.formula(cached: .number(12)), 12),
    (.number(9_007_199_254_740_992), 9_007_199_254_740_992),
  ])
  func `whole numbers`(value: CellValue, expected: Int64) throws {
    #expect(try read("engineering_tokens", of: .candidates, value).integer("engineering_tokens") == expected)
  }

  @Test(arguments: [CellValue.blank, .text(""), .text("  \u{00A0} "), .formula(cached: .text("")), .formula(cached: .blank)])
  func `what shows nothing is blank`(value: CellValue) throws {
    let row = try read("engineering_tokens", of: .candidates, value)
    #expect(row.isReadable && row["engineering_tokens"] == nil)
  }

  @Test(arguments: [
    (CellValue.text("18O"), "Candidates!B2 (engineering_tokens): \"18O\" is not a number; did you mean 180?"),
    (.text("l80"), "Candidates!B2 (engineering_tokens): \"l80\" is not a number; did you mean 180?"),
    (.text("1,200"), "Candidates!B2 (engineering_tokens): \"1,200\" is not a number; did you mean 1200?"),
    (.text("1.200,5"), "Candidates!B2 (engineering_tokens): \"1.200,5\" is not a number; did you mean 1200.5?"),
    (.text("about a week"), "Candidates!B2 (engineering_tokens): \"about a week\" is not a number"),
    (.text("nan"), "Candidates!B2 (engineering_tokens): \"nan\" is not a number"),
    (.text("0x10"), "Candidates!B2 (engineering_tokens): \"0x10\" is not a number"),
    (.number(180.5), "Candidates!B2 (engineering_tokens): 180.5 is not a whole number; did you mean 181?"),
    (.boolean(true), "Candidates!B2 (engineering_tokens): TRUE is not a number"),
    (.error("#N/A"), "Candidates!B2 (engineering_tokens): the cell shows the error #N/A; mend its formula or type the value"),
  ])
  func `what is no whole number is named with its cell and what would be right`(value: CellValue, message: String) throws {
    #expect(try problem("engineering_tokens", of: .candidates, value) == message)
  }

  @Test func `a formula that nobody has calculated is unknown, not blank`() throws {
    #expect(try problem("engineering_tokens", of: .candidates, .formula(cached: nil)).contains("nobody has calculated yet"))
    #expect(try problem("initiative_key", of: .candidates, .formula(cached: nil)).contains("nobody has calculated yet"))
  }

  @Test func `a formula in a column that is not read does not matter`() throws {
    let table = sheet("Candidates", [["initiative_key", "title", "engineering_tokens"], ["INIT-1", .formula(cached: nil), 5]])
    #expect(try reading(.candidates, table).rows.map(\.isReadable) == [true])
  }

  @Test(arguments: [
    (CellValue.number(0.035), 0.035), (.text("0.035"), 0.035), (.text("-2"), -2), (.text(".5"), 0.5), (.text("5."), 5),
  ])
  func `numbers`(value: CellValue, expected: Double) throws {
    #expect(try read("target_value", of: .targets, value).number("target_value") == expected)
  }

  @Test(arguments: [
    ("3,5 %", "0.035"), ("50%", "0.5"), ("€1 200", "1200"), ("0,035", "0.035"), ("1.200.000", "1200000"), ("\u{2212}5", "-5"),
  ])
  func `what a number was meant to be`(typed: String, meant: String) throws {
    #expect(try problem("target_value", of: .targets, .text(typed)).hasSuffix("did you mean \(meant)?"))
  }

  @Test(arguments: ["TRUE", "true", " Yes ", "y", "x", "X", "1", "on", "✓"])
  func `words for yes`(word: String) throws {
    #expect(try read("is_mandatory", of: .candidates, .text(word)).boolean("is_mandatory", default: false))
  }

  @Test(arguments: ["FALSE", "false", "No", "n", "0", "off", "-"])
  func `words for no`(word: String) throws {
    #expect(!(try read("is_mandatory", of: .candidates, .text(word)).boolean("is_mandatory", default: true)))
  }

  @Test func `booleans as cells, as numbers and as nothing`() throws {
    #expect(try read("is_mandatory", of: .candidates, true).boolean("is_mandatory", default: false))
    #expect(try read("is_mandatory", of: .candidates, 1).boolean("is_mandatory", default: false))
    #expect(try read("is_mandatory", of: .candidates, 0)["is_mandatory"] == .boolean(false))
    #expect(try read("is_mandatory", of: .candidates, nil)["is_mandatory"] == nil)
    #expect(try problem("is_mandatory", of: .candidates, "maybe").contains("\"maybe\" is neither TRUE nor FALSE"))
    #expect(try problem("is_mandatory", of: .candidates, 2).contains("neither TRUE nor FALSE"))
  }

  @Test(arguments: [
    CellValue.text("2026-02-15"), .text(" 2026-02-15T09:00:00Z"), .number(46_068), .date(DateSerial(days: 46_068)),
    .date(DateSerial(days: 46_068.75)),
  ])
  func `days as ISO text, as serials and as dates`(value: CellValue) throws {
    #expect(try read("deadline_date", of: .candidates, value).date("deadline_date") == "2026-02-15")
  }

  @Test(arguments: [
    ("20260215", "2026-02-15"), ("15.02.2026", "2026-02-15"), ("15/02/2026", "2026-02-15"), ("2/15/2026", "2026-02-15"),
    ("2026/2/15", "2026-02-15"), ("04/04/2026", "2026-04-04"),
  ])
  func `dates of one reading are suggested`(typed: String, meant: String) throws {
    #expect(try problem("deadline_date", of: .candidates, .text(typed)).hasSuffix("did you mean \(meant)?"))
  }

  @Test(arguments: ["03/04/2026", "2026-02-30", "soon", "2026"])
  func `dates of two readings, or of none, are not guessed at`(typed: String) throws {
    let message = try problem("deadline_date", of: .candidates, .text(typed))
    #expect(message.hasSuffix("\"\(typed)\" is not a date such as 2026-02-15"))
  }

  @Test func `key lists are split, trimmed, and without duplicates in the order typed`() throws {
    let row = try read("prerequisite_keys", of: .candidates, " INIT-2, init-3 ,,INIT-2, Init-3,INIT-1 ")
    #expect(row.keys("prerequisite_keys") == ["INIT-2", "init-3", "INIT-1"])
    #expect(try read("prerequisite_keys", of: .candidates, " , ")["prerequisite_keys"] == nil)
  }

  @Test func `text is trimmed, and numbers and flags come as a person reads them`() throws {
    #expect(try read("notes", of: .candidates, "  two words\n").text("notes") == "two words")
    #expect(try read("notes", of: .candidates, 2026).text("notes") == "2026")
    #expect(try read("notes", of: .candidates, 0.5).text("notes") == "0.5")
    #expect(try read("notes", of: .candidates, true).text("notes") == "TRUE")
  }

  @Test func `a note that cannot be read does not keep its row from being saved`() throws {
    let row = try read("notes", of: .candidates, .error("#REF!"))
    #expect(row.isReadable)
    #expect(row.problems.map(\.severity) == [.warning])
  }

  @Test func `a month that the spreadsheet made a date of is a month again`() throws {
    let january = try #require(DateSerial(iso: "2026-01-01"))
    let second = try #require(DateSerial(iso: "2026-01-02"))
    #expect(try read("period_key", of: .scenarioConfig, .date(january)).text("period_key") == "2026-01")
    #expect(try read("period_key", of: .scenarioConfig, .date(second)).text("period_key") == "2026-01-02")
    #expect(try read("period_key", of: .scenarioConfig, 2026).text("period_key") == "2026")
  }

  @Test func `JSON is strict where a cell begins like JSON, and the plain form is any text`() throws {
    let plain = "north_star=0.6, KPI_CONVERSION=0.4"
    #expect(try read("objective_weights_json", of: .scenarioConfig, .text(plain)).text("objective_weights_json") == plain)
    #expect(try read("objective_weights_json", of: .scenarioConfig, "{\"a\":0.5}").text("objective_weights_json") == "{\"a\":0.5}")
    let broken = try problem("objective_weights_json", of: .scenarioConfig, "{\"a\":0.5,}")
    #expect(broken.contains("is not valid JSON: expected a name in double quotes at character 10"))
    let curly = try problem("objective_weights_json", of: .scenarioConfig, "{“a”:1}")
    #expect(curly.contains("straight double quotes"))
  }

  @Test func `a blank cell in a column that each row needs is named`() throws {
    #expect(
      try problem("scenario_name", of: .targets, nil)
        == "Targets!\(letter(of: "scenario_name"))2 is blank: each row needs scenario_name")
  }

  /// The column under test stands last.
  private func letter(of column: String) -> String {
    let count = Catalogue[.targets].columns.filter { $0.need != .optional || $0.name == column }.count
    return CellAddress.letters(ofColumn: count)
  }
}

@Suite struct JSONSyntaxTests {
  @Test(arguments: ["{}", "[]", " [1, -2.5e+3, true, null, \"a\\u00e9\\n\"] ", "{\"a\":{\"b\":[]}}", "0", "\"x\""])
  func `what is JSON`(text: String) { #expect(JSONSyntax.problem(in: text) == nil) }

  @Test(arguments: [
    ("", 1, "a value"), ("[1,]", 4, "a value"), ("{a:1}", 2, "a name in double quotes"), ("{\"a\" 1}", 6, "a colon"),
    ("[1 2]", 4, "a comma or ]"), ("{\"a\":1", 7, "a comma or }"), ("01", 2, "the end"), ("1.", 3, "a digit"),
    ("[1]x", 4, "the end"),
    ("\"\\x\"", 3, "an escape such as \\n"), ("\"\\u12g4\"", 6, "four hexadecimal digits"), ("\"abc", 5, "a closing double quote"),
    ("tru", 4, "true"), ("'a'", 1, "a value"), ("[.5]", 2, "a value"),
  ])
  func `where a text stops being JSON`(text: String, character: Int, expected: String) {
    let problem = JSONSyntax.problem(in: text)
    #expect(problem?.character == character && problem?.expected == expected)
  }

  @Test func `nesting has a limit`() {
    let deep = String(repeating: "[", count: JSONSyntax.deepestNesting)
    #expect(JSONSyntax.problem(in: deep + String(repeating: "]", count: JSONSyntax.deepestNesting)) == nil)
    let deeper = String(repeating: "[", count: 100_000)
    #expect(JSONSyntax.problem(in: deeper)?.expected == "no deeper nesting")
  }
}

@Suite struct NumberTextTests {
  @Test(arguments: [(0.0, "0"), (180, "180"), (-12.5, "-12.5"), (0.035, "0.035"), (1e300, "1e+300")])
  func `numbers for people`(number: Double, text: String) { #expect(NumberText.text(of: number) == text) }

  @Test(arguments: [(1.25, 1, "1.3"), (0.04, 1, "0.0"), (-1.06, 1, "-1.1"), (43.4, 0, "43"), (7, 2, "7.00"), (2.005, 3, "2.005")])
  func `numbers with decimals`(number: Double, decimals: Int, text: String) {
    #expect(NumberText.text(of: number, decimals: decimals) == text)
  }

  @Test(arguments: ["", "-", "1e", "e5", "1.2.3", "1e5e6", "--1", "1-2", "inf", "1_000", "١٢", "1e999"])
  func `what is no number`(text: String) { #expect(NumberText.number(in: text) == nil) }

  @Test func `every number reads back from its text`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<1_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      #expect(NumberText.number(in: NumberText.text(of: number)) == number)
    }
  }
}

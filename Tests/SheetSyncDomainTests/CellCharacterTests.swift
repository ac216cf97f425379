import SheetSyncDomain
import Testing

/// What people paste into cells: marks that nobody sees, other scripts, emoji, text that looks like a formula, text that fills a cell.
@Suite struct CellCharacterTests {
  private func candidate(_ header: [CellValue], _ row: [CellValue]) throws -> ReadRow {
    let table = sheet("Candidates", [["initiative_key", "engineering_tokens"] + header, row])
    return try #require(try reading(.candidates, table).rows.first)
  }

  @Test(arguments: [
    "=SUM(A1)", "=cmd|'/c calc'!A0", "+49 30 1234", "-1 week", "@ada", "'quoted", "مشروع ٤٢", "מפתח-7", "🚀 launch", "👩‍👩‍👧‍👦", "नमस्ते",
    "é", "e\u{301}", "می‌خواهم",
  ])
  func `keys and texts of every script, and texts that look like formulas, are carried as they are`(typed: String) throws {
    let row = try candidate(["notes", "bundle_key"], [.text(typed), 5, .text(typed), .text(typed)])
    #expect(row.isReadable, "\(row.problems)")
    #expect(row.key.parts.map { Array($0.utf8) } == [Array(typed.utf8)])
    #expect(Array(CandidatePlanRow(row).notes.utf8) == Array(typed.utf8))
    #expect(Array(CandidatePlanRow(row).bundleKey.utf8) == Array(typed.utf8))
  }

  @Test func `a letter with an accent is one key, however it is put together`() throws {
    let table = sheet("Candidates", [["initiative_key", "engineering_tokens"], ["Caf\u{E9}", 1], ["CAFE\u{301}", 2]])
    #expect(try reading(.candidates, table).rows.map { $0.problems.map(\.code) } == [["duplicate_key"], ["duplicate_key"]])
  }

  @Test(arguments: [
    "\u{FEFF}INIT-1", "INIT-1\u{200B}", "\u{A0}INIT-1\u{A0}", "\u{200F}INIT-1\u{200E}", "\u{2068}INIT-1\u{2069}", "\tINIT-1\n",
  ])
  func `marks that come along when people paste are trimmed`(typed: String) throws {
    #expect(try candidate([], [.text(typed), 5]).key.parts == ["INIT-1"])
  }

  @Test(arguments: [
    ("INIT\u{202E}-1", "an invisible character (U+202E) as its character 5"), ("IN\u{200B}IT", "an invisible character (U+200B)"),
    ("IN\nIT", "a line break (U+000A) as its character 3"), ("IN\tIT", "a tab (U+0009)"),
    ("IN\u{0}IT", "a control character (U+0000)"),
    ("IN\u{1B}IT", "a control character (U+001B)"), ("IN\u{85}IT", "a control character (U+0085)"),
  ])
  func `a key that would look like another is refused at its cell`(typed: String, said: String) throws {
    let row = try candidate([], [.text(typed), 5])
    #expect(!row.isReadable)
    let message = try #require(row.problems.first?.message)
    #expect(message.hasPrefix("Candidates!A2 (initiative_key): holds \(said)") && message.hasSuffix("; delete it"), "\(message)")
  }

  @Test func `each key of a list is looked at, and line breaks beside its commas are white space`() throws {
    let good = try candidate(["prerequisite_keys"], ["INIT-1", 5, "INIT-2,\nINIT-3 ,\r\n INIT-4"])
    #expect(CandidatePlanRow(good).prerequisiteKeys == ["INIT-2", "INIT-3", "INIT-4"])
    let bad = try candidate(["prerequisite_keys"], ["INIT-1", 5, "INIT-2\nINIT-3"])
    #expect(bad.problems.map(\.code) == ["bad_character"] && !bad.isReadable)
  }

  @Test func `text has line breaks and tabs, and notes with a control character are left out with a warning`() throws {
    let good = try candidate(["mandate_reason"], ["INIT-1", 5, "first\r\nsecond\tthird\u{2028}fourth"])
    #expect(CandidatePlanRow(good).mandateReason == "first\r\nsecond\tthird\u{2028}fourth")
    let bad = try candidate(["mandate_reason"], ["INIT-1", 5, "bell\u{7}"])
    #expect(bad.problems.map(\.severity) == [.error])
    let notes = try candidate(["notes"], ["INIT-1", 5, "bell\u{7}"])
    #expect(notes.isReadable && CandidatePlanRow(notes).notes.isEmpty)
    #expect(
      notes.problems.map(\.message)
        == ["Candidates!C2 (notes): holds a control character (U+0007) as its character 5; delete it; saved without it"])
  }

  @Test func `a formula that was entered as text is no number, and the message says why`() throws {
    let row = try candidate([], ["INIT-1", "=90+90"])
    #expect(
      row.problems.map(\.message) == [
        "Candidates!B2 (engineering_tokens): \"=90+90\" is not a number; it is a formula that was entered as text, so that nothing"
          + " calculates it"
      ])
    #expect(try candidate([], ["INIT-1", "+180"]).integer("engineering_tokens") == 180)
    #expect(try candidate([], ["INIT-1", "@180"]).problems.map(\.code) == ["not_a_number"])
  }

  @Test func `text that fills a cell is carried whole, and messages about it stay short`() throws {
    let full = String(repeating: "x", count: WrittenValue.longestText)
    let row = try candidate(["mandate_reason"], [.text(full), 5, .text(full)])
    #expect(row.key.parts == [full] && CandidatePlanRow(row).mandateReason == full)
    #expect(row.key.text.count == 200)
    let table = sheet(
      "Candidates", [["initiative_key", "engineering_tokens"], [.text(full), "many"], [.text(full.uppercased()), 2]])
    for row in try reading(.candidates, table).rows {
      for problem in row.problems { #expect(problem.key.count <= 200 && problem.message.count < 400) }
    }
  }

  @Test(arguments: ["✔️", "☑️", "✅"])
  func `ticks with and without their pictures are yes`(typed: String) throws {
    #expect(try candidate(["is_mandatory"], ["INIT-1", 5, .text(typed)]).boolean("is_mandatory", default: false))
  }

  @Test(arguments: ["❌", "✗", "✘", "☐"])
  func `crosses are no`(typed: String) throws {
    #expect(!(try candidate(["is_mandatory"], ["INIT-1", 5, .text(typed)]).boolean("is_mandatory", default: true)))
  }
}

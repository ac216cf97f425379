import SheetSyncDomain
import Testing

@testable import SheetSyncServer

struct WorkbookSplicingTests {
  let folder = TemporaryFolder()
  private let styles = """
    <numFmts count="1"><numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm"/></numFmts>
    <cellXfs><xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="14" fontId="0" fillId="0"/><xf numFmtId="165" fontId="0" fillId="0"/>
    <xf numFmtId="4" fontId="0" fillId="0"/><xf numFmtId="0" fontId="0" fillId="5"/><xf numFmtId="14" fontId="0" fillId="5"/></cellXfs>
    """

  /// What stands between `before` and `after` once the writes are done.
  private func splice(
    _ xml: String, _ writes: [(String, WrittenValue)], styles: String? = nil, onFormula: TabWrites.FormulaPolicy = .refuse
  ) async throws -> String {
    var workbook = TestWorkbook(xml)
    workbook.styles = styles
    let path = workbook.write(to: folder)
    try await edit(path, writes, onFormula: onFormula)
    return try memberText("xl/worksheets/sheet1.xml", of: path)
  }

  private func sheet(_ inner: String) -> String { "<worksheet xmlns=\"\(XMLPart.main)\">\(inner)</worksheet>" }

  private func rows(_ rows: String, _ writes: [(String, WrittenValue)], onFormula: TabWrites.FormulaPolicy = .refuse) async throws
    -> String
  {
    let all = try await splice(sheet("<sheetData>\(rows)</sheetData>"), writes, onFormula: onFormula)
    let start = all.firstRange(of: "<sheetData>")!.upperBound
    return String(all[start..<all.firstRange(of: "</sheetData>")!.lowerBound])
  }

  @Test func `a replaced cell keeps its style and loses its type`() async throws {
    #expect(
      try await rows(
        "<row r=\"1\" ht=\"20\"><c s='3' r='A1' t='s' cm='1'><v>0</v></c ><c r=\"B1\"/></row>",
        [("A1", .number(2.5)), ("B1", .boolean(true))])
        == "<row r=\"1\" ht=\"20\"><c r=\"A1\" s=\"3\"><v>2.5</v></c><c r=\"B1\" t=\"b\"><v>1</v></c></row>")
  }

  @Test func `cells are put in order before, between and behind the others`() async throws {
    #expect(
      try await rows("<row r=\"2\"> <c r=\"B2\"><v>1</v></c>\n<c r=\"D2\"/> </row>", [("E2", 5), ("A2", 1), ("C2", 3)])
        == "<row r=\"2\"> <c r=\"A2\"><v>1</v></c><c r=\"B2\"><v>1</v></c>\n<c r=\"C2\"><v>3</v></c><c r=\"D2\"/> <c r=\"E2\"><v>5</v></c></row>"
    )
  }

  @Test func `rows are put in order before, between and behind the others`() async throws {
    #expect(
      try await rows("<row r=\"2\"/>\n<row r=\"4\"><c/></row>", [("A5", 5), ("A1", 1), ("B3", 3), ("A3", 2)])
        == "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"/>\n<row r=\"3\"><c r=\"A3\"><v>2</v></c><c r=\"B3\"><v>3</v></c></row>"
        + "<row r=\"4\"><c/></row><row r=\"5\"><c r=\"A5\"><v>5</v></c></row>")
  }

  @Test func `an empty row opens, and its spans widen`() async throws {
    #expect(
      try await rows("<row spans=\"2:3\" r=\"2\" x14ac:dyDescent='1' xmlns:x14ac='urn:a' />", [("A2", 1), ("E2", 2)])
        == "<row spans=\"1:5\" r=\"2\" x14ac:dyDescent='1' xmlns:x14ac='urn:a' ><c r=\"A2\"><v>1</v></c><c r=\"E2\"><v>2</v></c></row>"
    )
  }

  @Test func `spans that reach far enough stay as they are`() async throws {
    #expect(
      try await rows("<row r=\"2\" spans='1:2 4:9'><c r=\"A2\"/></row>", [("B2", 1)])
        == "<row r=\"2\" spans='1:2 4:9'><c r=\"A2\"/><c r=\"B2\"><v>1</v></c></row>")
  }

  @Test(arguments: [
    (
      "<dimension ref=\"A1\"/><sheetData/><pageMargins/>",
      "<dimension ref=\"A1:B2\"/><sheetData><row r=\"2\"><c r=\"B2\"><v>1</v></c></row></sheetData><pageMargins/>"
    ),
    ("<sheetData />", "<sheetData ><row r=\"2\"><c r=\"B2\"><v>1</v></c></row></sheetData>"),
    (
      "<dimension ref=\"A1:C9\"/><sheetData></sheetData>",
      "<dimension ref=\"A1:C9\"/><sheetData><row r=\"2\"><c r=\"B2\"><v>1</v></c></row></sheetData>"
    ),
    (
      "<sheetPr/><cols><col min=\"2\" max=\"2\" style=\"3\"/></cols><pageMargins/>",
      "<sheetPr/><cols><col min=\"2\" max=\"2\" style=\"3\"/></cols><sheetData><row r=\"2\"><c r=\"B2\" s=\"3\"><v>1</v></c></row></sheetData><pageMargins/>"
    ),
    ("<sheetPr/>", "<sheetPr/><sheetData><row r=\"2\"><c r=\"B2\"><v>1</v></c></row></sheetData>"),
    (
      "<sheetData><row r=\"2\" s=\"4\" customFormat=\"1\"/></sheetData>",
      "<sheetData><row r=\"2\" s=\"4\" customFormat=\"1\"><c r=\"B2\" s=\"4\"><v>1</v></c></row></sheetData>"
    ),
  ])
  func `a sheet without cells gets them in the right place`(before: String, after: String) async throws {
    #expect(try await splice(sheet(before), [("B2", 1)]) == sheet(after))
  }

  @Test func `new elements have the prefix that the sheet uses`() async throws {
    let xml =
      "<x:worksheet xmlns:x=\"\(XMLPart.main)\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    #expect(
      try await splice(xml, [("A1", 2), ("A2", "t")])
        == "<x:worksheet xmlns:x=\"\(XMLPart.main)\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\"><x:v>2</x:v></x:c></x:row>"
        + "<x:row r=\"2\"><x:c r=\"A2\" t=\"inlineStr\"><x:is><x:t>t</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>")
  }

  @Test func `cells without addresses are counted and stay where they are`() async throws {
    #expect(
      try await rows("<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>", [("B1", 9), ("B2", 8)])
        == "<row><c><v>1</v></c><c r=\"B1\"><v>9</v></c><c><v>3</v></c></row><row><c><v>4</v></c><c r=\"B2\"><v>8</v></c></row>")
  }

  @Test func `a blank takes the value and keeps the format, and makes nothing new`() async throws {
    #expect(
      try await rows(
        "<row r=\"1\"><c r=\"A1\" s=\"2\"><v>1</v></c><c r=\"B1\"><v>1</v></c></row>",
        [("A1", .blank), ("B1", .text("")), ("C1", .blank), ("A7", .blank)])
        == "<row r=\"1\"><c r=\"A1\" s=\"2\"/><c r=\"B1\"/></row>")
  }

  @Test(arguments: [
    ("=1+1", "<t>=1+1</t>"), ("+a", "<t>+a</t>"), ("a < b & c > d", "<t>a &lt; b &amp; c &gt; d</t>"),
    (" x", "<t xml:space=\"preserve\"> x</t>"),
    ("two\nlines", "<t xml:space=\"preserve\">two\nlines</t>"), ("a\rb\u{1}", "<t>a_x000D_b_x0001_</t>"),
    ("_x0041_", "<t>_x005F_x0041_</t>"),
    ("_x004", "<t>_x004</t>"), ("\u{FFFE}", "<t>_xFFFE_</t>"), ("]]>", "<t>]]&gt;</t>"), ("😀", "<t>😀</t>"),
  ])
  func `text stays what was written`(text: String, xml: String) async throws {
    var workbook = TestWorkbook(rows: "")
    workbook.styles = styles
    let path = workbook.write(to: folder)
    try await edit(path, [("A1", .text(text))])
    #expect(try memberText("xl/worksheets/sheet1.xml", of: path).contains("<c r=\"A1\" t=\"inlineStr\"><is>\(xml)</is></c>"))
    #expect(try await readAll(path)["A1"] == .text(text))
  }

  @Test(arguments: [
    (0.1, "0.1"), (1200, "1200"), (-0.0, "0"), (1e15, "1000000000000000"), (1e16, "1e+16"),
    (9_007_199_254_740_992, "9007199254740992.0"), (Double.leastNonzeroMagnitude, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (999_999_999_999_999, "999999999999999"), (-3, "-3"),
  ])
  func `numbers are written so that they read back the same`(number: Double, text: String) async throws {
    #expect(try await rows("", [("A1", .number(number))]) == "<row r=\"1\"><c r=\"A1\"><v>\(text)</v></c></row>")
  }

  /// 46068 is 15 February 2026.
  @Test(arguments: [
    ("", 46_068.0, "<c r=\"A1\" s=\"1\"><v>46068</v></c>"),
    ("", 46_068.5, "<c r=\"A1\" s=\"2\"><v>46068.5</v></c>"),
    ("<c r=\"A1\" s=\"2\"/>", 46_068.0, "<c r=\"A1\" s=\"2\"><v>46068</v></c>"),
    ("<c r=\"A1\" s=\"3\"/>", 46_068.5, "<c r=\"A1\" s=\"3\" t=\"inlineStr\"><is><t>2026-02-15T12:00:00Z</t></is></c>"),
    ("<c r=\"A1\" s=\"4\"/>", 46_068.5, "<c r=\"A1\" s=\"5\"><v>46068.5</v></c>"),
  ])
  func `a date takes a date style that the workbook has, where the cell has no other format`(
    cell: String, days: Double, after: String
  ) async throws {
    let xml = sheet("<sheetData><row r=\"1\">\(cell)</row></sheetData>")
    let result = try await splice(xml, [("A1", .date(DateSerial(days: days)))], styles: styles)
    #expect(result == sheet("<sheetData><row r=\"1\">\(after)</row></sheetData>"))
  }

  @Test func `a date is text in a workbook without date styles`() async throws {
    #expect(
      try await rows("", [("A1", .date(DateSerial(days: 46_068)))])
        == "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>2026-02-15</t></is></c></row>")
  }

  @Test func `a formula is never overwritten`() async throws {
    let before =
      "<row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c><c r=\"B1\"/><c r=\"C1\"><f t=\"array\" ref=\"C1:D1\">A1:B1</f></c><c r=\"D1\"><v>3</v></c></row>"
    let path = TestWorkbook(rows: before).write(to: folder)
    let bytes = readFile(path)
    let error = await #expect(throws: WorkbookError.self) { try await edit(path, [("B1", 1), ("A1", 1), ("D1", 1)]) }
    #expect(error?.kind == .formulaInTheWay)
    #expect(error?.cell == CellAddress(a1: "A1"))
    #expect(error?.message.contains("and in 1 more") == true)
    #expect(readFile(path) == bytes)

    let outcome = try await edit(path, [("B1", 1), ("A1", 1), ("D1", 1)], onFormula: .skip)
    #expect(outcome.cellsWritten == 1)
    #expect(outcome.skipped.map(\.address.description) == ["A1", "D1"])
    let after = try memberText("xl/worksheets/sheet1.xml", of: path)
    #expect(after.contains(before.replacing("<c r=\"B1\"/>", with: "<c r=\"B1\"><v>1</v></c>")))
  }

  @Test func `skipping everything leaves the file alone`() async throws {
    let path = TestWorkbook(rows: "<row r=\"1\"><c r=\"A1\"><f>1+1</f></c></row>").write(to: folder)
    let before = FileIdentity.now(at: path)
    let outcome = try await edit(path, [("A1", 1)], onFormula: .skip)
    #expect(outcome == WriteOutcome(cellsWritten: 0, skipped: [.init(tab: "Data", address: CellAddress(a1: "A1")!)]))
    #expect(FileIdentity.now(at: path) == before)
  }

  @Test(arguments: [
    (
      "<sheetData><row r=\"1\"><c r=\"A1\"><f>B1</f></c></row></sheetData><pageMargins/>",
      "</sheetData><sheetCalcPr fullCalcOnLoad=\"1\"/><pageMargins/>"
    ),
    (
      "<sheetData><row r=\"1\"><c r=\"A1\"><f>B1</f></c></row></sheetData>",
      "</sheetData><sheetCalcPr fullCalcOnLoad=\"1\"/></worksheet>"
    ),
    ("<sheetData><row r=\"1\"><c r=\"A1\"><f>B1</f></c></row></sheetData><sheetCalcPr/>", "</sheetData><sheetCalcPr/></worksheet>"),
    ("<sheetData><row r=\"1\"><c r=\"A1\"/></row></sheetData><pageMargins/>", "</sheetData><pageMargins/>"),
  ])
  func `a sheet with formulas asks to be calculated when it is opened`(before: String, end: String) async throws {
    #expect(try await splice(sheet(before), [("B1", 1)]).contains(end))
  }

  @Test func `a workbook with formulas elsewhere asks to be calculated too`() async throws {
    var workbook = TestWorkbook(rows: "")
    workbook.extraWorkbookRelationships =
      "<Relationship Id=\"c\" Type=\"\(XMLPart.relationships)/calcChain\" Target=\"calcChain.xml\"/>"
    let path = workbook.write(to: folder)
    try await edit(path, [("B1", 1)])
    #expect(
      try memberText("xl/worksheets/sheet1.xml", of: path).hasSuffix("</sheetData><sheetCalcPr fullCalcOnLoad=\"1\"/></worksheet>"))
  }

  @Test func `several tabs are written together, and one value can write again`() async throws {
    var workbook = TestWorkbook(rows: "", name: "One")
    workbook.sheets.append(("Two", workbook.sheets[0].xml))
    let path = workbook.write(to: folder)
    let file = try await WorkbookFile.open(path, for: .edit)
    let first = try await file.write([
      TabWrites(tab: "one", writes: [CellWrite(row: 1, column: 1, .number(1))]),
      TabWrites(tab: "TWO", writes: [CellWrite(row: 2, column: 2, .number(2))]),
    ])
    #expect(first.cellsWritten == 2)
    try await file.write([TabWrites(tab: "One", writes: [CellWrite(row: 1, column: 2, .number(3))])])
    #expect(try await file.read("One")["A1"] == .number(1))
    #expect(try await file.read("One")["B1"] == .number(3))
    #expect(try await readAll(path, "Two")["B2"] == .number(2))
  }

  @Test(arguments: [
    (CellWrite(row: 0, column: 1, .number(1)), "no sheet has such a cell"),
    (CellWrite(row: 1, column: 16_385, .number(1)), "no sheet has such a cell"),
    (CellWrite(row: 1, column: 1, .number(.nan)), "not finite"),
    (CellWrite(row: 1, column: 1, .date(DateSerial(days: .infinity))), "not finite"),
    (CellWrite(row: 1, column: 1, .text(String(repeating: "😀", count: 16_384))), "32768 characters"),
  ])
  func `a value that no cell can hold is refused`(write: CellWrite, problem: String) async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    let file = try await WorkbookFile.open(path, for: .edit)
    let error = await #expect(throws: WorkbookError.self) { try await file.write([TabWrites(tab: "Data", writes: [write])]) }
    #expect(error?.kind == .unwritableValue)
    #expect(error?.problem.contains(problem) == true)
  }

  @Test func `writing a cell or a tab twice at once is refused`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    await #expect(throws: WorkbookError.self) { try await edit(path, [("A1", 1), ("A1", 2)]) }
    let file = try await WorkbookFile.open(path, for: .edit)
    await #expect(throws: WorkbookError.self) {
      try await file.write([TabWrites(tab: "Data", writes: []), TabWrites(tab: "data", writes: [])])
    }
  }

  @Test func `a tag's attribute is replaced whatever its quotes`() {
    var tag = TagText("<x:row a = 'spans=\"1\"'\n spans\t=\n'1:2' b=\">\"/>")
    #expect(tag.isSelfClosing)
    #expect(tag.name == "x:row")
    tag.replace("spans", with: "1:9")
    tag.replace("missing", with: "1")
    tag.open()
    #expect(tag.text == "<x:row a = 'spans=\"1\"'\n spans\t=\n'1:9' b=\">\">")
  }
}

extension WrittenValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  init(integerLiteral number: Int) { self = .number(Double(number)) }
  init(stringLiteral text: String) { self = .text(text) }
}

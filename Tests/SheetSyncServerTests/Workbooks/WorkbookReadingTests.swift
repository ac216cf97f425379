import SheetSyncDomain
import Testing

@testable import SheetSyncServer

struct WorkbookReadingTests {
  let folder = TemporaryFolder()

  @Test func `every kind of stored value is read as what it is`() async throws {
    var workbook = TestWorkbook(
      rows: """
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>
        <row r="3"><c r="A3"><v>42</v></c><c r="B3"><v>-1.5E-3</v></c><c r="C3" t="n"><v> 7 </v></c><c r="D3"/><c r="E3" s="0"><v/></c></row>
        <row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="b"><v>0</v></c><c r="C4" t="e"><v>#N/A</v></c></row>
        <row r="5"><c r="A5" t="inlineStr"><is><t>plain</t></is></c>
          <c r="B5" t="inlineStr"><is><r><rPr><b/></rPr><t>rich </t></r><r><t>text</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c></row>
        <row r="6"><c r="A6" t="d"><v>2026-02-15</v></c><c r="B6" t="d"><v>soon</v></c></row>
        """)
    workbook.sharedStrings = """
      <si><t>one</t></si><si><r><t xml:space="preserve">two </t></r><r><rPr><i/></rPr><t>three</t></r><rPh sb="0" eb="3"><t>fu</t></rPh></si>
      <si><t>a_x000D_b_x005F_x0041_ &amp; &lt;c&gt;</t><phoneticPr fontId="1"/></si>
      """
    let table = try await readAll(workbook.write(to: folder))
    #expect(table["A1"] == .text("one"))
    #expect(table["B1"] == .text("two three"))
    #expect(table["C1"] == .text("a\rb_x0041_ & <c>"))
    #expect(table["A3"] == .number(42))
    #expect(table["B3"] == .number(-0.0015))
    #expect(table["C3"] == .number(7))
    #expect(table["D3"] == .blank)
    #expect(table["E3"] == .blank)
    #expect(table["A4"] == .boolean(true))
    #expect(table["B4"] == .boolean(false))
    #expect(table["C4"] == .error("#N/A"))
    #expect(table["A5"] == .text("plain"))
    #expect(table["B5"] == .text("rich text"))
    #expect(table["A6"] == .date(DateSerial(days: 46_068)))
    #expect(table["B6"] == .text("soon"))
    #expect(table.rows.map(\.number) == [1, 3, 4, 5, 6])
    #expect(table.lastRow == 6)
  }

  @Test func `a formula without a calculated value is unknown, and one that shows nothing is empty text`() async throws {
    let path = TestWorkbook(
      rows: """
        <row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>NOW()</f></c><c r="C1" t="str"><f>""</f><v></v></c>
        <c r="D1" t="str"><f>A1&amp;"x"</f><v>2x</v></c><c r="E1" t="b"><f>A1=2</f><v>1</v></c><c r="F1" t="e"><f>1/0</f><v>#DIV/0!</v></c>
        <c r="G1"><f t="shared" ref="G1:G2" si="0">A1*2</f><v>4</v></c></row><row r="2"><c r="G2"><f t="shared" si="0"/><v>0</v></c></row>
        """
    ).write(to: folder)
    let table = try await readAll(path)
    #expect(table["A1"] == .formula(cached: .number(2)))
    #expect(table["B1"] == .formula(cached: nil))
    #expect(table["C1"] == .formula(cached: .text("")))
    #expect(table["D1"] == .formula(cached: .text("2x")))
    #expect(table["E1"] == .formula(cached: .boolean(true)))
    #expect(table["F1"] == .formula(cached: .error("#DIV/0!")))
    #expect(table["G2"] == .formula(cached: .number(0)))
  }

  @Test func `LibreOffice's TRUE and FALSE are values, and can be overwritten`() async throws {
    let path = TestWorkbook(
      rows: """
        <row r="1"><c r="A1" t="b"><f aca="false">TRUE()</f><v>1</v></c><c r="B1" t="b"><f>FALSE()</f><v>0</v></c>
        <c r="C1" t="b"><f>TRUE()&amp;TRUE()</f><v>1</v></c><c r="D1" t="b"><f t="array" ref="D1:E1">TRUE()</f><v>1</v></c></row>
        """
    ).write(to: folder)
    let table = try await readAll(path)
    #expect(table["A1"] == .boolean(true))
    #expect(table["B1"] == .boolean(false))
    #expect(table["C1"] == .formula(cached: .boolean(true)))
    #expect(table["D1"] == .formula(cached: .boolean(true)))
    let outcome = try await edit(path, [("A1", .boolean(false)), ("C1", 1), ("D1", 1)], onFormula: .skip)
    #expect(outcome.skipped.map(\.address.description) == ["C1", "D1"])
    #expect(try await readAll(path)["A1"] == .boolean(false))
  }

  @Test func `every cell of an array formula or a data table counts as a formula`() async throws {
    let path = TestWorkbook(
      rows: """
        <row r="1"><c r="A1"><f t="array" ref="A1:B2">C1:D2</f><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>
        <row r="2"><c r="A2"><v>4</v></c><c r="B2"><v>5</v></c></row><row r="3"><c r="A3"><v>6</v></c></row>
        """
    ).write(to: folder)
    let table = try await readAll(path)
    #expect(table["B1"] == .formula(cached: .number(2)))
    #expect(table["B2"] == .formula(cached: .number(5)))
    #expect(table["C1"] == .number(3))
    #expect(table["A3"] == .number(6))
  }

  @Test func `a number is a date when its format shows one`() async throws {
    var workbook = TestWorkbook(
      rows: """
        <row r="1"><c r="A1" s="1"><v>46068</v></c><c r="B1" s="2"><v>46068.75</v></c><c r="C1" s="3"><v>46068</v></c>
        <c r="D1" s="0"><v>46068</v></c><c r="E1" s="99"><v>46068</v></c><c r="F1" s="1"><f>TODAY()</f><v>46068</v></c><c r="G1" s="1"><v>-3</v></c></row>
        """)
    workbook.styles = """
      <numFmts count="2"><numFmt numFmtId="170" formatCode="[$-407]dd/\\ mmmm&quot; year &quot;yyyy;@"/><numFmt numFmtId="171" formatCode="0.0&quot; days&quot;"/></numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>
      """
    let table = try await readAll(workbook.write(to: folder))
    #expect(table["A1"] == .date(DateSerial(days: 46_068)))
    #expect(table["B1"] == .date(DateSerial(days: 46_068.75)))
    #expect(table["C1"] == .number(46_068))
    #expect(table["D1"] == .number(46_068))
    #expect(table["E1"] == .number(46_068))
    #expect(table["F1"] == .formula(cached: .date(DateSerial(days: 46_068))))
    #expect(table["G1"] == .number(-3))
  }

  @Test func `the 1904 date system means the same days`() async throws {
    var workbook = TestWorkbook(rows: "<row r=\"1\"><c r=\"A1\" s=\"1\"><v>44606</v></c></row>")
    workbook.workbookProperties = "<workbookPr date1904=\"1\"/>"
    workbook.styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>"
    let path = workbook.write(to: folder)
    #expect(try await readAll(path)["A1"] == .date(DateSerial(days: 46_068)))
    try await edit(path, [("A1", .date(DateSerial(days: 46_069)))])
    #expect(try memberText("xl/worksheets/sheet1.xml", of: path).contains("<v>44607</v>"))
    #expect(try await readAll(path)["A1"] == .date(DateSerial(days: 46_069)))
  }

  @Test(arguments: [
    ("yyyy-mm-dd", true, false), ("d/m/yy", true, false), ("h:mm", false, true), ("mm:ss", false, true), ("[h]:mm:ss", false, true),
    ("yyyy\\-mm\\-dd\\ hh:mm", true, true), ("mmm", true, false), ("General", false, false), ("0.00", false, false),
    ("#,##0 \"days\"", false, false), ("[Red]0;[Blue]0", false, false), ("0.00E+00", false, false), ("0\\d", false, false),
    ("_-* #,##0_-;_d", false, false), ("@", false, false), ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", true, false),
    ("0;yyyy", false, false),
    ("\"m\"0", false, false), ("ss.000", false, true), ("ge.m.d", true, false), ("\"unclosed yyyy", false, false),
    ("[h", false, true),
  ])
  func `a format code tells dates from numbers`(code: String, date: Bool, time: Bool) {
    let shown = NumberFormat.shown(byCode: code)
    #expect(shown.contains(.date) == date)
    #expect(shown.contains(.time) == time)
  }

  @Test func `cells and rows without an address follow each other`() async throws {
    let path = TestWorkbook(
      rows:
        "<row><c><v>1</v></c><c><v>2</v></c></row><row r=\"5\"><c r=\"C5\"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>"
    ).write(to: folder)
    let table = try await readAll(path)
    #expect(table["A1"] == .number(1))
    #expect(table["B1"] == .number(2))
    #expect(table["D5"] == .number(4))
    #expect(table["A6"] == .number(5))
  }

  @Test func `prefixes, the strict namespaces and unknown elements make no difference`() async throws {
    let strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    let path = TestWorkbook(
      """
      <?xml version="1.0"?><x:worksheet xmlns:x="\(strict)" xmlns:y="urn:other"><y:sheetData><y:row/></y:sheetData><x:sheetData>
      <x:row r="1"><y:c r="A1"><y:v>9</y:v></y:c><x:c r="A1"><y:v>8</y:v><x:v>1</x:v><x:extLst><x:v>7</x:v></x:extLst></x:c></x:row></x:sheetData></x:worksheet>
      """
    ).write(to: folder)
    #expect(try await readAll(path)["A1"] == .number(1))
  }

  @Test func `parts in UTF-16 are read and edited`() async throws {
    for big in [false, true] {
      var workbook = TestWorkbook("")
      let xml =
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><worksheet xmlns=\"\(XMLPart.main)\"><sheetData><row r=\"1\" spans=\"1:1\">"
        + "<c r=\"A1\" t=\"inlineStr\"><is><t>grün 😀</t></is></c></row></sheetData></worksheet>"
      let encoding: PartEncoding = big ? .utf16Big : .utf16Little
      workbook.sheets[0].xml = (big ? [0xFE, 0xFF] : [0xFF, 0xFE]) + encoding.encode(xml)
      let path = workbook.write(to: folder, as: "Big\(big).xlsx")
      try await edit(path, [("B1", .text("blau 😀")), ("A2", .number(2))])
      let table = try await readAll(path)
      #expect(table["A1"] == .text("grün 😀"))
      #expect(table["B1"] == .text("blau 😀"))
      #expect(table["A2"] == .number(2))
    }
  }

  @Test func `parts in Latin-1 keep their encoding when edited`() async throws {
    var workbook = TestWorkbook("")
    let xml =
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><worksheet xmlns=\"\(XMLPart.main)\"><sheetData><row r=\"1\">"
      + "<c r=\"A1\" t=\"inlineStr\"><is><t>gr\u{FC}n</t></is></c></row></sheetData></worksheet>"
    workbook.sheets[0].xml = xml.unicodeScalars.map { UInt8($0.value) }
    let path = workbook.write(to: folder)
    try await edit(path, [("B1", .text("blöd €"))])
    let table = try await readAll(path)
    #expect(table["A1"] == .text("grün"))
    #expect(table["B1"] == .text("blöd €"))
  }

  @Test func `reading stops after a run of blank rows and says when something follows`() async throws {
    let path = TestWorkbook(
      rows:
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" s=\"0\"/></row><row r=\"9\"><c r=\"A9\"><v>9</v></c></row>"
    ).write(to: folder)
    let workbook = try await WorkbookFile.open(path, for: .read)
    let near = try await workbook.read("data", limits: ReadLimits(blankRows: 7))
    #expect(near.stoppedAtBlankRows)
    #expect(near.rows.map(\.number) == [1])
    let far = try await workbook.read("DATA", limits: ReadLimits(blankRows: 8))
    #expect(!far.stoppedAtBlankRows)
    #expect(far.rows.map(\.number) == [1, 9])
    let first = try await workbook.read("Data", limits: ReadLimits(lastRow: 1))
    #expect(first.rows.map(\.number) == [1])
    #expect(!first.stoppedAtBlankRows)
  }

  @Test func `tabs are listed in order with what they are`() async throws {
    var workbook = TestWorkbook(rows: "", name: "One")
    workbook.sheets.append(("Two &amp; three", workbook.sheets[0].xml))
    let path = workbook.write(to: folder)
    let file = try await WorkbookFile.open(path, for: .read)
    #expect(try await file.tabs() == [WorkbookTab(name: "One"), WorkbookTab(name: "Two & three")])
    let error = await #expect(throws: WorkbookError.self) { try await file.read("Candidates", limits: ReadLimits()) }
    #expect(error?.kind == .missingTab)
    #expect(error?.message.contains("\"One\", \"Two & three\"") == true)
  }

  @Test(arguments: [
    ("<row r=\"2\"/><row r=\"1\"/>", "row 1 comes after row 2"),
    ("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>", "cell A1 comes twice or too late"),
    ("<row r=\"1\"><c r=\"A2\"/></row>", "cell A2 stands in row 1"),
    ("<row r=\"1\"><c r=\"1A\"/></row>", "impossible address"),
    ("<row r=\"1\"><c r=\"A1\" t=\"zz\"/></row>", "unknown type"),
    ("<row r=\"1\"><c r=\"A1\"><v>abc</v></c></row>", "cell A1: its value \"abc\" should be a number"),
    ("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>5</v></c></row>", "cell A1: it refers to text 5"),
    ("<row r=\"1\"><c r=\"A1\" t=\"b\"><v>2</v></c></row>", "should be true or false"),
    ("<row r=\"1048577\"/>", "beyond 1048576"),
    ("<row r=\"1\"><c r=\"XFE1\"/></row>", "beyond column XFD"),
    ("<row r=\"x\"/>", "impossible number"),
    ("</sheetData><sheetData>", "listed twice"),
  ])
  func `a sheet that contradicts itself is refused and its place named`(rows: String, problem: String) async throws {
    let path = TestWorkbook(rows: rows).write(to: folder)
    let error = await #expect(throws: WorkbookError.self) { try await readAll(path) }
    #expect(error?.kind == .damaged)
    #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("tab \"Data\"") == true)
  }
}

import Glibc
import SeededNumbers
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

/// Rows that are gone over without the parser: what is seen there is what the parser sees, and what it would refuse is not seen.
struct PlainRowsTests {
  let folder = TemporaryFolder()

  private static let head = "<worksheet xmlns=\"\(XMLPart.main)\">"

  /// As openpyxl, Excel and LibreOffice write sheets, with and without what stands around the rows.
  private static let sheets = [
    """
    \(head)<sheetPr><tabColor rgb="FF2F6FDE" /></sheetPr><dimension ref="A1:D4" /><cols><col min="2" max="3" width="9" style="1" /></cols>\
    <sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>key</t></is></c><c r="B1" s="1" t="s"><v>0</v></c></row>\
    <row r="2" ht="30" customHeight="1"><c r="A2" t="n"><v>-1.5e3</v></c><c r="B2" t="b"><v>1</v></c><c r="C2"><f>A2&lt;3</f><v /></c>\
    <c r="D2" t="inlineStr"><is><t xml:space="preserve"> a &amp; "b" </t></is></c></row><row r="4"><c r="B4" s="1" /></row>\
    </sheetData><conditionalFormatting sqref="A2"><cfRule type="expression"><formula>A2=1</formula></cfRule></conditionalFormatting>\
    </worksheet>
    """,
    """
    \(XMLPart.declaration)
    <worksheet xmlns="\(XMLPart.main)" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">\
    <dimension ref="A1:C3"/><sheetData><row r="1" spans="1:3" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c><c r="C1" s="2"/></row>\
    <row r="2" spans="1:3" s="1" customFormat="1" x14ac:dyDescent="0.25"><c r="A2" s="1"><v>46000</v></c>\
    <c r="B2" t="str"><f t="shared" ref="B2:B3" si="0">A2&amp;"é"</f><v>46000é</v></c></row>\
    <row r="3" spans="1:3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3" t="str"><f t="shared" si="0"/><v>_x000D_</v></c></row></sheetData>\
    <pageMargins left="0.7" right="0.7"/></worksheet>
    """,
    """
    <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
    \(head)<sheetFormatPr defaultRowHeight="12.8"/><sheetData>
    <row r="1" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" collapsed="false">
    <c r="A1" s="0" t="b"><f aca="false">TRUE()</f><v>1</v></c><c r="B1" s="0" t="str"><f aca="false">"x"&amp;"y"</f><v>xy</v></c></row>
    <row r="2" hidden="true"/></sheetData></worksheet>
    """,
  ]

  private func workbook(_ sheet: [UInt8]) -> TestWorkbook {
    var workbook = TestWorkbook("")
    workbook.sheets[0].xml = sheet
    workbook.sharedStrings = "<si><t>shared</t></si>"
    workbook.styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"0\" fillId=\"1\"/></cellXfs>"
    return workbook
  }

  private func open(_ path: String, knowsPlainRows: Bool) throws(WorkbookError) -> OpenWorkbook {
    try OpenWorkbook(try! Descriptor.open(path, flags: O_RDWR), path: WorkbookPath(path), knowsPlainRows: knowsPlainRows)
  }

  /// Whether the parser is not needed for a sheet's rows.
  private func isPlain(_ sheet: String) throws -> Bool {
    let path = workbook(Array(sheet.utf8)).write(to: folder)
    let input = try Descriptor.open(path, flags: O_RDONLY)
    let archive = try Archive(input, size: Int64(input.status().st_size), file: path)
    guard let plain = PlainSheet(archive.member("xl/worksheets/sheet1.xml")!, in: archive) else { return false }
    let reader = SheetReader(
      file: path, tab: "Data", limits: ReadLimits(), styles: Styles(),
      strings: try SharedStrings(
        archive.member("xl/sharedStrings.xml")!, in: archive), usesDateSystem1904: false)
    return plain.pass(reader, file: path, part: "sheet1.xml", tab: "Data")
  }

  /// What a sheet is read as, and what becomes of it when it is written, or why not.
  private func outcome(of sheet: [UInt8], knowsPlainRows: Bool, readingFirst: Bool = true) throws -> [String] {
    let path = workbook(sheet).write(to: folder, as: knowsPlainRows ? "Plain.xlsx" : "Parsed.xlsx")
    let writes = [
      CellWrite(row: 1, column: 1, .text("OK: saved")), CellWrite(row: 2, column: 2, .number(7)),
      CellWrite(row: 2, column: 5, .date(DateSerial(days: 46_000.5))), CellWrite(row: 3, column: 1, .boolean(true)),
      CellWrite(row: 9, column: 1, .text("<new> ")),
    ]
    do throws(WorkbookError) {
      let book = try open(path, knowsPlainRows: knowsPlainRows)
      let table = readingFirst ? try book.read("Data", limits: ReadLimits(blankRows: nil)) : nil
      let (written, _) = try book.write([TabWrites(tab: "Data", writes: writes, onFormula: .skip)])
      let text = try! memberText("xl/worksheets/sheet1.xml", of: path)
      return [table.map { "\($0)" } ?? "", "\(written)", text]
    } catch {
      return [error.message.replacing("Plain.xlsx", with: "Parsed.xlsx")]
    }
  }

  @Test(arguments: sheets) func `what programs write needs no parser, and is read and written as with it`(sheet: String) throws {
    #expect(try isPlain(sheet))
    let parsed = try outcome(of: Array(sheet.utf8), knowsPlainRows: false)
    #expect(parsed.count == 3)
    #expect(try outcome(of: Array(sheet.utf8), knowsPlainRows: true) == parsed)
    #expect(try outcome(of: Array(sheet.utf8), knowsPlainRows: true, readingFirst: false)[2] == parsed[2])
  }

  @Test(arguments: [
    "<row r='1'/>", "<row><c r=\"A1\"/></row>", "<row r=\"1\" r=\"1\"/>", "<row r=\"1\" x14ac:dyDescent=\"0.25\"/>",
    "<row r=\"1\" x:r=\"2\"/>", "<row r=\"2\"/><row r=\"1\"/>", "<row r=\"1048577\"/>", "<row r>", "<row r=\"1\" ></row >",
    "<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>", "<row r=\"1\"><c r=\"A2\"/></row>", "<row r=\"1\"><c r=\"XFE1\"/></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"q\"/></row>", "<row r=\"1\"><c r=\"A1\" s=\"1\" s=\"1\"/></row>",
    "<row r=\"1\"><c r=\"A1\"><v>1</c></row>",
    "<row r=\"1\"><c r=\"A1\"><v>&#49;</v></c></row>", "<row r=\"1\"><c r=\"A1\"><v>&bomb;</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><v><![CDATA[1]]></v></c></row>", "<row r=\"1\"><c r=\"A1\"><v>1<!-- 2 --></v></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>]]></v></c></row>", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a\rb</v></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\u{1}</v></c></row>", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\u{FFFE}</v></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\u{FFFF}</v></c></row>", "<row r=\"1\"><c r=\"A1\"><v>1</v><v>2</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><f t=\"array\" ref=\"A1:B2\">1</f></c></row>", "<row r=\"1\"><c r=\"A1\"><v>no number</v></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><r><t>rich</t></r></is></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>9</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><extLst/></c></row>", "<c r=\"A1\"/>", "text", "<row r=\"1\"", "",
  ])
  func `another spelling is left to the parser, and what it refuses is refused`(rows: String) throws {
    let sheet = rows.isEmpty ? "\(Self.head)<sheetData></worksheet>" : "\(Self.head)<sheetData>\(rows)</sheetData></worksheet>"
    #expect(try !isPlain(sheet))
    let parsed = try outcome(of: Array(sheet.utf8), knowsPlainRows: false)
    #expect(try outcome(of: Array(sheet.utf8), knowsPlainRows: true) == parsed)
  }

  @Test func `what is wrong before and behind the rows is found, and rows in a comment are none`() throws {
    let row = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"
    for sheet in [
      "<!-- <sheetData>\(row)</sheetData> -->\(Self.head)<sheetData/></worksheet>",
      "\(Self.head)<a><sheetData>\(row)</sheetData></a></worksheet>", "\(Self.head)<sheetData>\(row)</sheetData>",
      "\(Self.head)<sheetData>\(row)</sheetData></worksheet><more/>", "\(Self.head)<sheetData>\(row)</sheetData><b></worksheet>",
      "\(Self.head)<sheetData>\(row)</sheetData><sheetData>\(row)</sheetData></worksheet>",
      "<x:worksheet xmlns:x=\"\(XMLPart.main)\"><sheetData>\(row)</sheetData></x:worksheet>",
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\(Self.head)<sheetData>\(row)</sheetData></worksheet>",
    ] {
      #expect(try !isPlain(sheet), "\(sheet)")
      let parsed = try outcome(of: Array(sheet.utf8), knowsPlainRows: false)
      #expect(try outcome(of: Array(sheet.utf8), knowsPlainRows: true) == parsed, "\(sheet)")
    }
  }

  @Test(arguments: 1...120) func `a sheet with accidents is seen as the parser sees it`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let pieces =
      [
        "<c r=\"B1\"/>", "<v>", "</v>", "</c>", "<row r=\"3\">", "</row>", "&#10;", "&amp;", "<!-- x -->", "<![CDATA[x]]>",
        " r=\"1\"",
        " xmlns=\"x\"", "]]>", "\u{FFFE}", "<?pi?>", "é", "</sheetData>", "<f>", "<is>", "<t/>", " t=\"str\"", "\r\n", "'", "/>",
        "<x:y/>",
      ].map { Array($0.utf8) } + [[0], [0xC3], [0xEF, 0xBF], [0xED, 0xA0, 0x80]]
    for round in 1...8 {
      var sheet = Array(Self.sheets.randomElement(using: &random)!.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let start = Int.random(in: 0..<sheet.count, using: &random)
        let end = min(sheet.count, start + [0, 0, 1, 1, 2, 9].randomElement(using: &random)!)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: sheet.removeSubrange(start..<end)
        case 1: sheet.insert(contentsOf: sheet[start..<min(sheet.count, start + 40)], at: end)
        case 2: sheet[start] = UInt8.random(in: 0x09...0x7F, using: &random)
        default: sheet.replaceSubrange(start..<end, with: pieces.randomElement(using: &random)!)
        }
      }
      let parsed = try outcome(of: sheet, knowsPlainRows: false)
      let plain = try outcome(of: sheet, knowsPlainRows: true)
      #expect(plain == parsed, "seed \(seed), round \(round): \(String(decoding: sheet, as: UTF8.self))")
    }
  }
}

import SheetSyncDomain
import Testing

@testable import SheetSyncServer

/// What people build around their cells, and what stays of it when Lodestar writes: all of it.
struct WorkbookKeepingTests {
  let folder = TemporaryFolder()

  private func sheet(_ before: String, _ rows: String, _ after: String) -> String {
    "<worksheet xmlns=\"\(XMLPart.main)\">\(before)<sheetData>\(rows)</sheetData>\(after)</worksheet>"
  }

  @Test func `a shared formula stays, its master and its followers, and so do those of rows added below`() async throws {
    let rows = """
      <row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B4" si="0">A1*2</f><v>2</v></c></row>
      <row r="2"><c r="A2"><v>2</v></c><c r="B2"><f t="shared" si="0"/><v>4</v></c></row>
      <row r="3"><c r="A3"><v>3</v></c><c r="B3" t="str"><f t="shared" si="0"/></c></row>
      """
    let path = TestWorkbook(sheet("", rows, "")).write(to: folder)
    let bytes = readFile(path)
    for cell in ["B1", "B2", "B3"] {
      let error = await #expect(throws: WorkbookError.self) { try await edit(path, [("A1", 9), (cell, 9)]) }
      #expect(error?.kind == .formulaInTheWay && error?.cell == CellAddress(a1: cell), "\(cell)")
    }
    #expect(readFile(path) == bytes)
    let outcome = try await edit(
      path, [("B1", 9), ("B2", .blank), ("B3", "x"), ("C2", "status"), ("B4", 5)], onFormula: .skip)
    #expect(outcome.skipped.map(\.address.description) == ["B1", "B2", "B3"] && outcome.cellsWritten == 2)
    let after = try memberText("xl/worksheets/sheet1.xml", of: path)
    for formula in [
      "<c r=\"B1\"><f t=\"shared\" ref=\"B1:B4\" si=\"0\">A1*2</f><v>2</v></c>",
      "<c r=\"B2\"><f t=\"shared\" si=\"0\"/><v>4</v></c>", "<c r=\"B3\" t=\"str\"><f t=\"shared\" si=\"0\"/></c>",
    ] { #expect(after.contains(formula)) }
  }

  @Test func `a cell that an array formula covers is not made, though it is not there yet`() async throws {
    let rows = """
      <row r="1"><c r="A1"><f t="array" ref="A1:B3">C1:D3</f><v>1</v></c></row><row r="2" spans="1:2"/>
      """
    let path = TestWorkbook(sheet("", rows, "")).write(to: folder)
    let bytes = readFile(path)
    for cell in ["B1", "A2", "B3"] {
      let error = await #expect(throws: WorkbookError.self) { try await edit(path, [(cell, 9)]) }
      #expect(error?.kind == .formulaInTheWay && error?.cell == CellAddress(a1: cell), "\(cell)")
    }
    #expect(readFile(path) == bytes)
    let outcome = try await edit(path, [("B1", 1), ("C1", 2), ("A2", 3), ("B3", 4), ("C3", 5), ("A4", 6)], onFormula: .skip)
    #expect(outcome.skipped.map(\.address.description) == ["B1", "A2", "B3"])
    #expect(outcome.cellsWritten == 3)
    let table = try await readAll(path)
    #expect(table["A2"] == .blank && table["C3"] == .number(5) && table["A4"] == .number(6))
  }

  @Test func `merged cells, filters, hidden rows, protection and tables stay to the byte`() async throws {
    let before = """
      <sheetPr filterMode="1"/><dimension ref="A1:D4"/><cols><col min="2" max="2" hidden="1" width="0" customWidth="1"/></cols>
      """
    let after = """
      <sheetProtection password="CAFE" sheet="1" objects="1"/><autoFilter ref="A1:D4"><filterColumn colId="0"><filters><filter val="b"/>\
      </filters></filterColumn></autoFilter><mergeCells count="2"><mergeCell ref="A3:A4"/><mergeCell ref="C1:D1"/></mergeCells>\
      <conditionalFormatting sqref="A2:A9"><cfRule type="expression" dxfId="0" priority="1"><formula>A2=1</formula></cfRule>\
      </conditionalFormatting><dataValidations count="1"><dataValidation sqref="A2"/></dataValidations>\
      <legacyDrawing xmlns:r="\(XMLPart.relationships)" r:id="rId2"/><tableParts count="1">\
      <tablePart xmlns:r="\(XMLPart.relationships)" r:id="rId1"/></tableParts><extLst><ext uri="{x}"/></extLst>
      """
    let rows = """
      <row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c></row>\
      <row r="3"><c r="A3" t="str"><v>merged</v></c></row><row r="4"><c r="A4" s="3"/></row>
      """
    var workbook = TestWorkbook(sheet(before, rows, after))
    workbook.extraParts = [
      PackagePart("xl/tables/table1.xml", "<table ref=\"A1:D4\"/>"), PackagePart("xl/comments1.xml", "<comments/>"),
    ]
    let path = workbook.write(to: folder)
    let table = try await readAll(path)
    #expect(table["A2"] == .number(2), "a hidden row is a row")
    #expect(table["A3"] == .text("merged") && table["A4"] == .blank)
    let other = RawEntry.all(of: path).filter { $0.name != "xl/worksheets/sheet1.xml" }
    try await edit(path, [("D2", "OK: saved"), ("D3", "OK: saved"), ("B2", 5)])
    let xml = try memberText("xl/worksheets/sheet1.xml", of: path)
    #expect(xml.contains(before) && xml.contains("</sheetData>" + after + "</worksheet>"))
    #expect(xml.contains("<row r=\"2\" hidden=\"1\"><c r=\"A2\"><v>2</v></c>"))
    #expect(RawEntry.all(of: path).filter { $0.name != "xl/worksheets/sheet1.xml" } == other)
  }

  @Test(arguments: ["A1", "A1:XFD1048576", "Z9:AA12", "nonsense", "B2:A1"])
  func `a dimension that lies changes nothing about what is read and written`(dimension: String) async throws {
    let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"90\"><c r=\"C90\"><v>3</v></c></row>"
    let path = TestWorkbook(sheet("<dimension ref=\"\(dimension)\"/>", rows, "")).write(to: folder)
    #expect(try await readAll(path)["C90"] == .number(3))
    try await edit(path, [("D90", 4), ("A91", 5)])
    let table = try await readAll(path)
    #expect(table.rows.map(\.number) == [1, 90, 91] && table["D90"] == .number(4) && table["A91"] == .number(5))
    let xml = try memberText("xl/worksheets/sheet1.xml", of: path)
    let told = xml.split(separator: "<dimension ref=\"")[1].prefix { $0 != "\"" }
    let area = CellArea(String(told))
    #expect(area == nil || area?.contains(CellAddress(row: 91, column: 1)) == true, "\(told)")
  }

  @Test func `a strict workbook is read and written as a transitional one`() async throws {
    let (main, relations) = (
      "http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships"
    )
    var workbook = TestWorkbook(
      "<worksheet xmlns=\"\(main)\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\" t=\"d\">"
        + "<v>2026-02-15</v></c><c r=\"C1\" s=\"1\"><v>44606</v></c></row></sheetData></worksheet>")
    workbook.main = main
    workbook.workbookProperties = "<workbookPr dateCompatibility=\"0\" date1904=\"true\"/>"
    workbook.sharedStrings = "<si><t>strict</t></si>"
    workbook.styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>"
    let path = folder.file("Strict.xlsx")
    writePackage(
      workbook.parts.map { part in
        let text = String(decoding: part.content, as: UTF8.self)
        return PackagePart(part.name, text.replacing(XMLPart.relationships, with: relations))
      }, to: path)
    let table = try await readAll(path)
    #expect(table["A1"] == .text("strict"))
    #expect(table["B1"] == .date(DateSerial(days: 46_068)) && table["C1"] == .date(DateSerial(days: 46_068)))
    try await edit(path, [("A2", "status"), ("B2", .date(DateSerial(days: 46_069)))])
    #expect(try await readAll(path)["A2"] == .text("status"))
    #expect(try await readAll(path)["B2"] == .date(DateSerial(days: 46_069)))
    #expect(try memberText("xl/worksheets/sheet1.xml", of: path).contains("<c r=\"B2\" s=\"1\"><v>44607</v></c>"))
  }

  @Test func `a cell of 32,767 characters, right-to-left text and emoji come through whole`() async throws {
    let texts = [
      String(repeating: "x", count: 32_767), String(repeating: "😀", count: 16_383) + "x", "מזהה-‏42 \u{202E}abc\u{202C}",
      "👩‍👩‍👧‍👦 🇩🇪 e\u{301}",
      "=cmd|' /C calc'!A0", "@SUM(1)", "-1+1", "+49",
    ]
    let path = TestWorkbook(rows: "").write(to: folder)
    try await edit(path, texts.enumerated().map { ("A\($0 + 1)", .text($1)) })
    let table = try await readAll(path)
    for (index, text) in texts.enumerated() {
      guard case .text(let found) = table["A\(index + 1)"] else {
        #expect(Bool(false), "row \(index + 1) is \(table["A\(index + 1)"])")
        continue
      }
      #expect(found.utf8.elementsEqual(text.utf8))
    }
    #expect(!(try memberText("xl/worksheets/sheet1.xml", of: path).contains("<f>")))
  }
}

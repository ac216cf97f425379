import Glibc
import Messages
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

/// Workbooks that other programs made, and other programs' view of what was written.
struct WorkbookForeignTests {
  let folder = TemporaryFolder()
  private static let names = ["openpyxl", "libreoffice"]
  private static let fixtures = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fixtures"

  private func copy(_ name: String) -> String {
    let path = folder.file("\(name).xlsx")
    writeFile(readFile("\(Self.fixtures)/\(name).xlsx"), to: path)
    return path
  }

  @Test(arguments: names)
  func `a workbook of another program is read`(name: String) async throws {
    let path = copy(name)
    let file = try await WorkbookFile.open(path, for: .read)
    #expect(
      try await file.tabs() == [
        WorkbookTab(name: "Candidates"), WorkbookTab(name: "Notes"), WorkbookTab(name: "Hidden", isHidden: true),
      ])
    let table = try await file.read("Candidates")
    #expect(table["A2"] == .text("INIT-000001"))
    #expect(table["B2"] == .text("Initiative 1 – “ä€”"))
    #expect(table["B3"] == .text("plain bold"))
    #expect(table["C13"] == .number(120))
    #expect(table["D2"] == .date(DateSerial(iso: "2026-02-01")!))
    #expect(table["E2"] == .boolean(false))
    #expect(table["E4"] == .boolean(true))
    #expect(table["F2"].isFormula)
    #expect((table["F2"].calculated == nil) == (name == "openpyxl"), "openpyxl calculates nothing")
    #expect(table["A16"] == .text("merged"))
  }

  @Test(arguments: names)
  func `statuses written into it touch one part and keep every format`(name: String) async throws {
    let path = copy(name)
    let before = RawEntry.all(of: path)
    let statuses = (2...13).flatMap { row in
      [
        CellWrite(row: row, column: 7, .text(row == 5 ? "FAILED: \"18O\" is no number & <more>" : "OK: saved")),
        CellWrite(row: row, column: 8, .date(DateSerial(iso: "2026-01-05T12:01:02Z")!)),
      ]
    }
    let file = try await WorkbookFile.open(path, for: .edit)
    let outcome = try await file.write([TabWrites(tab: "candidates", writes: statuses)])
    #expect(outcome == WriteOutcome(cellsWritten: 24, skipped: []))
    let after = RawEntry.all(of: path)
    #expect(zip(before, after).filter { $0 != $1 }.map(\.0.name) == ["xl/worksheets/sheet1.xml"])
    let table = try await readAll(path, "Candidates")
    #expect(table["G5"] == .text("FAILED: \"18O\" is no number & <more>"))
    #expect(table["H13"] == .date(DateSerial(iso: "2026-01-05T12:01:02Z")!))
    let error = await #expect(throws: WorkbookError.self) {
      try await file.write([TabWrites(tab: "Candidates", writes: [CellWrite(row: 4, column: 6, .number(1))])])
    }
    #expect(error?.kind == .formulaInTheWay)
  }

  @Test(.needsPython, arguments: names)
  func `openpyxl finds everything as it was but the cells that were written`(name: String) async throws {
    let path = copy(name)
    let original = folder.file("original.xlsx")
    writeFile(readFile(path), to: original)
    try await edit(
      path,
      [
        ("G2", "OK: saved"), ("H2", .date(DateSerial(iso: "2026-01-05T12:01:02Z")!)), ("G20", "=1+1"), ("A14", "INIT-000013"),
        ("C14", 130),
        ("E14", .boolean(true)), ("G3", .blank),
      ], tab: "Candidates")
    let result = python(Self.comparison, original, path, in: folder)
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(.needsLibreOffice)
  func `LibreOffice reads the new cells and calculates formulas to the values that new workbooks carry`() async throws {
    let paths = try await WorkbookMaking.make(.example, in: folder.path, offering: .example)
    let path = try #require(paths.last)
    let before = try await readAll(path, "Candidates")
    try await edit(
      path, [("Q2", "OK: saved; “ä€” & <b>"), ("S2", .date(DateSerial(iso: "2026-01-05T12:01:02Z")!))], tab: "Candidates")
    let profile = "-env:UserInstallation=file://\(folder.file("profile"))"
    let result = shell(
      "cd '\(folder.path)' && soffice \(profile) --headless --convert-to xlsx:'Calc MS Excel 2007 XML' --outdir out '\(path)'")
    #expect(result.status == 0, "\(result.output)")
    let converted = folder.file("out/Optimization Center.xlsx")
    let table = try await readAll(converted, "Candidates")
    #expect(table["Q2"] == .text("OK: saved; “ä€” & <b>"))
    guard case .date(let date) = table["S2"] else { return #expect(Bool(false), "the date is \(table["S2"])") }
    #expect(date.iso == "2026-01-05T12:01:02Z")
    for row in before.rows {
      for cell in row.cells where cell.value.isFormula {
        let address = CellAddress(row: row.number, column: cell.column).description
        #expect(table[address] == cell.value, "\(address)")
      }
    }
    #expect(RawEntry.all(of: converted).contains { $0.name.hasPrefix("xl/charts/chart") })
  }

  /// Compares two workbooks cell by cell with their formats, and what else the tabs hold.
  private static let comparison = """
    import datetime, sys, warnings
    import openpyxl
    warnings.simplefilter("ignore")
    old, new = (openpyxl.load_workbook(path, rich_text=True) for path in sys.argv[1:])
    written = {"G2": "OK: saved", "H2": datetime.datetime(2026, 1, 5, 12, 1, 2), "G20": "=1+1", "A14": "INIT-000013", "C14": 130,
               "E14": True, "G3": None}
    assert old.sheetnames == new.sheetnames
    for tab in old:
        other = new[tab.title]
        for row in range(1, 30):
            for column in range(1, 12):
                a, b = tab.cell(row, column), other.cell(row, column)
                if tab.title == "Candidates" and a.coordinate in written:
                    assert b.value == written[a.coordinate], (b.coordinate, b.value)
                    assert b.data_type != "f", b.coordinate
                else:
                    assert str(a.value) == str(b.value), (tab.title, a.coordinate, a.value, b.value)
                if a.has_style:
                    assert [repr(x) for x in (a.font, a.fill, a.border)] == [repr(x) for x in (b.font, b.fill, b.border)], a.coordinate
                    assert a.number_format == b.number_format, a.coordinate
                assert (a.comment and a.comment.text) == (b.comment and b.comment.text)
                assert (a.hyperlink and a.hyperlink.target) == (b.hyperlink and b.hyperlink.target)
        assert len(tab._charts) == len(other._charts)
        assert tab.merged_cells.ranges == other.merged_cells.ranges
        assert tab.freeze_panes == other.freeze_panes and tab.auto_filter.ref == other.auto_filter.ref
        assert [str(v.sqref) for v in tab.data_validations.dataValidation] == [str(v.sqref) for v in other.data_validations.dataValidation]
        assert [str(c.sqref) for c in tab.conditional_formatting] == [str(c.sqref) for c in other.conditional_formatting]
        assert {k: v.width for k, v in tab.column_dimensions.items()} == {k: v.width for k, v in other.column_dimensions.items()}
        assert tab.sheet_state == other.sheet_state
    assert {n: d.attr_text for n, d in old.defined_names.items()} == {n: d.attr_text for n, d in new.defined_names.items()}
    assert len(new["Notes"]._charts) == 1 and new["Candidates"]["B2"].comment.text.endswith("Ask Ada")
    """
}

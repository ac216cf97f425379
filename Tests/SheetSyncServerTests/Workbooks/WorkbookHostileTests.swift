import Glibc
import SeededNumbers
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

struct WorkbookHostileTests {
  let folder = TemporaryFolder()

  /// Reads all tabs, as far as they go.
  private func failure(of path: String) async -> WorkbookError? {
    do throws(WorkbookError) {
      let file = try await WorkbookFile.open(path, for: .read)
      for tab in try await file.tabs() { _ = try await file.read(tab.name, limits: ReadLimits(blankRows: nil)) }
      return nil
    } catch {
      return error
    }
  }

  private func failure(ofSheet xml: String) async -> WorkbookError? {
    await failure(of: TestWorkbook(xml).write(to: folder))
  }

  @Test func `a file cut off anywhere is refused, never half read`() async throws {
    var workbook = TestWorkbook(rows: (1...200).map { "<row r=\"\($0)\"><c r=\"A\($0)\" t=\"s\"><v>0</v></c></row>" }.joined())
    workbook.sharedStrings = "<si><t>x</t></si>"
    let bytes = readFile(workbook.write(to: folder))
    let cut = folder.file("Cut.xlsx")
    for length in stride(from: 0, to: bytes.count, by: 61) {
      writeFile(Array(bytes.prefix(length)), to: cut)
      let error = await failure(of: cut)
      #expect(error != nil, "cut at \(length)")
      #expect(error?.kind == .damaged || error?.kind == .notAWorkbook)
    }
  }

  @Test func `a file with any byte changed is read as it was or refused, and a write keeps what it read`() async throws {
    var random = SeededGenerator(seed: 4)
    var workbook = TestWorkbook(rows: (1...50).map { "<row r=\"\($0)\"><c r=\"A\($0)\" t=\"s\"><v>0</v></c></row>" }.joined())
    workbook.sharedStrings = "<si><t>x</t></si>"
    let path = workbook.write(to: folder)
    let bytes = readFile(path)
    for _ in 0..<400 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        changed[Int.random(in: changed.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
      }
      writeFile(changed, to: path)
      guard await failure(of: path) == nil else { continue }
      let before = try await readAll(path)
      do {
        try await edit(path, [("C1", 1)])
        #expect(try await readAll(path)["A50"] == before["A50"])
      } catch is WorkbookError {
        #expect(readFile(path) == changed)
      }
    }
  }

  @Test func `a sheet's XML cut off is refused`() async throws {
    let whole =
      "<worksheet xmlns=\"\(XMLPart.main)\"><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData></worksheet>"
    for length in 0..<whole.utf8.count {
      let error = await failure(ofSheet: String(whole.prefix(length)))
      #expect(error?.kind == .damaged, "cut at \(length)")
    }
  }

  @Test(arguments: [
    "<!DOCTYPE w [<!ENTITY a \"b\">]>", "<!DOCTYPE w SYSTEM \"file:///etc/passwd\">",
    "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>",
    "<!DOCTYPE w [<!ENTITY % x SYSTEM \"http://127.0.0.1/\"> %x;]>",
  ])
  func `document types and entities are refused`(doctype: String) async throws {
    let error = await failure(
      ofSheet: "<?xml version=\"1.0\"?>\(doctype)<worksheet xmlns=\"\(XMLPart.main)\"><sheetData/></worksheet>")
    #expect(error?.kind == .damaged)
    #expect(error?.problem.contains("document type definition") == true)
  }

  @Test func `an undeclared entity is refused`() async throws {
    let error = await failure(ofSheet: "<worksheet xmlns=\"\(XMLPart.main)\"><sheetData>&bomb;</sheetData></worksheet>")
    #expect(error?.kind == .damaged)
  }

  @Test func `deep nesting is refused`() async throws {
    let depth = 100_000
    let deep = String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    let error = await failure(ofSheet: "<worksheet xmlns=\"\(XMLPart.main)\">\(deep)</worksheet>")
    #expect(error?.kind == .overLimit)
    #expect(error?.problem.contains("levels deep") == true)
  }

  @Test(arguments: ["<c r=\"A1\" x=\"", "<!--", "<c r=\"A1\"><v>"])
  func `an endless value is refused before it fills the memory`(beginning: String) async throws {
    let open = "<worksheet xmlns=\"\(XMLPart.main)\"><sheetData><row r=\"1\">\(beginning)"
    let error = await failure(ofSheet: open + String(repeating: "1", count: 40 << 20))
    #expect(error?.kind == .overLimit)
    #expect(error?.problem.contains("single value larger than 8 MiB") == true)
  }

  @Test func `a compression bomb is refused while it unpacks`() async throws {
    let padding = String(repeating: "<a/><!--" + String(repeating: " ", count: 1 << 20) + "-->", count: 100)
    let error = await failure(ofSheet: "<worksheet xmlns=\"\(XMLPart.main)\"><sheetData>\(padding)</sheetData></worksheet>")
    #expect(error?.kind == .overLimit)
    #expect(error?.problem.contains("200 times") == true, "\(error?.problem ?? "")")
    var workbook = TestWorkbook(rows: "")
    workbook.sharedStrings = padding
    #expect(await failure(of: workbook.write(to: folder, as: "Bomb.xlsx"))?.kind == .overLimit)
  }

  @Test func `too many parts are refused`() async throws {
    var workbook = TestWorkbook(rows: "")
    workbook.extraParts = (0...ArchiveLimits.members).map { PackagePart("p\($0)", "") }
    #expect(await failure(of: workbook.write(to: folder))?.problem.contains("more than the 10000") == true)
  }

  @Test func `too many cells are refused`() async throws {
    let path = TestWorkbook(rows: "<row><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c></row>").write(to: folder)
    let file = try await WorkbookFile.open(path, for: .read)
    let error = await #expect(throws: WorkbookError.self) { try await file.read("Data", limits: ReadLimits(cells: 2)) }
    #expect(error?.kind == .overLimit)
  }

  @Test func `too many array formulas under way at once are refused`() async throws {
    let cells = (1...5000).map { "<c r=\"\(CellAddress.letters(ofColumn: $0))1\"><f t=\"array\" ref=\"A1:XFD1048576\">1</f></c>" }
      .joined()
    #expect(
      await failure(of: TestWorkbook(rows: "<row r=\"1\">\(cells)</row>").write(to: folder))?.problem.contains("array formulas")
        == true)
  }

  @Test(.timeLimit(.minutes(1))) func `a million columns are refused or passed over, and cost no more than their bytes`()
    async throws
  {
    let many = String(repeating: "<col min=\"1\" max=\"16384\" style=\"1\"/>", count: 1_000_000)
    let columns = await failure(ofSheet: "<worksheet xmlns=\"\(XMLPart.main)\"><cols>\(many)</cols><sheetData/></worksheet>")
    #expect(columns?.kind == .overLimit && columns?.problem.contains("16384 columns") == true)
    let cells = String(repeating: "<c/>", count: 1_000_000)
    let row = await failure(of: TestWorkbook(rows: "<row r=\"1\">\(cells)</row>").write(to: folder))
    #expect(row?.problem.contains("beyond column XFD") == true)
    let wide = (1...CellAddress.lastColumn).map { "<c r=\"\(CellAddress.letters(ofColumn: $0))1\"><v>1</v></c>" }.joined()
    #expect(await failure(of: TestWorkbook(rows: "<row r=\"1\">\(wide)</row>").write(to: folder)) == nil)
  }

  @Test func `more cell formats than a workbook can have are refused`() async throws {
    var workbook = TestWorkbook(rows: "")
    workbook.styles = "<cellXfs>\(String(repeating: "<xf numFmtId=\"14\"/>", count: 65_537))</cellXfs>"
    let error = await failure(of: workbook.write(to: folder))
    #expect(error?.kind == .overLimit && error?.problem.contains("65536 cell formats") == true)
  }

  /// A small file whose parts all stand on the same bytes would be written out a hundred times as large.
  @Test func `parts that share their bytes are refused`() async throws {
    var random = SeededGenerator(seed: 7)
    var workbook = TestWorkbook(rows: "")
    workbook.extraParts = [
      PackagePart("big", (0..<200_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }), PackagePart("small", "x"),
    ]
    let path = workbook.write(to: folder)
    var bytes = readFile(path)
    let end = try #require(bytes.ranges(of: [0x50, 0x4B, 1, 2]).last?.lowerBound)
    #expect(String(decoding: bytes[(end + 46)..<(end + 51)], as: UTF8.self) == "small")
    bytes.replaceSubrange((end + 20)..<(end + 24), with: [0x40, 0x0D, 0x03, 0])
    writeFile(bytes, to: path)
    let error = await failure(of: path)
    #expect(error?.kind == .damaged && error?.problem.contains("overlap") == true, "\(error?.problem ?? "")")
  }

  @Test func `a part that is encrypted inside an ordinary file is refused as protected`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    var bytes = readFile(path)
    for (signature, flags) in [([0x50, 0x4B, 3, 4] as [UInt8], 6), ([0x50, 0x4B, 1, 2], 8)] {
      for range in bytes.ranges(of: signature) { bytes[range.lowerBound + flags] |= 1 }
    }
    writeFile(bytes, to: path)
    #expect(await failure(of: path)?.kind == .encrypted)
  }

  @Test func `a tab's name as long as a book does not fill the message`() async throws {
    let path = TestWorkbook(rows: "", name: String(repeating: "n", count: 1 << 20)).write(to: folder)
    let file = try await WorkbookFile.open(path, for: .read)
    let error = await #expect(throws: WorkbookError.self) { try await file.read("Candidates") }
    #expect(error?.kind == .missingTab && (error?.message.count ?? .max) < 300)
  }

  @Test(arguments: ["../../etc/passwd", "/etc/passwd", "xl\\worksheets\\sheet9.xml", "a/./b", "xl/../../b"])
  func `part names that lead out of the file are refused`(name: String) async throws {
    var workbook = TestWorkbook(rows: "")
    workbook.extraParts = [PackagePart(name, "x")]
    let error = await failure(of: workbook.write(to: folder))
    #expect(error?.kind == .damaged)
    #expect(error?.problem.contains("which no workbook uses") == true)
  }

  @Test func `two parts of one name are refused`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    // libzip does not write such a file, so the name in the file's bytes is changed: once as it is, once in capitals.
    for other in ["xl/worksheets/sheet1.xml", "xl/worksheets/SHEET1.xml"] {
      var workbook = TestWorkbook(rows: "")
      workbook.extraParts = [PackagePart("xl/worksheets/sheetX.xml", "x")]
      writePackage(workbook.parts, to: path)
      let text = String(decoding: readFile(path), as: Unicode.ASCII.self)
      #expect(text.contains("sheetX.xml"))
      var bytes = readFile(path)
      let (old, new) = (Array("xl/worksheets/sheetX.xml".utf8), Array(other.utf8))
      for range in bytes.ranges(of: old) { bytes.replaceSubrange(range, with: new) }
      writeFile(bytes, to: path)
      let error = await failure(of: path)
      #expect(error?.problem.contains("twice") == true, "\(error?.problem ?? "none")")
    }
  }

  @Test func `other kinds of files are called by their names`() async throws {
    func told(_ bytes: [UInt8]) async -> WorkbookError? {
      let path = folder.file("Other.xlsx")
      writeFile(bytes, to: path)
      return await failure(of: path)
    }
    let compound: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 600)
    #expect(await told(compound)?.problem.contains("old .xls kind") == true)
    #expect(await told(compound + PartEncoding.utf16Little.encode("EncryptedPackage"))?.kind == .encrypted)
    #expect(await told(Array("initiative_key,title\nA,B\n".utf8))?.problem == "this is no Excel workbook")
    #expect(await told([])?.problem == "the file is empty")
    #expect(await told(Array("PK".utf8))?.kind == .damaged)

    let path = folder.file("Package.xlsx")
    writePackage(
      [PackagePart("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), PackagePart("content.xml", "<a/>")], to: path)
    #expect(await failure(of: path)?.problem == "this is an OpenDocument file")
    writePackage([PackagePart("notes.txt", "hello")], to: path)
    #expect(await failure(of: path)?.problem == "this is a zip archive but no Excel workbook")
    let relationship = "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"TARGET\"/></Relationships>"
    writePackage([PackagePart("_rels/.rels", relationship.replacing("TARGET", with: "xl/workbook.bin"))], to: path)
    #expect(await failure(of: path)?.problem.contains(".xlsb") == true)
    writePackage(
      [
        PackagePart("_rels/.rels", relationship.replacing("TARGET", with: "word/document.xml")),
        PackagePart("word/document.xml", "<document/>"),
      ], to: path)
    #expect(await failure(of: path)?.problem == "this is an Office document but no workbook")
    writePackage([PackagePart("_rels/.rels", relationship)], to: path)
    #expect(await failure(of: path)?.problem == "its part \"TARGET\" is missing")
  }

  @Test func `tabs that lead nowhere are named`() async throws {
    var workbook = TestWorkbook(rows: "", name: "Plan")
    workbook.extraParts = []
    var parts = workbook.parts.filter { !$0.name.hasPrefix("xl/worksheets/sheet") }
    let path = folder.file("Gone.xlsx")
    writePackage(parts, to: path)
    #expect(await failure(of: path)?.message.contains("tab \"Plan\": its part \"xl/worksheets/sheet1.xml\" is missing") == true)
    parts.removeAll { $0.name.hasSuffix("workbook.xml.rels") }
    writePackage(parts, to: path)
    #expect(await failure(of: path)?.problem == "the tab \"Plan\" leads to no part of the file")
    workbook.sheets.append((name: "PLAN", xml: workbook.sheets[0].xml))
    writePackage(workbook.parts, to: path)
    #expect(await failure(of: path)?.problem == "it has two tabs of this name")
  }
}

import Glibc
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

struct WorkbookSafetyTests {
  let folder = TemporaryFolder()

  private func kind(_ body: () async throws -> Void) async -> WorkbookError? {
    await #expect(throws: WorkbookError.self) { try await body() }
  }

  @Test func `every part but the touched sheet keeps its bytes, place, time and attributes`() async throws {
    var workbook = TestWorkbook(rows: "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")
    workbook.sheets.append(("Other", workbook.sheets[0].xml))
    workbook.extraParts = [
      PackagePart("xl/vbaProject.bin", (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }), PackagePart("empty", ""),
    ]
    let path = workbook.write(to: folder, as: "Macros.xlsm")
    let before = RawEntry.all(of: path)
    try await edit(path, [("A1", 2), ("A2", "new")])
    let after = RawEntry.all(of: path)
    #expect(before.map(\.name) == after.map(\.name))
    for (old, new) in zip(before, after) {
      if old.name == "xl/worksheets/sheet1.xml" {
        #expect(old.compressed != new.compressed)
        #expect((old.time, old.date, old.externalAttributes) == (new.time, new.date, new.externalAttributes))
      } else {
        #expect(old == new, "\(old.name)")
      }
    }
  }

  @Test func `writing the same twice makes the same file`() async throws {
    let one = TestWorkbook(rows: "").write(to: folder, as: "One.xlsx")
    let two = TestWorkbook(rows: "").write(to: folder, as: "Two.xlsx")
    try await edit(one, [("A1", "x")])
    try await edit(two, [("A1", "x")])
    #expect(readFile(one) == readFile(two))
  }

  @Test func `mode and symbolic links stay, and nothing is left beside the file`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    _ = shell("chmod 640 '\(path)' && ln -s Test.xlsx '\(folder.file("Link.xlsx"))'")
    try await edit(folder.file("Link.xlsx"), [("A1", 1)])
    #expect(try await readAll(path)["A1"] == .number(1))
    #expect(shell("stat -c %a '\(path)'").output == "640\n")
    #expect(shell("readlink '\(folder.file("Link.xlsx"))'").output == "Test.xlsx\n")
    #expect(folder.names == ["Link.xlsx", "Test.xlsx"])
  }

  @Test func `what an action that died has left is cleared away`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    let inode = try #require(FileIdentity.now(at: path)).inode
    writeFile([1, 2, 3], to: folder.file(".lodestar-\(inode).tmp"))
    try await edit(path, [("A1", 1)])
    #expect(folder.names == ["Test.xlsx"])
  }

  @Test func `a file that LibreOffice has open is not edited, and the message says who has it`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder, as: "Plan.xlsx")
    writeFile(
      Array(",ada,ada-laptop,05.01.2026 12:01,file:///home/ada/.config/libreoffice/4;".utf8), to: folder.file(".~lock.Plan.xlsx#"))
    let bytes = readFile(path)
    let error = await kind { try await edit(path, [("A1", 1)]) }
    #expect(error?.kind == .openElsewhere)
    #expect(
      error?.message.hasPrefix("Plan.xlsx: ada on ada-laptop since 05.01.2026 12:01 has the file open in LibreOffice.") == true)
    #expect(error?.mend.contains(".~lock.Plan.xlsx#") == true)
    #expect(readFile(path) == bytes)
    #expect(try await readAll(path).rows.isEmpty)
  }

  @Test func `a file that somebody opens in Excel before the write is left alone`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder, as: "Plan.xlsx")
    let file = try await WorkbookFile.open(path, for: .edit)
    var lock = [UInt8](repeating: 0x20, count: 165)
    lock.replaceSubrange(0..<4, with: [3] + Array("Zoë".utf8).prefix(3))
    lock.replaceSubrange(55..<63, with: [3, 0] + PartEncoding.utf16Little.encode("Zoë"))
    writeFile(lock, to: folder.file("~$Plan.xlsx"))
    let bytes = readFile(path)
    let error = await kind { try await file.write([TabWrites(tab: "Data", writes: [CellWrite(row: 1, column: 1, .number(1))])]) }
    #expect(error?.message.contains("Zoë has the file open in Excel") == true)
    #expect(readFile(path) == bytes)
    _ = shell("rm '\(folder.file("~$Plan.xlsx"))'".replacing("$", with: "\\$"))
    #expect(folder.names.contains("Plan.xlsx"))
  }

  @Test(arguments: [
    (",ada,host,now,p;", "ada on host since now"), ("Ada \\, Countess,ada,,,;", "Ada , Countess"), ("", nil), (";", nil),
    (",,,,;", nil),
    ("a\u{7}b,,h\n,;", "ab on h"), ("Ünï,x;", "Ünï"),
  ])
  func `LibreOffice's lock file names its holder`(content: String, holder: String?) {
    #expect(OpenElsewhere.libreOfficeHolder(Array(content.utf8)) == holder)
  }

  @Test func `an unreadable Excel lock file names nobody`() {
    #expect(OpenElsewhere.excelHolder([]) == nil)
    #expect(OpenElsewhere.excelHolder([200, 65]) == nil)
    #expect(OpenElsewhere.excelHolder([2, 65, 66]) == "AB")
    #expect(OpenElsewhere.excelHolder([UInt8](repeating: 0xFF, count: 60)) == nil)
  }

  @Test func `a file saved meanwhile is not overwritten`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    let file = try await WorkbookFile.open(path, for: .edit)
    _ = TestWorkbook(rows: "<row r=\"1\"/>").write(to: folder, as: "New.xlsx")
    _ = shell("mv '\(folder.file("New.xlsx"))' '\(path)'")
    let bytes = readFile(path)
    let error = await kind { try await file.write([TabWrites(tab: "Data", writes: [CellWrite(row: 1, column: 1, .number(1))])]) }
    #expect(error?.kind == .changedMeanwhile)
    #expect(readFile(path) == bytes)
    #expect(try await file.read("Data").rows.isEmpty)
  }

  @Test func `a file touched in place or taken away meanwhile is not overwritten`() async throws {
    for command in ["touch -d '2001-01-01'", "rm"] {
      let path = TestWorkbook(rows: "").write(to: folder)
      let file = try await WorkbookFile.open(path, for: .edit)
      _ = shell("\(command) '\(path)'")
      let error = await kind { try await file.write([TabWrites(tab: "Data", writes: [CellWrite(row: 1, column: 1, .number(1))])]) }
      #expect(error?.kind == .changedMeanwhile)
    }
    #expect(folder.names == [])
  }

  @Test func `two actions on one file come one after the other`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    let first = try await WorkbookFile.open(path, for: .edit)
    async let second = WorkbookFile.open(path, for: .edit, waiting: .seconds(60))
    try await first.write([TabWrites(tab: "Data", writes: [CellWrite(row: 1, column: 1, .number(1))])])
    await first.close()
    let later = try await second
    #expect(try await later.read("Data")["A1"] == .number(1))
    try await later.write([TabWrites(tab: "Data", writes: [CellWrite(row: 2, column: 1, .number(2))])])
    #expect(try await readAll(path)["A2"] == .number(2))
  }

  @Test func `an action that does not end keeps the others out, readers not`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    let first = try await WorkbookFile.open(path, for: .edit)
    let error = await kind { _ = try await WorkbookFile.open(path, for: .edit, waiting: .milliseconds(50)) }
    #expect(error?.kind == .busy)
    #expect(try await readAll(path).rows.isEmpty)
    await first.close()
  }

  @Test func `a closed workbook and one opened for reading are not written`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    let reader = try await WorkbookFile.open(path, for: .read)
    #expect(await kind { try await reader.write([]) }?.kind == .notAccessible)
    await reader.close()
    #expect(await kind { _ = try await reader.read("Data") }?.problem == "it has been closed")
  }

  @Test func `a full disk leaves the file as it was`() async throws {
    let path = TestWorkbook(rows: "").write(to: folder)
    let bytes = readFile(path)
    let input = try Descriptor.open(path, flags: O_RDWR)
    let full = try Descriptor.open("/dev/full", flags: O_RDWR)
    let content = try openSpool(inFolder: folder.path)
    try writeAll(Array("<worksheet/>".utf8)[...], to: content.number, at: 0)
    let archive = try Archive(input, size: Int64(bytes.count), file: "Test.xlsx")
    let found = archive.member("xl/worksheets/sheet1.xml")
    let member = try #require(found)
    let error = #expect(throws: WorkbookError.self) {
      try Archive.rewrite(
        input, size: Int64(bytes.count), replacing: [Replacement(member: member, content: content, size: 12)], to: full,
        file: "Test.xlsx")
    }
    #expect(error?.problem.contains("no space left") == true)
    #expect(readFile(path) == bytes)
  }

  @Test func `paths that lead nowhere are named`() async throws {
    #expect(await kind { _ = try await WorkbookFile.open(folder.file("None.xlsx"), for: .read) }?.kind == .notFound)
    #expect(await kind { _ = try await WorkbookFile.open("", for: .read) }?.kind == .notFound)
    #expect(await kind { _ = try await WorkbookFile.open(folder.path, for: .read) }?.kind == .notAWorkbook)
    #expect(await kind { _ = try await WorkbookFile.open("/dev/null", for: .edit) }?.kind == .notAWorkbook)
    _ = shell("cd '\(folder.path)' && ln -s a.xlsx b.xlsx && ln -s b.xlsx a.xlsx && mkfifo pipe.xlsx")
    #expect(await kind { _ = try await WorkbookFile.open(folder.file("a.xlsx"), for: .read) }?.kind == .notFound)
    #expect(await kind { _ = try await WorkbookFile.open(folder.file("pipe.xlsx"), for: .edit) }?.kind == .notAWorkbook)
  }
}

import Glibc
import SheetSyncDomain

@testable import SheetSyncServer

/// A folder of its own for a test, gone when the test is.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/lodestar-workbooks-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { unsafe String(cString: mkdtemp($0.baseAddress!)) }
  }

  deinit { _ = shell("rm -rf '\(path)'") }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] { shell("ls -A '\(path)'").output.split(separator: "\n").map(String.init).sorted() }
}

func shell(_ command: String) -> (status: Int32, output: String) {
  guard let pipe = unsafe popen("{ \(command) ; } 2>&1", "r") else { return (-1, "popen failed") }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, pipe) }
    if count == 0 { break }
    bytes += chunk[..<count]
  }
  let status = unsafe pclose(pipe)
  return (status >> 8 & 0xFF, String(decoding: bytes, as: UTF8.self))
}

func readFile(_ path: String) -> [UInt8] {
  guard let file = try? Descriptor.open(path, flags: O_RDONLY), let status = try? file.status() else { return [] }
  var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
  let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file.number, $0.baseAddress, $0.count, 0) }
  return Array(bytes.prefix(max(count, 0)))
}

func writeFile(_ bytes: [UInt8], to path: String) {
  guard let file = try? Descriptor.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644) else {
    fatalError("cannot write \(path)")
  }
  try! writeAll(bytes[...], to: file.number, at: 0)
}

/// A small workbook spelt out part by part, for what no spreadsheet program would write.
struct TestWorkbook {
  var sheets: [(name: String, xml: [UInt8])]
  var styles: String?
  var sharedStrings: String?
  var workbookProperties = ""
  var extraWorkbookRelationships = ""
  var extraParts: [PackagePart] = []
  var main = XMLPart.main

  init(_ sheet: String, name: String = "Data") {
    sheets = [(name, Array(sheet.utf8))]
  }

  /// A sheet of the usual kind around its rows.
  init(rows: String, name: String = "Data") {
    self.init("\(XMLPart.declaration)<worksheet xmlns=\"\(XMLPart.main)\"><sheetData>\(rows)</sheetData></worksheet>", name: name)
  }

  var parts: [PackagePart] {
    var relationships = ""
    var list = ""
    for (index, sheet) in sheets.enumerated() {
      relationships +=
        "<Relationship Id=\"s\(index)\" Type=\"\(XMLPart.relationships)/worksheet\" Target=\"worksheets/sheet\(index + 1).xml\"/>"
      list += "<sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\" r:id=\"s\(index)\"/>"
    }
    if styles != nil {
      relationships += "<Relationship Id=\"st\" Type=\"\(XMLPart.relationships)/styles\" Target=\"/xl/styles.xml\"/>"
    }
    if sharedStrings != nil {
      relationships += "<Relationship Id=\"ss\" Type=\"\(XMLPart.relationships)/sharedStrings\" Target=\"./sharedStrings.xml\"/>"
    }
    let open = "<Relationships xmlns=\"\(XMLPart.packageRelationships)\">"
    var parts = [
      PackagePart("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
      PackagePart(
        "_rels/.rels",
        "\(open)<Relationship Id=\"a\" Type=\"\(XMLPart.relationships)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
      ),
      PackagePart(
        "xl/workbook.xml",
        "<workbook xmlns=\"\(main)\" xmlns:r=\"\(XMLPart.relationships)\">\(workbookProperties)<sheets>\(list)</sheets></workbook>"),
      PackagePart("xl/_rels/workbook.xml.rels", "\(open)\(relationships)\(extraWorkbookRelationships)</Relationships>"),
    ]
    parts += sheets.enumerated().map { PackagePart("xl/worksheets/sheet\($0 + 1).xml", $1.xml) }
    if let styles { parts.append(PackagePart("xl/styles.xml", "<styleSheet xmlns=\"\(main)\">\(styles)</styleSheet>")) }
    if let sharedStrings { parts.append(PackagePart("xl/sharedStrings.xml", "<sst xmlns=\"\(main)\">\(sharedStrings)</sst>")) }
    return parts + extraParts
  }

  /// Writes it and answers its path.
  func write(to folder: TemporaryFolder, as name: String = "Test.xlsx") -> String {
    let path = folder.file(name)
    writePackage(parts, to: path)
    return path
  }
}

func writePackage(_ parts: [PackagePart], to path: String) {
  let output = try! Descriptor.open(path, flags: O_RDWR | O_CREAT | O_TRUNC, mode: 0o644)
  try! PackageWriter.write(parts, to: output, file: "test")
}

/// The text of a member of a zip archive.
func memberText(_ name: String, of path: String) throws -> String {
  let input = try Descriptor.open(path, flags: O_RDONLY)
  let archive = try Archive(input, size: Int64(input.status().st_size), file: path)
  guard let member = archive.member(name) else { return "" }
  var reader = try archive.open(member, limit: 1 << 30)
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = try unsafe chunk.withUnsafeMutableBytes { buffer throws(WorkbookError) in try unsafe reader.read(into: buffer) }
    if count == 0 { return String(decoding: bytes, as: UTF8.self) }
    bytes += chunk[..<count]
  }
}

/// A zip archive's entries read without libzip, so that its own mistakes would show.
struct RawEntry: Equatable {
  var name: String
  var method: UInt16
  var time: UInt16
  var date: UInt16
  var checksum: UInt32
  var externalAttributes: UInt32
  var extra: [UInt8]
  var compressed: [UInt8]

  static func all(of path: String) -> [RawEntry] {
    let bytes = readFile(path)
    func short(_ at: Int) -> UInt16 { UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8 }
    func long(_ at: Int) -> UInt32 { UInt32(short(at)) | UInt32(short(at + 2)) << 16 }
    guard let end = (0...(bytes.count - 22)).last(where: { long($0) == 0x0605_4B50 }) else { return [] }
    var entries: [RawEntry] = []
    var at = Int(long(end + 16))
    for _ in 0..<short(end + 10) {
      let (nameLength, extraLength, commentLength) = (Int(short(at + 28)), Int(short(at + 30)), Int(short(at + 32)))
      let local = Int(long(at + 42))
      let data = local + 30 + Int(short(local + 26)) + Int(short(local + 28))
      entries.append(
        RawEntry(
          name: String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self), method: short(at + 10),
          time: short(at + 12),
          date: short(at + 14), checksum: long(at + 16), externalAttributes: long(at + 38),
          extra: Array(bytes[(at + 46 + nameLength)..<(at + 46 + nameLength + extraLength)]),
          compressed: Array(bytes[data..<(data + Int(long(at + 20)))])))
      at += 46 + nameLength + extraLength + commentLength
    }
    return entries
  }
}

/// Writes through a workbook opened for it.
@discardableResult
func edit(
  _ path: String, _ writes: [(String, WrittenValue)], tab: String = "Data", onFormula: TabWrites.FormulaPolicy = .refuse
) async throws -> WriteOutcome {
  let workbook = try await WorkbookFile.open(path, for: .edit)
  let cells = writes.map { CellWrite(CellAddress(a1: $0.0)!, $0.1) }
  let outcome = try await workbook.write([TabWrites(tab: tab, writes: cells, onFormula: onFormula)])
  await workbook.close()
  return outcome
}

func readAll(_ path: String, _ tab: String = "Data") async throws -> SheetTable {
  try await WorkbookFile.open(path, for: .read).read(tab, limits: ReadLimits(blankRows: nil))
}

extension SheetTable {
  /// The value at an address such as `B7`.
  subscript(_ address: String) -> CellValue {
    let address = CellAddress(a1: address)!
    return rows.first { $0.number == address.row }?[address.column] ?? .blank
  }
}

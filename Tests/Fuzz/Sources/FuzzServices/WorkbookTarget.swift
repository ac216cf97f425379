import Glibc
import SheetSyncDomain

@testable import SheetSyncServer

/// Workbooks, which people and programs bring.
enum WorkbookTarget {
  /// A file is refused with a message, or is read; then writing into it leaves every other cell and every formula as it was, and the
  /// written cells hold what was written.
  ///
  /// Bytes that begin like a zip archive are the file itself. Others are the parts of one, one after the other with a NUL between: the
  /// sheet, the shared strings, the styles, and what the workbook's part has before its sheets.
  static func workbook(_ bytes: [UInt8]) {
    write(bytes.starts(with: [0x50, 0x4B]) ? bytes : package(of: bytes))
    guard let book = open(), let tab = book.tabs.first(where: \.hasCells)?.name else { return }
    guard let before = read(tab, of: book) else { return }
    guard let parsed = open(knowsPlainRows: false), read(tab, of: parsed) == before else {
      preconditionFailure("the parser sees another sheet, or none")
    }
    let writes = Self.writes(below: before.lastRow)
    let answer: (WriteOutcome, OpenWorkbook?)
    do throws(WorkbookError) {
      answer = try book.write([TabWrites(tab: tab, writes: writes, onFormula: .skip)])
    } catch {
      return check(error)
    }
    let skipped = Set(answer.0.skipped.map(\.address))
    precondition(skipped.isSubset(of: writes.map(\.address)))
    guard let replaced = answer.1 else { return }
    guard let again = open(), let after = read(tab, of: again), let same = read(tab, of: replaced) else {
      preconditionFailure("what was written cannot be read")
    }
    precondition(after == same, "the file and what stands for it differ")
    compare(before, after, written: Dictionary(uniqueKeysWithValues: writes.map { ($0.address, $0.value) }), skipped: skipped)
  }

  private static let folder: String = {
    var template = Array("/dev/shm/lodestar-fuzz-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) }
    precondition(unsafe made != nil, "no folder could be made in /dev/shm")
    // Nothing of it stays in memory once the fuzzer has ended.
    atexit {
      for name in ["Fuzz.xlsx", "Packed"] { unsafe unlink("\(WorkbookTarget.folder)/\(name)") }
      unsafe rmdir(WorkbookTarget.folder)
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()
  private static let path = "\(folder)/Fuzz.xlsx"
  private static let limits = ReadLimits(blankRows: nil, cells: 100_000)

  private static func open(knowsPlainRows: Bool = true) -> OpenWorkbook? {
    do throws(WorkbookError) {
      let file = try! Descriptor.open(path, flags: O_RDWR)
      return try OpenWorkbook(file, path: WorkbookPath(path), knowsPlainRows: knowsPlainRows)
    } catch {
      check(error)
      return nil
    }
  }

  private static func read(_ tab: String, of book: OpenWorkbook) -> SheetTable? {
    do throws(WorkbookError) {
      let table = try book.read(tab, limits: limits)
      precondition(zip(table.rows, table.rows.dropFirst()).allSatisfy { $0.number < $1.number })
      for row in table.rows {
        precondition(row.cells.allSatisfy { CellAddress(row: row.number, column: $0.column).isInSheet })
        precondition(zip(row.cells, row.cells.dropFirst()).allSatisfy { $0.column < $1.column })
      }
      return table
    } catch {
      check(error)
      return nil
    }
  }

  private static func check(_ error: WorkbookError) {
    precondition(!error.problem.isEmpty && !error.mend.isEmpty && error.message.hasPrefix("Fuzz.xlsx"), error.message)
    // A file of a few kilobytes never fails for want of the disk.
    precondition(error.kind != .notAccessible && error.kind != .notFound, error.message)
  }

  private static func writes(below lastRow: Int) -> [CellWrite] {
    let next = min(lastRow + 1, CellAddress.lastRow)
    var writes = [
      CellWrite(row: 1, column: 1, .text("=1+1 <&> _x0041_\u{1}😀")), CellWrite(row: 1, column: 2, .blank),
      CellWrite(row: 2, column: 1, .boolean(true)), CellWrite(row: 2, column: 3, .date(DateSerial(days: 46_068.5))),
      CellWrite(row: 3, column: 2, .number(-0.1)), CellWrite(row: 3, column: 30, .text(" x ")),
    ]
    if next > 3 { writes.append(CellWrite(row: next, column: 1, .text("below"))) }
    return writes
  }

  private static func compare(
    _ before: SheetTable, _ after: SheetTable, written: [CellAddress: WrittenValue], skipped: Set<CellAddress>
  ) {
    let (old, new) = (cells(before), cells(after))
    for address in Set(old.keys).union(new.keys) {
      let (was, now) = (old[address] ?? .blank, new[address] ?? .blank)
      guard let value = written[address], !skipped.contains(address) else {
        precondition(was == now, "\(address) was \(was) and is \(now)")
        continue
      }
      precondition(!was.isFormula, "\(address) was a formula")
      switch (value, now) {
      case (.blank, .blank): break
      case (.text(let text), .text(let found)): precondition(text.utf8.elementsEqual(found.utf8), "\(address) is \(found)")
      case (.boolean(let isTrue), .boolean(let found)): precondition(isTrue == found)
      // A number keeps its cell's format, and a date that finds none is text.
      case (.number(let number), .number(let found)): precondition(number == found)
      case (.number(let number), .date(let found)): precondition([number, number + DateSystem1904.offset].contains(found.days))
      case (.date(let date), .date(let found)): precondition(abs(date.days - found.days) < 1e-6)
      case (.date(let date), .text(let found)): precondition(found == date.iso)
      default: preconditionFailure("\(address) is \(now), and \(value) was written")
      }
    }
  }

  private static func cells(_ table: SheetTable) -> [CellAddress: CellValue] {
    var cells: [CellAddress: CellValue] = [:]
    for row in table.rows { for cell in row.cells { cells[CellAddress(row: row.number, column: cell.column)] = cell.value } }
    return cells
  }

  // MARK: The file

  private static func write(_ bytes: [UInt8]) {
    let file = try! Descriptor.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    try! writeAll(bytes[...], to: file.number, at: 0)
  }

  private static func package(of bytes: [UInt8]) -> [UInt8] {
    let given = bytes.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false).map(Array.init)
    func part(_ index: Int) -> [UInt8] { index < given.count ? given[index] : [] }
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    func relationships(_ targets: [(String, String)]) -> [UInt8] {
      let items = targets.map { "<Relationship Id=\"\($0)\" Type=\"\(relation)/\($0)\" Target=\"\($1)\"/>" }.joined()
      return Array("<Relationships>\(items)</Relationships>".utf8)
    }
    let workbook =
      Array("<workbook xmlns=\"\(main)\" xmlns:r=\"\(relation)\">".utf8) + part(3)
      + Array("<sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"worksheet\"/></sheets></workbook>".utf8)
    func around(_ element: String, _ content: [UInt8]) -> [UInt8] {
      Array("<\(element) xmlns=\"\(main)\">".utf8) + content + Array("</\(element)>".utf8)
    }
    let parts = [
      PackagePart("_rels/.rels", relationships([("officeDocument", "xl/workbook.xml")])),
      PackagePart("xl/workbook.xml", workbook),
      PackagePart(
        "xl/_rels/workbook.xml.rels",
        relationships([("worksheet", "sheet.xml"), ("sharedStrings", "strings.xml"), ("styles", "styles.xml")])),
      PackagePart("xl/sheet.xml", part(0)), PackagePart("xl/strings.xml", around("sst", part(1))),
      PackagePart("xl/styles.xml", around("styleSheet", part(2))),
    ]
    let packed = try! Descriptor.open("\(folder)/Packed", flags: O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
    try! PackageWriter.write(parts, to: packed, file: "Packed")
    var archive = [UInt8](repeating: 0, count: Int(try! packed.status().st_size))
    let count = unsafe archive.withUnsafeMutableBytes { unsafe pread(packed.number, $0.baseAddress, $0.count, 0) }
    precondition(count == archive.count)
    return archive
  }
}

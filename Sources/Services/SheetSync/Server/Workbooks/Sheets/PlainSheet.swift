internal import SheetSyncDomain

/// A sheet's part that is in memory: the parser goes over what stands before and after the rows, and `PlainRows` over the rows.
struct PlainSheet {
  /// Larger sheets are parsed as they are unpacked, so that memory stays small.
  static let largest = 16 << 20

  let bytes: [UInt8]

  /// nil when the part is larger, or cannot be unpacked: what is wrong with it, the parser says.
  init?(_ member: ArchiveMember, in archive: borrowing Archive) {
    guard member.size <= UInt64(Self.largest), var reader = try? archive.open(member, limit: Self.largest) else { return nil }
    let size = Int(member.size)
    // A byte more than there should be: the checksum is compared when nothing is left to read.
    bytes = unsafe [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      while count <= size {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
        guard let more = try? unsafe reader.read(into: rest) else { return count = 0 }
        if more == 0 { return }
        count += more
      }
    }
    guard bytes.count == size, size > 0 else { return nil }
  }

  /// Whether the visitor has seen the sheet. When it has not, forget what it was told and let the parser go over the whole part.
  func pass(_ visitor: some SheetVisitor, file: String, part: String, tab: String) -> Bool {
    guard let start = rowsStart else { return false }
    do throws(WorkbookError) {
      let scanner = SheetScanner(tab: tab, visitor: visitor)
      let parser = try XMLParser(file: file, part: part, handler: scanner)
      try parser.parse(bytes[..<start], isLast: false)
      guard scanner.plainStart == start, PartEncoding(firstBytes: bytes, declared: parser.declaredEncoding) == .utf8 else {
        return false
      }
      unsafe bytes.withUnsafeBytes { unsafe visitor.willParse(UnsafeRawBufferPointer(rebasing: $0[start...])) }
      var rows = PlainRows(prefixes: parser.rootPrefixes)
      switch rows.scan(bytes.span, from: start, visitor) {
      case .stopped: return true
      case .notPlain: return false
      case .end(let end):
        parser.leaveOut(end - start)
        try parser.parse(bytes[end...], isLast: true, isAnnounced: true)
        return true
      }
    } catch {
      return false
    }
  }

  /// Where `<sheetData>` ends, if it is not in a comment: the parser says so.
  private var rowsStart: Int? {
    let tag = Array("<sheetData>".utf8)
    // What stands before the rows is a few kilobytes, unless somebody has thousands of column widths.
    let head = bytes.prefix(256 << 10)
    var from = head.startIndex
    while let place = head[from...].firstIndex(of: tag[0]) {
      if head[place...].starts(with: tag) { return place + tag.count }
      from = place + 1
    }
    return nil
  }
}

internal import CZip
internal import Glibc

/// A file inside a zip archive.
struct ArchiveMember: Hashable {
  var index: UInt64
  var name: String
  var size: UInt64
  var compressedSize: UInt64
  var checksum: UInt32
  var modifiedAt: Int
}

/// How much of an archive is acceptable. A workbook that a person made stays far below.
enum ArchiveLimits {
  static let fileBytes: Int64 = 512 << 20
  static let members = 10_000
  /// A member may always inflate to this size, however well it is compressed.
  static let harmlessBytes = 64 << 20
  /// Beyond the harmless size, a member that inflates to more than so many times its compressed size is a bomb. Sheets
  /// compress 10 to 60 times.
  static let ratio = 200
}

/// The zip archive that a workbook is, open for reading.
@safe struct Archive: ~Copyable {
  let file: String
  let members: [ArchiveMember]
  private let handle: OpaquePointer
  private let positions: [String: Int]
  /// Keeps the file open for as long as libzip reads it.
  private let input: Descriptor

  /// Opens the archive in an open file and looks its members over.
  init(_ input: Descriptor, size: Int64, file: String) throws(WorkbookError) {
    let handle = try unsafe Self.open(FileSource(input: input.number, inputSize: size), file: file)
    let members: [ArchiveMember]
    do throws(WorkbookError) {
      members = try unsafe Self.list(handle, file: file)
      try Self.checkNoOverlap(of: members, size: size, file: file)
    } catch {
      unsafe zip_discard(handle)
      throw error
    }
    unsafe self.handle = unsafe handle
    self.file = file
    self.members = members
    self.input = input
    positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.name.lowercased(), $0) })
  }

  deinit { unsafe zip_discard(handle) }

  /// Finds a member as packages name their parts: without regard to case.
  func member(_ name: String) -> ArchiveMember? {
    positions[name.lowercased()].map { members[$0] }
  }

  /// Starts inflating a member of at most `limit` bytes.
  func open(_ member: ArchiveMember, limit: Int) throws(WorkbookError) -> MemberReader {
    guard let stream = unsafe zip_fopen_index(handle, member.index, 0) else {
      throw unsafe Self.fault(zip_get_error(handle), file: file, member: member.name)
    }
    return unsafe MemberReader(stream: stream, member: member, limit: limit, file: file)
  }

  static func open(_ source: FileSource, file: String) throws(WorkbookError) -> OpaquePointer {
    guard let zipSource = unsafe source.makeZipSource() else { throw .overLimit(file, "there is not enough memory to open it") }
    var fault = unsafe zip_error_t()
    unsafe zip_error_init(&fault)
    defer { unsafe zip_error_fini(&fault) }
    guard let handle = unsafe zip_open_from_source(zipSource, 0, &fault) else {
      unsafe zip_source_free(zipSource)
      throw unsafe Self.fault(&fault, file: file, member: nil)
    }
    return unsafe handle
  }

  private static func list(_ handle: OpaquePointer, file: String) throws(WorkbookError) -> [ArchiveMember] {
    let count = unsafe zip_get_num_entries(handle, 0)
    guard count <= ArchiveLimits.members else {
      throw .overLimit(file, "it holds \(count) parts, more than the \(ArchiveLimits.members) that are accepted")
    }
    var members: [ArchiveMember] = []
    var seen: Set<String> = []
    for index in 0..<UInt64(max(count, 0)) {
      var status = unsafe zip_stat_t()
      guard unsafe zip_stat_index(handle, index, 0, &status) == 0, let bytes = unsafe status.name else {
        throw .damaged(file, "its table of contents cannot be read")
      }
      guard let name = unsafe String(validatingCString: bytes) else {
        throw .damaged(file, "a part inside it has a name that is not valid text")
      }
      guard isHarmless(name) else { throw .damaged(file, "a part inside it has the name \"\(name)\", which no workbook uses") }
      guard seen.insert(name.lowercased()).inserted else {
        throw .damaged(file, "it holds the part \"\(name)\" twice, so it is not clear which one counts")
      }
      let encryption = unsafe status.encryption_method
      guard encryption == ZIP_EM_NONE else { throw .encrypted(file) }
      members.append(
        ArchiveMember(
          index: index, name: name, size: unsafe status.size, compressedSize: unsafe status.comp_size,
          checksum: unsafe status.crc, modifiedAt: unsafe status.mtime))
    }
    return members
  }

  /// Members that share their bytes would each be copied on writing: a small file would become a huge one.
  private static func checkNoOverlap(of members: [ArchiveMember], size: Int64, file: String) throws(WorkbookError) {
    var total: UInt64 = 0
    for member in members {
      let (sum, isOver) = total.addingReportingOverflow(member.compressedSize)
      guard !isOver, sum <= UInt64(size) else {
        throw .damaged(file, "the parts inside it are together larger than the file, so they overlap")
      }
      total = sum
    }
  }

  /// Names that lead out of the archive are refused although nothing is ever unpacked to the disk.
  private static func isHarmless(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.utf8.contains(UInt8(ascii: "\\"))
      && !name.split(separator: "/", omittingEmptySubsequences: false).contains { $0 == ".." || $0 == "." }
  }

  static func fault(_ error: UnsafeMutablePointer<zip_error_t>?, file: String, member: String?) -> WorkbookError {
    guard let error = unsafe error else { return .damaged(file, "it cannot be read") }
    let place = member.map { "its part \"\($0)\"" } ?? "the file"
    return switch unsafe zip_error_code_zip(error) {
    case ZIP_ER_NOZIP: .damaged(file, "the file is cut off or is no workbook: its table of contents is missing")
    case ZIP_ER_INCONS, ZIP_ER_EOF, ZIP_ER_ZLIB: .damaged(file, "\(place) is cut off or damaged")
    case ZIP_ER_CRC: .damaged(file, "\(place) is damaged: its checksum does not match")
    case ZIP_ER_COMPNOTSUPP: .damaged(file, "\(place) is compressed in a way that workbooks do not use")
    case ZIP_ER_ENCRNOTSUPP, ZIP_ER_NOPASSWD, ZIP_ER_WRONGPASSWD: .encrypted(file)
    case ZIP_ER_MEMORY: .overLimit(file, "there is not enough memory to open it")
    case ZIP_ER_READ, ZIP_ER_SEEK, ZIP_ER_OPEN:
      .system(file, doing: "reading it", errno: unsafe zip_error_code_system(error))
    case let code: .damaged(file, "\(place) cannot be read (zip error \(code))")
    }
  }
}

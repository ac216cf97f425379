internal import Glibc

/// A workbook's place on the disk with its symbolic links resolved, so that a link stays a link when the file is replaced.
struct WorkbookPath: Hashable {
  var folder: String
  var name: String
  var path: String { folder == "/" ? "/\(name)" : "\(folder)/\(name)" }

  init(_ given: String) throws(WorkbookError) {
    let typed = given.split(separator: "/").last.map(String.init) ?? given
    guard !given.isEmpty, !given.utf8.contains(0) else { throw .system(typed, doing: "opening it", errno: ENOENT) }
    guard let resolved = unsafe realpath(given, nil) else { throw .system(typed, doing: "opening it", errno: errno) }
    defer { unsafe free(resolved) }
    let path = unsafe String(cString: resolved)
    guard let slash = path.lastIndex(of: "/") else { throw .system(typed, doing: "opening it", errno: ENOENT) }
    name = String(path[path.index(after: slash)...])
    folder = slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// What tells one state of a file from the next.
struct FileIdentity: Hashable {
  var device: UInt64
  var inode: UInt64
  var size: Int64
  var modifiedSeconds: Int
  var modifiedNanoseconds: Int

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modifiedSeconds = status.st_mtim.tv_sec
    modifiedNanoseconds = status.st_mtim.tv_nsec
  }

  /// That of the file which stands at a path now; nil when none does.
  static func now(at path: String) -> FileIdentity? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? FileIdentity(status) : nil
  }
}

/// Tells other kinds of files from workbooks by their first bytes, because people name files as they like.
enum FileKind {
  static func check(_ input: Descriptor, size: Int64, file: String) throws(WorkbookError) {
    guard size > 0 else { throw .notAWorkbook(file, "the file is empty") }
    guard size <= ArchiveLimits.fileBytes else {
      throw .overLimit(file, "it is larger than the \(ArchiveLimits.fileBytes >> 20) MiB that are accepted")
    }
    let bytes = try beginning(of: input, count: 1 << 20, file: file)
    if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
      // A compound file: an old workbook, or a new one inside an envelope that only the password opens.
      if bytes.contains(PartEncoding.utf16Little.encode("EncryptedPackage")) { throw .encrypted(file) }
      throw .notAWorkbook(file, "this is a workbook of the old .xls kind, or it is protected with a password")
    }
    guard bytes.starts(with: [0x50, 0x4B]) else { throw .notAWorkbook(file, "this is no Excel workbook") }
  }

  private static func beginning(of input: Descriptor, count: Int, file: String) throws(WorkbookError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe bytes.withUnsafeMutableBytes { unsafe pread(input.number, $0.baseAddress, $0.count, 0) }
    guard got >= 0 else { throw .system(file, doing: "reading it", errno: errno) }
    return Array(bytes.prefix(got))
  }
}

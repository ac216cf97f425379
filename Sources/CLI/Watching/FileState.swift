import Glibc
import LocalSystem

/// What tells one state of a file from the next.
struct FileState: Equatable {
  var device: UInt64 = 0
  var inode: UInt64 = 0
  var size: Int64 = 0
  /// Since 1970, by the clock of the file system, in microseconds.
  var modifiedUs: Int64 = 0

  /// The clock by which files are dated goes in steps.
  static let clockStepUs: Int64 = 20_000

  /// Whether somebody has written the file since a save ended, at a time since 1970.
  func isWritten(after finishedAtUs: Int64) -> Bool { modifiedUs > finishedAtUs + Self.clockStepUs }

  /// That of the file at a path; nil when there is none.
  static func now(at path: String) -> FileState? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return FileState(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modifiedUs: Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000)
  }

  /// Whether a spreadsheet program has put its sign beside the file that somebody has it open.
  static func isOpenElsewhere(_ path: String) -> Bool {
    let (folder, name) = (Files.directory(of: path), Files.name(of: path))
    return [".~lock.\(name)#", "~$\(name)"].contains { Files.exists("\(folder)/\($0)") }
  }
}

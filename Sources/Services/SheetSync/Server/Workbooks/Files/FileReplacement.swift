internal import Glibc

/// Puts a new file in an old one's place so that at every moment either the whole old or the whole new file is there, be it that
/// the machine loses its power.
final class FileReplacement {
  let content: Descriptor
  private let target: WorkbookPath
  private let temporaryPath: String
  private var isDurable = false
  private var isPlaced = false

  /// Makes an empty file beside the target with the target's mode and owner. The caller holds the target's lock: what an
  /// action that died has left is removed here.
  init(of target: WorkbookPath, like original: Descriptor) throws(WorkbookError) {
    self.target = target
    do throws(SystemFault) {
      let status = try original.status()
      temporaryPath = "\(target.folder)/.lodestar-\(status.st_ino).tmp"
      unsafe unlink(temporaryPath)
      content = try Descriptor.open(temporaryPath, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
      let made = try content.status()
      if made.st_uid != status.st_uid || made.st_gid != status.st_gid {
        guard fchown(content.number, status.st_uid, status.st_gid) == 0 else { throw SystemFault(code: errno) }
      }
      guard fchmod(content.number, status.st_mode & 0o7777) == 0 else { throw SystemFault(code: errno) }
    } catch {
      throw .system(target.name, doing: "making a file beside it with the same owner", errno: error.code)
    }
  }

  deinit {
    if !isPlaced { unsafe unlink(temporaryPath) }
  }

  /// Brings the new file to the disk; it cannot be placed before.
  func makeDurable() throws(WorkbookError) {
    guard fsync(content.number) == 0 else { throw .system(target.name, doing: "writing it", errno: errno) }
    isDurable = true
  }

  /// Gives the new file the target's name, provided the target still is what it was.
  func place(over expected: FileIdentity) throws(WorkbookError) {
    precondition(isDurable, "a file that a power failure can take away is no replacement")
    if let holder = OpenElsewhere.check(folder: target.folder, name: target.name) { throw holder }
    guard FileIdentity.now(at: target.path) == expected else { throw .changedMeanwhile(target.name) }
    guard unsafe rename(temporaryPath, target.path) == 0 else {
      throw .system(target.name, doing: "replacing it", errno: errno)
    }
    isPlaced = true
    // The file is there; only its durability is in doubt when this fails, and nothing better can be done about it.
    if let folder = try? Descriptor.open(target.folder, flags: O_RDONLY | O_DIRECTORY) { fsync(folder.number) }
  }
}

internal import Glibc

/// Keeps two actions of Lodestar from working on one workbook at once. The lock is on the file itself, so it ends with the
/// process; since every write makes a new file, it is taken on the new one before that gets its name.
enum FileLock {
  /// How long to wait for the other action, and how often to look.
  static let patienceMilliseconds = 5_000
  private static let pauseMilliseconds = 20

  /// Opens a file and locks it. When the file was replaced while waiting, the new one is opened.
  static func open(_ target: WorkbookPath) throws(WorkbookError) -> Descriptor {
    var waited = 0
    while true {
      let file: Descriptor
      do throws(SystemFault) { file = try Descriptor.open(target.path, flags: O_RDWR | O_NONBLOCK) } catch {
        throw .system(target.name, doing: "opening it for writing", errno: error.code)
      }
      if try take(file, of: target) {
        if let status = try? file.status(), FileIdentity(status) == FileIdentity.now(at: target.path) { return file }
        continue
      }
      guard waited < patienceMilliseconds else {
        throw WorkbookError(
          .busy, file: target.name, problem: "another action of Lodestar is at work on the file",
          mend: "Wait for it to end and try again.")
      }
      usleep(UInt32(pauseMilliseconds) * 1000)
      waited += pauseMilliseconds
    }
  }

  /// Whether the lock was free and is ours now.
  static func take(_ file: Descriptor, of target: WorkbookPath) throws(WorkbookError) -> Bool {
    if flock(file.number, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw .system(target.name, doing: "locking it", errno: errno) }
    return false
  }
}

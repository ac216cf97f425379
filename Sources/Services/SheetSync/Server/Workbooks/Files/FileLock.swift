internal import Glibc

/// Keeps two actions of Lodestar from working on one workbook at once. The lock is on the file itself, so it ends with the
/// process; since every write makes a new file, it is taken on the new one before that gets its name.
enum FileLock {
  /// How often to look whether the other action has ended.
  private static let pause = Duration.milliseconds(20)

  /// Opens a file and locks it. When the file was replaced while waiting, the new one is opened.
  static func open(_ target: WorkbookPath, waiting patience: Duration) throws(WorkbookError) -> Descriptor {
    let end = ContinuousClock.now + patience
    while true {
      let file: Descriptor
      do throws(SystemFault) { file = try Descriptor.open(target.path, flags: O_RDWR | O_NONBLOCK) } catch {
        throw .system(target.name, doing: "opening it for writing", errno: error.code)
      }
      if try take(file, of: target) {
        if let status = try? file.status(), FileIdentity(status) == FileIdentity.now(at: target.path) { return file }
        continue
      }
      guard ContinuousClock.now < end else {
        throw WorkbookError(
          .busy, file: target.name, problem: "another action of Lodestar is at work on the file",
          mend: "Wait for it to end and try again.")
      }
      usleep(UInt32(pause / .microseconds(1)))
    }
  }

  /// Whether the lock was free and is ours now.
  static func take(_ file: Descriptor, of target: WorkbookPath) throws(WorkbookError) -> Bool {
    if flock(file.number, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw .system(target.name, doing: "locking it", errno: errno) }
    return false
  }
}

import Glibc
import LocalSystem

/// Keeps two commands from starting or stopping one system at the same time. The kernel releases it when its holder dies.
struct StateLock {
  private let descriptor: Int32

  init(_ layout: SystemLayout) throws {
    try Files.makeDirectory(layout.state)
    descriptor = unsafe open(layout.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Failure(.unreachable, "\(layout.lock) cannot be opened", mend: "choose another state directory with --state")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw Failure(
        .unreachable, "another lodestar command is starting, stopping or changing the system in \(layout.state)",
        mend: "wait for it to end")
    }
  }

  func release() {
    close(descriptor)
  }
}

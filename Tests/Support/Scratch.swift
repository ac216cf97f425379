import Glibc
import LocalSystem
import Synchronization

/// Directories that go when the process ends, and what else has to be done then.
public enum Scratch {
  private static let root = "/tmp/lodestar-test-"
  private static let endings = Mutex<[@Sendable () -> Void]>([])
  private static let registered: Void = {
    _ = atexit {
      for ending in Scratch.endings.withLock({ $0 }).reversed() { ending() }
    }
  }()

  /// A new directory with a short path (a unix socket's has at most 107 bytes), open to every user (PostgreSQL may run as another).
  public static func directory(_ purpose: String) throws -> String {
    let path = "\(root)\(getpid())-\(purpose)-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    try Files.makeDirectory(path)
    atExit { _ = try? Spawn("/bin/rm", ["-rf", path]).run() }
    return path
  }

  /// Runs the body when the process ends by itself, the latest first.
  public static func atExit(_ body: @escaping @Sendable () -> Void) {
    endings.withLock { $0.append(body) }
    registered
  }

  /// Removes directories of test processes that were killed.
  static func removeLeftOvers() {
    for name in Files.names(in: "/tmp") where name.hasPrefix("lodestar-test-") {
      let parts = name.split(separator: "-")
      guard parts.count >= 4, let id = Int32(parts[2]), ProcessIdentity(running: id) == nil else { continue }
      _ = try? Spawn("/bin/rm", ["-rf", "/tmp/\(name)"]).run()
    }
  }
}

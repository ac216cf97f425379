import Glibc

/// A process of this machine, told apart from a later one that was given the same id by the moment it started.
public struct ProcessIdentity: Sendable, Equatable {
  public let id: Int32
  /// Clock ticks between the machine's start and the process', from /proc.
  public let startTicks: UInt64

  public init(id: Int32, startTicks: UInt64) {
    self.id = id
    self.startTicks = startTicks
  }

  /// The process that has this id now; nil when there is none.
  public init?(running id: Int32) {
    guard let facts = Self.statistics(of: id), facts.state != "Z" else { return nil }
    self.init(id: id, startTicks: facts.startTicks)
  }

  public var isRunning: Bool { ProcessIdentity(running: id) == self }

  /// Resident memory in bytes, 0 when the process is gone.
  public var residentBytes: Int {
    guard isRunning, let text = try? Files.read("/proc/\(id)/statm") else { return 0 }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// Sends the signal, unless the process is gone; false then.
  @discardableResult
  public func signal(_ number: Int32) -> Bool { isRunning && kill(id, number) == 0 }

  /// Asks the process to end, waits, and ends it by force after `grace_seconds`. True when it went by itself.
  @discardableResult
  public func stop(graceSeconds grace_seconds: Int = 10) -> Bool {
    guard signal(SIGTERM) else { return true }
    if waitUntilGone(milliseconds: grace_seconds * 1_000) { return true }
    signal(SIGKILL)
    _ = waitUntilGone(milliseconds: 5_000)
    return false
  }

  /// True when the process has gone within the time; it is polled, for it need not be our child.
  public func waitUntilGone(milliseconds: Int) -> Bool {
    for _ in 0..<max(1, milliseconds / 10) {
      var status: Int32 = 0
      unsafe waitpid(id, &status, WNOHANG)
      if !isRunning { return true }
      usleep(10_000)
    }
    return !isRunning
  }

  private static func statistics(of id: Int32) -> (state: Substring, startTicks: UInt64)? {
    guard id > 0, let text = try? Files.read("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    // The name in parentheses may hold anything; after it come state (field 3) … starttime (field 22).
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
    return (fields[0], ticks)
  }
}

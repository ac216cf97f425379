import Glibc
public import LocalSystem
public import Reactor

/// A built program of this package, run as a process of its own. It ends when the test process does, however that ends.
public final class RunningService: Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let process: ProcessIdentity
  /// What the program wrote on its standard output and error.
  public let logFile: String
  private let lifeline: Int32
  private let guardian: ProcessIdentity

  /// Starts the program (found beside the test bundle, unless a path is given) and returns at once. `environment` is added to this process' own.
  public init(_ program: String, arguments: [String] = [], environment: [String: String] = [:]) throws {
    let path = program.hasPrefix("/") ? program : try Self.path(of: program)
    logFile = try Scratch.directory("log") + "/\(Files.name(of: path)).log"
    var spawn = Spawn(path, arguments)
    spawn.environment = environment
    spawn.log = logFile
    spawn.isDetached = true
    process = try spawn.start()
    // A shell that waits for the end of this process, and then ends the program, if it is still the same one.
    let script = """
      cat >/dev/null; [ "$(cut -d' ' -f22 /proc/\(process.id)/stat 2>/dev/null)" = "\(process.startTicks)" ] && kill -KILL \(process.id)
      """
    var shell = Spawn("/bin/sh", ["-c", script])
    shell.isDetached = true
    shell.log = "/dev/null"
    (guardian, lifeline) = try shell.startWithLifeline()
  }

  /// The built program beside the test bundle.
  public static func path(of program: String) throws -> String {
    let own = Files.absolute("/proc/self/exe")
    let path = Files.directory(of: own) + "/" + program
    guard Files.isExecutable(path) else {
      throw Failure(description: "there is no \(path): `swift build` makes it")
    }
    return path
  }

  /// Blocks until somebody listens at the address. Throws, with the end of the log, when the program ends or the time is over first.
  public func waitUntilListening(at address: SocketAddress, within limit: Duration = .seconds(20)) throws {
    let end = ContinuousClock.now.advanced(by: limit)
    while true {
      if let descriptor = try? StreamSocket.connect(to: address) {
        close(descriptor)
        return
      }
      guard process.isRunning else { throw Failure(description: "the program ended before it listened at \(address): \(logTail)") }
      guard ContinuousClock.now < end else { throw Failure(description: "nobody listens at \(address): \(logTail)") }
      usleep(10_000)
    }
  }

  /// Asks the program to end and waits; by force after the grace. Returns whether it went by itself.
  @discardableResult
  public func stop(graceSeconds: Int = 10) -> Bool {
    let wentByItself = process.stop(graceSeconds: graceSeconds)
    release()
    return wentByItself
  }

  /// Ends the program as a power cut would.
  public func kill() {
    process.signal(SIGKILL)
    _ = process.waitUntilGone(milliseconds: 5_000)
    release()
  }

  /// The log's last lines.
  public var logTail: String {
    ((try? Files.read(logFile)) ?? "").split(separator: "\n").suffix(5).joined(separator: "\n")
  }

  private func release() {
    // Closed only once: the guardian is gone afterwards.
    guard guardian.isRunning else { return }
    close(lifeline)
    _ = guardian.waitUntilGone(milliseconds: 5_000)
  }
}

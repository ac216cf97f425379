import Glibc

/// A program to start: executable, arguments, environment, and where it reads and writes.
public struct Spawn: Sendable {
  public var executable: String
  public var arguments: [String]
  /// Set in addition to this process' own environment.
  public var environment: [String: String] = [:]
  /// Where the program begins; nil is where this process is.
  public var workingDirectory: String?
  /// Standard output and error are appended to this file; nil leaves them as they are here.
  public var log: String?
  /// In a session of its own, so that a terminal's interrupt and hang-up don't reach it.
  public var isDetached = false

  public init(_ executable: String, _ arguments: [String] = []) {
    self.executable = executable
    self.arguments = arguments
  }

  /// Starts the program and returns at once.
  public func start() throws(LocalSystemError) -> ProcessIdentity {
    let id = try start(input: nil, output: nil)
    // Between the spawn and this line the program may have ended already: it is a zombie then, and still has its start time.
    return ProcessIdentity(running: id) ?? ProcessIdentity(id: id, startTicks: 0)
  }

  /// Starts the program with a pipe as standard input, whose writing end is returned: it closes when this process ends, however.
  public func startWithLifeline() throws(LocalSystemError) -> (process: ProcessIdentity, lifeline: Int32) {
    let (reading, writing) = try Self.pipe()
    defer { close(reading) }
    let id = try start(input: reading, output: nil)
    return (ProcessIdentity(running: id) ?? ProcessIdentity(id: id, startTicks: 0), writing)
  }

  /// Runs the program to its end, with `input` as its standard input.
  public func run(input: String = "") throws(LocalSystemError) -> (status: Int32, output: String) {
    let (inputReading, inputWriting) = try Self.pipe()
    let (outputReading, outputWriting) = try Self.pipe()
    let id: pid_t
    do {
      id = try start(input: inputReading, output: outputWriting)
    } catch {
      for descriptor in [inputReading, inputWriting, outputReading, outputWriting] { close(descriptor) }
      throw error
    }
    close(inputReading)
    close(outputWriting)
    // Inputs here are a few KB of SQL, less than a pipe holds: writing them whole before reading cannot block.
    _ = Files.writeAll(Array(input.utf8), to: inputWriting)
    close(inputWriting)
    let output = String(decoding: Files.readToEnd(outputReading), as: UTF8.self)
    close(outputReading)
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return (signal == 0 ? (status >> 8) & 0xff : 128 + signal, output)
  }

  private func start(input: Int32?, output: Int32?) throws(LocalSystemError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    if let input {
      unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    if let output {
      unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
      unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
    } else if let log {
      unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
      unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    var flags = Int16(POSIX_SPAWN_SETSIGMASK)
    if isDetached { flags |= Int16(0x80) }  // POSIX_SPAWN_SETSID, which Glibc's module map leaves out
    Self.keepDescriptorsFromChildren()
    unsafe posix_spawnattr_setflags(&attributes, flags)

    var id: pid_t = 0
    let command = try command()
    let code = unsafe Self.withCStrings(command) { argv in
      unsafe Self.withCStrings(mergedEnvironment()) { envp in
        unsafe posix_spawn(&id, command[0], &actions, &attributes, argv, envp)
      }
    }
    guard code == 0 else { throw LocalSystemError("\(executable) cannot be started: \(Files.reason(code))") }
    return id
  }

  /// With a working directory, by way of `env`, which changes there and becomes the program (Glibc's module leaves out the file action).
  private func command() throws(LocalSystemError) -> [String] {
    guard let workingDirectory else { return [executable] + arguments }
    guard Files.isExecutable(executable) else { throw LocalSystemError("\(executable) cannot be started: it is no program") }
    guard Files.isExecutable(workingDirectory) else {
      throw LocalSystemError("\(executable) cannot be started in \(workingDirectory): there is no such directory")
    }
    return ["/usr/bin/env", "-C", workingDirectory, "--", executable] + arguments
  }

  /// What is started may live on, and must not hold what whoever started us waits on: pipes and sockets that we were given unasked.
  private static func keepDescriptorsFromChildren() {
    for descriptor in Files.names(in: "/proc/self/fd").compactMap({ Int32($0) }) where descriptor > 2 {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  private func mergedEnvironment() -> [String] {
    var merged: [String: String] = [:]
    var entry = unsafe environ
    while let pointer = unsafe entry.pointee {
      let text = unsafe String(cString: pointer)
      if let equals = text.firstIndex(of: "=") { merged[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
      unsafe entry += 1
    }
    merged.merge(environment) { $1 }
    return merged.map { "\($0.key)=\($0.value)" }.sorted()
  }

  /// A pair of sockets in the place of a pipe: they are closed on exec from the start, so that a program that another thread starts
  /// meanwhile does not inherit an end and keep it open (Glibc's module has no pipe2).
  private static func pipe() throws(LocalSystemError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw LocalSystemError("no pipe can be made: \(Files.reason(errno))")
    }
    return (ends[0], ends[1])
  }

  private static func withCStrings<T>(_ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> T) -> T {
    let pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
  }
}

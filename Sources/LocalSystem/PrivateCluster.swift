import Glibc

/// A PostgreSQL cluster of our own on this machine: its data in one directory, reached by a unix socket only, a password per role.
/// Never the system's cluster.
public struct PrivateCluster: Sendable {
  /// How much the cluster cares for what it was told: `durable` survives a power cut, `disposable` is for tests.
  public enum Durability: Sendable { case durable, disposable }

  /// Holds `passwords`, `postgres.log` and, where the server's user can reach it, `data`.
  public let directory: String
  public let installation: PostgresInstallation
  /// The server's own files.
  public let dataDirectory: String
  /// Holds the unix socket; short, for a socket's path has at most 107 bytes.
  public let socketDirectory: String
  public let passwords: ClusterPasswords

  public static let administrator = "lodestar_admin"

  /// The port that the socket's name ends with, and that the loopback interface is listened on when that was asked for.
  public let port: Int

  /// Opens the cluster in `directory`, making it when there is none. A new one listens on 127.0.0.1 as well when it is given a port
  /// (`LoopbackPort.free`).
  public init(directory: String, durability: Durability, loopbackPort: Int? = nil) throws(LocalSystemError) {
    installation = try PostgresInstallation.find()
    try Files.makeDirectory(directory)
    self.directory = Files.absolute(directory)
    passwords = try ClusterPasswords(file: "\(self.directory)/passwords")
    dataDirectory = try Self.place(named: "data", in: self.directory, for: installation)
    socketDirectory = try Self.socketPlace(in: self.directory, for: installation)
    let isNew = !Files.exists("\(dataDirectory)/PG_VERSION")
    port = isNew ? loopbackPort ?? 5432 : try Self.port(in: dataDirectory)
    if isNew { try create(durability, listening: loopbackPort != nil) }
  }

  /// What libpq takes to reach the database as the role.
  public func connectionString(role: String, database: String = Provisioning.database) throws(LocalSystemError) -> String {
    let password = try passwords.password(of: role)
    return "host=\(socketDirectory) port=\(port) dbname=\(database) user=\(role) password=\(password)"
  }

  /// The running server; nil when it is down.
  public var process: ProcessIdentity? {
    guard let first = (try? Files.read("\(dataDirectory)/postmaster.pid"))?.split(separator: "\n").first, let id = Int32(first),
      let process = ProcessIdentity(running: id), isOurs(id)
    else { return nil }
    return process
  }

  /// Starts the server, if it is down, and waits until it answers. With a lifeline it ends when this process ends, however.
  @discardableResult
  public func start(withLifeline: Bool = false) throws(LocalSystemError) -> ProcessIdentity {
    if let process { return process }
    let log = "\(dataDirectory)/server.log"
    var output = ""
    for _ in 0..<50 {
      let (status, said) = try installation.command("pg_ctl", ["start", "-D", dataDirectory, "-l", log, "-w", "-t", "60", "-s"])
        .run()
      if status == 0, let process {
        if withLifeline { try attachLifeline() }
        return process
      }
      output = said + ((try? Files.read(log))?.split(separator: "\n").suffix(3).joined(separator: " | ") ?? "")
      guard Self.isLeaving(output) else { break }
      usleep(100_000)
    }
    throw LocalSystemError("the private PostgreSQL in \(dataDirectory) does not start: \(output)")
  }

  /// A server that was killed is not quite gone: its parent has yet to take note of its end, or its children of their parent's.
  private static func isLeaving(_ output: String) -> Bool {
    output.contains("\"postmaster.pid\" already exists") || output.contains("pre-existing shared memory block")
  }

  /// Stops the server: open transactions are rolled back, what was committed stays.
  public func stop() throws(LocalSystemError) {
    guard let process else { return }
    _ = try installation.command("pg_ctl", ["stop", "-D", dataDirectory, "-m", "fast", "-w", "-t", "30", "-s"]).run()
    if process.isRunning { process.stop() }
  }

  /// Runs SQL as the administrator, stopping at the first error; answers what psql printed.
  @discardableResult
  public func administer(_ sql: String, database: String = "postgres") throws(LocalSystemError) -> String {
    var psql = Spawn(
      "\(installation.programs)/psql",
      [
        "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", socketDirectory, "-p", "\(port)", "-U", Self.administrator, "-d",
        database, "-f", "-",
      ])
    psql.environment = ["PGPASSWORD": try passwords.password(of: Self.administrator), "PGCONNECT_TIMEOUT": "10"]
    let (status, output) = try psql.run(input: sql)
    guard status == 0 else { throw LocalSystemError("the private PostgreSQL refused an administrative statement: \(output)") }
    return output
  }

  private func create(_ durability: Durability, listening: Bool) throws(LocalSystemError) {
    // initdb reads the password as the server's user, so it goes into that user's own directory for the while.
    let passwordFile = "\(socketDirectory)/initdb-password"
    try Files.write(try passwords.password(of: Self.administrator) + "\n", to: passwordFile, mode: 0o600)
    defer { Files.remove(passwordFile) }
    try Self.hand(passwordFile, to: installation)
    var arguments = [
      "-D", dataDirectory, "-U", Self.administrator, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8",
      "--locale=C.UTF-8",
    ]
    if durability == .disposable { arguments.append("--no-sync") }
    let (status, output) = try installation.command("initdb", arguments).run()
    guard status == 0 else { throw LocalSystemError("initdb failed in \(dataDirectory): \(output)") }
    let settings = """
      listen_addresses = '\(listening ? "127.0.0.1" : "")'
      port = \(port)
      unix_socket_directories = '\(socketDirectory)'
      unix_socket_permissions = 0700
      max_connections = 100
      shared_buffers = 32MB
      log_min_messages = warning
      timezone = 'UTC'
      log_timezone = 'UTC'
      \(durability == .disposable ? "fsync = off\nsynchronous_commit = off\nfull_page_writes = off" : "")

      """
    let file = "\(dataDirectory)/postgresql.auto.conf"
    try Files.write(settings, to: file, mode: 0o600)
    try Self.hand(file, to: installation)
  }

  private static func port(in dataDirectory: String) throws(LocalSystemError) -> Int {
    let lines = try Files.read("\(dataDirectory)/postgresql.auto.conf")?.split(separator: "\n") ?? []
    let line = lines.last { $0.hasPrefix("port = ") }
    return line.flatMap { Int($0.dropFirst("port = ".count)) } ?? 5432
  }

  /// A shell that waits for the end of its standard input, which comes when this process is gone, and then stops the server.
  private func attachLifeline() throws(LocalSystemError) {
    let stop = "cat >/dev/null; exec '\(installation.programs)/pg_ctl' stop -D '\(dataDirectory)' -m immediate -s"
    var shell = installation.asServerUser(["/bin/sh", "-c", stop])
    shell.isDetached = true
    shell.log = "/dev/null"
    _ = try shell.startWithLifeline()
  }

  private func isOurs(_ id: Int32) -> Bool {
    let command = (try? Files.read("/proc/\(id)/cmdline")) ?? ""
    return command.contains("postgres") && command.contains(dataDirectory)
  }

  /// A directory that the server's user owns: inside `directory` where that user can reach it, else under /var/tmp.
  private static func place(
    named name: String, in directory: String, for installation: PostgresInstallation
  ) throws(LocalSystemError) -> String {
    let reachable = installation.user == nil || isOpenToAll(directory)
    let path = reachable ? "\(directory)/\(name)" : "/var/tmp/lodestar-\(fingerprint(of: directory))-\(name)"
    if !Files.exists(path) {
      try Files.makeDirectory(path, mode: 0o700)
      try hand(path, to: installation)
    }
    return path
  }

  private static func socketPlace(in directory: String, for installation: PostgresInstallation) throws(LocalSystemError) -> String {
    let isShort = directory.utf8.count + "/socket/.s.PGSQL.65535.lock".utf8.count < 100
    let home = isShort ? directory : "\(P_tmpdir)/lodestar-\(geteuid())-\(fingerprint(of: directory))"
    try Files.makeDirectory(home, mode: 0o755)
    return try place(named: "socket", in: home, for: installation)
  }

  private static func hand(_ path: String, to installation: PostgresInstallation) throws(LocalSystemError) {
    guard let user = installation.user else { return }
    guard unsafe chown(path, user.id, user.group) == 0 else {
      throw LocalSystemError("\(path) cannot be given to the user \(user.name): \(Files.reason(errno))")
    }
  }

  /// Whether every directory down to this one lets any user through.
  private static func isOpenToAll(_ directory: String) -> Bool {
    var path = directory
    while true {
      var facts = stat()
      guard unsafe stat(path, &facts) == 0, facts.st_mode & 0o001 != 0 else { return false }
      if path == "/" { return true }
      path = Files.directory(of: path)
    }
  }

  /// FNV-1a, 64 bits: a short name for a long path.
  private static func fingerprint(of text: String) -> String {
    String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 36)
  }
}

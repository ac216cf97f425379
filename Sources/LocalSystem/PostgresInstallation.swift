public import Glibc

/// Where this machine's PostgreSQL programs are, and as whom they may run.
public struct PostgresInstallation: Sendable {
  /// The folder of initdb, postgres, pg_ctl and psql.
  public let programs: String
  /// The ordinary user that runs the server when we are root (PostgreSQL refuses root); nil when we are not.
  public let user: (name: String, id: uid_t, group: gid_t)?

  /// Finds the newest installation: LODESTAR_POSTGRES_BIN, Debian's versioned folders, or PATH.
  public static func find() throws(LocalSystemError) -> PostgresInstallation {
    var candidates: [String] = []
    if let named = environmentVariable("LODESTAR_POSTGRES_BIN") { candidates.append(named) }
    let versioned = "/usr/lib/postgresql"
    candidates += Files.names(in: versioned).sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(versioned)/\($0)/bin" }
    candidates += (environmentVariable("PATH") ?? "").split(separator: ":").map(String.init)
    guard let programs = candidates.first(where: { Files.isExecutable("\($0)/initdb") && Files.isExecutable("\($0)/postgres") })
    else {
      throw LocalSystemError("PostgreSQL's server programs are not on this machine", mend: "sudo apt-get install postgresql")
    }
    return PostgresInstallation(programs: programs, user: try ordinaryUser())
  }

  /// A command of the installation, as the user that may run it.
  public func command(_ program: String, _ arguments: [String]) -> Spawn {
    asServerUser(["\(programs)/\(program)"] + arguments)
  }

  /// A command as the user that runs the server, in a directory that this user can be in.
  func asServerUser(_ command: [String]) -> Spawn {
    guard let user else { return Spawn(command[0], Array(command.dropFirst())) }
    let identity = ["--reuid", "\(user.id)", "--regid", "\(user.group)", "--clear-groups"]
    return Spawn("/usr/bin/env", ["-C", "/", "setpriv"] + identity + command)
  }

  private static func ordinaryUser() throws(LocalSystemError) -> (name: String, id: uid_t, group: gid_t)? {
    guard geteuid() == 0 else { return nil }
    for name in ["postgres", "nobody"] {
      if let entry = unsafe getpwnam(name) { return unsafe (name, entry.pointee.pw_uid, entry.pointee.pw_gid) }
    }
    throw LocalSystemError(
      "PostgreSQL does not run as root, and there is no user postgres or nobody", mend: "run as an ordinary user")
  }
}

/// A variable of this process' environment; nil when it is not set or empty.
public func environmentVariable(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  let text = unsafe String(cString: value)
  return text.isEmpty ? nil : text
}

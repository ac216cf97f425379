import CLibPQ

/// Where a database is, who asks, and the limits of a pool's connections. Printing it never shows the password.
public struct DatabaseConfiguration: Sendable {
  /// libpq's connection parameters by keyword.
  let parameters: [String: String]

  /// Connections that one event loop may hold at once; made when they are needed.
  public var connectionsPerLoop = 4
  /// Callers that one event loop lets wait for a connection; the next fails with `.exhausted`.
  public var waitersPerLoop = 1024
  /// How long making a connection may take.
  public var connectTimeout: Duration = .seconds(5)
  /// How long a caller waits for a connection while the server is known to be away.
  public var awayPatience: Duration = .milliseconds(250)
  /// The shortest and the longest pause between attempts to reach a server that is away.
  public var reconnectPause: ClosedRange<Duration> = .milliseconds(50) ... .seconds(2)
  /// How long a cancelled statement may take to end before its connection is dropped.
  public var cancelGrace: Duration = .seconds(1)
  /// Prepared statements that one connection keeps; the least recently used go first.
  public var preparedStatements = 256
  /// The server ends a statement after this, whatever the client does. 0: never.
  public var statementTimeout: Duration = .seconds(120)
  /// The server ends a transaction that waits this long for its client, so that locks of a hung one don't stay.
  public var idleTransactionTimeout: Duration = .seconds(60)
  /// What `pg_stat_activity` shows.
  public var applicationName = "lodestar"

  /// Reads `postgresql://role:password@host:port/database?parameter=value` (for a unix socket `?host=/directory`) or
  /// `key=value` pairs, as libpq does. Throws `PostgresError` of kind `.misuse` without quoting the text, which may hold a password.
  public init(url: String) throws(PostgresError) {
    guard !url.utf8.contains(0) else { throw PostgresError(.misuse, "the database address has a NUL character") }
    var message: UnsafeMutablePointer<CChar>?
    guard let options = unsafe PQconninfoParse(url, &message) else {
      let text = unsafe message.map { unsafe String(cString: $0) } ?? "out of memory"
      unsafe PQfreemem(message)
      throw PostgresError(.misuse, "the database address cannot be read: " + Self.unquoted(text))
    }
    defer { unsafe PQconninfoFree(options) }
    var parameters: [String: String] = [:]
    var option = unsafe options
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        unsafe parameters[String(cString: keyword)] = String(cString: value)
      }
      unsafe option += 1
    }
    self.parameters = parameters
  }

  /// The message without what stands between its first and its last quotation mark: libpq quotes the text it could not read.
  private static func unquoted(_ message: String) -> String {
    let line = message.prefix { $0 != "\n" }
    guard let first = line.firstIndex(of: "\""), let last = line.lastIndex(of: "\""), first < last else { return String(line) }
    return line[..<first] + "(not shown)" + line[line.index(after: last)...]
  }

  /// What is handed to libpq: the address's own parameters win over these.
  var connectionParameters: [(keyword: String, value: String)] {
    var all = [
      "application_name": applicationName, "gssencmode": "disable", "keepalives_idle": "15", "keepalives_interval": "5",
      "keepalives_count": "3", "tcp_user_timeout": "20000",
    ]
    all.merge(parameters) { _, own in own }
    all["client_encoding"] = "UTF8"
    // A session whose client has gone stops by itself: the server looks every two seconds while a statement runs. Compiling plans is for
    // queries over whole warehouses: what a fresh table's guessed size makes dear is answered in less time than its compilation takes.
    all["options"] =
      "-c client_connection_check_interval=2000 -c jit=off -c statement_timeout=\(statementTimeout.wholeMilliseconds)"
      + " -c idle_in_transaction_session_timeout=\(idleTransactionTimeout.wholeMilliseconds) " + (parameters["options"] ?? "")
    return all.sorted { $0.key < $1.key }.map { (keyword: $0.key, value: $0.value) }
  }

  /// Whether making a connection has to ask the resolver, which blocks.
  var needsNameResolution: Bool {
    guard parameters["hostaddr"] == nil, let host = parameters["host"] else { return false }
    return host.split(separator: ",").contains { name in
      // Sockets' directories, IPv6 and IPv4 addresses need none. A name may well be of hexadecimal digits only ("db").
      !name.hasPrefix("/") && !name.hasPrefix("@") && !name.contains(":") && name.contains { !$0.isNumber && $0 != "." }
    }
  }
}

extension DatabaseConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// `lodestar_metrics@host:5432/lodestar`.
  public var description: String {
    let host = parameters["host"] ?? parameters["hostaddr"] ?? "local"
    return "\(parameters["user"] ?? "?")@\(host):\(parameters["port"] ?? "5432")/\(parameters["dbname"] ?? "?")"
  }

  /// As `description`.
  public var debugDescription: String { description }

  /// Nothing but the description, so that dumping a value that holds this does not show the password.
  public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}

extension Duration {
  /// Rounded up; at most what PostgreSQL's settings hold.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    guard seconds < 2_147_000 else { return 2_147_000_000 }
    return max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}

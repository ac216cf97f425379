/// What went wrong with a database, for logs and decisions of the program. Never shown to clients as it is: it may carry SQL,
/// values and names of tables. It never carries a password.
public struct PostgresError: Error, Sendable, Equatable {
  /// Who is at fault and what is known about the statement.
  public enum Kind: Sendable, Equatable {
    /// No connection could be made; nothing was sent.
    case unreachable
    /// The connection died under the statement; whether a COMMIT in flight took effect is unknown.
    case connectionLost
    /// The server refused the statement; `sqlState` says why. Nothing of its transaction stays.
    case server
    /// The deadline passed before an answer came; the statement was cancelled.
    case deadlineExceeded
    /// Every connection is in use and too many callers wait for one already.
    case exhausted
    /// The database was closed by this program.
    case closed
    /// A column is not of the type, or not of the range, that the code asked for.
    case decoding
    /// A migration cannot be applied; the message names it.
    case migration
    /// The program used this library against its rules (a transaction after its end, a NUL in SQL text).
    case misuse
  }

  /// Who is at fault and what is known about the statement.
  public var kind: Kind
  /// The server's primary message, or this library's.
  public var message: String
  /// The five characters of SQLSTATE, when the server answered: `23505` is a unique violation.
  public var sqlState: String?
  /// `ERROR`, `FATAL` or `PANIC`, when the server answered.
  public var severity: String?
  /// The server's second line: the key that exists already, the row that failed.
  public var detail: String?
  /// The server's proposal.
  public var hint: String?
  /// Where in the server it happened: the line of COPY, the function.
  public var context: String?
  /// The schema of the table at fault.
  public var schema: String?
  /// The table at fault.
  public var table: String?
  /// The column at fault.
  public var column: String?
  /// The constraint at fault.
  public var constraint: String?
  /// The 1-based character of the SQL text at fault.
  public var position: Int?

  /// An error of this library's own.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The database is away or about to be; the same call may succeed later. A handler answers UNAVAILABLE.
  public var isUnavailable: Bool {
    switch kind {
    case .unreachable, .connectionLost, .exhausted, .closed: true
    case .server: ["57P01", "57P02", "57P03", "53300"].contains(sqlState) || sqlState?.hasPrefix("08") == true
    case .deadlineExceeded, .decoding, .migration, .misuse: false
    }
  }

  /// The transaction lost against another one (serialization failure, deadlock) and may be tried again as a whole.
  public var isRetryableTransaction: Bool {
    kind == .server && (sqlState == "40001" || sqlState == "40P01")
  }

  /// A row with this key exists already (`unique_violation`).
  public var isUniqueViolation: Bool { sqlState == "23505" }

  /// A row refers to, or is referred to by, another (`foreign_key_violation`).
  public var isForeignKeyViolation: Bool { sqlState == "23503" }
}

extension PostgresError: CustomStringConvertible {
  /// One line for the log.
  public var description: String {
    var text = "\(kind)"
    if let sqlState { text += " \(sqlState)" }
    text += ": \(message)"
    for (name, value) in [("detail", detail), ("hint", hint), ("constraint", constraint), ("table", table), ("column", column)] {
      if let value { text += "; \(name): \(value)" }
    }
    return text
  }
}

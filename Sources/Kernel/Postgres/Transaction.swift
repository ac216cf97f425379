import Reactor
import Synchronization

/// How much of others' work a transaction sees.
public enum TransactionIsolation: Sendable {
  /// Each statement sees what was committed before it began.
  case readCommitted
  /// All statements see what was committed before the first; writes that clash fail with SQLSTATE 40001.
  case repeatableRead
  /// As if transactions ran one after the other; those for which that is not so fail with SQLSTATE 40001.
  case serializable
  /// As `.repeatableRead`, and nothing can be written.
  case readOnlySnapshot

  var begin: Statement {
    switch self {
    case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
    case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
    case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
    case .readOnlySnapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    }
  }
}

/// A transaction under way, inside the body given to `Database.transaction`. Calls made at the same time are run one after the
/// other. BEGIN travels with the first statement, so that it costs no round trip. After the body's end every call throws `.misuse`.
public final class Transaction: Sendable {
  private struct State {
    /// What has to be sent before anything else.
    var beginning: [Statement]
    var isOver = false
  }

  private let connection: LoopConnection
  private let deadline: ContinuousClock.Instant?
  private let state: Mutex<State>

  init(_ connection: LoopConnection, _ beginning: [Statement], _ deadline: ContinuousClock.Instant?) {
    self.connection = connection
    self.deadline = deadline
    state = Mutex(State(beginning: beginning))
  }

  /// Runs one statement and returns its rows.
  public func query(_ statement: Statement) async throws -> [Row] {
    try await run([statement])[0].rows
  }

  /// Runs a query and decodes its rows.
  public func fetch<Q: Query>(_ query: Q) async throws -> [Q.Result] {
    try await self.query(query.statement).map(Q.decode)
  }

  /// Runs a query and decodes its first row; nil when it has none.
  public func fetchFirst<Q: Query>(_ query: Q) async throws -> Q.Result? {
    try await self.query(query.statement).first.map(Q.decode)
  }

  /// Runs one statement and returns how many rows it inserted, updated, deleted or selected.
  @discardableResult
  public func execute(_ statement: Statement) async throws -> Int {
    try await run([statement])[0].affectedRows
  }

  /// Runs several statements in one round trip and returns each one's rows. When one fails the rest is not run, and the error is
  /// thrown; the transaction can then only end.
  public func pipeline(_ statements: [Statement]) async throws -> [[Row]] {
    guard !statements.isEmpty else { return [] }
    return try await run(statements).map(\.rows)
  }

  /// Reads what a statement selects through a cursor, at most `rowsAtOnce` rows at a time, and hands them on part by part; a
  /// selection without rows has no part.
  /// - Parameter cursor: a name that no other selection has: connections keep what they know of a FETCH's columns by its text.
  public func readParts(
    of selection: Statement, cursor: String, rowsAtOnce: Int, _ take: ([Row]) async throws -> Void
  ) async throws {
    try await execute("DECLARE \(identifier: cursor) NO SCROLL CURSOR FOR \(selection)")
    while true {
      let rows = try await query("FETCH FORWARD \(unsafeSQL: String(rowsAtOnce)) FROM \(identifier: cursor)")
      if !rows.isEmpty { try await take(rows) }
      if rows.count < rowsAtOnce { break }
    }
    try await execute("CLOSE \(identifier: cursor)")
  }

  /// Inserts rows by COPY. Returns their number.
  @discardableResult
  public func copyIn(schema: String? = nil, table: String, columns: [String], rows: CopyRows) async throws -> Int {
    let place: Statement = schema.map { "\(identifier: $0)." } ?? ""
    let names = columns.map(Statement.quoted).joined(separator: ", ")
    let copy: Statement = "COPY \(place)\(identifier: table) (\(unsafeSQL: names)) FROM STDIN (FORMAT binary)"
    try await begin()
    let stream = rows.stream
    let outcome = try await perform { .copy(copy.sql, stream) }
    return try outcome.get().reduce(0) { $0 + $1.affectedRows }
  }

  /// Runs a text of any number of statements.
  func runScript(_ sql: String) async throws {
    try await begin()
    _ = try await perform { .script(sql) }.get()
    // Read on the loop that owns the connection, after the script.
    guard await isOpen() else { throw PostgresError(.misuse, "the script ended the transaction it ran in") }
  }

  // MARK: How it ends

  func commit() async throws {
    let isBegun = state.withLock { $0.beginning.isEmpty }
    if isBegun {
      let tables = try await perform { .pipeline(["COMMIT"]) }.get()
      guard tables.first?.command == "COMMIT" else {
        // COMMIT of a transaction in which something had failed is a ROLLBACK, which PostgreSQL does not call an error.
        var error = PostgresError(.server, "nothing was committed, because a statement of the transaction had failed")
        error.sqlState = "25P02"
        throw error
      }
    }
    state.withLock { $0.isOver = true }
  }

  /// Never fails: a connection that cannot be rolled back is dropped, and with it the transaction.
  func rollback(within grace: Duration) async {
    let isBegun = state.withLock { state in
      state.isOver = true
      return state.beginning.isEmpty
    }
    guard isBegun, await isOpen() else { return }
    let limit = ContinuousClock.now.advanced(by: grace)
    _ = try? await connection.run(deadline: limit, isShielded: true) { .pipeline(["ROLLBACK"]) }
  }

  private func isOpen() async -> Bool {
    let connection = connection
    return await withCheckedContinuation { continuation in
      connection.loop.runHere { continuation.resume(returning: connection.end == nil && connection.transactionState != .none) }
    }
  }

  private func begin() async throws {
    if state.withLock({ !$0.beginning.isEmpty }) { _ = try await run([]) }
  }

  private func run(_ statements: [Statement]) async throws -> [ResultTable] {
    var isOpening = false
    do {
      isOpening = state.withLock { !$0.beginning.isEmpty }
      let outcome = try await perform { [self] in
        let beginning = state.withLock { state in
          defer { state.beginning = [] }
          return state.beginning
        }
        return .pipeline(beginning + statements)
      }
      return try outcome.get().suffix(statements.count)
    } catch {
      // Whether BEGIN has reached the server is not known then: what came after it might run outside a transaction.
      if isOpening { state.withLock { $0.isOver = true } }
      throw error
    }
  }

  private func perform(_ make: @escaping @Sendable () -> Exchange) async throws -> Outcome {
    guard !state.withLock({ $0.isOver }) else {
      throw PostgresError(.misuse, "the transaction is over, or its first statement failed")
    }
    return try await connection.run(deadline: deadline, make)
  }
}

public import Logging
public import Reactor
import Synchronization

/// A database, through a pool of connections on each event loop. A call made on a loop uses that loop's connections, without a hop to
/// another thread; calls from elsewhere take the loops in turn.
///
/// Every call throws `PostgresError`, or `CancellationError` when its task was cancelled. A `deadline`, or the task's cancellation,
/// cancels the statement on the server; the connection is reused when the server confirms that, else dropped.
public final class Database: Sendable {
  private let configuration: DatabaseConfiguration
  private let pools: [LoopPool]
  private let loops: EventLoopGroup
  private let listener: Listener

  /// A database that nothing connects to until the first call.
  public init(configuration: DatabaseConfiguration, loops: EventLoopGroup, logger: Logger) {
    self.configuration = configuration
    self.loops = loops
    let connector = Connector(configuration: configuration, canceller: Canceller(logger), logger: logger)
    pools = loops.loops.map { LoopPool($0, configuration, connector, logger) }
    listener = Listener(on: loops.next(), configuration, connector, logger)
  }

  private var pool: LoopPool {
    let loop = loops.next()
    return pools.first { $0.loop === loop }!
  }

  // MARK: Single statements

  /// Runs one statement and returns its rows.
  public func query(_ statement: Statement, deadline: ContinuousClock.Instant? = nil) async throws -> [Row] {
    try await run([statement], deadline: deadline)[0].rows
  }

  /// Runs a query and decodes its rows.
  public func fetch<Q: Query>(_ query: Q, deadline: ContinuousClock.Instant? = nil) async throws -> [Q.Result] {
    try await self.query(query.statement, deadline: deadline).map(Q.decode)
  }

  /// Runs a query and decodes its first row; nil when it has none.
  public func fetchFirst<Q: Query>(_ query: Q, deadline: ContinuousClock.Instant? = nil) async throws -> Q.Result? {
    try await self.query(query.statement, deadline: deadline).first.map(Q.decode)
  }

  /// Runs one statement and returns how many rows it inserted, updated, deleted or selected.
  @discardableResult
  public func execute(_ statement: Statement, deadline: ContinuousClock.Instant? = nil) async throws -> Int {
    try await run([statement], deadline: deadline)[0].affectedRows
  }

  /// Inserts rows by COPY: all of them or none. `table` and `columns` are quoted; a schema is given by itself. Returns their number.
  @discardableResult
  public func copyIn(
    schema: String? = nil, table: String, columns: [String], rows: CopyRows, deadline: ContinuousClock.Instant? = nil
  ) async throws -> Int {
    try await transaction(deadline: deadline) { transaction in
      try await transaction.copyIn(schema: schema, table: table, columns: columns, rows: rows)
    }
  }

  // MARK: Transactions

  /// Runs the statements as one transaction, sent and answered in one round trip: all take effect or none. Returns each one's rows.
  public func unit(
    _ statements: [Statement], isolation: TransactionIsolation = .readCommitted, deadline: ContinuousClock.Instant? = nil
  ) async throws -> [[Row]] {
    guard !statements.isEmpty else { return [] }
    let tables = try await run(statements + ["COMMIT"], beginning: [isolation.begin], deadline: deadline)
    return tables.dropLast().map(\.rows)
  }

  /// Runs the body in a transaction: COMMIT when it returns, ROLLBACK when it throws. The body may await anything; it holds a
  /// connection, and the locks it took, meanwhile (the server ends it after `idleTransactionTimeout` of silence).
  /// With `attempts` above one the whole body is run again when the transaction lost against another one.
  public func transaction<Result: Sendable>(
    isolation: TransactionIsolation = .readCommitted, attempts: Int = 1, deadline: ContinuousClock.Instant? = nil,
    _ body: (Transaction) async throws -> Result
  ) async throws -> Result {
    var attempt = 1
    while true {
      do {
        return try await attemptTransaction(isolation, deadline, body)
      } catch let error as PostgresError where error.isRetryableTransaction && attempt < attempts {
        attempt += 1
      }
    }
  }

  private func attemptTransaction<Result: Sendable>(
    _ isolation: TransactionIsolation, _ deadline: ContinuousClock.Instant?, _ body: (Transaction) async throws -> Result
  ) async throws -> Result {
    let pool = pool
    let connection = try await pool.acquire(deadline: deadline)
    defer { pool.release(connection) }
    let transaction = Transaction(connection, [isolation.begin] + deadline.serverTimeout, deadline)
    do {
      let result = try await body(transaction)
      try await transaction.commit()
      return result
    } catch {
      await transaction.rollback(within: configuration.cancelGrace)
      throw error
    }
  }

  /// One pipeline on a connection of its own. Setting the deadline is a query, and an isolation level has to come before any.
  private func run(
    _ statements: [Statement], beginning: [Statement] = [], deadline: ContinuousClock.Instant?
  ) async throws -> [ResultTable] {
    let pool = pool
    let prefix = beginning + deadline.serverTimeout
    var isSecond = false
    while true {
      let connection = try await pool.acquire(deadline: deadline)
      defer { pool.release(connection) }
      let outcome = try await connection.run(deadline: deadline) { .pipeline(prefix + statements) }
      if outcome.hadStalePlan && !isSecond {
        isSecond = true
        continue
      }
      return Array(try outcome.get().dropFirst(prefix.count))
    }
  }

  // MARK: Listening

  /// Notifications of the channel, from a connection that all listeners of this database share. It is made again whenever it breaks;
  /// each time listening has started an element with `isGap` comes first. Ends when the database is closed. A reader that is more than
  /// 256 notifications behind loses the oldest and is told by `isGap`. A channel's name has at most 63 bytes; the rest is cut off.
  public func listen(_ channel: String) -> AsyncStream<PostgresNotification> {
    listener.listen(channel)
  }

  // MARK: The end

  /// Ends the idle connections at once, and waits up to `grace` for the busy ones before it ends them, too.
  public func close(grace: Duration = .seconds(5)) async {
    listener.close()
    for pool in pools {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        pool.loop.runHere {
          pool.loop.schedule(after: grace) { pool.abandon() }
          pool.close { continuation.resume() }
        }
      }
    }
  }
}

extension ContinuousClock.Instant? {
  /// The deadline as the server's own clock for the transaction, should this program not be there to cancel.
  var serverTimeout: [Statement] {
    guard let self else { return [] }
    let milliseconds = max(1, ContinuousClock.now.duration(to: self).wholeMilliseconds)
    return ["SELECT set_config('statement_timeout', \(String(milliseconds)), true)"]
  }
}

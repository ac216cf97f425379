import Logging
import Reactor

/// The connections of one event loop to one database. Made when a caller needs one, at most `connectionsPerLoop`; a broken one is
/// dropped, and replaced when somebody needs it. When the server is away callers fail at once, while attempts to reach it go on.
/// Belongs to the loop's thread, but for the async calls.
final class LoopPool: @unchecked Sendable {
  private struct Away {
    var error: PostgresError
    var pause: Duration
    var lastAttempt: ContinuousClock.Instant
  }

  let loop: EventLoop
  private let configuration: DatabaseConfiguration
  private let connector: Connector
  private let logger: Logger
  private var idle: [LoopConnection] = []
  private var open: [ObjectIdentifier: LoopConnection] = [:]
  private var connecting = 0
  private var waiters: [Waiter] = []
  private var away: Away?
  private var isClosed = false
  private var onEmpty: [() -> Void] = []

  init(_ loop: EventLoop, _ configuration: DatabaseConfiguration, _ connector: Connector, _ logger: Logger) {
    self.loop = loop
    self.configuration = configuration
    self.connector = connector
    self.logger = logger
  }

  // MARK: Borrowing

  /// A connection that nobody else uses until `release`.
  func acquire(deadline: ContinuousClock.Instant?) async throws -> LoopConnection {
    try Task.checkCancellation()
    if loop.isCurrent, !isClosed, let connection = takeIdle() { return connection }
    let waiter = Waiter()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiter.continuation = continuation
        loop.runHere { [self] in admit(waiter, deadline: deadline) }
      }
    } onCancel: {
      loop.execute { [self] in turnAway(waiter, CancellationError()) }
    }
  }

  /// Gives a connection back, in whatever state it is.
  func release(_ connection: LoopConnection) {
    loop.runHere { [self] in
      guard connection.end == nil, !isClosed else {
        drop(connection)
        return
      }
      guard connection.transactionState == .none, !connection.isBusy else {
        reset(connection)
        return
      }
      idle.append(connection)
      serveWaiters()
    }
  }

  private func takeIdle() -> LoopConnection? {
    while let connection = idle.popLast() {
      if connection.isAlive() { return connection }
    }
    return nil
  }

  private func admit(_ waiter: Waiter, deadline: ContinuousClock.Instant?) {
    guard !isClosed else { return waiter.fail(PostgresError(.closed, "the database was closed"), loop) }
    if let connection = takeIdle() { return waiter.succeed(connection, loop) }
    guard waiters.count < configuration.waitersPerLoop else {
      let error = PostgresError(.exhausted, "\(open.count) connections are in use and \(waiters.count) callers wait for one")
      return waiter.fail(error, loop)
    }
    var patience = deadline
    var late = PostgresError(.deadlineExceeded, "no connection was free before the deadline")
    if let away {
      let isFresh = away.lastAttempt.duration(to: .now) < configuration.reconnectPause.lowerBound
      if connecting == 0 && isFresh { return waiter.fail(away.error, loop) }
      let limit = ContinuousClock.now.advanced(by: configuration.awayPatience)
      if deadline.map({ limit < $0 }) ?? true {
        patience = limit
        late = away.error
      }
    }
    waiters.append(waiter)
    if let patience {
      let error = late
      waiter.timer = loop.schedule(at: patience) { [weak self] in self?.turnAway(waiter, error) }
    }
    makeConnections()
  }

  private func turnAway(_ waiter: Waiter, _ error: any Error) {
    guard let place = waiters.firstIndex(where: { $0 === waiter }) else { return }
    waiters.remove(at: place)
    waiter.fail(error, loop)
  }

  private func serveWaiters() {
    while !waiters.isEmpty, let connection = takeIdle() {
      waiters.removeFirst().succeed(connection, loop)
    }
    makeConnections()
  }

  // MARK: Making and losing connections

  private func makeConnections() {
    let limit = away == nil ? configuration.connectionsPerLoop : 1
    while !isClosed, connecting < waiters.count, connecting < limit, open.count + connecting < configuration.connectionsPerLoop {
      makeConnection()
    }
  }

  private func makeConnection() {
    connecting += 1
    connector.connect(on: loop) { [self] result in
      connecting -= 1
      switch result {
      case .success(let connection): add(connection)
      case .failure(let error): noteFailure(error)
      }
      if isClosed { close(nil) }
    }
  }

  private func add(_ connection: LoopConnection) {
    if away != nil { logger.notice("The database can be reached again", metadata: ["database": "\(configuration)"]) }
    away = nil
    guard !isClosed else { return connection.close() }
    open[ObjectIdentifier(connection)] = connection
    connection.onEnd = { [weak self, unowned connection] error in self?.noteEnd(of: connection, error) }
    idle.append(connection)
    serveWaiters()
  }

  private func noteEnd(of connection: LoopConnection, _ error: PostgresError) {
    logger.debug("A database connection ended", metadata: ["reason": "\(error.message)"])
    drop(connection)
  }

  private func drop(_ connection: LoopConnection) {
    let isKnown = open.removeValue(forKey: ObjectIdentifier(connection)) != nil
    idle.removeAll { $0 === connection }
    if connection.end == nil { connection.close() }
    if isClosed { close(nil) } else if isKnown { makeConnections() }
  }

  /// Ends a transaction that its user left open. The caller does not wait for this.
  private func reset(_ connection: LoopConnection) {
    let deadline = ContinuousClock.now.advanced(by: configuration.cancelGrace)
    Task(executorPreference: loop) { [self] in
      _ = try? await connection.run(deadline: deadline, isShielded: true) { .pipeline(["ROLLBACK"]) }
      loop.runHere { [self] in
        if connection.transactionState == .none { release(connection) } else { drop(connection) }
      }
    }
  }

  private func noteFailure(_ error: PostgresError) {
    // Somebody's connection still works (the server has no more places): those who wait get that one.
    guard open.isEmpty, !isClosed else { return }
    if away == nil {
      logger.warning("The database cannot be reached", metadata: ["database": "\(configuration)", "reason": "\(error.message)"])
    }
    let pause = away.map { min($0.pause * 2, configuration.reconnectPause.upperBound) } ?? configuration.reconnectPause.lowerBound
    away = Away(error: error, pause: pause, lastAttempt: .now)
    let failed = waiters
    waiters = []
    for waiter in failed { waiter.fail(error, loop) }
    // Jittered, so that the instances of a service do not all come back in the same millisecond.
    loop.schedule(after: pause * Double.random(in: 0.75...1.25)) { [weak self] in
      guard let self, away != nil, connecting == 0, !isClosed else { return }
      makeConnection()
    }
  }

  // MARK: The end

  /// Refuses new callers, ends idle connections, and calls the closure once the last busy one was given back.
  func close(_ whenEmpty: (() -> Void)?) {
    loop.assertCurrent()
    isClosed = true
    if let whenEmpty { onEmpty.append(whenEmpty) }
    let failed = waiters
    waiters = []
    for waiter in failed { waiter.fail(PostgresError(.closed, "the database was closed"), loop) }
    let ended = idle
    idle = []
    for connection in ended {
      open[ObjectIdentifier(connection)] = nil
      connection.close()
    }
    guard open.isEmpty, connecting == 0 else { return }
    let tell = onEmpty
    onEmpty = []
    for tell in tell { tell() }
  }

  /// Ends the busy connections, too.
  func abandon() {
    loop.assertCurrent()
    for connection in open.values {
      connection.close()
      drop(connection)
    }
  }
}

/// A caller that waits for a connection. Belongs to the loop's thread, but for `continuation`, set before it gets there.
private final class Waiter: @unchecked Sendable {
  var continuation: CheckedContinuation<LoopConnection, any Error>?
  var timer: TimerToken?

  func succeed(_ connection: LoopConnection, _ loop: EventLoop) {
    settle(loop)?.resume(returning: connection)
  }

  func fail(_ error: any Error, _ loop: EventLoop) {
    settle(loop)?.resume(throwing: error)
  }

  private func settle(_ loop: EventLoop) -> CheckedContinuation<LoopConnection, any Error>? {
    if let timer { loop.cancel(timer) }
    timer = nil
    defer { continuation = nil }
    return continuation
  }
}

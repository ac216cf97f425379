import CLibPQ

/// What a conversation waits for before it can go on.
enum Wait: Equatable {
  case read, write, both
  /// Nothing is under way. Reading on is still wise: notifications and the server's end arrive unasked.
  case done
}

/// One connection as a step machine: it never blocks and never waits. Whoever owns it waits for what `wait` says (an event loop, or
/// `PollingConnection` with poll()) and calls `proceed`. One exchange runs at a time.
final class Conversation {
  private enum State {
    case connecting
    case idle
    case pipeline(PipelineProgress)
    case script(Outcome)
    case copy(CopyProgress)
    case over(PostgresError)
  }

  private let handle: ConnectionHandle
  private var state = State.connecting
  private var cache: StatementCache
  private var notices: NoticeLog?
  private var outcome: Outcome?
  private var notifications: [PostgresNotification] = []
  private(set) var wait = Wait.write

  /// Starts connecting; `wait` says how to go on. Throws `PostgresError` of kind `.unreachable` when that fails at once.
  init(_ configuration: DatabaseConfiguration) throws(PostgresError) {
    handle = try ConnectionHandle(configuration.connectionParameters)
    cache = StatementCache(limit: configuration.preparedStatements)
    // Without a receiver of ours libpq prints the server's notices on standard error.
    unsafe PQsetNoticeReceiver(handle.raw, { _, _ in }, nil)
  }

  /// Tells the server's notices and warnings to the closure from now on.
  func onNotice(_ tell: @escaping (PostgresError) -> Void) {
    let log = NoticeLog(tell)
    notices = log
    unsafe PQsetNoticeReceiver(
      handle.raw,
      { log, result in
        guard let log = unsafe log, let result = unsafe result else { return }
        unsafe Unmanaged<NoticeLog>.fromOpaque(log).takeUnretainedValue().tell(PostgresError(from: result))
      }, Unmanaged.passUnretained(log).toOpaque())
  }

  /// The descriptor to watch. May change with every step of connecting.
  var socket: Int32 { handle.socket }

  var isConnecting: Bool { if case .connecting = state { true } else { false } }

  /// Connected, and free for an exchange.
  var isIdle: Bool { if case .idle = state { true } else { false } }

  /// Why the conversation is over.
  var end: PostgresError? { if case .over(let error) = state { error } else { nil } }

  var transactionState: TransactionState { handle.transactionState }

  /// The server process that answers, as `pg_stat_activity.pid` has it.
  var serverProcess: Int32 { unsafe PQbackendPID(handle.raw) }

  func cancelHandle() -> CancelHandle? { CancelHandle(handle) }

  /// The outcome of the exchange that has just ended, once.
  func takeOutcome() -> Outcome? {
    defer { outcome = nil }
    return outcome
  }

  /// What LISTEN brought since the last call.
  func takeNotifications() -> [PostgresNotification] {
    defer { notifications = [] }
    return notifications
  }

  /// Goes on as far as possible without waiting. Call it when the descriptor is ready as `wait` said, or may be.
  func proceed() {
    switch state {
    case .connecting: connect()
    case .over: break
    case .idle, .pipeline, .script, .copy:
      flush()
      guard end == nil else { return }
      if unsafe PQconsumeInput(handle.raw) == 0 {
        lose(PostgresError(.connectionLost, handle.errorMessage))
        return
      }
      sendRows()
      receive()
      while end == nil, let note = handle.nextNotification() { notifications.append(note) }
      if isIdle && handle.isBad { lose(PostgresError(.connectionLost, handle.errorMessage)) }
    }
  }

  /// Gives up: whatever runs ends with this error.
  func abandon(_ error: PostgresError) {
    if end == nil { lose(error) }
  }

  // MARK: Connecting

  private func connect() {
    switch unsafe PQconnectPoll(handle.raw) {
    case PGRES_POLLING_READING: wait = .read
    case PGRES_POLLING_WRITING: wait = .write
    case PGRES_POLLING_OK:
      guard unsafe PQsetnonblocking(handle.raw, 1) == 0, unsafe PQenterPipelineMode(handle.raw) == 1 else {
        lose(PostgresError(.unreachable, handle.errorMessage))
        return
      }
      state = .idle
      wait = .done
    default:  // PGRES_POLLING_FAILED; PGRES_POLLING_ACTIVE is unused
      lose(PostgresError(.unreachable, handle.errorMessage))
    }
  }

  private func lose(_ error: PostgresError) {
    let wasRunning: Bool
    switch state {
    case .pipeline, .script, .copy: wasRunning = true
    case .connecting, .idle, .over: wasRunning = false
    }
    state = .over(error)
    wait = .done
    // The server is to know now, not when the last holder of this object lets go: until then it might wait, and hold locks.
    handle.hangUp()
    if wasRunning { outcome = Outcome(error: error) }
  }

  // MARK: Asking

  /// Starts an exchange. Only when idle; follow `wait`, and `takeOutcome` when it is `.done`.
  func begin(_ exchange: Exchange) {
    precondition(isIdle && outcome == nil)
    if let problem = exchange.problem(cache) {
      outcome = Outcome(error: problem)
      return
    }
    var isSent: Bool
    switch exchange {
    case .pipeline(let statements):
      isSent = send(statements)
    case .script(let sql):
      isSent = unsafe PQexitPipelineMode(handle.raw) == 1 && PQsendQuery(handle.raw, sql) == 1
      state = .script(Outcome())
    case .copy(let sql, let rows):
      isSent = unsafe PQexitPipelineMode(handle.raw) == 1 && PQsendQuery(handle.raw, sql) == 1
      state = .copy(CopyProgress(rows: rows))
    }
    guard isSent else {
      lose(PostgresError(.connectionLost, handle.errorMessage))
      return
    }
    proceed()
  }

  private func send(_ statements: [Statement]) -> Bool {
    var steps: [PipelineProgress.Step] = []
    var isSent = true
    for statement in statements {
      let plan = cache.plan(for: statement)
      for name in cache.takeAbandoned() {
        steps.append(.deallocate(name: name))
        isSent = isSent && handle.sendDeallocate(name)
      }
      if plan.isNew {
        steps.append(.prepare(name: plan.name))
        isSent = isSent && handle.sendPrepare(plan.name, statement)
      }
      steps.append(.execute(name: plan.name, isNew: plan.isNew))
      isSent = isSent && handle.sendExecute(plan.name, statement.binds)
    }
    steps.append(.sync)
    state = .pipeline(PipelineProgress(steps))
    return unsafe isSent && PQpipelineSync(handle.raw) == 1
  }

  private func flush() {
    switch unsafe PQflush(handle.raw) {
    case 0: wait = isIdle ? .done : .read
    case 1: wait = .both
    default: lose(PostgresError(.connectionLost, handle.errorMessage))
    }
  }

  // MARK: Listening to the answer

  private func receive() {
    while awaitsResult, let received = handle.nextResult() {
      do throws(PostgresError) {
        try take(received)
      } catch {
        lose(error)
      }
      sendRows()
    }
    // libpq may have more to send after what it received (its buffer had been full).
    if awaitsResult { flush() }
  }

  private var awaitsResult: Bool {
    switch state {
    case .pipeline, .script: true
    case .copy(let progress): !progress.isSending
    case .connecting, .idle, .over: false
    }
  }

  private func sendRows() {
    guard case .copy(var progress) = state, progress.isSending else { return }
    let sent = progress.send(handle)
    state = .copy(progress)
    switch sent {
    case .all: break
    case .blocked: wait = .both
    case .lost: lose(PostgresError(.connectionLost, handle.errorMessage))
    }
  }

  private func take(_ received: Received) throws(PostgresError) {
    switch state {
    case .pipeline(var progress):
      let isOver = try progress.receive(received, cache: &cache)
      state = .pipeline(progress)
      if isOver { finish(progress.outcome) }
    case .script(var collected):
      switch received {
      case .done(let table): collected.tables.append(table)
      case .failed(let error): collected.error = error
      case .unusable(let error): throw error
      case .copyIn: throw PostgresError(.misuse, "COPY … FROM STDIN is run with copyIn")
      case .skipped, .synced: throw PostgresError(.connectionLost, "the server's answers are out of step")
      case .end:
        try leaveSimpleMode()
        finish(collected)
        return
      }
      state = .script(collected)
    case .copy(var progress):
      let isOver = try progress.receive(received)
      state = .copy(progress)
      if isOver {
        try leaveSimpleMode()
        finish(progress.outcome)
      }
    case .connecting, .idle, .over:
      preconditionFailure("no result is awaited")
    }
  }

  private func leaveSimpleMode() throws(PostgresError) {
    guard unsafe PQenterPipelineMode(handle.raw) == 1 else { throw PostgresError(.connectionLost, handle.errorMessage) }
  }

  private func finish(_ outcome: Outcome) {
    state = .idle
    wait = .done
    self.outcome = outcome
  }
}

/// Keeps what is told of notices alive as long as the connection.
private final class NoticeLog {
  let tell: (PostgresError) -> Void

  init(_ tell: @escaping (PostgresError) -> Void) {
    self.tell = tell
  }
}

extension Exchange {
  /// What would make libpq refuse to send it, so that the connection would be lost for a mistake of the program.
  fileprivate func problem(_ cache: StatementCache) -> PostgresError? {
    let texts: [String]
    switch self {
    case .pipeline(let statements):
      if let wide = statements.first(where: { $0.binds.slots.count > 65_535 }) {
        return PostgresError(.misuse, "\(wide.binds.slots.count) values in one statement, 65535 are possible; bind arrays")
      }
      texts = statements.filter { !cache.contains($0) }.map(\.sql)
    case .script(let sql), .copy(let sql, _):
      texts = [sql]
    }
    return texts.contains { $0.utf8.contains(0) } ? PostgresError(.misuse, "the SQL text has a NUL character") : nil
  }
}

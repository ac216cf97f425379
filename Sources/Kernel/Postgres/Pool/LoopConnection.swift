import Logging
import Reactor

/// A conversation that an event loop waits for, and the exchanges that wait for it, in order.
/// Everything but `run` belongs to the loop's thread; that is what makes it Sendable.
final class LoopConnection: @unchecked Sendable {
  let loop: EventLoop
  private let configuration: DatabaseConfiguration
  private let canceller: Canceller
  private let conversation: Conversation
  private var registration: Registration?
  private var running: Ticket?
  private var waiting: [Ticket] = []
  /// A cancel request is on its way; what is sent before it has arrived might be hit by it.
  private var isCancelInFlight = false
  private var onConnected: ((PostgresError?) -> Void)?
  /// Told once when the connection ends, except by `close`.
  var onEnd: ((PostgresError) -> Void)?
  var onNotifications: (([PostgresNotification]) -> Void)?

  init(
    _ conversation: Conversation, on loop: EventLoop, _ configuration: DatabaseConfiguration, _ canceller: Canceller,
    _ logger: Logger
  ) {
    self.conversation = conversation
    self.loop = loop
    self.configuration = configuration
    self.canceller = canceller
    conversation.onNotice { notice in
      logger.debug(
        "The database says something", metadata: ["notice": "\(notice.message)", "severity": "\(notice.severity ?? "")"])
    }
  }

  var end: PostgresError? { conversation.end }
  var transactionState: TransactionState { conversation.transactionState }
  var serverProcess: Int32 { conversation.serverProcess }
  var isBusy: Bool { running != nil || !waiting.isEmpty }

  /// Goes through with connecting; the closure is called once, later.
  func connect(_ onConnected: @escaping (PostgresError?) -> Void) {
    self.onConnected = onConnected
    watch()
    loop.schedule(after: configuration.connectTimeout) { [weak self] in
      guard let self, conversation.isConnecting else { return }
      let timeout = configuration.connectTimeout
      conversation.abandon(PostgresError(.unreachable, "no connection within \(timeout)"))
      settle()
    }
  }

  /// Looks whether the server has ended an idle connection unnoticed.
  func isAlive() -> Bool {
    loop.assertCurrent()
    guard running == nil else { return end == nil }
    conversation.proceed()
    settle()
    return end == nil
  }

  /// Ends the connection; what runs or waits fails.
  func close(_ error: PostgresError = PostgresError(.closed, "the database was closed")) {
    loop.assertCurrent()
    onEnd = nil
    conversation.abandon(error)
    settle()
  }

  /// Ends the connection as if it had broken: whoever is told of its end is told.
  func fail() {
    loop.assertCurrent()
    conversation.abandon(PostgresError(.connectionLost, "the connection was dropped"))
    settle()
  }

  // MARK: Exchanges

  /// Runs what `make` (called on the loop, when its turn in order is known) says. The outcome's error is the server's or the
  /// connection's; throws CancellationError when the task was cancelled before the server was done. `isShielded` ignores that.
  func run(
    deadline: ContinuousClock.Instant? = nil, isShielded: Bool = false, _ make: @escaping @Sendable () -> Exchange
  ) async throws -> Outcome {
    if !isShielded { try Task.checkCancellation() }
    let ticket = Ticket(deadline: deadline)
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        ticket.continuation = continuation
        loop.runHere { [self] in start(ticket, make()) }
      }
    } onCancel: { [self] in
      if !isShielded { loop.execute { [self] in interrupt(ticket, .task) } }
    }
    if ticket.interruption == .task && outcome.error != nil { throw CancellationError() }
    return outcome
  }

  private func start(_ ticket: Ticket, _ exchange: Exchange) {
    ticket.exchange = exchange
    if let deadline = ticket.deadline {
      ticket.timer = loop.schedule(at: deadline) { [weak self] in self?.interrupt(ticket, .deadline) }
    }
    waiting.append(ticket)
    beginNext()
  }

  private func beginNext() {
    while running == nil, !isCancelInFlight, !waiting.isEmpty {
      let ticket = waiting.removeFirst()
      if let error = conversation.end {
        ticket.finish(Outcome(error: error), loop)
        continue
      }
      running = ticket
      conversation.begin(ticket.exchange!)
      settle()
    }
  }

  /// Looks at what a step of the conversation brought.
  private func settle() {
    if let done = onConnected, !conversation.isConnecting {
      onConnected = nil
      done(conversation.end)
    }
    let notifications = conversation.takeNotifications()
    if !notifications.isEmpty { onNotifications?(notifications) }
    if let outcome = conversation.takeOutcome(), let ticket = running {
      running = nil
      ticket.finish(outcome, loop)
    }
    if let error = conversation.end {
      registration?.cancel()
      registration = nil
      let lost = waiting
      waiting = []
      for ticket in lost { ticket.finish(Outcome(error: error), loop) }
      let tell = onEnd
      onEnd = nil
      tell?(error)
      return
    }
    watch()
    beginNext()
  }

  private func watch() {
    // While connecting, libpq may close the descriptor and open another with the same number: epoll has then forgotten it.
    if conversation.isConnecting {
      registration?.cancel()
      registration = nil
    }
    guard conversation.end == nil else { return }
    let interest: Interest =
      switch conversation.wait {
      case .read, .done: .read
      case .write: .write
      case .both: [.read, .write]
      }
    if let registration {
      registration.setInterest(interest)
    } else {
      registration = loop.register(fd: conversation.socket, interest: interest) { [weak self] _ in
        guard let self else { return }
        conversation.proceed()
        settle()
      }
    }
  }

  // MARK: Interruption

  private func interrupt(_ ticket: Ticket, _ interruption: Ticket.Interruption) {
    guard !ticket.isFinished, ticket.interruption == nil else { return }
    ticket.interruption = interruption
    if let place = waiting.firstIndex(where: { $0 === ticket }) {
      waiting.remove(at: place)
      ticket.finish(Outcome(error: PostgresError(.deadlineExceeded, "the connection was not free before the deadline")), loop)
      return
    }
    guard running === ticket else { return }
    cancelRunning(ticket)
  }

  private func cancelRunning(_ ticket: Ticket) {
    guard let handle = conversation.cancelHandle() else {
      conversation.abandon(ticket.lossAtInterruption)
      settle()
      return
    }
    isCancelInFlight = canceller.request(handle) { [self] in
      loop.execute { [self] in
        isCancelInFlight = false
        beginNext()
      }
    }
    // Neither a server that does not answer nor a cancel request that hangs holds the caller, or the pool's place, longer.
    loop.schedule(after: configuration.cancelGrace) { [weak self] in
      guard let self, end == nil, running === ticket || isCancelInFlight else { return }
      conversation.abandon(ticket.lossAtInterruption)
      settle()
    }
  }
}

extension EventLoop {
  /// Runs the body at once when this is the loop's thread, else soon.
  func runHere(_ body: @escaping @Sendable () -> Void) {
    if isCurrent { body() } else { execute(body) }
  }
}

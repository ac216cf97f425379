import HTTP2
import Logging
import Reactor
import Synchronization

/// One connection of a server, with its calls. Belongs to its loop.
final class ServerConnection: ConnectionDelegate, @unchecked Sendable {
  let loop: EventLoop
  private let connection: Connection
  /// What its calls have in common. Made for the first of them: who the peer is, is known when TLS's handshake is done.
  private(set) lazy var facts = ConnectionFacts(
    peer: connection.peer?.description ?? "unknown", identity: connection.identity, logger: logger)
  private let pool: HandlerPool
  private let methods: MethodTable
  private let configuration: RPCServerConfiguration
  private let maximumMessageBytes: Int
  private let maximumRunningHandlers: Int
  private let logger: Logger
  private let onClosed: (ServerConnection) -> Void
  /// Open calls, and those whose handler has not returned although the stream is gone.
  private var calls: [ServerCall] = []
  private var runningHandlers = 0
  private var bufferedBytes = 0
  /// Calls whose handlers start when the input has been taken in; the other list is the one being worked off.
  private var starting: [ServerCall] = []
  private var startingNow: [ServerCall] = []
  private var isDraining = false
  /// The head that is being read.
  private let head: IncomingHead

  init(
    transport: any ByteTransport, methods: MethodTable, configuration: RPCServerConfiguration, pool: HandlerPool,
    logger: Logger,
    onClosed: @escaping (ServerConnection) -> Void
  ) throws(SessionError) {
    var settings = SessionSettings()
    settings.maximumConcurrentStreams = configuration.maximumConcurrentStreams
    settings.maximumHeaderBytes = configuration.maximumHeaderBytes
    var limits = ConnectionPolicy.Limits(
      keepaliveInterval: configuration.keepalive.interval, keepaliveTimeout: configuration.keepalive.timeout, pingsWhenIdle: true)
    limits.pingTolerance = configuration.pingTolerance
    limits.floods = configuration.floods
    limits.patience = configuration.patience
    limits.lifetime = configuration.lifetime
    connection = try Connection(transport: transport, role: .server, settings: settings, limits: limits, loop: pool.loop)
    loop = pool.loop
    self.pool = pool
    self.methods = methods
    head = IncomingHead(methods: methods)
    self.configuration = configuration
    maximumMessageBytes = configuration.maximumMessageBytes
    maximumRunningHandlers = configuration.maximumConcurrentStreams
    self.logger = logger
    self.onClosed = onClosed
  }

  var counters: LoopCounters { pool.counters }

  func start() {
    connection.session.readHeads(by: head)
    connection.start(for: self)
  }

  // MARK: Calls

  func opened(_ stream: Int32, head fields: borrowing IncomingFields) -> (any StreamHandler)? {
    // Streams that were reset at once still keep their handlers running: those count too (rapid reset).
    guard runningHandlers < maximumRunningHandlers else { return nil }
    do throws(IncomingHead.Rejection) {
      try head.judge(isTruncated: fields.isTruncated)
      let call = ServerCall(owner: self, stream: stream, head: head, maximumMessageBytes: maximumMessageBytes)
      adopt(call)
      if head.method != nil {
        call.begin()
      } else {
        call.refuse(.status(RPCError(.unimplemented, methods.explanation(ofMissing: call.method))))
      }
      return call
    } catch {
      let call = ServerCall(refusing: stream, owner: self)
      adopt(call)
      call.refuse(error)
      return call
    }
  }

  private func adopt(_ call: ServerCall) {
    call.place = calls.count
    calls.append(call)
    counters.callStarted()
  }

  var chain: InterceptorChain { pool.chain }
  var answerEncoding: MessageEncoding { configuration.answerEncoding }

  func startSoon(_ call: ServerCall) { starting.append(call) }

  func finishedReceiving() {
    guard !starting.isEmpty else { return }
    swap(&starting, &startingNow)
    for call in startingNow {
      if isDraining, call.isEndless { call.cutShort(Self.drainError) } else { call.start() }
    }
    startingNow.removeAll(keepingCapacity: true)
  }

  /// Counts what unfinished requests hold; throws when it is too much.
  func buffered(_ count: Int) throws(RPCError) {
    bufferedBytes += count
    guard bufferedBytes <= configuration.maximumBufferedBytes else {
      throw RPCError(.resourceExhausted, "This connection sends too many large requests at once; send fewer.")
    }
  }

  func released(_ count: Int) { bufferedBytes -= count }

  /// Starts a call's handler.
  func run(_ call: ServerCall) {
    runningHandlers += 1
    pool.run(call)
  }

  func handlerEnded(_ call: ServerCall) {
    runningHandlers -= 1
    if !call.isOpen { forget(call) }
  }

  func callClosed(_ call: ServerCall, succeeded: Bool) {
    counters.callEnded(succeeded: succeeded, call.counters.traffic)
    if !call.isHandlerRunning { forget(call) }
  }

  /// The last call takes the place of the one that goes.
  private func forget(_ call: ServerCall) {
    guard call.place >= 0, let last = calls.popLast() else { return }
    if last !== call {
      calls[call.place] = last
      last.place = call.place
    }
    call.place = -1
  }

  // MARK: Frames

  func respond(_ stream: Int32, _ head: SentFields, endsStream: Bool) {
    connection.session.respond(stream, head, endsStream: endsStream)
    connection.flushAtEndOfTurn()
  }

  func resume(_ stream: Int32) {
    connection.session.resume(stream)
    connection.flushAtEndOfTurn()
  }

  func reset(_ stream: Int32, _ code: ErrorCode) {
    connection.session.reset(stream, code)
    connection.flushAtEndOfTurn()
  }

  func consume(_ stream: Int32, _ count: Int) {
    connection.session.consume(stream, count)
    connection.flushAtEndOfTurn()
  }

  // MARK: The connection

  private static let drainError = RPCError(.unavailable, "The service is shutting down; call again.")

  func received(_ event: ConnectionEvent) {}

  func reached(_ limit: ConnectionLimit) {
    logger.warning("a peer reached a limit", metadata: ["peer": "\(facts.peer)", "limit": "\(limit.rawValue)"])
  }

  /// Takes no further calls; those that run may end, those that would never end are ended.
  func drain() {
    guard !isDraining else { return }
    isDraining = true
    connection.drain()
    for call in calls where call.isEndless { call.cutShort(Self.drainError) }
  }

  /// Ends every call.
  func cutShort() {
    for call in calls { call.cutShort(Self.drainError) }
  }

  func close(reason: String) { connection.close(reason: reason) }

  func closed(reason: String) {
    logger.debug("connection closed", metadata: ["peer": "\(facts.peer)", "reason": "\(reason)"])
    onClosed(self)
  }
}

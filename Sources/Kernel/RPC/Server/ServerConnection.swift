import HTTP2
import Logging
import Reactor

/// One connection of a server, with its calls. Belongs to its loop.
final class ServerConnection: ConnectionDelegate, @unchecked Sendable {
  let loop: EventLoop
  private let connection: Connection
  private let methods: MethodTable
  private let configuration: RPCServerConfiguration
  private let logger: Logger
  private let peer: String
  private let onClosed: (ServerConnection) -> Void
  /// Open calls, and those whose handler has not returned although the stream is gone.
  private var calls: [ObjectIdentifier: ServerCall] = [:]
  private var runningHandlers = 0
  private var bufferedBytes = 0
  private var starting: [ServerCall] = []
  private var isDraining = false

  init(
    transport: any ByteTransport, methods: MethodTable, configuration: RPCServerConfiguration, loop: EventLoop, logger: Logger,
    onClosed: @escaping (ServerConnection) -> Void
  ) throws(SessionError) {
    var settings = SessionSettings()
    settings.maximumConcurrentStreams = configuration.maximumConcurrentStreams
    settings.maximumHeaderBytes = configuration.maximumHeaderBytes
    let limits = ConnectionPolicy.Limits(
      keepaliveInterval: configuration.keepalive.interval, keepaliveTimeout: configuration.keepalive.timeout, pingsWhenIdle: true)
    connection = try Connection(transport: transport, role: .server, settings: settings, limits: limits, loop: loop)
    self.loop = loop
    self.methods = methods
    self.configuration = configuration
    self.logger = logger
    self.onClosed = onClosed
    peer = transport.peer?.description ?? "unknown"
    connection.delegate = self
  }

  func start() { connection.start() }

  // MARK: Calls

  func opened(_ stream: HTTP2Stream, head: HeaderBlock) -> (any StreamHandler)? {
    // Streams that were reset at once still keep their handlers running: those count too (rapid reset).
    guard runningHandlers < configuration.maximumConcurrentStreams else { return nil }
    let parsed = Result { () throws(RequestHead.Rejection) in try RequestHead(head) }
    let request = try? parsed.get()
    let context = CallContext(
      method: request?.path ?? "", metadata: request?.metadata ?? Metadata(),
      deadline: request?.timeout.map { ContinuousClock.now.advanced(by: $0) }, peer: peer, logger: logger)
    let method = request.flatMap { methods[$0.path] }
    let call = ServerCall(
      connection: self, stream: stream, method: method, context: context, maximumMessageBytes: configuration.maximumMessageBytes)
    calls[ObjectIdentifier(call)] = call
    if case .failure(let rejection) = parsed {
      call.refuse(rejection)
    } else if method == nil {
      call.refuse(.status(RPCError(.unimplemented, methods.explanation(ofMissing: context.method))))
    }
    return call
  }

  func startSoon(_ call: ServerCall) { starting.append(call) }

  func finishedReceiving() {
    guard !starting.isEmpty else { return }
    let ready = starting
    starting.removeAll(keepingCapacity: true)
    for call in ready {
      if isDraining, call.isEndless { call.cutShort(Self.drainError) } else { call.start() }
    }
  }

  /// Counts what unfinished requests hold; throws when it is too much.
  func buffered(_ count: Int) throws(RPCError) {
    bufferedBytes += count
    guard bufferedBytes <= configuration.maximumBufferedBytes else {
      throw RPCError(.resourceExhausted, "This connection sends too many large requests at once; send fewer.")
    }
  }

  func released(_ count: Int) { bufferedBytes -= count }

  func handlerStarted() { runningHandlers += 1 }

  func handlerEnded(_ call: ServerCall) {
    runningHandlers -= 1
    if !call.isOpen { calls[ObjectIdentifier(call)] = nil }
  }

  func callClosed(_ call: ServerCall) {
    if !call.isHandlerRunning { calls[ObjectIdentifier(call)] = nil }
  }

  // MARK: Frames

  func respond(_ stream: Int32, _ head: HeaderBlock, endsStream: Bool) {
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

  /// Takes no further calls; those that run may end, those that would never end are ended.
  func drain() {
    guard !isDraining else { return }
    isDraining = true
    connection.drain()
    for call in Array(calls.values) where call.isEndless { call.cutShort(Self.drainError) }
  }

  /// Ends every call.
  func cutShort() {
    for call in Array(calls.values) { call.cutShort(Self.drainError) }
  }

  func close(reason: String) { connection.close(reason: reason) }

  func closed(reason: String) {
    logger.debug("connection closed", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
    onClosed(self)
  }
}

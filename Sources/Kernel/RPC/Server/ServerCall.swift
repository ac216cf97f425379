import HTTP2
import Logging
import Reactor
import Synchronization

/// One call being served: takes the request in, runs the handler, sends what it answers. Belongs to its connection's loop.
final class ServerCall: ServedCall, StreamHandler, @unchecked Sendable {
  /// A writer waits while more than this is on its way, and goes on when less than half of it is.
  static let highWaterBytes = 64 << 10

  /// A last frame or none, or an error.
  typealias Outcome = Result<[UInt8]?, RPCError>

  private enum Phase {
    /// The one request message is not complete.
    case receiving
    /// The handler starts when the connection's input has been taken in.
    case ready
    case running
    /// The answer is decided, the handler may still be on its way out.
    case answered
  }

  private let owner: ServerConnection
  private let stream: Int32
  private var deframer: MessageDeframer
  /// The one message of a method that takes one.
  private var request: Inbox.Message?
  private var phase = Phase.receiving
  private var hasEnded = false
  /// What a request that is not gRPC is answered with at its end.
  private var httpStatus: Int?
  private var outbox = Outbox()
  private var hasSentHead = false
  private var isAnsweredOK = false
  /// Nil until somebody streams.
  private var streams: StreamingSide?
  /// What the connection counts as this call's incomplete messages.
  private var countedBytes = 0
  private var deadlineTimer: TimerToken?
  /// Where the call stands in its connection's list; -1 when it is not there any more.
  var place = -1
  /// What stands around the handler, since it was called.
  private var way = InterceptorChain.Way.plain
  /// When observers heard of the call.
  private var began: CallEnd.Start?
  /// The task that runs the handler.
  var task: HandlerTask?
  /// Whether the stream is there.
  private(set) var isOpen = true
  /// Whether a handler was started that has not returned.
  private(set) var isHandlerRunning = false

  private var loop: EventLoop { owner.loop }

  init(owner: ServerConnection, stream: Int32, head: IncomingHead, maximumMessageBytes: Int) {
    self.owner = owner
    self.stream = stream
    deframer = MessageDeframer(maximumMessageBytes: maximumMessageBytes, encoding: head.encoding)
    let timeout = head.timeout
    super.init(
      head.method ?? ServedMethod(unserved: head.path), metadata: head.metadata,
      deadline: timeout.map(Deadline.init(after:)), acceptsGzip: head.acceptsGzip,
      encoding: head.acceptsGzip ? owner.answerEncoding : .identity, connection: owner.facts)
    if served.streamsRequests { streams = StreamingSide() }
    if let timeout {
      deadlineTimer = loop.schedule(after: timeout) { [weak self] in self?.cutShort(Self.deadlineError) }
    }
  }

  /// A call that is only going to be refused.
  init(refusing stream: Int32, owner: ServerConnection) {
    self.owner = owner
    self.stream = stream
    deframer = MessageDeframer(maximumMessageBytes: 0)
    super.init(
      .unnamed, metadata: Metadata(), deadline: nil, acceptsGzip: false, encoding: .identity, connection: owner.facts)
  }

  private static let deadlineError = RPCError(.deadlineExceeded, "The deadline of the call has passed.")
  private static let endedError = RPCError(.cancelled, "The call has ended.")

  var isEndless: Bool { served.isEndless }

  // MARK: The request

  /// The head was in order: a handler that takes many messages can start.
  func begin() {
    guard case .receiving = phase, served.streamsRequests else { return }
    phase = .ready
    owner.startSoon(self)
  }

  var isAwaitingRest: Bool {
    switch phase {
    case .receiving: true
    // With messages that nobody takes, it is this end that makes the peer wait.
    case .ready, .running: served.streamsRequests && deframer.isInsideMessage && streams?.inbox.isEmpty != false
    case .answered: httpStatus != nil
    }
  }

  func received(head: HeaderBlock) {}
  func received(trailers: HeaderBlock) {}

  func received(data: UnsafeRawBufferPointer) {
    guard isTakingMessages else { return owner.consume(stream, data.count) }
    do throws(RPCError) {
      var messages = 0
      var bytes = 0
      unsafe try deframer.receive(data) { message, wasCompressed in
        messages += 1
        bytes += message.count
        let message = Inbox.Message(bytes: message, wasCompressed: wasCompressed)
        if let streams { streams.inbox.append(message) } else { request = message }
      }
      if messages > 0 { try count(messages: messages, bytes: bytes) }
      let held = deframer.bufferedBytes + (request?.bytes.count ?? 0)
      let more = held - countedBytes
      countedBytes = held
      try owner.buffered(more)
    } catch {
      owner.consume(stream, data.count)
      return served.streamsRequests ? cutShort(error) : decide(.failure(error))
    }
    guard let streams else { return owner.consume(stream, data.count) }
    owner.consume(stream, streams.inbox.credit(for: data.count))
    if streams.reader != nil, let message = takeFromInbox() { resumeReader(.success(message)) }
  }

  private var isTakingMessages: Bool {
    switch phase {
    case .receiving: served.shape != nil
    case .ready, .running: served.streamsRequests
    case .answered: false
    }
  }

  private func count(messages: Int, bytes: Int) throws(RPCError) {
    let total = counters.received(messages: messages, bytes: bytes)
    guard let request else { return }
    if request.wasCompressed { wasRequestCompressed.store(true, ordering: .relaxed) }
    if total > 1 { throw RPCError(.unimplemented, "The method takes one message; more were sent.") }
  }

  /// Answers one who does not speak gRPC in the words of HTTP, for the person who sees it.
  private func answer(httpStatus status: Int) {
    httpStatus = nil
    outbox.finish(.end)
    owner.respond(stream, .block(ResponseFields.http(status: status)), endsStream: outbox.isEmpty)
  }

  func receivedEnd() {
    if let httpStatus { answer(httpStatus: httpStatus) }
    guard !hasEnded else { return }
    hasEnded = true
    guard isTakingMessages else { return }
    guard !deframer.isInsideMessage else {
      return cutShort(RPCError(.internalError, "The request ended inside a message."))
    }
    if let streams {
      if streams.inbox.isEmpty { resumeReader(.success(nil)) }
      return
    }
    guard request != nil else {
      return decide(.failure(RPCError(.unimplemented, "The method takes one message; none was sent.")))
    }
    phase = .ready
    owner.startSoon(self)
  }

  /// Answers a call that is not going to be served.
  func refuse(_ rejection: IncomingHead.Rejection) {
    switch rejection {
    case .status(let error): decide(.failure(error))
    case .unknownEncoding(let error):
      refuse(error) { $0.append("grpc-accept-encoding", MessageEncoding.accepted) }
    case .http(let status, let hasBody):
      // Whoever does not speak gRPC may send first and read then: the answer waits for the request's end.
      settle()
      hasSentHead = true
      httpStatus = status
      if hasBody { outbox.append(ResponseFields.explanation(httpStatus: status)) }
    }
  }

  private func refuse(_ error: RPCError, _ addFields: (inout HeaderBlock) -> Void) {
    settle()
    hasSentHead = true
    var fields = ResponseFields.trailersOnly(error)
    addFields(&fields)
    owner.respond(stream, .block(fields), endsStream: true)
  }

  // MARK: Reading

  /// The next message of a streamed request, nil after the last. On any thread, one reader at a time.
  func nextRequest() async throws -> [UInt8]? {
    if loop.isCurrent, streams?.reader == nil {
      if let message = takeFromInbox() { return message }
      if hasEnded, isServing, !deframer.isInsideMessage { return nil }
    }
    let waiting = WaitingReader()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        loop.perform { [self] in
          waiting.continuation = continuation
          read(waiting)
        }
      }
    } onCancel: {
      loop.execute { [self] in
        waiting.isCancelled = true
        if streams?.reader === waiting { resumeReader(.failure(CancellationError())) }
      }
    }
  }

  private func read(_ waiting: WaitingReader) {
    guard let streams, streams.reader == nil else {
      waiting.resume(.failure(RPCError(.internalError, "A stream of requests has one reader.")))
      return
    }
    streams.reader = waiting
    if let message = takeFromInbox() {
      resumeReader(.success(message))
    } else if !isServing {
      resumeReader(.failure(Self.endedError))
    } else if hasEnded {
      resumeReader(.success(nil))
    } else if waiting.isCancelled {
      resumeReader(.failure(CancellationError()))
    }
  }

  private func resumeReader(_ result: Result<[UInt8]?, any Error>) {
    guard let reader = streams?.reader else { return }
    streams?.reader = nil
    reader.resume(result)
  }

  private func takeFromInbox() -> [UInt8]? {
    guard let (message, credit) = streams?.inbox.take() else { return nil }
    if credit > 0, isOpen { owner.consume(stream, credit) }
    wasRequestCompressed.store(message.wasCompressed, ordering: .relaxed)
    return message.bytes
  }

  // MARK: The handler

  /// Gives the call to a task of the pool; outside the session.
  func start() {
    guard case .ready = phase, isOpen else { return }
    if let deadline, deadline <= .now { return cutShort(Self.deadlineError) }
    phase = .running
    releaseCounted()
    isHandlerRunning = true
    owner.run(self)
  }

  /// The handler is about to be called: asks those who only watch. Throws when one of them refuses, and when the call is over: it had no task yet that
  /// could have been cancelled, so that its handler would work, or wait, for nobody.
  func handlerBegins() throws {
    guard isServing else { throw Self.endedError }
    way = owner.chain.way
    guard way == .observed else { return }
    let start = CallEnd.Start()
    // Those who have begun hear of the refusal here.
    way = .plain
    try owner.chain.begin(CallContext(self), start)
    way = .observed
    began = start
  }

  /// The handler has returned.
  func handlerEnded(_ outcome: Outcome) {
    // Where others stand around it, its answer was counted before they heard of it.
    if way != .intercepted, case .success(let frame?) = outcome { counters.sent(frame) }
    guard way == .observed, let began else { return }
    var answered: RPCError?
    if case .failure(let error) = outcome { answered = error }
    owner.chain.end(CallContext(self), CallEnd(since: began, outcome: answered, traffic: counters.traffic))
  }

  /// The handler of a call with one message each way that nothing stands around.
  var unaryHandler: RPCMethod.UnaryHandler? { way == .intercepted ? nil : served.unary }

  /// Runs the handler of any call, in the pool's task. Apart from the way that small calls take: what it needs would be in every open call's frame.
  @inline(never) func serve() async throws -> [UInt8]? {
    let context = CallContext(self)
    guard way == .intercepted else { return try await handle(context) }
    var frame: [UInt8]?
    try await owner.chain.run(context) { context in
      frame = try await handle(context)
      // The handler is done, and nobody else counts what is sent, wherever an interceptor has brought this.
      if let frame { counters.sent(frame) }
    }
    return frame
  }

  /// What a handler's error is answered with.
  func failure(_ error: any Error) -> Outcome {
    let answered = RPCError.answering(error)
    if answered.code == .internalError || answered.code == .unknown || answered.code == .dataLoss {
      CallContext(self).logger.error("the call failed", metadata: ["error": "\(error)"])
    }
    return .failure(answered)
  }

  private func handle(_ context: CallContext) async throws -> [UInt8]? {
    switch served.shape {
    case .unary(let handler): return try await handler(UnaryExchange(takeRequest(), context)).frame
    case .serverStreaming(let handler):
      try await handler(takeRequest(), context, self)
    case .clientStreaming(let handler): return try await handler(context, self)
    case .bidirectionalStreaming(let handler):
      try await handler(context, self)
    case nil: break
    }
    return nil
  }

  /// The one message. The handler starts on the loop; an interceptor may have moved it elsewhere, but nothing else touches the message then.
  func takeRequest() -> [UInt8] {
    request.take()?.bytes ?? []
  }

  func handlerReturned(_ outcome: Outcome) {
    isHandlerRunning = false
    decide(outcome)
    owner.handlerEnded(self)
  }

  // MARK: Writing

  /// A frame from the handler, on any thread. Returns when there is room for more.
  func send(_ frame: [UInt8]) async throws {
    if loop.isCurrent {
      if try offer(frame) { return }
      try await room()
    } else {
      try await withCheckedThrowingContinuation { continuation in
        loop.execute { [self] in continuation.resume(with: Result { _ = try offer(frame) }) }
      }
      try await room()
    }
  }

  /// Takes a frame; false when the next should wait.
  private func offer(_ frame: [UInt8]) throws -> Bool {
    guard isServing else { throw Self.endedError }
    counters.sent(frame)
    outbox.append(frame)
    sendHeadOrResume()
    return outbox.waitingBytes <= Self.highWaterBytes
  }

  private func room() async throws {
    let writer = WaitingWriter()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        loop.perform { [self] in
          writer.continuation = continuation
          if !isServing {
            writer.resume(throwing: Self.endedError)
          } else if writer.isCancelled {
            writer.resume(throwing: CancellationError())
          } else if outbox.waitingBytes <= Self.highWaterBytes {
            writer.resume(throwing: nil)
          } else {
            if streams == nil { streams = StreamingSide() }
            streams?.writers.append(writer)
          }
        }
      }
    } onCancel: {
      loop.execute {
        writer.isCancelled = true
        writer.resume(throwing: CancellationError())
      }
    }
  }

  private func releaseWriters(_ error: (any Error)?) {
    guard let streams, !streams.writers.isEmpty else { return }
    let waiting = streams.writers
    streams.writers.removeAll()
    for writer in waiting { writer.resume(throwing: error) }
  }

  private var isServing: Bool { if case .running = phase { isOpen } else { false } }

  // MARK: The answer

  /// Decides the answer, once: a last frame or none and OK, or an error.
  private func decide(_ outcome: Outcome) {
    if case .answered = phase { return }
    settle()
    guard isOpen else { return }
    switch outcome {
    case .success(let frame): succeed(frame)
    case .failure(let error): fail(error)
    }
  }

  private func succeed(_ frame: [UInt8]?) {
    isAnsweredOK = true
    // Counted already, when the handler gave it.
    if let frame { outbox.append(frame) }
    outbox.finish(.trailers(answer.okTrailers))
    sendHeadOrResume()
  }

  private func fail(_ error: RPCError) {
    let said = answer.metadata
    guard hasSentHead || !said.initial.isEmpty else {
      hasSentHead = true
      return owner.respond(stream, .block(ResponseFields.trailersOnly(error, metadata: said.trailing)), endsStream: true)
    }
    outbox.finish(.trailers(.block(ResponseFields.trailers(error, metadata: said.trailing))))
    sendHeadOrResume()
  }

  /// Ends the call from outside its handler: the deadline, a drain whose time is up, a broken request. When answers wait to be sent the caller
  /// does not read: it would not get to the status behind them either.
  func cutShort(_ error: RPCError) {
    if case .answered = phase { return }
    if hasSentHead, !outbox.isEmpty {
      settle()
      owner.reset(stream, .cancel)
    } else {
      decide(.failure(error))
    }
    task?.cancel()
  }

  private func settle() {
    phase = .answered
    releaseCounted()
    if let deadlineTimer { loop.cancel(deadlineTimer) }
    deadlineTimer = nil
    guard let streams else { return }
    releaseWriters(Self.endedError)
    // Making an error costs an allocation, and often nobody waits.
    if streams.reader != nil { resumeReader(.failure(Self.endedError)) }
    streams.inbox.discard()
  }

  private func releaseCounted() {
    guard countedBytes > 0 else { return }
    owner.released(countedBytes)
    countedBytes = 0
  }

  private func sendHeadOrResume() {
    guard !hasSentHead else { return owner.resume(stream) }
    hasSentHead = true
    owner.respond(stream, answer.takeHead(), endsStream: false)
  }

  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk {
    let chunk = unsafe outbox.take(into: buffer)
    if streams != nil, outbox.waitingBytes <= Self.highWaterBytes / 2 { releaseWriters(nil) }
    return chunk
  }

  func closed(_ reason: StreamClosure) {
    isOpen = false
    outbox.discard()
    if case .answered = phase {} else { settle() }
    // Also one that has answered and lingers has nobody to work for.
    task?.cancel()
    owner.callClosed(self, succeeded: reason.code == .noError && isAnsweredOK)
  }
}

/// What a call has beside when messages stream, in either direction: most have one each way. Belongs to the call's loop.
private final class StreamingSide {
  /// The messages of a method that takes many.
  var inbox = Inbox()
  var reader: WaitingReader?
  var writers: [WaitingWriter] = []
}

/// A reader that waits for a message. Belongs to the call's loop.
private final class WaitingReader: @unchecked Sendable {
  var continuation: CheckedContinuation<[UInt8]?, any Error>?
  var isCancelled = false

  func resume(_ result: Result<[UInt8]?, any Error>) {
    guard let continuation else { return }
    self.continuation = nil
    continuation.resume(with: result)
  }
}

/// A writer that waits for room. Belongs to the call's loop.
private final class WaitingWriter: @unchecked Sendable {
  var continuation: CheckedContinuation<Void, any Error>?
  var isCancelled = false

  func resume(throwing error: (any Error)?) {
    guard let continuation else { return }
    self.continuation = nil
    if let error { continuation.resume(throwing: error) } else { continuation.resume() }
  }
}

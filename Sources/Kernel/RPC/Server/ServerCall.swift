import HTTP2
import Logging
import Reactor

/// One call being served: takes the request together, runs the handler, sends what it answers. Belongs to its connection's loop.
final class ServerCall: StreamHandler, @unchecked Sendable {
  /// A writer waits while more than this is on its way, and goes on when less than half of it is.
  static let highWaterBytes = 64 << 10

  private enum Phase {
    /// The request is not complete.
    case receiving
    /// Complete; the handler starts when the connection's input has been taken in.
    case ready([UInt8])
    case running(Task<Void, Never>?)
    /// The answer is decided, the handler may still be on its way out.
    case answered
  }

  private let connection: ServerConnection
  private let stream: HTTP2Stream
  private let method: RPCMethod?
  private let context: CallContext
  private var deframer: MessageDeframer
  private var request: [UInt8]?
  private var phase = Phase.receiving
  private var hasSentHead = false
  private var outbox = Outbox()
  private var writers: [WaitingWriter] = []
  /// What the connection counts as this call's unfinished request.
  private var bufferedBytes = 0
  private var deadlineTimer: TimerToken?
  /// Whether the stream is there.
  private(set) var isOpen = true
  /// Whether a handler was started that has not returned.
  private(set) var isHandlerRunning = false

  private var loop: EventLoop { connection.loop }

  init(connection: ServerConnection, stream: HTTP2Stream, method: RPCMethod?, context: CallContext, maximumMessageBytes: Int) {
    self.connection = connection
    self.stream = stream
    self.method = method
    self.context = context
    deframer = MessageDeframer(maximumMessageBytes: maximumMessageBytes)
    if let deadline = context.deadline {
      deadlineTimer = loop.schedule(at: deadline) { [weak self] in
        self?.cutShort(RPCError(.deadlineExceeded, "The deadline of the call has passed."))
      }
    }
  }

  var isEndless: Bool { method?.isEndless ?? false }

  // MARK: The request

  func received(head: HeaderBlock) {}
  func received(trailers: HeaderBlock) {}

  func received(data: UnsafeRawBufferPointer) {
    connection.consume(stream.id, data.count)
    guard case .receiving = phase else { return }
    do throws(RPCError) {
      bufferedBytes += data.count
      try connection.buffered(data.count)
      var extra = false
      unsafe try deframer.receive(data) { message in
        extra = extra || request != nil
        request = message
      }
      if extra { throw RPCError(.unimplemented, "The method takes one message; more were sent.") }
    } catch {
      answer(.failure(error))
    }
  }

  func receivedEnd() {
    guard case .receiving = phase else { return }
    guard method != nil else {
      return answer(.failure(RPCError(.unimplemented, "There is no method \"\(context.method)\" here.")))
    }
    guard !deframer.isInsideMessage else {
      return answer(.failure(RPCError(.internalError, "The request ended inside a message.")))
    }
    guard let request else {
      return answer(.failure(RPCError(.unimplemented, "The method takes one message; none was sent.")))
    }
    self.request = nil
    phase = .ready(request)
    connection.startSoon(self)
  }

  /// Answers a call that is not going to be served.
  func refuse(_ rejection: RequestHead.Rejection) {
    switch rejection {
    case .status(let error): answer(.failure(error))
    case .http(let status):
      settle()
      hasSentHead = true
      connection.respond(stream.id, ResponseFields.http(status: status), endsStream: true)
    }
  }

  // MARK: The handler

  /// Runs the handler until it first has to wait; outside the session.
  func start() {
    guard case .ready(let request) = phase, let method, isOpen else { return }
    phase = .running(nil)
    giveBackBuffer()
    isHandlerRunning = true
    connection.handlerStarted()
    let task = Task.immediate(executorPreference: loop) { [self] in
      let outcome = await serve(method, request)
      loop.perform { [self] in handlerReturned(outcome) }
    }
    if case .running = phase { phase = .running(task) }
  }

  private func serve(_ method: RPCMethod, _ request: [UInt8]) async -> Result<[UInt8]?, RPCError> {
    do {
      return try await CallContext.$current.withValue(context) {
        switch method.shape {
        case .unary(let handler):
          return .success(try await handler(request, context))
        case .serverStreaming(let handler):
          try await handler(request, context) { [self] frame in try await send(frame) }
          return .success(nil)
        }
      }
    } catch {
      let answered = RPCError.answering(error)
      if answered.code == .internalError || answered.code == .unknown || answered.code == .dataLoss {
        context.logger.error("the call failed", metadata: ["error": "\(error)"])
      }
      return .failure(answered)
    }
  }

  private func handlerReturned(_ outcome: Result<[UInt8]?, RPCError>) {
    isHandlerRunning = false
    answer(outcome)
    connection.handlerEnded(self)
  }

  /// A frame from the handler, on any thread. Returns when there is room for more.
  private func send(_ frame: [UInt8]) async throws {
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
    guard isServing else { throw RPCError(.cancelled, "The call has ended.") }
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
            writer.resume(throwing: RPCError(.cancelled, "The call has ended."))
          } else if writer.isCancelled {
            writer.resume(throwing: CancellationError())
          } else if outbox.waitingBytes <= Self.highWaterBytes {
            writer.resume(throwing: nil)
          } else {
            writers.append(writer)
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
    let waiting = writers
    writers.removeAll()
    for writer in waiting { writer.resume(throwing: error) }
  }

  private var isServing: Bool { if case .running = phase { isOpen } else { false } }

  // MARK: The answer

  /// Decides the answer, once: a last frame or none and OK, or an error.
  private func answer(_ outcome: Result<[UInt8]?, RPCError>) {
    if case .answered = phase { return }
    settle()
    guard isOpen else { return }
    switch outcome {
    case .success(let frame):
      if let frame { outbox.append(frame) }
      outbox.finish(.trailers(ResponseFields.okTrailers))
      sendHeadOrResume()
    case .failure(let error):
      guard hasSentHead else {
        hasSentHead = true
        return connection.respond(stream.id, ResponseFields.trailersOnly(error), endsStream: true)
      }
      outbox.finish(.trailers(ResponseFields.trailers(error)))
      sendHeadOrResume()
    }
  }

  /// Ends the call from outside its handler: the deadline, a drain whose time is up. When answers wait to be sent the caller does not read:
  /// it would not get to the status behind them either.
  func cutShort(_ error: RPCError) {
    if case .answered = phase { return }
    let task: Task<Void, Never>? = if case .running(let task) = phase { task } else { nil }
    if hasSentHead, !outbox.isEmpty {
      settle()
      connection.reset(stream.id, .cancel)
    } else {
      answer(.failure(error))
    }
    task?.cancel()
  }

  private func giveBackBuffer() {
    connection.released(bufferedBytes)
    bufferedBytes = 0
  }

  private func settle() {
    phase = .answered
    giveBackBuffer()
    request = nil
    if let deadlineTimer { loop.cancel(deadlineTimer) }
    deadlineTimer = nil
    releaseWriters(RPCError(.cancelled, "The call has ended."))
  }

  private func sendHeadOrResume() {
    if hasSentHead {
      connection.resume(stream.id)
    } else {
      hasSentHead = true
      connection.respond(stream.id, ResponseFields.head, endsStream: false)
    }
  }

  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk {
    let chunk = unsafe outbox.take(into: buffer)
    if outbox.waitingBytes <= Self.highWaterBytes / 2 { releaseWriters(nil) }
    return chunk
  }

  func closed(_ reason: StreamClosure) {
    isOpen = false
    outbox.discard()
    let task: Task<Void, Never>? = if case .running(let task) = phase { task } else { nil }
    settle()
    // Also one that has answered and lingers has nobody to work for.
    task?.cancel()
    connection.callClosed(self)
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

import HTTP2
import Reactor

/// One call being made. Belongs to its channel's loop.
final class ClientCall: StreamHandler, @unchecked Sendable {
  /// While more than this is waiting for the reader, the peer's window is not given back.
  static let highWaterBytes = 256 << 10
  /// How often a call that the peer cannot have worked on is sent again.
  static let maximumAttempts = 5

  private enum Phase {
    case waiting
    case open(stream: Int32, ClientConnection)
    case finished(RPCError?)
  }

  private let channel: ChannelCore
  private let path: String
  private let frame: [UInt8]
  private let metadata: Metadata
  private let deadline: ContinuousClock.Instant?
  let waitsForReady: Bool
  private var phase = Phase.waiting
  private var hasStarted = false
  private var attempts = 0
  private var deadlineTimer: TimerToken?
  private var outbox = Outbox()
  private var deframer: MessageDeframer
  private var responseHead: HeaderBlock?
  private var trailers: HeaderBlock?
  private var messages: [[UInt8]] = []
  private var nextMessage = 0
  private var waitingBytes = 0
  private var withheldBytes = 0
  private var reader: CheckedContinuation<[UInt8]?, any Error>?

  private var loop: EventLoop { channel.loop }

  init(channel: ChannelCore, path: String, frame: [UInt8], deadline: ContinuousClock.Instant?, options: CallOptions) {
    self.channel = channel
    self.path = path
    self.frame = frame
    self.deadline = deadline
    metadata = options.metadata
    waitsForReady = options.waitsForReady
    deframer = MessageDeframer(maximumMessageBytes: channel.configuration.maximumMessageBytes)
  }

  // MARK: For the caller, on any thread

  /// The next message; nil at the end. One reader at a time. The call starts with the first.
  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        loop.perform { [self] in
          start()
          read(continuation)
        }
      }
    } onCancel: {
      abandon()
    }
  }

  /// The one message of a unary call.
  func single() async throws -> [UInt8] {
    guard let message = try await next() else { throw RPCError(.unimplemented, "The peer ended the call without a message.") }
    guard try await next() == nil else {
      abandon()
      throw RPCError(.unimplemented, "The peer sent more than one message.")
    }
    return message
  }

  /// Nobody will read any more.
  func abandon() {
    loop.execute { [self] in cancel(RPCError(.cancelled, "The call was cancelled.")) }
  }

  // MARK: On the loop

  var isFinished: Bool { if case .finished = phase { true } else { false } }
  var hasBegun: Bool { if case .open = phase { true } else { false } }

  /// The head to send now.
  var head: RequestHead {
    RequestHead(path: path, timeout: deadline.map { ContinuousClock.now.duration(to: $0) }, metadata: metadata)
  }

  private func start() {
    guard !hasStarted, !isFinished else { return }
    hasStarted = true
    guard !loop.hasStopped else { return finish(RPCError(.unavailable, "This process is shutting down.")) }
    if let deadline {
      guard deadline > .now else { return finish(Self.deadlineError) }
      deadlineTimer = loop.schedule(at: deadline) { [weak self] in self?.cancel(Self.deadlineError) }
    }
    channel.submit(self)
  }

  func began(_ stream: Int32, on connection: ClientConnection) {
    attempts += 1
    outbox = Outbox()
    outbox.append(frame)
    outbox.finish(.end)
    phase = .open(stream: stream, connection)
  }

  private func read(_ continuation: CheckedContinuation<[UInt8]?, any Error>) {
    if nextMessage < messages.count {
      continuation.resume(returning: takeMessage())
    } else if case .finished(let error) = phase {
      if let error { continuation.resume(throwing: error) } else { continuation.resume(returning: nil) }
    } else if reader != nil {
      continuation.resume(throwing: RPCError(.failedPrecondition, "A stream of answers has one reader."))
    } else {
      reader = continuation
    }
  }

  private func takeMessage() -> [UInt8] {
    let message = messages[nextMessage]
    messages[nextMessage] = []
    nextMessage += 1
    if nextMessage == messages.count {
      messages.removeAll(keepingCapacity: true)
      nextMessage = 0
    }
    waitingBytes -= message.count
    if waitingBytes <= Self.highWaterBytes, withheldBytes > 0, case .open(let stream, let connection) = phase {
      connection.consume(stream, withheldBytes)
      withheldBytes = 0
    }
    return message
  }

  private static let deadlineError = RPCError(.deadlineExceeded, "The deadline of the call has passed.")

  /// Ends the call from this side.
  func cancel(_ error: RPCError) {
    guard !isFinished else { return }
    if case .open(let stream, let connection) = phase { connection.reset(stream, .cancel) }
    finish(error)
  }

  /// Decides how the call ends, once; messages that came before an end in order are still read.
  func finish(_ error: RPCError?) {
    guard !isFinished else { return }
    channel.ended(self)
    phase = .finished(error)
    if let deadlineTimer { loop.cancel(deadlineTimer) }
    deadlineTimer = nil
    guard let reader else { return }
    self.reader = nil
    if let error { reader.resume(throwing: error) } else { reader.resume(returning: nil) }
  }

  // MARK: From the stream

  func received(head: HeaderBlock) { responseHead = head }
  func received(trailers: HeaderBlock) { self.trailers = trailers }

  func received(data: UnsafeRawBufferPointer) {
    guard case .open(let stream, let connection) = phase else { return }
    if let status = responseHead?.value(of: ":status"), !status.elementsEqual("200".utf8) {
      // A proxy's page: the status says it all.
      return connection.consume(stream, data.count)
    }
    do throws(RPCError) {
      unsafe try deframer.receive(data) { message, _ in
        messages.append(message)
        waitingBytes += message.count
      }
    } catch {
      return cancel(error)
    }
    if let reader, nextMessage < messages.count {
      self.reader = nil
      reader.resume(returning: takeMessage())
    }
    if waitingBytes > Self.highWaterBytes { withheldBytes += data.count } else { connection.consume(stream, data.count) }
  }

  func receivedEnd() {
    guard let responseHead else { return finish(RPCError(.internalError, "The peer ended the call without an answer.")) }
    let error = StatusMapping.outcome(head: responseHead, trailers: trailers)
    if error == nil, deframer.isInsideMessage { return finish(RPCError(.internalError, "The answer ended inside a message.")) }
    finish(error)
  }

  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk { unsafe outbox.take(into: buffer) }

  func closed(_ reason: StreamClosure) {
    guard !isFinished else { return }
    if reason.isUnprocessed, attempts < Self.maximumAttempts {
      phase = .waiting
      return channel.submit(self)
    }
    if let deadline, deadline <= .now { return finish(Self.deadlineError) }
    finish(StatusMapping.error(reason))
  }
}

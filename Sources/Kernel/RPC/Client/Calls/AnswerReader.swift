/// The reader's side of a call: messages that wait for it, or it for them. A value; belongs to its call's loop.
struct AnswerReader {
  private enum End {
    case open
    case finished(RPCError?)
  }

  private var queue = AnswerQueue()
  private var waiter: CheckedContinuation<[UInt8]?, any Error>?
  /// Wants the one message, and that only when the call has ended well.
  private var soleWaiter: CallContinuation<[UInt8]>?
  private var end = End.open
  /// Told of each message as it is handed over: those behind it may be there already.
  var record: CallRecord?

  var waitingBytes: Int { queue.waitingBytes }
  var isEmpty: Bool { queue.isEmpty }
  var isMessageAwaited: Bool { waiter != nil }
  private var isAwaited: Bool { waiter != nil || soleWaiter != nil }

  mutating func append(_ message: [UInt8], wasCompressed: Bool) { queue.append(message, wasCompressed: wasCompressed) }

  private mutating func take() -> [UInt8]? {
    guard let message = queue.take() else { return nil }
    record?.received(messageCompressed: message.wasCompressed)
    return message.bytes
  }

  /// Hands the next message over, now or when it comes.
  mutating func read(_ continuation: CheckedContinuation<[UInt8]?, any Error>) {
    if let message = take() {
      continuation.resume(returning: message)
    } else if case .finished(let error) = end {
      Self.finish(continuation, error)
    } else if isAwaited {
      continuation.resume(throwing: RPCError(.failedPrecondition, "The answers of a call have one reader."))
    } else {
      waiter = continuation
    }
  }

  /// Hands the one message over when the call has ended.
  mutating func readSole(_ continuation: CallContinuation<[UInt8]>) {
    if case .finished(let error) = end {
      finish(continuation, error)
    } else if isAwaited {
      continuation.resume(throwing: RPCError(.failedPrecondition, "The answer of a call has one reader."))
    } else {
      soleWaiter = continuation
    }
  }

  /// Wakes a reader that waits for a message.
  mutating func deliver() {
    guard let waiter, let message = take() else { return }
    self.waiter = nil
    waiter.resume(returning: message)
  }

  /// Nothing more will come.
  mutating func finish(_ error: RPCError?) {
    end = .finished(error)
    if let sole = soleWaiter {
      soleWaiter = nil
      return finish(sole, error)
    }
    deliver()
    guard let waiter else { return }
    self.waiter = nil
    Self.finish(waiter, error)
  }

  private static func finish(_ continuation: CheckedContinuation<[UInt8]?, any Error>, _ error: RPCError?) {
    if let error { continuation.resume(throwing: error) } else { continuation.resume(returning: nil) }
  }

  private mutating func finish(_ continuation: CallContinuation<[UInt8]>, _ error: RPCError?) {
    if let error {
      continuation.resume(throwing: error)
    } else if let message = take() {
      continuation.resume(returning: message)
    } else {
      continuation.resume(throwing: RPCError(.failedPrecondition, "The answer of this call was read before."))
    }
  }
}

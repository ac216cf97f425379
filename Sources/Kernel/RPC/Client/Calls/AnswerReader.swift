/// The reader's side of a call: messages that wait for it, or it for them. A value; belongs to its call's loop.
struct AnswerReader {
  private enum Waiter {
    case message(CheckedContinuation<[UInt8]?, any Error>)
    /// Wants the one message, and that only when the call has ended well.
    case sole(CheckedContinuation<[UInt8], any Error>)
  }

  private var queue = AnswerQueue()
  private var waiter: Waiter?
  private var end: Result<Void, RPCError>?
  /// Told of each message as it is handed over: those behind it may be there already.
  var record: CallRecord?

  var waitingBytes: Int { queue.waitingBytes }
  var isEmpty: Bool { queue.isEmpty }

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
    } else if let end {
      continuation.resume(with: end.map { nil })
    } else if waiter != nil {
      continuation.resume(throwing: RPCError(.failedPrecondition, "The answers of a call have one reader."))
    } else {
      waiter = .message(continuation)
    }
  }

  /// Hands the one message over when the call has ended.
  mutating func readSole(_ continuation: CheckedContinuation<[UInt8], any Error>) {
    if let end {
      continuation.resume(with: sole(end))
    } else if waiter != nil {
      continuation.resume(throwing: RPCError(.failedPrecondition, "The answer of a call has one reader."))
    } else {
      waiter = .sole(continuation)
    }
  }

  /// Wakes a reader that waits for a message.
  mutating func deliver() {
    guard case .message(let continuation) = waiter, let message = take() else { return }
    waiter = nil
    continuation.resume(returning: message)
  }

  /// Nothing more will come.
  mutating func finish(_ error: RPCError?) {
    let end: Result<Void, RPCError> = error.map { .failure($0) } ?? .success(())
    self.end = end
    deliver()
    let waiting = waiter
    waiter = nil
    switch waiting {
    case nil: return
    case .message(let continuation): continuation.resume(with: end.map { nil })
    case .sole(let continuation): continuation.resume(with: sole(end))
    }
  }

  private mutating func sole(_ end: Result<Void, RPCError>) -> Result<[UInt8], RPCError> {
    end.flatMap {
      take().map { .success($0) }
        ?? .failure(RPCError(.failedPrecondition, "The answer of this call was read before."))
    }
  }
}

public import Wire

/// The answers of a call, in their order; throws `RPCError` when the call fails. To be iterated once.
public struct ResponseStream<Answer: WireMessage>: AsyncSequence, Sendable {
  public typealias Element = Answer

  private let handle: Result<CallHandle, any Error>

  init(_ handle: Result<CallHandle, any Error>) { self.handle = handle }

  public func makeAsyncIterator() -> Iterator { Iterator(reader: handle.map { StreamReader($0) }) }

  /// Where a reader of the answers is.
  public struct Iterator: AsyncIteratorProtocol {
    let reader: Result<StreamReader, any Error>

    /// The next answer, nil at the end. Cancelling the task cancels the call.
    public mutating func next() async throws -> Answer? {
      guard let bytes = try await reader.get().handle.call.next() else { return nil }
      return try RPCChannel.decode(bytes)
    }
  }
}

/// Reads a call, and ends it when nobody reads any more.
final class StreamReader: Sendable {
  let handle: CallHandle

  init(_ handle: CallHandle) { self.handle = handle }

  deinit { handle.call.abandon() }
}

public import Wire

/// The answers of a server-streaming call, in their order; throws `RPCError` when the call fails. To be iterated once.
public struct ResponseStream<Answer: WireMessage>: AsyncSequence, Sendable {
  public typealias Element = Answer

  public func makeAsyncIterator() -> Iterator { Iterator() }

  public struct Iterator: AsyncIteratorProtocol {
    /// The next answer, nil at the end. Cancelling the task cancels the call.
    public mutating func next() async throws -> Answer? {
      throw RPCError(.unimplemented, "")
    }
  }
}

public import Wire

/// The answers of a server-streaming call, in their order; throws `RPCError` when the call fails. To be iterated once.
public struct ResponseStream<Answer: WireMessage>: AsyncSequence, Sendable {
  public typealias Element = Answer

  private let call: Result<ClientCall, any Error>
  private let decode: @Sendable ([UInt8]) throws -> Answer

  init(_ call: Result<ClientCall, any Error>, decode: @escaping @Sendable ([UInt8]) throws -> Answer) {
    self.call = call
    self.decode = decode
  }

  public func makeAsyncIterator() -> Iterator { Iterator(reader: call.map { StreamReader($0) }, decode: decode) }

  public struct Iterator: AsyncIteratorProtocol {
    let reader: Result<StreamReader, any Error>
    let decode: @Sendable ([UInt8]) throws -> Answer

    /// The next answer, nil at the end. Cancelling the task cancels the call.
    public mutating func next() async throws -> Answer? {
      try await reader.get().next().map(decode)
    }
  }
}

/// Reads a call, and ends it when nobody reads any more.
final class StreamReader: Sendable {
  private let call: ClientCall

  init(_ call: ClientCall) { self.call = call }

  deinit { call.abandon() }

  func next() async throws -> [UInt8]? { try await call.next() }
}

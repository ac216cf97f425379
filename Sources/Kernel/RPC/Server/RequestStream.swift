public import Wire

/// The messages of a caller, in their order; throws `RPCError` when the call ends before them. To be iterated once.
///
/// A reader that is slower than the caller slows the caller down: what is not read keeps the stream's window shut.
public struct RequestStream<Request: WireMessage>: AsyncSequence, Sendable {
  public typealias Element = Request

  private let source: @Sendable () async throws -> Request?

  /// A stream over any source; a test may make messages up.
  public init(_ source: @escaping @Sendable () async throws -> Request?) { self.source = source }

  init(_ call: ServerCall) {
    source = {
      guard let bytes = try await call.nextRequest() else { return nil }
      return try RPCMethod.decode(bytes)
    }
  }

  public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

  /// Where a reader is.
  public struct Iterator: AsyncIteratorProtocol {
    let source: @Sendable () async throws -> Request?

    /// The next message, nil when the caller has said all it had to say.
    public mutating func next() async throws -> Request? { try await source() }
  }
}

public import Wire

/// Where a server-streaming handler puts its answers.
public struct ResponseWriter<Answer: WireMessage>: Sendable {
  private let send: @Sendable (Answer) async throws -> Void

  /// A writer over any sink; a test may collect the answers.
  public init(_ send: @escaping @Sendable (Answer) async throws -> Void) {
    self.send = send
  }

  /// Sends one answer. Waits while the caller is slower than the handler; throws when the call has ended (cancelled, out of time,
  /// connection lost), after which nothing can be written any more.
  public func write(_ answer: Answer) async throws {
    try await send(answer)
  }
}

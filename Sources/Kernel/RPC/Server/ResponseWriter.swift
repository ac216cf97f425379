public import Wire

/// Where a streaming handler puts its answers.
public struct ResponseWriter<Answer: WireMessage>: Sendable {
  private let send: @Sendable (_ answer: Answer, _ compressed: Bool) async throws -> Void

  /// A writer over any sink; a test may collect the answers.
  public init(_ send: @escaping @Sendable (Answer) async throws -> Void) {
    self.send = { answer, _ in try await send(answer) }
  }

  init(_ send: @escaping @Sendable (_ answer: Answer, _ compressed: Bool) async throws -> Void) { self.send = send }

  /// Sends one answer. Waits while the caller is slower than the handler; throws when the call has ended (cancelled, out of time,
  /// connection lost), after which nothing can be written any more.
  public func write(_ answer: Answer) async throws {
    try await send(answer, true)
  }

  /// Sends one answer as it is, although the call's answers are compressed, or like the others.
  public func write(_ answer: Answer, compressed: Bool) async throws {
    try await send(answer, compressed)
  }
}

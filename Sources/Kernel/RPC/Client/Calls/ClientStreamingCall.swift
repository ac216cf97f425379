public import Wire

/// A call of many requests and one answer.
public struct ClientStreamingCall<Request: WireMessage, Answer: WireMessage>: Sendable {
  /// Where the requests go.
  public let requests: RequestWriter<Request>
  private let handle: Result<CallHandle, any Error>

  init(_ handle: Result<CallHandle, any Error>) {
    self.handle = handle
    requests = RequestWriter(handle)
  }

  /// Finishes the requests if that was not done and waits for the answer. Throws `RPCError`. Cancelling the task cancels the call.
  public func answer() async throws -> Answer {
    let call = try handle.get().call
    call.finishRequests()
    return try RPCChannel.decode(try await call.soleAnswer())
  }

  /// Ends the call with CANCELLED.
  public func cancel() { try? handle.get().call.abandon() }
}

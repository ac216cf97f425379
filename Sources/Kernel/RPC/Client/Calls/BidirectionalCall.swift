public import Wire

/// A call of many requests and many answers, each side at its own pace.
public struct BidirectionalCall<Request: WireMessage, Answer: WireMessage>: Sendable {
  /// Where the requests go.
  public let requests: RequestWriter<Request>
  /// The answers; the call ends with their iterator.
  public let responses: ResponseStream<Answer>
  private let handle: Result<CallHandle, any Error>

  init(_ handle: Result<CallHandle, any Error>) {
    self.handle = handle
    requests = RequestWriter(handle)
    responses = ResponseStream(handle)
  }

  /// Ends the call with CANCELLED.
  public func cancel() { try? handle.get().call.abandon() }
}

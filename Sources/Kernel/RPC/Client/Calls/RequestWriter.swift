public import Wire

/// Where a streaming call's requests go.
public struct RequestWriter<Request: WireMessage>: Sendable {
  private let handle: Result<CallHandle, any Error>

  init(_ handle: Result<CallHandle, any Error>) { self.handle = handle }

  /// Sends one request. Waits while the peer is slower than the writer; throws when the call has ended: with its error, or with CANCELLED
  /// when the peer answered OK without wanting more.
  public func write(_ request: Request) async throws {
    let call = try handle.get().call
    try await call.send(try RPCChannel.frame(request, call.terms))
  }

  /// Sends one request compressed or as it is, in a call whose options name an encoding.
  public func write(_ request: Request, compressed: Bool) async throws {
    let call = try handle.get().call
    let encoding = compressed ? call.terms.encoding : .identity
    try await call.send(try RPCChannel.frame(request, encoding: encoding, limit: call.terms.maximumRequestBytes))
  }

  /// Says that no further request will come; the answers may go on. Doing so again does nothing.
  public func finish() {
    try? handle.get().call.finishRequests()
  }
}

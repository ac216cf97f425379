import RPC

/// The sizes that the descriptions name for single calls.
enum LargeUnary {
  static let requestBytes = 271_828
  static let answerBytes = 314_159

  static var request: SimpleRequest { SimpleRequest(responseSize: Int32(answerBytes), payload: .zeros(requestBytes)) }
}

extension InteropClient {
  func emptyUnary() async throws {
    try expect("the answer", try await test.emptyCall(Empty()), is: Empty())
  }

  func largeUnary() async throws {
    try await largeUnary(LargeUnary.request)
  }

  /// A call of the usual sizes whose answer has to be whole.
  func largeUnary(_ request: SimpleRequest, options: CallOptions = CallOptions()) async throws {
    let answer = try await test.unaryCall(request, options: options)
    try expect("the payload's type", answer.payload?.type, is: .compressable)
    try Payload.expectZeros("the answer's payload", answer.payload, LargeUnary.answerBytes)
  }

  func unimplementedMethod() async throws {
    try await expectFailure("UnimplementedCall of TestService", .unimplemented) { try await test.unimplementedCall(Empty()) }
  }

  func unimplementedService() async throws {
    let client = UnimplementedServiceClient(channel: channel)
    try await expectFailure("UnimplementedCall of UnimplementedService", .unimplemented) {
      try await client.unimplementedCall(Empty())
    }
  }
}

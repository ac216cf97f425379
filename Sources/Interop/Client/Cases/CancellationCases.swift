import RPC

extension InteropClient {
  func cancelAfterBegin() async throws {
    try await expectFailure("a call cancelled after its beginning", .cancelled) {
      let call = test.streamingInputCall()
      call.cancel()
      return try await call.answer()
    }
  }

  func cancelAfterFirstResponse() async throws {
    let call = test.fullDuplexCall()
    try await call.requests.write(StreamSizes.firstRequest)
    var answers = call.responses.makeAsyncIterator()
    try Payload.expectZeros("the first answer", try await answers.next()?.payload, StreamSizes.answers[0])
    call.cancel()
    do {
      let next = try await answers.next()
      throw CaseFailure(what: "the cancelled call", expected: "CANCELLED", came: next == nil ? "its end" : "another answer")
    } catch let error as RPCError {
      try expect("the code of the cancelled call", error.code, is: .cancelled)
    }
  }

  func timeoutOnSleepingServer() async throws {
    try await expectFailure("a call of 1 ms", .deadlineExceeded) {
      let call = test.fullDuplexCall(options: CallOptions(timeout: .milliseconds(1)))
      // The time may be over before the request is out; either way the answers say so.
      try? await call.requests.write(StreamingOutputCallRequest(payload: .zeros(27_182)))
      for try await _ in call.responses {}
    }
  }
}

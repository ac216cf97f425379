import RPC

extension InteropClient {
  private static let initialValue = "test_initial_metadata_value"
  private static let trailingValue: [UInt8] = [0xAB, 0xAB, 0xAB]

  func customMetadata() async throws {
    let unary = CallRecord()
    try await largeUnary(LargeUnary.request, options: echoing(unary))
    try expectEchoes(unary, of: "UnaryCall")

    let duplex = CallRecord()
    let call = test.fullDuplexCall(options: echoing(duplex))
    try await call.requests.write(
      StreamingOutputCallRequest(
        responseParameters: [ResponseParameters(size: Int32(LargeUnary.answerBytes))],
        payload: .zeros(LargeUnary.requestBytes)))
    call.requests.finish()
    var answers = 0
    for try await answer in call.responses {
      try Payload.expectZeros("the stream's answer", answer.payload, LargeUnary.answerBytes)
      answers += 1
    }
    try expect("answers", answers, is: 1)
    try expectEchoes(duplex, of: "FullDuplexCall")
  }

  private func echoing(_ record: CallRecord) -> CallOptions {
    var metadata = Metadata()
    metadata.append(EchoedMetadata.initial, Self.initialValue)
    metadata.append(EchoedMetadata.trailing, bytes: Self.trailingValue)
    var options = CallOptions(metadata: metadata)
    options.record = record
    return options
  }

  private func expectEchoes(_ record: CallRecord, of call: String) throws(CaseFailure) {
    try expect(
      "initial metadata \(EchoedMetadata.initial) of \(call)", record.initialMetadata?.values(of: EchoedMetadata.initial),
      is: [Self.initialValue])
    try expect(
      "trailing metadata \(EchoedMetadata.trailing) of \(call)", record.trailingMetadata?.bytes(of: EchoedMetadata.trailing),
      is: [Self.trailingValue])
  }

  func statusCodeAndMessage() async throws {
    try await expectEchoedStatus("test status message")
  }

  func specialStatusMessage() async throws {
    let message = "\t\ntest with whitespace\r\nand Unicode BMP \u{263A} and non-BMP \u{1F608}\t\n"
    try expectUnknown(
      "UnaryCall",
      try await failure(of: "UnaryCall") {
        try await test.unaryCall(SimpleRequest(responseStatus: EchoStatus(code: 2, message: message)))
      }, message)
  }

  private func expectEchoedStatus(_ message: String) async throws {
    let status = EchoStatus(code: 2, message: message)
    let unary = try await failure(of: "UnaryCall") { try await test.unaryCall(SimpleRequest(responseStatus: status)) }
    try expectUnknown("UnaryCall", unary, message)
    let duplex = try await failure(of: "FullDuplexCall") {
      let call = test.fullDuplexCall()
      try await call.requests.write(StreamingOutputCallRequest(responseStatus: status))
      call.requests.finish()
      for try await _ in call.responses {}
    }
    try expectUnknown("FullDuplexCall", duplex, message)
  }

  private func expectUnknown(_ call: String, _ error: RPCError, _ message: String) throws(CaseFailure) {
    try expect("the code of \(call)", error.code, is: .unknown)
    try expect("the message of \(call)", error.message.debugDescription, is: message.debugDescription)
  }
}

import RPC

/// gzip, told message by message. Each case first asks whether the server knows the feature at all.
extension InteropClient {
  func clientCompressedUnary() async throws {
    var request = LargeUnary.request
    request.expectCompressed = BoolValue(value: true)
    let probe = request
    try await expectFailure("a request that says it is compressed, and is not", .invalidArgument) {
      try await test.unaryCall(probe)
    }
    var compressed = CallOptions()
    compressed.encoding = .gzip
    try await largeUnary(request, options: compressed)
    request.expectCompressed = BoolValue(value: false)
    try await largeUnary(request)
  }

  func serverCompressedUnary() async throws {
    for isCompressed in [true, false] {
      var request = LargeUnary.request
      request.responseCompressed = BoolValue(value: isCompressed)
      let record = CallRecord()
      var options = CallOptions()
      options.record = record
      try await largeUnary(request, options: options)
      try expect(
        "the compressed flag of the answer asked for \(isCompressed ? "" : "un")compressed", record.wasAnswerCompressed,
        is: isCompressed)
    }
  }

  func clientCompressedStreaming() async throws {
    let compressed = StreamingInputCallRequest(payload: .zeros(27_182), expectCompressed: BoolValue(value: true))
    let plain = StreamingInputCallRequest(payload: .zeros(45_904), expectCompressed: BoolValue(value: false))
    try await expectFailure("a stream that says it is compressed, and is not", .invalidArgument) {
      let probe = test.streamingInputCall()
      try await probe.requests.write(compressed)
      return try await probe.answer()
    }
    var options = CallOptions()
    options.encoding = .gzip
    let call = test.streamingInputCall(options: options)
    try await call.requests.write(compressed, compressed: true)
    try await call.requests.write(plain, compressed: false)
    try expect("aggregated_payload_size", try await call.answer().aggregatedPayloadSize, is: 73_086)
  }

  func serverCompressedStreaming() async throws {
    let wanted: [(size: Int, isCompressed: Bool)] = [(31_415, true), (92_653, false)]
    let request = StreamingOutputCallRequest(
      responseParameters: wanted.map {
        ResponseParameters(size: Int32($0.size), compressed: BoolValue(value: $0.isCompressed))
      })
    let record = CallRecord()
    var options = CallOptions()
    options.record = record
    var count = 0
    for try await answer in test.streamingOutputCall(request, options: options) {
      guard count < wanted.count else { throw CaseFailure(what: "the stream", expected: "2 answers", came: "more") }
      try Payload.expectZeros("answer \(count + 1)", answer.payload, wanted[count].size)
      try expect("the compressed flag of answer \(count + 1)", record.wasAnswerCompressed, is: wanted[count].isCompressed)
      count += 1
    }
    try expect("answers", count, is: wanted.count)
  }
}

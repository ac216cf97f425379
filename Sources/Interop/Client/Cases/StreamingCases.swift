import RPC

/// The sizes that the descriptions name for streams.
enum StreamSizes {
  static let requests = [27_182, 8, 1_828, 45_904]
  static let answers = [31_415, 9, 2_653, 58_979]

  /// What a full duplex call begins with.
  static var firstRequest: StreamingOutputCallRequest {
    StreamingOutputCallRequest(
      responseParameters: [ResponseParameters(size: Int32(answers[0]))], payload: .zeros(requests[0]))
  }
}

extension InteropClient {
  func clientStreaming() async throws {
    let call = test.streamingInputCall()
    for size in StreamSizes.requests { try await call.requests.write(StreamingInputCallRequest(payload: .zeros(size))) }
    let answer = try await call.answer()
    try expect("aggregated_payload_size", answer.aggregatedPayloadSize, is: 74_922)
  }

  func serverStreaming() async throws {
    let request = StreamingOutputCallRequest(
      responseParameters: StreamSizes.answers.map { ResponseParameters(size: Int32($0)) })
    var sizes: [Int] = []
    for try await answer in test.streamingOutputCall(request) {
      guard sizes.count < StreamSizes.answers.count else {
        throw CaseFailure(what: "the stream", expected: "\(StreamSizes.answers.count) answers", came: "more")
      }
      try Payload.expectZeros("answer \(sizes.count + 1)", answer.payload, StreamSizes.answers[sizes.count])
      sizes.append(answer.payload?.body.count ?? 0)
    }
    try expect("the answers' sizes", sizes, is: StreamSizes.answers)
  }

  func pingPong() async throws {
    let call = test.fullDuplexCall()
    var answers = call.responses.makeAsyncIterator()
    for (request, size) in zip(StreamSizes.requests, StreamSizes.answers) {
      try await call.requests.write(
        StreamingOutputCallRequest(responseParameters: [ResponseParameters(size: Int32(size))], payload: .zeros(request)))
      guard let answer = try await answers.next() else {
        throw CaseFailure(what: "the stream", expected: "an answer of \(size) bytes", came: "the end")
      }
      try Payload.expectZeros("the answer to \(request) bytes", answer.payload, size)
    }
    call.requests.finish()
    try expect("after the half-close, the answer", try await answers.next(), is: nil)
  }

  func emptyStream() async throws {
    let call = test.fullDuplexCall()
    call.requests.finish()
    var answers = 0
    for try await _ in call.responses { answers += 1 }
    try expect("answers", answers, is: 0)
  }
}

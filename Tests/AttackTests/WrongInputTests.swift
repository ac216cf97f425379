import RawHTTP2
import Testing

/// Calls that are wrong in themselves get the status that gRPC's specification names, and the connection is none the worse.
struct WrongInputTests {
  struct Input: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var fields: HeaderList = .call("/test.Service/Echo")
    var body: [UInt8] = ServerUnderTest.message
    var httpStatus = "200"
    var grpcStatus: Int?

    init(_ description: String, _ grpcStatus: Int) {
      testDescription = description
      self.grpcStatus = grpcStatus
    }

    init(_ description: String, http: String) {
      testDescription = description
      httpStatus = http
    }

    func with(_ name: String, _ value: String) -> Input {
      var changed = self
      changed.fields = fields.with(name, value)
      return changed
    }

    func with(body: [UInt8]) -> Input {
      var changed = self
      changed.body = body
      return changed
    }
  }

  private static let (ok, deadlineExceeded, resourceExhausted, unimplemented, internalError) = (0, 4, 8, 12, 13)

  static let inputs: [Input] = [
    Input("another content-type", http: "415").with("content-type", "application/json"),
    Input("gRPC-Web's content-type", http: "415").with("content-type", "application/grpc-web"),
    Input("a content-type with a suffix", ok).with("content-type", "application/grpc+proto"),
    Input("a content-type with a parameter", ok).with("content-type", "application/grpc;charset=utf-8"),
    Input("another method than POST", http: "405").with(":method", "PUT"),
    Input("no such method", unimplemented).with(":path", "/test.Service/Nothing"),
    Input("no such service", unimplemented).with(":path", "/test.Nothing/Echo"),
    Input("a path that names no method", unimplemented).with(":path", "/"),
    Input("an encoding that nobody knows", unimplemented).with("grpc-encoding", "br"),
    Input("a deadline of nothing", deadlineExceeded).with("grpc-timeout", "0n"),
    Input("a deadline of a hundred million hours", ok).with("grpc-timeout", "99999999H"),
    Input("a deadline of nine digits", internalError).with("grpc-timeout", "100000000S"),
    Input("a deadline that is no number", internalError).with("grpc-timeout", "soonS"),
    Input("a deadline without a unit", internalError).with("grpc-timeout", "10"),
    Input("a negative deadline", internalError).with("grpc-timeout", "-1S"),
    Input("a binary value that is not base64", internalError).with("a-bin", "*no*"),
    Input("17 KiB of metadata", resourceExhausted).with("x-large", String(repeating: "x", count: 17 << 10)),
    Input("no message", unimplemented).with(body: []),
    Input("two messages", unimplemented).with(body: ServerUnderTest.message + ServerUnderTest.message),
    Input("a message that is cut off", internalError).with(body: [0, 0, 0, 0, 9, 1, 2]),
    Input("half a prefix", internalError).with(body: [0, 0]),
    Input("a length over the limit", resourceExhausted).with(body: [0, 0xff, 0xff, 0xff, 0xff, 1]),
    Input("a compressed message without an encoding", internalError).with(body: [1, 0, 0, 0, 0]),
    Input("a message with unknown flags", internalError).with(body: [2, 0, 0, 0, 0]),
    Input("a compressed message that is no gzip", internalError).with("grpc-encoding", "gzip").with(body: [1, 0, 0, 0, 2, 7, 7]),
    Input("bytes that are no message", internalError).with(body: [0, 0, 0, 0, 2, 0x0a, 0x7f]),
    Input("a text that is not UTF-8", internalError).with(body: [0, 0, 0, 0, 4, 0x0a, 2, 0xc3, 0x28]),
  ]

  @Test(arguments: inputs) func `a wrong call has the status that the specification names`(input: Input) async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      sendCall(input, on: client)
      let answer = client.answer(on: 1)
      #expect(answer.status == input.httpStatus)
      #expect(answer.grpcStatus == input.grpcStatus, "\(answer.trailers["grpc-message"] ?? answer.head["grpc-message"] ?? "")")
      #expect(client.isAlive())
      if input.fields["grpc-encoding"] == "br" { #expect(answer.head["grpc-accept-encoding"] == "identity,gzip") }
      client.send(.headers(3, .call("/test.Service/Echo"), ends: false), .data(3, ServerUnderTest.message, ends: true))
      #expect(client.answer(on: 3).grpcStatus == 0)
    }
  }

  /// A header block larger than a frame goes on in CONTINUATION.
  private func sendCall(_ input: Input, on client: RawHTTP2Client) {
    let block = input.fields.literal
    let (first, rest) = (Array(block.prefix(16_000)), Array(block.dropFirst(16_000)))
    client.send([.headers(1, first, ends: false, isComplete: rest.isEmpty)])
    if !rest.isEmpty { client.send([.continuation(1, rest)]) }
    client.send([.data(1, input.body, ends: true)])
  }

  @Test(arguments: ["a\u{1}b", "a\rb", "a\u{7f}b"]) func `metadata with control characters resets its call only`(value: String)
    async throws
  {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(.headers(1, HeaderList.call("/test.Service/Echo").with("x-test", value)))
      #expect(client.verdict() == .streamError(stream: 1, 1))
      #expect(client.isAlive())
    }
  }

  @Test func `a call with te other than trailers is malformed`() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(.headers(1, HeaderList.call("/test.Service/Echo").with("te", "gzip")))
      #expect(client.verdict() == .streamError(stream: 1, 1))
      #expect(client.isAlive())
    }
  }
}

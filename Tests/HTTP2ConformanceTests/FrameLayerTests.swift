import RPC
import RawHTTP2
import Testing

/// RFC 9113, sections 3 to 5: the preface, frames, header blocks, and what may come on a stream in which state.
struct FrameLayerTests {
  @Test func `3.4: the server's first frame is SETTINGS, and it acknowledges the client's`() async throws {
    try await ServerUnderTest.run { server in
      let client = RawHTTP2Client(port: server.port)
      client.send(RawHTTP2Client.preface)
      client.send(.settings())
      guard case .frame(let first) = client.nextFrame() else {
        Issue.record("nothing came")
        return
      }
      #expect(first.type == 4 && first.flags == 0 && first.stream == 0)
      #expect(client.settings[3] == 256, "MAX_CONCURRENT_STREAMS is announced")
      #expect(client.isAlive())
    }
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "\u{16}\u{3}\u{1} a TLS hello",
  ])
  func `3.4: anything else than the preface ends the connection with PROTOCOL_ERROR`(text: String) async throws {
    try await ServerUnderTest.run { server in
      let client = RawHTTP2Client(port: server.port)
      client.send(Array(text.utf8))
      guard case .connectionError(let code, _) = client.verdict() else {
        Issue.record("no GOAWAY")
        return
      }
      #expect(code == ErrorNumber.protocolError.rawValue)
      #expect(client.isClosed())
    }
  }

  @Test func `3.4: a first frame other than SETTINGS ends the connection`() async throws {
    try await ServerUnderTest.run { server in
      let client = RawHTTP2Client(port: server.port)
      client.send(RawHTTP2Client.preface)
      client.send(.ping())
      guard case .connectionError(1, _) = client.verdict() else {
        Issue.record("no GOAWAY with PROTOCOL_ERROR")
        return
      }
    }
  }

  static let frames = [
    Breach("4.1: a frame of an unknown type is passed over", [RawFrame(type: 0x16, stream: 0, payload: [1, 2, 3])], .accepted),
    Breach(
      "4.1: unknown flags are passed over", [RawFrame(type: 6, flags: 0x16, stream: 0, payload: Array("12345678".utf8))], .accepted),
    Breach(
      "4.1: the reserved bit is passed over", [RawFrame(type: 6, stream: 0x8000_0000, payload: Array("12345678".utf8))], .accepted),
    Breach("4.2: DATA of 16,384 bytes", begun + [.data(1, [UInt8](repeating: 0, count: 16_384))], .accepted),
    Breach(
      "4.2: DATA of 16,385 bytes", begun + [.data(1, [UInt8](repeating: 0, count: 16_385))], .connectionError(.frameSizeError)),
    Breach(
      "4.2: HEADERS of 16,385 bytes", [.headers(1, HeaderList.get.literal + [UInt8](repeating: 0, count: 16_385))],
      .connectionError(.frameSizeError)),
    Breach(
      "4.3: a block that is no HPACK", [.headers(1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])], .connectionError(.compressionError)),
    Breach(
      "4.3: PRIORITY inside a header block",
      [.headers(1, .get, isComplete: false), .priority(1), .continuation(1, [])], .connectionError(.protocolError)),
    Breach(
      "4.3: HEADERS of another stream inside a header block", [.headers(1, .get, isComplete: false), .headers(3, .get)],
      .connectionError(.protocolError)),
    Breach(
      "5.5: a frame of an unknown type inside a header block",
      [.headers(1, .get, isComplete: false), RawFrame(type: 0x16, stream: 0), .continuation(1, [])],
      .connectionError(.protocolError)),
  ]

  @Test(arguments: frames) func `4, 5.5: frames`(breach: Breach) async throws { try await breach.check() }

  static let states = [
    Breach("5.1: DATA on an idle stream", [.data(1, ends: true)], .connectionError(.protocolError)),
    Breach("5.1: RST_STREAM on an idle stream", [.reset(1)], .connectionError(.protocolError)),
    Breach("5.1: WINDOW_UPDATE on an idle stream", [.windowUpdate(1, 100)], .connectionError(.protocolError)),
    Breach("5.1: CONTINUATION on an idle stream", [.continuation(1, HeaderList.get.literal)], .connectionError(.protocolError)),
    Breach("5.1: PRIORITY on an idle stream", [.priority(1)], .accepted),
    Breach("5.1: DATA after END_STREAM", running + [.data(1, ends: true)], .connectionError(.streamClosed)),
    Breach(
      "5.1: HEADERS after END_STREAM", running + [.headers(1, .call("/test.Service/Wait"))], .connectionError(.streamClosed)),
    Breach("5.1: CONTINUATION after END_STREAM", running + [.continuation(1, [])], .connectionError(.protocolError)),
    Breach("5.1: WINDOW_UPDATE after END_STREAM", running + [.windowUpdate(1, 1)], .accepted),
    Breach("5.1: PRIORITY after END_STREAM", running + [.priority(1)], .accepted),
    Breach("5.1: RST_STREAM after END_STREAM", running + [.reset(1)], .accepted),
    Breach("5.1: DATA after RST_STREAM", begun + [.reset(1), .data(1)], .connectionError(.streamClosed)),
    Breach("5.1: HEADERS after RST_STREAM", begun + [.reset(1), .headers(1, .get)], .connectionError(.streamClosed)),
    Breach("5.1: CONTINUATION after RST_STREAM", begun + [.reset(1), .continuation(1, [])], .connectionError(.protocolError)),
    Breach(
      "5.1: WINDOW_UPDATE, PRIORITY and RST_STREAM after RST_STREAM",
      begun + [.reset(1), .windowUpdate(1, 1), .priority(1), .reset(1)], .accepted),
    Breach("5.1.1: an even stream", [.headers(2, .get)], .connectionError(.protocolError)),
    Breach("5.1.1: a stream before an earlier one", [.headers(5, .get), .headers(3, .get)], .connectionError(.protocolError)),
    Breach("5.1.1: DATA on a stream that was passed over", [.headers(5, .get), .data(3)], .connectionError(.protocolError)),
    Breach(
      "5.3.1: HEADERS that depend on their own stream",
      [
        RawFrame(type: 1, flags: 0x25, stream: 1, payload: RawFrame.number(1) + [15] + HeaderList.get.literal)
      ], .connectionError(.protocolError)),
    Breach("5.3.1: PRIORITY that depends on its own stream", [.priority(3, dependsOn: 3)], .connectionError(.protocolError)),
    Breach(
      "5.4.1: a PING of the wrong size", [RawFrame(type: 6, stream: 0, payload: [1, 2, 3])], .connectionError(.frameSizeError)),
  ]

  @Test(arguments: states) func `5: streams`(breach: Breach) async throws { try await breach.check() }

  @Test(arguments: [RawFrame.data(1), .headers(1, .get)])
  func `5.1: a frame on a stream that both sides have ended is a connection error STREAM_CLOSED`(late: RawFrame) async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(.headers(1, .get))
      #expect(client.answer(on: 1).isComplete)
      client.send(late)
      guard case .connectionError(5, _) = client.verdict() else {
        Issue.record("no GOAWAY with STREAM_CLOSED")
        return
      }
    }
  }

  @Test func `5.1: what was under way on a stream that the server has given up is passed over`() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      // Answered at once, since there is no such method, and so reset before the request has ended.
      client.send(.headers(1, .call("/test.Service/Nothing"), ends: false))
      #expect(client.answer(on: 1).grpcStatus == 12)
      client.send(.data(1), .data(1), .headers(1, ["after": "all"]), .data(1, ends: true))
      #expect(client.isAlive())
    }
  }

  @Test func `5.1.2: a stream beyond a limit that the client may not know yet is refused, the others are served`() async throws {
    try await ServerUnderTest.run(configure: { $0.maximumConcurrentStreams = 10 }) { server in
      let client = RawHTTP2Client(port: server.port)
      let calls = (0...10).map { RawFrame.headers(UInt32(2 * $0 + 1), .call("/test.Service/Wait"), ends: false) }
      client.send(RawHTTP2Client.preface + ([.settings()] + calls).flatMap(\.bytes))
      #expect(client.verdict() == .streamError(stream: 21, ErrorNumber.refusedStream.rawValue))
      #expect(client.isAlive())
    }
  }

  @Test func `5.1.2: a stream beyond a limit that the client knows is an error of the connection`() async throws {
    try await ServerUnderTest.run(configure: { $0.maximumConcurrentStreams = 10 }) { server in
      let client = server.client()
      #expect(client.isAlive(), "the limit is acknowledged by now")
      for number in 0...10 { client.send(.headers(UInt32(2 * number + 1), .call("/test.Service/Wait"), ends: false)) }
      guard case .connectionError(1, _) = client.verdict() else {
        Issue.record("no GOAWAY with PROTOCOL_ERROR")
        return
      }
    }
  }
}

import RawHTTP2
import Testing

/// RFC 9113, section 6: each type of frame.
struct FrameTypeTests {
  private static let tooMuchPadding: [UInt8] = [200] + HeaderList.get.literal.prefix(20)

  static let messages = [
    Breach("6.1: DATA on stream 0", [.data(0)], .connectionError(.protocolError)),
    Breach(
      "6.1: DATA with more padding than payload",
      begun + [RawFrame(type: 0, flags: RawFrame.padded, stream: 1, payload: [9, 1, 2])],
      .connectionError(.protocolError)),
    Breach(
      "6.1: padded DATA", begun + [RawFrame(type: 0, flags: RawFrame.padded, stream: 1, payload: [2, 0, 0, 0])], .accepted),
    Breach("6.2: HEADERS on stream 0", [.headers(0, .get)], .connectionError(.protocolError)),
    Breach(
      "6.2: HEADERS with more padding than payload", [RawFrame(type: 1, flags: 0xd, stream: 1, payload: tooMuchPadding)],
      .connectionError(.protocolError)),
    Breach(
      "6.2: HEADERS with priority and padding",
      [RawFrame(type: 1, flags: 0x2d, stream: 1, payload: [2] + RawFrame.number(0) + [15] + HeaderList.get.literal + [0, 0])],
      .accepted),
    Breach("6.3: PRIORITY on stream 0", [.priority(0, dependsOn: 1)], .connectionError(.protocolError)),
    Breach(
      "6.3: PRIORITY of the wrong size", [RawFrame(type: 2, stream: 1, payload: [1, 2, 3])], .connectionError(.frameSizeError)),
    Breach("6.4: RST_STREAM on stream 0", [.reset(0)], .connectionError(.protocolError)),
    Breach(
      "6.4: RST_STREAM of the wrong size", begun + [RawFrame(type: 3, stream: 1, payload: [1, 2, 3])],
      .connectionError(.frameSizeError)),
    Breach("6.4: RST_STREAM with a code without a name", begun + [.reset(1, 0xff)], .accepted),
    Breach(
      "6.6: PUSH_PROMISE from a client",
      begun + [RawFrame(type: 5, flags: RawFrame.endHeaders, stream: 1, payload: RawFrame.number(2) + HeaderList.get.literal)],
      .connectionError(.protocolError)),
    Breach(
      "6.10: CONTINUATION, twice",
      [
        .headers(1, HeaderList.get.literal, isComplete: false),
        .continuation(1, HeaderList([("a", [1])]).literal, isComplete: false),
        .continuation(1, HeaderList([("b", [2])]).literal),
      ], .streamError(.protocolError)),
    Breach(
      "6.10: CONTINUATION after the end of the block", [.headers(1, .get, ends: false), .continuation(1, [])],
      .connectionError(.protocolError)),
    Breach(
      "6.10: CONTINUATION on stream 0", [.headers(1, .get, isComplete: false), .continuation(0, [])],
      .connectionError(.protocolError)),
    Breach(
      "6.10: CONTINUATION on another stream", [.headers(1, .get, isComplete: false), .continuation(3, [])],
      .connectionError(.protocolError)),
    Breach(
      "6.10: DATA inside a header block", [.headers(1, .get, isComplete: false), .data(1), .continuation(1, [])],
      .connectionError(.protocolError)),
  ]

  @Test(arguments: messages) func `6.1 to 6.6, 6.10: frames of streams`(breach: Breach) async throws { try await breach.check() }

  static let connection = [
    Breach(
      "6.5: SETTINGS acknowledged with a payload",
      [RawFrame(type: 4, flags: 1, stream: 0, payload: [0])], .connectionError(.frameSizeError)),
    Breach("6.5: SETTINGS on a stream", [RawFrame(type: 4, stream: 1)], .connectionError(.protocolError)),
    Breach(
      "6.5: SETTINGS of the wrong size", [RawFrame(type: 4, stream: 0, payload: [0, 3, 0])], .connectionError(.frameSizeError)),
    Breach(
      "6.5: SETTINGS acknowledged that were never sent", [.settingsAcknowledgement, .settingsAcknowledgement],
      .connectionError(.protocolError)),
    Breach("6.5.2: ENABLE_PUSH of 2", [.settings([(2, 2)])], .connectionError(.protocolError)),
    Breach("6.5.2: INITIAL_WINDOW_SIZE beyond the largest", [.settings([(4, 0x8000_0000)])], .connectionError(.flowControlError)),
    Breach("6.5.2: MAX_FRAME_SIZE below the least", [.settings([(5, 16_383)])], .connectionError(.protocolError)),
    Breach("6.5.2: MAX_FRAME_SIZE beyond the largest", [.settings([(5, 16_777_216)])], .connectionError(.protocolError)),
    Breach("6.5.2: a setting without a name", [.settings([(0xff, 1)])], .accepted),
    Breach("6.7: an answer to a PING that was never sent", [.ping("notasked", isAnswer: true)], .accepted),
    Breach(
      "6.7: PING on a stream", [RawFrame(type: 6, stream: 1, payload: Array("12345678".utf8))],
      .connectionError(.protocolError)),
    Breach(
      "6.8: GOAWAY on a stream", [RawFrame(type: 7, stream: 1, payload: [UInt8](repeating: 0, count: 8))],
      .connectionError(.protocolError)),
    Breach("6.8: GOAWAY too short", [RawFrame(type: 7, stream: 0, payload: [0, 0])], .connectionError(.frameSizeError)),
    Breach("6.9: WINDOW_UPDATE by nothing", [.windowUpdate(0, 0)], .connectionError(.protocolError)),
    Breach(
      "6.9: WINDOW_UPDATE of a stream by nothing (as a connection error, which 5.4 allows)", begun + [.windowUpdate(1, 0)],
      .connectionError(.protocolError)),
    Breach(
      "6.9: WINDOW_UPDATE of the wrong size", [RawFrame(type: 8, stream: 0, payload: [0, 0, 1])],
      .connectionError(.frameSizeError)),
    Breach(
      "6.9.1: a window beyond the largest", [.windowUpdate(0, 0x7fff_ffff), .windowUpdate(0, 0x7fff_ffff)],
      .connectionError(.flowControlError)),
    Breach(
      "6.9.1: a stream's window beyond the largest",
      begun + [.windowUpdate(1, 0x7fff_ffff), .windowUpdate(1, 0x7fff_ffff)], .streamError(.flowControlError)),
    Breach(
      "6.9.1: more DATA than the stream's window", begun + (0...64).map { _ in .data(1, [UInt8](repeating: 0, count: 16_384)) },
      .accepted),
  ]

  @Test(arguments: connection) func `6.5 to 6.9: frames of the connection`(breach: Breach) async throws { try await breach.check() }

  @Test func `6.7: a PING is answered with what it carried`() async throws {
    try await ServerUnderTest.run { server in #expect(server.client().isAlive()) }
  }

  @Test func `6.9.1: no more is sent than the window allows, and the rest once it opens`() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client(settings: [(4, 1)])
      client.send(.headers(1, .get))
      #expect(firstData(client) == 1)
      client.send(.windowUpdate(1, 10))
      #expect(firstData(client) == 10)
      client.send(.settings([(4, 1000)]))
      #expect(client.answer(on: 1).isComplete)
    }
  }

  @Test func `6.9.2: a window that has become negative has to be filled first`() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client(settings: [(4, 3)])
      client.send(.headers(1, .get))
      #expect(firstData(client) == 3)
      client.send(.settings([(4, 0)]), .windowUpdate(1, 3))
      #expect(client.isAlive(), "nothing is sent meanwhile: the next DATA is a byte long")
      client.send(.windowUpdate(1, 1))
      #expect(firstData(client) == 1)
    }
  }

  @Test func `6.5.3: of two values in one SETTINGS the last one holds`() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client(settings: [(4, 100), (4, 1)])
      client.send(.headers(1, .get))
      #expect(firstData(client) == 1)
    }
  }

  /// The size of the next DATA frame.
  private func firstData(_ client: RawHTTP2Client) -> Int? {
    while case .frame(let frame) = client.nextFrame() { if frame.type == 0 { return frame.payload.count } }
    return nil
  }
}

import HTTP2
import RPC
import RawHTTP2
import Testing

/// Peers that take their time are in the way only as long as they may be.
@Suite(.serialized) struct SlownessTests {
  /// Times that a test can wait for.
  private static let hurried: @Sendable (inout RPCServerConfiguration) -> Void = { configuration in
    configuration.patience.handshake = .milliseconds(200)
    configuration.patience.headers = .milliseconds(200)
    configuration.patience.requestPeriod = .milliseconds(300)
    configuration.patience.answerPeriod = .milliseconds(300)
    configuration.patience.writePeriod = .milliseconds(300)
    configuration.patience.sweepInterval = .milliseconds(50)
  }

  @Test(arguments: [[], Array(RawHTTP2Client.preface.prefix(10)), RawHTTP2Client.preface])
  func `who does not say what it speaks is let go`(bytes: [UInt8]) async throws {
    try await ServerUnderTest.run(configure: Self.hurried) { server in
      let client = RawHTTP2Client(port: server.port)
      client.acknowledgesSettings = false
      client.send(bytes)
      #expect(client.isClosed())
      #expect(server.log.count(ofLimit: "handshake_time") == 1)
    }
  }

  @Test func `a header block that does not end ends the connection`() async throws {
    try await ServerUnderTest.run(configure: Self.hurried) { server in
      let client = server.client()
      client.send(.headers(1, .get, isComplete: false))
      #expect(client.verdict() == .connectionError(11, debug: "header_time"))
      #expect(server.log.count(ofLimit: "header_time") == 1)
    }
  }

  @Test func `a request that trickles in is reset, and the connection lives on`() async throws {
    try await ServerUnderTest.run(configure: Self.hurried) { server in
      let client = server.client()
      // A message of 64 KiB is begun.
      client.send(.headers(1, .call("/test.Service/Echo"), ends: false), .data(1, [0, 0, 1, 0, 0]))
      var verdict = RawHTTP2Client.Verdict.silence
      // A byte now and then is no progress.
      for _ in 0..<1000 where verdict == .silence {
        client.send(.data(1, [0]))
        verdict = client.verdict(within: .milliseconds(10))
      }
      #expect(verdict == .streamError(stream: 1, 11))
      #expect(client.isAlive())
      #expect(server.log.count(ofLimit: "request_progress") == 1)
    }
  }

  @Test func `an answer that the peer's window never lets out is given up`() async throws {
    try await ServerUnderTest.run(configure: Self.hurried) { server in
      let client = server.client(settings: [(4, 0)])
      client.send(.headers(1, .call("/test.Service/Echo"), ends: false), .data(1, ServerUnderTest.message, ends: true))
      #expect(client.verdict() == .streamError(stream: 1, 8))
      #expect(client.isAlive())
      #expect(server.log.count(ofLimit: "answer_progress") == 1)
    }
  }

  @Test func `a peer that never reads costs little and is let go`() async throws {
    try await ServerUnderTest.run(configure: Self.hurried) { server in
      let client = RawHTTP2Client(port: server.port, receiveBuffer: 4096)
      client.handshake(settings: [(4, 0x7fff_ffff)])
      // A gRPC message of one text of 60 KiB.
      let text = [UInt8](repeating: 0x61, count: 0xf000)
      let message = [0, 0, 0, 0xf0, 0x04, 0x0a, 0x80, 0xe0, 0x03] + text
      let memory = ProcessMemory.residentBytes
      client.send(.windowUpdate(0, 0x7fff_0000))
      for number in 0..<50 {
        let stream = UInt32(2 * number + 1)
        client.send([.headers(stream, .call("/test.Service/Many"), ends: false)])
        for start in stride(from: 0, to: message.count, by: 16_384) {
          let piece = Array(message[start..<min(start + 16_384, message.count)])
          client.send([.data(stream, piece, ends: start + 16_384 >= message.count)])
        }
      }
      await server.log.untilLimit("write_progress")
      #expect(server.log.count(ofLimit: "write_progress") == 1)
      #expect(ProcessMemory.residentBytes - memory < 64 << 20)
      #expect(server.servesOthers())
    }
  }

  @Test func `a connection without calls is drained by two GOAWAY and closed`() async throws {
    try await ServerUnderTest.run(configure: { $0.lifetime.idle = .milliseconds(200) }) { server in
      let client = server.client()
      #expect(client.lastStreamsOfGoodbyes() == [0x7fff_ffff, 0])
    }
  }

  @Test func `an old connection lets its calls end, but not for ever`() async throws {
    try await ServerUnderTest.run(
      configure: { $0.lifetime = ConnectionLifetime(age: .milliseconds(200), ageGrace: .milliseconds(200)) }
    ) { server in
      let client = server.client()
      client.send(.headers(1, .call("/test.Service/Wait"), ends: false), .data(1, ServerUnderTest.message, ends: true))
      #expect(client.lastStreamsOfGoodbyes() == [0x7fff_ffff, 1])
    }
  }
}

extension RawHTTP2Client {
  /// What the GOAWAY frames until the end of the connection say, pings answered meanwhile.
  fileprivate func lastStreamsOfGoodbyes() -> [UInt32] {
    var streams: [UInt32] = []
    while case .frame(let frame) = nextFrame() {
      if frame.type == 7 { streams.append(frame.payload.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }) }
      if frame.type == 6 { send(RawFrame(type: 6, flags: RawFrame.acknowledgement, stream: 0, payload: frame.payload)) }
    }
    return streams
  }
}

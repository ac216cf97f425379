import RawHTTP2
import Testing

/// What a client sends after the handshake, and how RFC 9113 wants it taken.
struct Breach: Sendable, CustomTestStringConvertible {
  enum Expectation: Sendable, Equatable {
    /// GOAWAY with that code, then the end.
    case connectionError(ErrorNumber)
    /// RST_STREAM with that code; the connection lives on.
    case streamError(ErrorNumber)
    /// Nothing is said against it, and the connection lives on.
    case accepted
  }

  let testDescription: String
  let frames: [RawFrame]
  let expectation: Expectation

  init(_ description: String, _ frames: [RawFrame], _ expectation: Expectation) {
    testDescription = description
    self.frames = frames
    self.expectation = expectation
  }

  /// Sends it to a server of its own and compares; with it the server must not fail others.
  func check() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(frames)
      switch expectation {
      case .connectionError(let expected):
        guard case .connectionError(let code, let debug) = client.verdict() else {
          Issue.record("no GOAWAY")
          return
        }
        #expect(ErrorNumber(rawValue: code) == expected, "said: \(debug)")
        #expect(client.isClosed())
      case .streamError(let expected):
        guard case .streamError(_, let code) = client.verdict() else {
          Issue.record("no RST_STREAM")
          return
        }
        #expect(ErrorNumber(rawValue: code) == expected)
        #expect(client.isAlive())
      case .accepted:
        #expect(client.isAlive())
      }
      #expect(server.servesOthers())
    }
  }
}

/// Error codes by their names (RFC 9113, section 7).
enum ErrorNumber: UInt32, Sendable {
  case noError, protocolError, internalError, flowControlError, settingsTimeout, streamClosed, frameSizeError, refusedStream,
    cancel,
    compressionError, connectError, enhanceYourCalm, inadequateSecurity, http11Required
}

/// A call whose handler does not return: its stream stays half-closed by the client.
let running: [RawFrame] = [
  .headers(1, .call("/test.Service/Wait"), ends: false), .data(1, ServerUnderTest.message, ends: true),
]
/// A call whose request has not ended.
let begun: [RawFrame] = [.headers(1, .call("/test.Service/Wait"), ends: false)]

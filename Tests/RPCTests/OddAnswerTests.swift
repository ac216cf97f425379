import HTTP2
import RPC
import Testing

/// What a client makes of answers that no good server gives: the statuses that gRPC's documents name.
struct OddAnswerTests {
  private typealias Reply = ScriptedPeer.Reply

  private func outcome(of replies: [ScriptedPeer.Reply]) async throws -> RPCError? {
    var error: RPCError?
    try await withScriptedPeer(script: { _ in replies }) { _, channel in
      error = await failure { try await channel.unary("/test.Service/Odd", Text()) as Text }
    }
    return error
  }

  private static let message = ScriptedPeer.emptyMessage
  private static func ok(_ fields: [(String, String)] = []) -> Reply { .head([("grpc-status", "0")] + fields, ends: true) }

  @Test func `an answer in order is one`() async throws {
    #expect(try await outcome(of: [.head(ScriptedPeer.okHead), .data(Self.message), Self.ok()]) == nil)
  }

  @Test(arguments: [
    (400, StatusCode.internalError), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented), (429, .unavailable),
    (502, .unavailable), (503, .unavailable), (504, .unavailable), (418, .unknown), (500, .unknown),
  ]) func `an HTTP status of a proxy becomes gRPC's`(status: Int, code: StatusCode) async throws {
    let page = Reply.head([(":status", "\(status)"), ("content-type", "text/html")])
    #expect(try await outcome(of: [page, .data(Array("<html>".utf8), ends: true)])?.code == code)
    #expect(try await outcome(of: [.head([(":status", "\(status)")], ends: true)])?.code == code)
  }

  @Test func `a status of gRPC's counts more than that of HTTP`() async throws {
    let head = [(":status", "503"), ("content-type", "application/grpc"), ("grpc-status", "5"), ("grpc-message", "gone")]
    #expect(try await outcome(of: [.head(head, ends: true)]) == RPCError(.notFound, "gone"))
  }

  @Test(arguments: ["text/html", "application/json", "application/grpc-web", "application/grpcx", ""])
  func `a content type that is not gRPC's is UNKNOWN`(type: String) async throws {
    let fields = [(":status", "200")] + (type.isEmpty ? [] : [("content-type", type)])
    #expect(try await outcome(of: [.head(fields), .data(Self.message), Self.ok()])?.code == .unknown)
    #expect(try await outcome(of: [.head(fields, ends: true)])?.code == .unknown)
  }

  @Test func `an answer without trailers, or without a status in them, is INTERNAL`() async throws {
    #expect(try await outcome(of: [.head(ScriptedPeer.okHead), .data(Self.message, ends: true)])?.code == .internalError)
    #expect(
      try await outcome(of: [.head(ScriptedPeer.okHead), .data(Self.message), .head([("x", "y")], ends: true)])?.code
        == .internalError)
    #expect(try await outcome(of: [.head(ScriptedPeer.okHead, ends: true)])?.code == .internalError)
  }

  @Test(arguments: ["17", "-1", "abc", "", "4294967296"]) func `a status that cannot be read is UNKNOWN`(status: String)
    async throws
  {
    let trailers = Reply.head([("grpc-status", status)], ends: true)
    #expect(try await outcome(of: [.head(ScriptedPeer.okHead), .data(Self.message), trailers])?.code == .unknown)
  }

  @Test func `one answer is expected: none and two are UNIMPLEMENTED`() async throws {
    #expect(try await outcome(of: [.head(ScriptedPeer.okHead), Self.ok()])?.code == .unimplemented)
    #expect(try await outcome(of: [.head(ScriptedPeer.okHead + [("grpc-status", "0")], ends: true)])?.code == .unimplemented)
    #expect(
      try await outcome(of: [.head(ScriptedPeer.okHead), .data(Self.message + Self.message), Self.ok()])?.code == .unimplemented)
  }

  @Test func `a status with an answer before it is the status`() async throws {
    let trailers = Reply.head([("grpc-status", "9"), ("grpc-message", "not%20now")], ends: true)
    #expect(
      try await outcome(of: [.head(ScriptedPeer.okHead), .data(Self.message), trailers]) == RPCError(.failedPrecondition, "not now")
    )
  }

  @Test func `compression that was not agreed on, unknown flags and broken compression are INTERNAL`() async throws {
    for bytes: [UInt8] in [[1, 0, 0, 0, 0], [2, 0, 0, 0, 0]] {
      #expect(try await outcome(of: [.head(ScriptedPeer.okHead), .data(bytes), Self.ok()])?.code == .internalError)
    }
    let gzip = ScriptedPeer.okHead + [("grpc-encoding", "gzip")]
    #expect(try await outcome(of: [.head(gzip), .data([1, 0, 0, 0, 1, 7]), Self.ok()])?.code == .internalError)
    let snappy = ScriptedPeer.okHead + [("grpc-encoding", "snappy")]
    let error = try await outcome(of: [.head(snappy), .data(Self.message), Self.ok()])
    #expect(error?.code == .internalError)
    #expect(error?.message.contains("snappy") == true)
  }

  @Test func `an answer that ends inside a message is INTERNAL, one that cannot be parsed too`() async throws {
    #expect(try await outcome(of: [.head(ScriptedPeer.okHead), .data([0, 0, 0, 0, 9, 1]), Self.ok()])?.code == .internalError)
    #expect(
      try await outcome(of: [.head(ScriptedPeer.okHead), .data([0, 0, 0, 0, 2, 0x0a, 0x09]), Self.ok()])?.code == .internalError)
  }

  @Test(arguments: [
    (ErrorCode.noError, StatusCode.internalError), (.protocolError, .internalError), (.internalError, .internalError),
    (.flowControlError, .internalError), (.refusedStream, .unavailable), (.cancel, .cancelled),
    (.enhanceYourCalm, .resourceExhausted),
    (.inadequateSecurity, .permissionDenied),
  ]) func `a reset has the status of its code`(code: ErrorCode, status: StatusCode) async throws {
    #expect(try await outcome(of: [.reset(code)])?.code == status)
  }

  @Test func `a lost connection is UNAVAILABLE, also after the answer has begun`() async throws {
    #expect(try await outcome(of: [.close])?.code == .unavailable)
    #expect(try await outcome(of: [.head(ScriptedPeer.okHead), .data(Self.message), .close])?.code == .unavailable)
  }

  @Test func `interim answers are passed over`() async throws {
    let interim = Reply.head([(":status", "103"), ("link", "x")])
    #expect(try await outcome(of: [interim, interim, .head(ScriptedPeer.okHead), .data(Self.message), Self.ok()]) == nil)
  }

  @Test func `a refused call is sent once more, and no more than that`() async throws {
    try await withScriptedPeer(script: { request in
      request.number == 0 ? [.reset(.refusedStream)] : [.head(ScriptedPeer.okHead), .data(ScriptedPeer.emptyMessage), Self.ok()]
    }) { peer, channel in
      _ = try await channel.unary("/test.Service/Odd", Text()) as Text
      #expect(peer.requests.count == 2)
      #expect(peer.requests[1].fields["grpc-previous-rpc-attempts"] == nil)
    }
    try await withScriptedPeer(script: { _ in [.reset(.refusedStream)] }) { peer, channel in
      let error = await failure { try await channel.unary("/test.Service/Odd", Text()) as Text }
      #expect(error?.code == .unavailable)
      #expect(peer.requests.count == 2)
    }
  }

  @Test func `calls beyond a GOAWAY's last stream go over a new connection`() async throws {
    try await withScriptedPeer(script: { request in
      request.number == 0
        ? [.goAway(lastStream: 0, .noError)] : [.head(ScriptedPeer.okHead), .data(ScriptedPeer.emptyMessage), Self.ok()]
    }) { peer, channel in
      _ = try await channel.unary("/test.Service/Odd", Text()) as Text
      #expect(peer.requests.map(\.connection) == [0, 1])
    }
  }

  @Test func `a call that nobody answers ends with its deadline`() async throws {
    try await withScriptedPeer(script: { _ in [] }) { _, channel in
      let error = await failure {
        try await channel.unary("/test.Service/Odd", Text(), options: CallOptions(timeout: .milliseconds(30))) as Text
      }
      #expect(error?.code == .deadlineExceeded)
    }
  }
}

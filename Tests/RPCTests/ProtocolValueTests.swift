import HTTP2
import Testing

@testable import RPC

struct GRPCTimeoutTests {
  @Test(arguments: [
    ("1n", Duration.nanoseconds(1)), ("20u", .microseconds(20)), ("100m", .milliseconds(100)), ("5S", .seconds(5)),
    ("2M", .seconds(120)),
    ("3H", .seconds(10_800)), ("99999999H", .seconds(99_999_999 * 3600)), ("0n", .zero), ("00000001S", .seconds(1)),
  ]) func `a timeout is read`(text: String, expected: Duration) {
    #expect(GRPCTimeout.parse(text.utf8) == expected)
  }

  @Test(arguments: ["", "n", "5", "5s", "5 S", "-5S", "+5S", "123456789S", "1.5S", "S5", "5SS", "٥S"])
  func `what is no timeout is refused`(text: String) {
    #expect(GRPCTimeout.parse(text.utf8) == nil)
  }

  @Test(arguments: [
    (Duration.zero, "0n"), (.seconds(-1), "0n"), (.nanoseconds(1), "1n"), (.nanoseconds(99_999_999), "99999999n"),
    (.milliseconds(100), "100000u"), (.seconds(1), "1000000u"), (.seconds(100), "100000m"), (.seconds(86_400), "86400000m"),
    (.seconds(200_000), "200000S"), (.seconds(100_000_000), "1666667M"), (.seconds(1 << 60), "99999999H"),
  ]) func `a timeout is written in the finest unit that holds it`(duration: Duration, expected: String) {
    #expect(GRPCTimeout.text(duration) == expected)
  }

  @Test func `a written timeout is never shorter than what was asked, and hardly longer`() {
    for step in 1..<2000 {
      let duration = Duration.nanoseconds(Int64(step) &* 1_000_003 << Int64(step % 24))
      let read = GRPCTimeout.parse(GRPCTimeout.text(duration).utf8)!
      #expect(read >= duration && read <= duration * 1.00001 + .nanoseconds(1))
    }
  }
}

struct PercentEncodingTests {
  @Test(arguments: [
    ("", ""), ("plain text ~!", "plain text ~!"), ("100%", "100%25"), ("ü", "%C3%BC"), ("a\nb", "a%0Ab"), ("💥", "%F0%9F%92%A5"),
    ("\u{7f}", "%7F"),
  ]) func `a message is encoded and comes back`(text: String, encoded: String) {
    #expect(PercentEncoding.encode(text) == Array(encoded.utf8))
    #expect(PercentEncoding.decode(Array(encoded.utf8)) == text)
  }

  @Test(arguments: [("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("100%25%", "100%%"), ("%c3%bc", "ü"), ("%FF", "\u{FFFD}")])
  func `a badly encoded message is shown as it stands`(encoded: String, text: String) {
    #expect(PercentEncoding.decode(Array(encoded.utf8)) == text)
  }
}

struct MessageDeframerTests {
  private func messages(_ pieces: [[UInt8]], limit: Int = 100) throws -> [[UInt8]] {
    var deframer = MessageDeframer(maximumMessageBytes: limit)
    var all: [[UInt8]] = []
    for piece in pieces {
      unsafe try piece.withUnsafeBytes { unsafe try deframer.receive($0) { message, _ in all.append(message) } }
    }
    return all
  }

  @Test func `messages are found however the bytes are cut`() throws {
    let body: [UInt8] = [0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9]
    let expected: [[UInt8]] = [[1, 2, 3], [], [9]]
    #expect(try messages([body]) == expected)
    #expect(try messages(body.map { [$0] }) == expected)
    for cut in 1..<body.count { #expect(try messages([Array(body[..<cut]), Array(body[cut...])]) == expected) }
  }

  @Test func `a message over the limit is refused by its prefix alone`() throws {
    #expect(try messages([[0, 0, 0, 0, 100] + [UInt8](repeating: 1, count: 100)]).count == 1)
    #expect { try messages([[0, 0, 0, 0, 101]]) } throws: { ($0 as? RPCError)?.code == .resourceExhausted }
    #expect { try messages([[0, 255, 255, 255, 255]]) } throws: { ($0 as? RPCError)?.code == .resourceExhausted }
  }

  @Test(arguments: [UInt8(1), 2, 255]) func `a compressed or strangely flagged message is refused`(flag: UInt8) {
    #expect { try messages([[flag, 0, 0, 0, 0]]) } throws: { ($0 as? RPCError)?.code == .internalError }
  }

  @Test func `an end inside a message shows`() throws {
    var deframer = MessageDeframer(maximumMessageBytes: 10)
    #expect(!deframer.isInsideMessage)
    unsafe try [UInt8]([0, 0, 0]).withUnsafeBytes { unsafe try deframer.receive($0) { _, _ in } }
    #expect(deframer.isInsideMessage)
    unsafe try [UInt8]([0, 1, 7]).withUnsafeBytes { unsafe try deframer.receive($0) { _, _ in } }
    #expect(!deframer.isInsideMessage)
  }
}

struct OutboxTests {
  private func take(_ outbox: inout Outbox, _ room: Int) -> (BodyChunk, [UInt8]) {
    var buffer = [UInt8](repeating: 0, count: room)
    let chunk = unsafe buffer.withUnsafeMutableBytes { unsafe outbox.take(into: $0) }
    return (chunk, buffer)
  }

  @Test func `frames leave in order, over any size of buffer`() {
    var outbox = Outbox()
    outbox.append([1, 2, 3])
    outbox.append([4, 5])
    #expect(outbox.waitingBytes == 5)
    #expect(take(&outbox, 2) == (.bytes(2), [1, 2]))
    #expect(outbox.waitingBytes == 3)
    #expect(take(&outbox, 2) == (.bytes(2), [3, 4]))
    #expect(take(&outbox, 9).0 == .bytes(1))
    #expect(take(&outbox, 9).0 == .later)
    #expect(outbox.isEmpty)
  }

  @Test func `the end comes with the last byte`() {
    var outbox = Outbox()
    outbox.append([1, 2, 3])
    outbox.finish(.trailers(.block(ResponseFields.plainTrailers)))
    #expect(take(&outbox, 2).0 == .bytes(2))
    #expect(take(&outbox, 2).0 == .trailers(1, .block(ResponseFields.plainTrailers)))
  }

  @Test func `an empty body may just end`() {
    var outbox = Outbox()
    outbox.finish(.end)
    #expect(take(&outbox, 2).0 == .end(0))
  }
}

private func == (left: (BodyChunk, [UInt8]), right: (BodyChunk, [UInt8])) -> Bool { left.0 == right.0 && left.1 == right.1 }

struct MetadataTests {
  @Test func `values are kept in order, names in any case`() {
    var metadata = Metadata()
    metadata.append("X-Trace", "a")
    metadata.append("x-trace", "b")
    metadata.append("data-bin", bytes: [0, 255])
    #expect(metadata["x-TRACE"] == "a")
    #expect(metadata.values(of: "x-trace") == ["a", "b"])
    #expect(metadata.bytes(of: "data-bin") == [[0, 255]])
    #expect(metadata["data-bin"] == nil)
    metadata.remove("x-trace")
    #expect(metadata["x-trace"] == nil)
  }

  @Test(arguments: [
    "grpc-status", "grpc-x", ":path", "te", "content-type", "user-agent", "connection", "", "a b", "ü", "-bin", "a\r\nb",
  ])
  func `a name that is not for applications is refused`(name: String) {
    var metadata = Metadata()
    let isTaken = metadata.append(name, "x")
    #expect(!isTaken)
    #expect(metadata.isEmpty)
  }

  @Test func `text with control characters, and bytes under a text name, are refused`() {
    var metadata = Metadata()
    let taken = [
      metadata.append("x", "a\r\nb"), metadata.append("x", "ü"), metadata.append("x", bytes: [1]), metadata.append("x-bin", "text"),
    ]
    #expect(taken == [false, false, false, false])
  }

  @Test func `metadata goes through header fields and back`() throws {
    var metadata = Metadata()
    metadata.append("x-text", "value")
    metadata.append("x-bin", bytes: [1, 2, 3, 4])
    metadata.append("x-empty-bin", bytes: [])
    var fields = ResponseFields.plainHead
    metadata.append(to: &fields)
    #expect(Metadata(fields) == metadata)
  }

  @Test func `binary values joined by commas are taken apart, padded or not`() {
    var fields = HeaderBlock()
    fields.append("x-bin", "AQ==, AgM")
    #expect(Metadata(fields)?.bytes(of: "x-bin") == [[1], [2, 3]])
    var broken = HeaderBlock()
    broken.append("x-bin", "A*==")
    #expect(Metadata(broken) == nil)
  }
}

struct IncomingHeadTests {
  private let methods = MethodTable([TestService(methods: [.unary("/a.B/C") { (request: Text, _) in request }])])

  private func read(_ fields: HeaderBlock) throws -> IncomingHead {
    var incoming = IncomingFields()
    for field in fields {
      unsafe field.name.withUnsafeBufferPointer { name in
        unsafe field.value.withUnsafeBufferPointer { unsafe incoming.append(name: name, value: $0) }
      }
    }
    return try IncomingHead(incoming, methods: methods)
  }

  private func fields(_ changes: [(StaticString, String?)] = []) -> HeaderBlock {
    var fields = HeaderBlock()
    let plain: [(StaticString, String)] = [
      (":method", "POST"), (":scheme", "http"), (":path", "/a.B/C"), ("te", "trailers"), ("content-type", "application/grpc+proto"),
      ("x-own", "1"),
    ]
    for (name, value) in plain {
      let change = changes.first { "\($0.0)" == "\(name)" }
      if let value = change.map(\.1) ?? value { fields.append(name, value.utf8) }
    }
    for (name, value) in changes where !plain.contains(where: { "\($0.0)" == "\(name)" }) {
      fields.append(name, (value ?? "").utf8)
    }
    return fields
  }

  @Test func `a request's head is read`() throws {
    let head = try read(fields([("grpc-timeout", "100m"), ("grpc-accept-encoding", "br, gzip")]))
    #expect(head.path == "/a.B/C")
    #expect(head.method != nil)
    #expect(head.acceptsGzip)
    #expect(head.timeout == .milliseconds(100))
    #expect(head.metadata == ["x-own": "1"])
  }

  @Test func `a head goes to fields and back`() throws {
    let head = RequestHead(path: "/x/Y", timeout: .seconds(7), metadata: ["a": "b"])
    let read = try read(head.fields(authority: "localhost"))
    #expect(read.path == "/x/Y" && read.method == nil)
    #expect(read.timeout == .seconds(7))
    #expect(read.metadata == ["a": "b"])
  }

  @Test(
    arguments: [(":method", "GET", 405), ("content-type", "text/html", 415), ("content-type", "application/grpcx", 415)]
      as [(StaticString, String, Int)])
  func `what is not gRPC gets an HTTP status`(name: StaticString, value: String, status: Int) {
    #expect(throws: IncomingHead.Rejection.http(status: status)) { try read(fields([(name, value)])) }
  }

  @Test(
    arguments: [
      ("grpc-timeout", "abc", .internalError), ("grpc-encoding", "br", .unimplemented), (":path", "a", .unimplemented),
      ("x-bin", "***", .internalError),
    ] as [(StaticString, String, StatusCode)])
  func `a head that is wrong gets a status`(name: StaticString, value: String, code: StatusCode) {
    #expect {
      _ = try read(fields([(name, value)]))
    } throws: { error in
      switch error as? IncomingHead.Rejection {
      case .status(let status), .unknownEncoding(let status): status.code == code
      default: false
      }
    }
  }
}

struct StatusMappingTests {
  private func block(_ fields: [(StaticString, String)]) -> HeaderBlock {
    var block = HeaderBlock()
    for (name, value) in fields { block.append(name, value.utf8) }
    return block
  }

  @Test(arguments: StatusCode.allCases) func `every status goes over the wire and comes back`(code: StatusCode) {
    let error = RPCError(code, "größer als 100%", metadata: ["reason": "r"])
    guard code != .ok else {
      #expect(StatusMapping.outcome(head: ResponseFields.plainHead, trailers: ResponseFields.plainTrailers) == nil)
      return
    }
    #expect(StatusMapping.outcome(head: ResponseFields.plainHead, trailers: ResponseFields.trailers(error)) == error)
    #expect(StatusMapping.outcome(head: ResponseFields.trailersOnly(error), trailers: nil) == error)
  }

  @Test(arguments: [
    (400, StatusCode.internalError), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented), (429, .unavailable),
    (502, .unavailable), (503, .unavailable), (504, .unavailable), (500, .unknown), (302, .unknown),
  ]) func `an HTTP status without gRPC's means a code`(status: Int, code: StatusCode) {
    let head = block([(":status", "\(status)"), ("content-type", "text/html")])
    #expect(StatusMapping.outcome(head: head, trailers: nil)?.code == code)
  }

  @Test func `an answer without a status, or with one nobody knows, is an error`() {
    #expect(StatusMapping.outcome(head: ResponseFields.plainHead, trailers: nil)?.code == .internalError)
    #expect(
      StatusMapping.outcome(head: block([(":status", "200"), ("content-type", "text/plain")]), trailers: nil)?.code == .unknown)
    for number in ["17", "-1", "x", ""] {
      #expect(StatusMapping.outcome(head: ResponseFields.plainHead, trailers: block([("grpc-status", number)]))?.code == .unknown)
    }
  }

  @Test(arguments: [
    (ErrorCode.noError, StatusCode.internalError), (.protocolError, .internalError), (.refusedStream, .unavailable),
    (.cancel, .cancelled),
    (.enhanceYourCalm, .resourceExhausted), (.inadequateSecurity, .permissionDenied), (.streamClosed, .unknown),
    (ErrorCode(rawValue: 99), .unknown),
  ]) func `a reset means a code`(reset: ErrorCode, code: StatusCode) {
    #expect(StatusMapping.error(StreamClosure(code: reset, connectionLost: false, isUnprocessed: false)).code == code)
    #expect(StatusMapping.error(StreamClosure(code: reset, connectionLost: true, isUnprocessed: false)).code == .unavailable)
  }

  @Test func `a message too long for trailers is cut between characters`() throws {
    let long = String(repeating: "ü", count: 5000)
    let fields = ResponseFields.trailers(RPCError(.notFound, long))
    let read = try #require(StatusMapping.outcome(head: ResponseFields.plainHead, trailers: fields))
    #expect(read.message == String(repeating: "ü", count: 2000) + "…")
    #expect(fields.size < 16 << 10)
  }
}

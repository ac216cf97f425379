import HTTP2
import SeededNumbers
import Testing

/// Writes down what a stream is told, and sends a body that the test gives it.
final class RecordingStream: StreamHandler {
  var head: HeaderBlock?
  var body: [UInt8] = []
  var trailers: HeaderBlock?
  var hasEnded = false
  var closure: StreamClosure?
  var outgoing: [UInt8]
  var ending: BodyChunk?
  var onEnd: () -> Void = {}

  init(outgoing: [UInt8] = [], ending: BodyChunk? = .end(0)) {
    self.outgoing = outgoing
    self.ending = ending
  }

  func received(head: HeaderBlock) { self.head = head }
  func received(data: UnsafeRawBufferPointer) { unsafe body.append(contentsOf: data) }
  func received(trailers: HeaderBlock) { self.trailers = trailers }
  func receivedEnd() {
    hasEnded = true
    onEnd()
  }
  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk {
    let count = min(buffer.count, outgoing.count)
    unsafe buffer.copyBytes(from: outgoing.prefix(count))
    outgoing.removeFirst(count)
    guard outgoing.isEmpty, let ending else { return count > 0 ? .bytes(count) : .later }
    switch ending {
    case .trailers(_, let fields): return .trailers(count, fields)
    default: return .end(count)
    }
  }
  func closed(_ reason: StreamClosure) { closure = reason }
}

/// One end in memory.
final class End: SessionOwner {
  let session: Session
  var events: [ConnectionEvent] = []
  var accepted: [(stream: Int32, head: HeaderBlock, handler: RecordingStream)] = []
  var makeHandler: () -> RecordingStream? = { RecordingStream() }
  var failure: SessionError?

  init(_ role: SessionRole, settings: SessionSettings = SessionSettings()) {
    do { session = try Session(role: role, settings: settings) } catch { fatalError("\(error)") }
    session.attach(self)
  }

  func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)? {
    guard let handler = makeHandler() else { return nil }
    accepted.append((stream, HeaderBlock(head), handler))
    return handler
  }

  func received(_ event: ConnectionEvent) { events.append(event) }

  func request(_ head: HeaderBlock, handler: RecordingStream) -> Int32? { session.request(head, handler: handler) }

  var isFinished: Bool { session.isFinished }
  var openStreams: Int { session.openStreams }

  func take() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
      unsafe count = (try? session.takeBytes(into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
    }
  }

  func feed(_ bytes: [UInt8]) {
    do throws(SessionError) {
      try unsafe bytes.span.bytes.withUnsafeBytes { (bytes) throws(SessionError) in try unsafe session.receive(bytes) }
    } catch { failure = error }
  }
}

/// Carries bytes to and fro until both ends are silent.
func converse(_ left: End, _ right: End) {
  while true {
    let (there, back) = (left.take(), right.take())
    if there.isEmpty, back.isEmpty { return }
    right.feed(there)
    left.feed(back)
  }
}

let requestHead: HeaderBlock = {
  var head = HeaderBlock()
  head.append(":method", "POST")
  head.append(":scheme", "http")
  head.append(":path", "/a/b")
  head.append(":authority", "localhost")
  return head
}()

let okHead: HeaderBlock = {
  var head = HeaderBlock()
  head.append(":status", "200")
  return head
}()

let trailerFields: HeaderBlock = {
  var fields = HeaderBlock()
  fields.append("grpc-status", "0")
  return fields
}()

struct SessionTests {
  @Test func `a request with a body is answered with a body and trailers`() throws {
    let (client, server) = (End(.client), End(.server))
    let call = RecordingStream(outgoing: [1, 2, 3])
    _ = try #require(client.request(requestHead, handler: call))
    server.makeHandler = { RecordingStream(outgoing: [4, 5], ending: .trailers(0, .block(trailerFields))) }
    converse(client, server)
    let accepted = try #require(server.accepted.first)
    #expect(accepted.handler.body == [1, 2, 3])
    #expect(accepted.handler.hasEnded)
    #expect(accepted.head.value(of: ":path").map { Array($0) } == Array("/a/b".utf8))
    server.session.respond(accepted.stream, okHead, endsStream: false)
    converse(client, server)
    #expect(call.head?.value(of: ":status").map { Array($0) } == Array("200".utf8))
    #expect(call.body == [4, 5])
    #expect(call.trailers?.value(of: "grpc-status").map { Array($0) } == Array("0".utf8))
    #expect(call.closure == StreamClosure(code: .noError, connectionLost: false, isUnprocessed: false))
    #expect(accepted.handler.closure?.code == .noError)
    #expect(client.openStreams == 0 && server.openStreams == 0)
  }

  @Test func `settings come first on both ends`() {
    let (client, server) = (End(.client), End(.server))
    converse(client, server)
    #expect(client.events.filter { $0 != .windowUpdate } == [.settings])
    #expect(server.events.filter { $0 != .windowUpdate } == [.settings])
  }

  @Test func `a body stops at the window until it is consumed`() throws {
    var settings = SessionSettings()
    settings.streamWindowBytes = 65_535
    let (client, server) = (End(.client), End(.server, settings: settings))
    converse(client, server)
    let call = RecordingStream(outgoing: [UInt8](repeating: 7, count: 200_000))
    let id = try #require(client.request(requestHead, handler: call))
    converse(client, server)
    let accepted = try #require(server.accepted.first)
    #expect(accepted.handler.body.count == 65_535)
    #expect(!accepted.handler.hasEnded)
    var given = 0
    while !accepted.handler.hasEnded, given < 1_000_000 {
      server.session.consume(id, 65_535)
      given += 65_535
      converse(client, server)
    }
    #expect(accepted.handler.body.count == 200_000)
  }

  @Test func `what a closed stream left unconsumed goes back to the connection's window`() throws {
    var settings = SessionSettings()
    settings.streamWindowBytes = 65_535
    settings.connectionWindowBytes = 100_000
    let (client, server) = (End(.client), End(.server, settings: settings))
    converse(client, server)
    for _ in 0..<20 {
      let call = RecordingStream(outgoing: [UInt8](repeating: 7, count: 60_000))
      let id = try #require(client.request(requestHead, handler: call))
      converse(client, server)
      #expect(server.accepted.last?.handler.body.count == 60_000)
      server.session.reset(id, .cancel)
      converse(client, server)
      #expect(call.closure?.code == .cancel)
    }
  }

  @Test func `a refused stream may be sent again`() throws {
    let (client, server) = (End(.client), End(.server))
    server.makeHandler = { nil }
    let call = RecordingStream()
    _ = try #require(client.request(requestHead, handler: call))
    converse(client, server)
    #expect(call.closure == StreamClosure(code: .refusedStream, connectionLost: false, isUnprocessed: true))
  }

  @Test func `streams beyond the peer's limit wait, and go when there is room`() throws {
    var settings = SessionSettings()
    settings.maximumConcurrentStreams = 1
    let (client, server) = (End(.client), End(.server, settings: settings))
    converse(client, server)
    let calls = [RecordingStream(), RecordingStream()]
    for call in calls { _ = try #require(client.request(requestHead, handler: call)) }
    converse(client, server)
    #expect(server.accepted.count == 1)
    server.session.respond(server.accepted[0].stream, okHead, endsStream: true)
    converse(client, server)
    #expect(calls[0].closure?.code == .noError)
    #expect(server.accepted.count == 2)
  }

  @Test func `an answer before the end of the request stops the rest of it`() throws {
    let (client, server) = (End(.client), End(.server))
    let call = RecordingStream(outgoing: [1], ending: nil)
    _ = try #require(client.request(requestHead, handler: call))
    converse(client, server)
    let accepted = try #require(server.accepted.first)
    server.session.respond(accepted.stream, okHead, endsStream: true)
    converse(client, server)
    #expect(call.hasEnded)
    #expect(call.closure?.code == .noError)
    #expect(server.openStreams == 0)
  }

  @Test func `a body that is put off goes on when it is resumed`() throws {
    let (client, server) = (End(.client), End(.server))
    let call = RecordingStream(ending: nil)
    let id = try #require(client.request(requestHead, handler: call))
    converse(client, server)
    #expect(server.accepted[0].handler.body.isEmpty)
    call.outgoing = [9]
    call.ending = .end(0)
    client.session.resume(id)
    converse(client, server)
    #expect(server.accepted[0].handler.body == [9])
    #expect(server.accepted[0].handler.hasEnded)
  }

  @Test func `a lost connection closes every stream once`() throws {
    let (client, server) = (End(.client), End(.server))
    let (sent, unsent) = (RecordingStream(), RecordingStream())
    _ = try #require(client.request(requestHead, handler: sent))
    converse(client, server)
    _ = try #require(client.request(requestHead, handler: unsent))
    client.session.abandonStreams()
    #expect(sent.closure == StreamClosure(code: .internalError, connectionLost: true, isUnprocessed: false))
    #expect(unsent.closure == StreamClosure(code: .internalError, connectionLost: true, isUnprocessed: true))
    sent.closure = nil
    client.session.abandonStreams()
    #expect(sent.closure == nil)
  }

  @Test func `a session that ends with open streams lets go of them`() throws {
    weak var watched: RecordingStream?
    do {
      let (client, server) = (End(.client), End(.server))
      let call = RecordingStream(ending: nil)
      watched = call
      _ = try #require(client.request(requestHead, handler: call))
      converse(client, server)
      #expect(server.openStreams == 1)
    }
    #expect(watched == nil)
  }

  @Test func `a drain lets open streams end and refuses later ones`() throws {
    let (client, server) = (End(.client), End(.server))
    let call = RecordingStream()
    _ = try #require(client.request(requestHead, handler: call))
    converse(client, server)
    server.session.announceShutdown()
    server.session.ping(5)
    converse(client, server)
    #expect(client.events.contains(.goAway(lastStream: .max, code: .noError, debug: [])))
    #expect(client.events.contains(.ping(5)))
    client.session.acknowledgePing(5)
    converse(client, server)
    #expect(server.events.contains(.pingAcknowledged(5)))
    server.session.goAway(.noError)
    converse(client, server)
    #expect(!server.isFinished)
    #expect(client.request(requestHead, handler: RecordingStream()) == nil)
    server.session.respond(server.accepted[0].stream, okHead, endsStream: true)
    converse(client, server)
    #expect(call.closure?.code == .noError)
    #expect(server.isFinished)
  }

  @Test func `a header list over the limit is told truncated`() throws {
    let (client, server) = (End(.client), End(.server))
    var head = requestHead
    for _ in 0..<20 { head.append("x-long", [UInt8](repeating: UInt8(ascii: "a"), count: 1000)) }
    _ = try #require(client.request(head, handler: RecordingStream()))
    converse(client, server)
    let received = try #require(server.accepted.first?.head)
    #expect(received.isTruncated)
    #expect(received.size <= SessionSettings().maximumHeaderBytes)
  }

  @Test func `what is no HTTP/2 ends the session`() {
    let server = End(.server)
    server.feed(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
    #expect(server.failure != nil)
  }

  @Test(arguments: 0..<200) func `damaged bytes never harm more than their connection`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let (client, server) = (End(.client), End(.server))
    for _ in 0..<4 { _ = client.request(requestHead, handler: RecordingStream(outgoing: [1, 2, 3])) }
    var bytes = client.take()
    for _ in 0..<(1 + random.next() % 8) {
      let index = 24 + Int(random.next() % UInt64(bytes.count - 24))
      bytes[index] = UInt8(truncatingIfNeeded: random.next())
    }
    server.feed(bytes)
    for accepted in server.accepted { server.session.respond(accepted.stream, okHead, endsStream: true) }
    _ = server.take()
    server.session.abandonStreams()
    #expect(server.openStreams == 0)
  }
}

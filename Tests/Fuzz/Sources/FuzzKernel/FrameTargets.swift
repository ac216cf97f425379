import HTTP2

/// Frames into a session. Whatever they are, the session answers or ends, tells each stream its end once, and holds nothing that it should not.
enum FrameTargets {
  /// A session and what happens to it.
  private final class End: SessionOwner {
    let session: Session
    var opened = 0
    var closed = 0
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    init(_ role: SessionRole) {
      do { session = try Session(role: role, settings: SessionSettings()) } catch { fatalError("no session: \(error)") }
      session.attach(self)
    }

    func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)? {
      opened += 1
      // Some are refused.
      guard head.count % 5 != 4 else {
        closed += 1
        return nil
      }
      return Call(end: self, stream: stream)
    }

    func received(_ event: ConnectionEvent) {
      if case .ping(let opaque) = event { session.acknowledgePing(opaque) }
      if case .headerBomb = event { session.terminate(.enhanceYourCalm) }
    }

    /// False once the session has come to its end.
    func feed(_ bytes: ArraySlice<UInt8>) -> Bool {
      do {
        try unsafe bytes.withUnsafeBytes { unsafe try session.receive($0) }
        while try unsafe buffer.withUnsafeMutableBytes({ unsafe try session.takeBytes(into: $0) }) > 0 {}
      } catch { return false }
      return !session.isFinished
    }

    func finish() {
      session.abandonStreams()
      precondition(session.openStreams == 0, "streams are left over")
      precondition(opened == closed, "\(opened) streams began, \(closed) ended")
    }
  }

  /// Gives back what it takes, and answers at the end.
  private final class Call: StreamHandler {
    private unowned let end: End
    private let stream: Int32?
    private var received = 0
    private var isClosed = false

    init(end: End, stream: Int32?) {
      self.end = end
      self.stream = stream
    }

    func received(head: HeaderBlock) { precondition(!isClosed) }
    func received(trailers: HeaderBlock) { precondition(!isClosed) }

    func received(data: UnsafeRawBufferPointer) {
      precondition(!isClosed)
      received += data.count
      if let stream { end.session.consume(stream, data.count) }
    }

    func receivedEnd() {
      precondition(!isClosed)
      guard let stream else { return }
      var head = HeaderBlock()
      head.append(":status", "200")
      end.session.respond(stream, head, endsStream: received % 2 == 1)
    }

    func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk {
      let count = min(buffer.count, received)
      unsafe buffer.prefix(count).initializeMemory(as: UInt8.self, repeating: 7)
      received -= count
      var trailers = HeaderBlock()
      trailers.append("grpc-status", "0")
      return received > 0 ? .bytes(count) : .trailers(count, .block(trailers))
    }

    func closed(_ reason: StreamClosure) {
      precondition(!isClosed, "a stream ended twice")
      isClosed = true
      end.closed += 1
    }
  }

  /// The first byte says in what pieces the rest arrives.
  private static func feed(_ bytes: ArraySlice<UInt8>, to end: End) {
    let piece = max(1, Int(bytes.first ?? 0))
    var rest = bytes.dropFirst()
    while !rest.isEmpty {
      guard end.feed(rest.prefix(piece)) else { break }
      rest = rest.dropFirst(piece)
    }
    end.finish()
  }

  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

  static func server(_ bytes: [UInt8]) {
    let end = End(.server)
    _ = end.feed(preface[...])
    feed(bytes[...], to: end)
  }

  static func client(_ bytes: [UInt8]) {
    let end = End(.client)
    var head = HeaderBlock()
    head.append(":method", "POST")
    head.append(":scheme", "http")
    head.append(":path", "/a/b")
    for _ in 0..<2 where end.session.request(head, handler: Call(end: end, stream: nil)) != nil { end.opened += 1 }
    _ = end.feed([0, 0, 0, 4, 0, 0, 0, 0, 0])
    feed(bytes[...], to: end)
  }
}

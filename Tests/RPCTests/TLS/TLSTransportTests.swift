import Cryptography
import Reactor
import Testing

@testable import RPC

/// A wire in memory that takes as little at once as it is told to. Belongs to its loop.
private final class Wire: ByteTransport, @unchecked Sendable {
  var peer: SocketAddress? { nil }
  var incoming: [UInt8] = []
  var outgoing: [UInt8] = []
  /// How much the next writes take together.
  var window = Int.max
  var hasEnded = false
  private(set) var interest: Interest = []
  private(set) var isClosed = false
  private(set) var isFinished = false
  var onReady: ((Interest) -> Void)?

  func start(on loop: EventLoop, interest: Interest, onReady: @escaping (Interest) -> Void, onLoopEnd: @escaping () -> Void) {
    self.onReady = onReady
    self.interest = interest
  }

  func setInterest(_ interest: Interest) { self.interest = interest }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    guard !incoming.isEmpty else { return hasEnded ? .endOfStream : .wouldBlock }
    let count = min(buffer.count, incoming.count)
    unsafe buffer.copyBytes(from: incoming.prefix(count))
    incoming.removeFirst(count)
    return .bytes(count)
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    let count = min(bytes.count, window)
    guard count > 0 else { return .wouldBlock }
    window -= count
    unsafe outgoing.append(contentsOf: bytes[..<count])
    return .bytes(count)
  }

  func finishWriting() { isFinished = true }

  func close() {
    isClosed = true
    onReady = nil
  }
}

/// One end: the transport, its wire, and what its owner was told.
private final class End: @unchecked Sendable {
  let wire = Wire()
  let transport: TLSTransport
  var told: [Interest] = []
  private let note = Note()
  var refusal: String? { note.text }

  private final class Note {
    var text: String?
  }

  init(_ context: TLSContext, serverName: String? = nil, on loop: EventLoop, timeout: Duration = .seconds(10)) throws {
    let session = try TLSSession(context, serverName: serverName)
    let note = note
    transport = TLSTransport(wire, session, handshakeTimeout: timeout) { note.text = $0 }
    transport.start(on: loop, interest: [.read, .write], onReady: { [weak self] in self?.told.append($0) }, onLoopEnd: {})
  }

  /// Everything that can be read now, and what the last read came to.
  func read() -> (bytes: [UInt8], last: Transfer) {
    var buffer = [UInt8](repeating: 0, count: EventLoop.scratchBytes)
    var all: [UInt8] = []
    while true {
      let transfer = unsafe buffer.withUnsafeMutableBytes { unsafe transport.read(into: $0) }
      guard case .bytes(let count) = transfer else { return (all, transfer) }
      all += buffer[..<count]
    }
  }

  func write(_ bytes: [UInt8]) -> Transfer { unsafe bytes.withUnsafeBytes { unsafe transport.write($0) } }
}

@Suite struct TLSTransportTests {
  /// Runs the body on a loop with both ends of a connection, and what carries bytes between them.
  private func withEnds(
    clients: ClientVerification = .none, _ body: @escaping @Sendable (End, End, () -> Void) throws -> Void
  ) async throws {
    let certificates = try TestCertificates()
    let server = try TLSContext.server(identity: certificates.server, clients: clients, trust: certificates.trust)
    let client = try TLSContext.client(trust: certificates.trust)
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
      let loop = loops.loops[0]
      loop.execute {
        continuation.resume(
          returning: Result {
            let (one, other) = (try End(server, on: loop), try End(client, serverName: "127.0.0.1", on: loop))
            try body(one, other) {
              (one.wire.incoming, other.wire.outgoing) = (one.wire.incoming + other.wire.outgoing, [])
              (other.wire.incoming, one.wire.outgoing) = (other.wire.incoming + one.wire.outgoing, [])
            }
            for end in [one, other] {
              end.transport.close()
              // One that was refused waits for its peer's end, which nobody tells it here.
              end.wire.close()
            }
          })
      }
    }
    try result.get()
  }

  private static func shakeHands(_ server: End, _ client: End, _ carry: () -> Void) {
    for _ in 0..<3 {
      carry()
      _ = (server.read(), client.read())
    }
  }

  @Test func `nothing is written before the handshake's end; then all is`() async throws {
    try await withEnds { server, client, carry in
      #expect(client.write([1, 2, 3]) == .wouldBlock)
      #expect(server.write([1, 2, 3]) == .wouldBlock)
      #expect(server.wire.interest == .read, "whatever the owner wants, nothing can be written yet")
      Self.shakeHands(server, client, carry)
      #expect(client.write([1, 2, 3]) == .bytes(3))
      carry()
      #expect(server.read().bytes == [1, 2, 3])
      #expect(server.wire.interest == [.read, .write])
    }
  }

  @Test func `a wire that takes little at once gets every byte once, and readiness is told when it goes on`() async throws {
    try await withEnds { server, client, carry in
      Self.shakeHands(server, client, carry)
      let message = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ ($0 >> 8)) }
      var place = 0
      var received: [UInt8] = []
      while place < message.count {
        client.wire.window = 1000
        switch client.write(Array(message[place...])) {
        case .bytes(let count): place += count
        case .wouldBlock:
          #expect(client.wire.interest.contains(.write))
          client.told = []
          client.wire.window = 5000
          client.wire.onReady?(.write)
        default: Issue.record("the write failed")
        }
        #expect(client.wire.window <= 5000)
        carry()
        received += server.read().bytes
      }
      #expect(received == message)
      client.wire.window = .max
    }
  }

  @Test func `all plaintext of what has arrived comes out, however much that is`() async throws {
    try await withEnds { server, client, carry in
      Self.shakeHands(server, client, carry)
      let message = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 13 ^ ($0 >> 8)) }
      var place = 0
      while place < message.count {
        guard case .bytes(let count) = client.write(Array(message[place...])) else { break }
        place += count
      }
      carry()
      let (bytes, last) = server.read()
      #expect(bytes == message)
      #expect(last == .wouldBlock && server.wire.incoming.isEmpty)
    }
  }

  @Test func `a goodbye is an end; an end without one is a failure that says so`() async throws {
    try await withEnds { server, client, carry in
      Self.shakeHands(server, client, carry)
      #expect(client.write([9]) == .bytes(1))
      client.transport.close()
      #expect(client.wire.isClosed)
      carry()
      let (bytes, last) = server.read()
      #expect(bytes == [9] && last == .endOfStream)
    }
    try await withEnds { server, client, carry in
      Self.shakeHands(server, client, carry)
      server.wire.hasEnded = true
      guard case .failed(let code) = server.read().last else {
        Issue.record("no failure")
        return
      }
      #expect(server.transport.explanation(of: code).contains("cut off"))
    }
  }

  @Test func `whoever finishes writing says goodbye and still reads`() async throws {
    try await withEnds { server, client, carry in
      Self.shakeHands(server, client, carry)
      client.transport.finishWriting()
      #expect(client.wire.isFinished)
      carry()
      #expect(server.read().last == .endOfStream)
      #expect(server.write([4, 2]) == .bytes(2))
      carry()
      #expect(client.read().bytes == [4, 2])
    }
  }

  @Test func `a refused peer gets the reason before its connection closes`() async throws {
    try await withEnds(clients: .required) { server, client, carry in
      Self.shakeHands(server, client, carry)
      guard case .failed(let code) = server.read().last else {
        Issue.record("the client was let in")
        return
      }
      #expect(server.transport.explanation(of: code).contains("sent no certificate"))
      #expect(server.refusal?.contains("sent no certificate") == true)
      server.transport.close()
      #expect(!server.wire.isClosed && server.wire.isFinished, "stays to be read")
      carry()
      guard case .failed(let seen) = client.read().last else {
        Issue.record("the client saw no refusal")
        return
      }
      #expect(client.transport.explanation(of: seen).contains("asks for a certificate and got none"))
      server.wire.hasEnded = true
      server.wire.onReady?(.read)
      #expect(server.wire.isClosed)
    }
  }
}

@Suite struct AddressReachTests {
  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.8.9.1:1", true), ("[::1]:1", true), ("localhost:1", true), ("unix:/run/x", true),
    ("0.0.0.0:1", false), ("[::]:1", false), ("10.0.0.7:1", false), ("metrics.example:1", false),
    ("127.example:1", false),
  ])
  func `clear text beyond this machine is known by its address`(text: String, stays: Bool) throws {
    #expect(try #require(SocketAddress(text)).staysOnThisMachine == stays)
  }
}

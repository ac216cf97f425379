import Testing

@testable import Cryptography

@Suite struct TLSSessionTests {
  @Test func `a handshake ends open on both sides, in TLS 1,3, and bytes arrive both ways`() throws {
    let authority = try TestAuthority()
    let pair = try TLSPair(server: authority.server(), client: authority.client())
    _ = try pair.run()
    #expect(pair.server.state == .open)
    #expect(pair.client.state == .open)
    #expect(pair.server.cipher.hasPrefix("TLSv1.3 "))
    try pair.client.seal("from the client")
    try pair.server.seal("from the server")
    let read = try pair.run()
    #expect(String(decoding: read.server, as: UTF8.self) == "from the client")
    #expect(String(decoding: read.client, as: UTF8.self) == "from the server")
    #expect(pair.server.peer == nil)
    #expect(pair.client.peer?.commonName == "metrics")
  }

  /// Every flight of the handshake and a message behind it, cut in two at every place, and byte by byte.
  @Test func `it does not matter where the stream of bytes is cut`() throws {
    let authority = try TestAuthority()
    let server = try authority.server(clients: .required)
    let client = try authority.client(authority.identity { $0.commonName = "caller" })
    var cut = 1
    var longest = Int.max
    while cut < longest {
      let pair = try TLSPair(server: server, client: client)
      var total = 0
      func deliver(_ bytes: [UInt8], _ open: ([UInt8]) throws -> [UInt8]) throws -> [UInt8] {
        let place = min(max(0, cut - total), bytes.count)
        total += bytes.count
        return try open(Array(bytes[..<place])) + open(Array(bytes[place...]))
      }
      var received: [UInt8] = []
      var hasSent = false
      while pair.server.waitingCiphertext + pair.client.waitingCiphertext > 0 {
        if pair.client.state == .open, !hasSent {
          try pair.client.seal("behind the handshake")
          hasSent = true
        }
        received += try deliver(pair.client.takeCiphertext()) { try pair.server.open($0) }
        _ = try deliver(pair.server.takeCiphertext()) { try pair.client.open($0) }
      }
      #expect(String(decoding: received, as: UTF8.self) == "behind the handshake", "cut at \(cut)")
      longest = total
      cut += 1
    }
    #expect(longest > 1000)
  }

  @Test func `byte by byte, a handshake and two records arrive`() throws {
    let authority = try TestAuthority()
    let pair = try TLSPair(server: authority.server(), client: authority.client())
    let message = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var received: [UInt8] = []
    var hasSent = false
    while pair.server.waitingCiphertext + pair.client.waitingCiphertext > 0 {
      if pair.client.state == .open, !hasSent {
        try pair.client.seal(message)
        hasSent = true
      }
      for byte in pair.client.takeCiphertext() { received += try pair.server.open([byte]) }
      for byte in pair.server.takeCiphertext() { _ = try pair.client.open([byte]) }
    }
    #expect(received == message)
  }

  /// The case in which the rest of a held record comes out before the next ones are taken in: nothing may be laid over unread bytes.
  @Test(arguments: [1, 100, 16_000, 16_405]) func `many records behind a held one come out whole`(held: Int) throws {
    let authority = try TestAuthority()
    let pair = try TLSPair(server: authority.server(), client: authority.client())
    _ = try pair.run()
    let message = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
    try pair.client.seal(message)
    let ciphertext = pair.client.takeCiphertext()
    #expect(ciphertext.count - message.count < 13 * 32, "records are as long as can be")
    var received = try pair.server.open(Array(ciphertext[..<held]))
    received += try pair.server.open(Array(ciphertext[held...]))
    #expect(received == message)
  }

  @Test func `a goodbye ends one direction only`() throws {
    let authority = try TestAuthority()
    let pair = try TLSPair(server: authority.server(), client: authority.client())
    _ = try pair.run()
    pair.client.sayGoodbye()
    _ = try pair.run()
    #expect(pair.server.state == .ended)
    try pair.server.seal("a last answer")
    pair.server.sayGoodbye()
    let read = try pair.run()
    #expect(String(decoding: read.client, as: UTF8.self) == "a last answer")
    #expect(pair.client.state == .ended)
  }

  @Test func `a changed byte breaks the connection, and both sides say so`() throws {
    let authority = try TestAuthority()
    let pair = try TLSPair(server: authority.server(), client: authority.client())
    _ = try pair.run()
    try pair.client.seal("do not change me")
    var ciphertext = pair.client.takeCiphertext()
    ciphertext[10] ^= 1
    #expect(throws: TLSError.self) { try pair.server.open(ciphertext) }
    // What broke once stays broken, with the same words.
    #expect(throws: TLSError.self) { try pair.server.open([]) }
    #expect(throws: TLSError.self) { try pair.client.open(pair.server.takeCiphertext()) }
    #expect(pair.client.state != .open)
  }

  @Test func `bytes that are no TLS are refused with words that say what they are`() throws {
    let authority = try TestAuthority()
    var session = try TLSSession(authority.server())
    let error = #expect(throws: TLSError.self) { try session.open(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)) }
    #expect(error?.description.contains("does not speak TLS") == true)
  }
}

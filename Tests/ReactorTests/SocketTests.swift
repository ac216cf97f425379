import Glibc
import Reactor
import Testing

struct SocketAddressTests {
  @Test(arguments: [
    ("127.0.0.1:5001", SocketAddress.ip(host: "127.0.0.1", port: 5001)),
    ("[::1]:0", .ip(host: "::1", port: 0)),
    ("metrics:65535", .ip(host: "metrics", port: 65535)),
    ("unix:/run/a.sock", .unix(path: "/run/a.sock")),
    ("unix:///run/a.sock", .unix(path: "/run/a.sock")),
    ("unix:relative", .unix(path: "relative")),
  ]) func `an address is read`(text: String, expected: SocketAddress) {
    #expect(SocketAddress(text) == expected)
  }

  @Test(arguments: [
    "", "5001", "host", "host:", ":5001", "host:65536", "host:-1", "host:+1", "::1:80", "unix:", "a b:1", "host:1 ", "[]:1",
    "unix:/" + String(repeating: "a", count: 107),
  ]) func `what is no address is refused`(text: String) {
    #expect(SocketAddress(text) == nil)
  }

  @Test(arguments: ["127.0.0.1:5001", "[::1]:80", "unix:/run/a.sock"]) func `an address is written as it is read`(text: String) {
    #expect(SocketAddress(text)?.description == text)
  }

  @Test func `a name is looked up`() async throws {
    let found = try await ResolvedAddress.resolve(.ip(host: "localhost", port: 80))
    #expect(
      found.contains { $0.socketAddress == .ip(host: "127.0.0.1", port: 80) || $0.socketAddress == .ip(host: "::1", port: 80) })
    #expect(ResolvedAddress.immediate(.ip(host: "localhost", port: 80)) == nil)
  }

  @Test func `a name that does not exist is an error that names it`() async {
    await #expect { try await ResolvedAddress.resolve(.ip(host: "no-such-host.invalid", port: 80)) } throws: { error in
      "\(error)".contains("no-such-host.invalid")
    }
  }
}

struct SocketTests {
  private func waitFor(_ descriptor: Int32, _ events: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    _ = unsafe poll(&entry, 1, 5000)
  }

  private func converse(over address: SocketAddress) throws {
    let resolved = try #require(ResolvedAddress.immediate(address)?.first)
    let listener = try Socket.listening(on: resolved)
    let name = listener.localAddress
    let bound = try #require(name)
    let target = try #require(ResolvedAddress.immediate(bound)?.first)
    let client = try Socket.connecting(to: target)
    waitFor(listener.descriptor, POLLIN)
    guard let server = try listener.accept() else {
      Issue.record("nobody to accept")
      return
    }
    #expect(client.connectionError == 0)
    let sent: [UInt8] = [1, 2, 3]
    unsafe #expect(sent.withUnsafeBytes { unsafe client.write($0) } == .bytes(3))
    var received = [UInt8](repeating: 0, count: 8)
    waitFor(server.descriptor, POLLIN)
    unsafe #expect(received.withUnsafeMutableBytes { unsafe server.read(into: $0) } == .bytes(3))
    #expect(received.prefix(3) == [1, 2, 3])
    unsafe #expect(received.withUnsafeMutableBytes { unsafe server.read(into: $0) } == .wouldBlock)
    client.finishWriting()
    waitFor(server.descriptor, POLLIN)
    unsafe #expect(received.withUnsafeMutableBytes { unsafe server.read(into: $0) } == .endOfStream)
  }

  @Test func `bytes go over TCP on both families`() throws {
    try converse(over: .ip(host: "127.0.0.1", port: 0))
    try converse(over: .ip(host: "::1", port: 0))
  }

  @Test func `bytes go over a Unix socket, whose dead file is taken over`() throws {
    let path = "/tmp/lodestar-socket-\(getpid()).sock"
    defer { unsafe unlink(path) }
    try converse(over: .unix(path: path))
    try converse(over: .unix(path: path))
  }

  @Test func `a Unix socket in use and a file in the way are not taken over`() throws {
    let path = "/tmp/lodestar-socket-used-\(getpid()).sock"
    defer { unsafe unlink(path) }
    let address = try #require(ResolvedAddress.immediate(.unix(path: path))?.first)
    let listener = try Socket.listening(on: address)
    #expect(throws: SocketError.self) { _ = try Socket.listening(on: address) }
    _ = consume listener
    unsafe unlink(path)
    unsafe close(open(path, O_CREAT | O_WRONLY, 0o600))
    #expect(throws: SocketError.self) { _ = try Socket.listening(on: address) }
  }
}

import Glibc
import HTTP2
import Logging
import RPC
import Reactor
import Synchronization
import Testing

struct DrainTests {
  @Test func `a drain lets running calls end and takes no new connections`() async throws {
    let (started, mayEnd) = (Gate(), Gate())
    let method = RPCMethod.unary("/test.Service/Slow") { (_: Text, _) -> Text in
      started.open()
      await mayEnd.pass()
      return Text(service: "done")
    }
    try await withServer([method, echo]) { test in
      let running = Task { try await test.channel.unary("/test.Service/Slow", Text()) as Text }
      await started.pass()
      let drain = Task { await test.server.drain(grace: .seconds(30)) }
      // New callers find nobody as soon as the listener is closed.
      var error: RPCError?
      while error == nil {
        let other = RPCChannel(to: test.address, loops: test.loops, logger: quiet)
        error = await failure { try await other.unary("/test.Service/Echo", Text()) as Text }
        await other.close()
      }
      #expect(error?.code == .unavailable)
      mayEnd.open()
      let text = try await running.value.service
      #expect(text == "done")
      await drain.value
    }
  }

  @Test func `a drain's grace is bounded`() async throws {
    let (started, cancelled) = (Gate(), Gate())
    let method = RPCMethod.unary("/test.Service/Stubborn") { (_: Text, _) -> Text in
      started.open()
      do { try await untilCancelled() } catch { cancelled.open() }
      return Text()
    }
    try await withServer([method]) { test in
      let running = Task { await failure { try await test.channel.unary("/test.Service/Stubborn", Text()) as Text } }
      await started.pass()
      await test.server.drain(grace: .milliseconds(50))
      #expect(await running.value?.code == .unavailable)
      await cancelled.pass()
    }
  }

  @Test func `a drain ends watches at once`() async throws {
    let health = ServingHealth(services: [])
    try await withServer([], extra: [health]) { test in
      let stream = HealthClient(channel: test.channel).watch(HealthCheckRequest())
      var watch = stream.makeAsyncIterator()
      _ = try await watch.next()
      let drain = Task { await test.server.drain(grace: .seconds(60)) }
      var error: RPCError?
      do { while try await watch.next() != nil {} } catch let thrown { error = thrown as? RPCError }
      #expect(error?.code == .unavailable)
      await drain.value
    }
  }

  @Test func `a channel goes over to a peer that came back`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let path = "/tmp/lodestar-restart-\(getpid()).sock"
    let channel = RPCChannel(to: .unix(path: path), loops: loops, logger: quiet)
    for round in 0..<3 {
      let configuration = RPCServerConfiguration(addresses: [.unix(path: path)])
      let server = RPCServer(configuration: configuration, services: [TestService(methods: [echo])], loops: loops, logger: quiet)
      _ = try await server.start()
      let answer: Text = try await channel.unary("/test.Service/Echo", Text(service: "\(round)"))
      #expect(answer.service == "\(round)")
      await server.drain(grace: .seconds(1))
    }
    await channel.close()
  }
}

struct AddressTests {
  @Test func `a dead peer is told at once, with its address`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    // Only a refusal ends these calls: they have no deadline, and connecting may take its time.
    var patient = RPCChannelConfiguration()
    patient.connectTimeout = .seconds(1000)
    for address in [
      SocketAddress.ip(host: "127.0.0.1", port: 1), .unix(path: "/tmp/lodestar-nobody.sock"), .ip(host: "no-such.invalid", port: 1),
    ] {
      let channel = RPCChannel(to: address, configuration: patient, loops: loops, logger: quiet)
      let error = await failure { try await channel.unary("/test.Service/Echo", Text()) as Text }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains(address.description) == true)
      await channel.close()
    }
  }

  @Test func `a peer that accepts and says nothing is given up`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let resolved = try #require(ResolvedAddress.immediate(.ip(host: "127.0.0.1", port: 0))?.first)
    let silent = try Socket.listening(on: resolved)
    let bound = silent.localAddress
    var configuration = RPCChannelConfiguration()
    configuration.connectTimeout = .milliseconds(50)
    let channel = RPCChannel(to: try #require(bound), configuration: configuration, loops: loops, logger: quiet)
    let error = await failure { try await channel.unary("/test.Service/Echo", Text()) as Text }
    #expect(error?.code == .unavailable)
    await channel.close()
    _ = consume silent
  }

  @Test func `a call that waits for its peer goes when the peer comes`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let path = "/tmp/lodestar-late-\(getpid()).sock"
    let channel = RPCChannel(to: .unix(path: path), loops: loops, logger: quiet)
    let early = await failure { try await channel.unary("/test.Service/Echo", Text()) as Text }
    #expect(early?.code == .unavailable)
    let waiting = Task {
      try await channel.unary(
        "/test.Service/Echo", Text(service: "x"), options: CallOptions(timeout: .seconds(20), waitsForReady: true)) as Text
    }
    let server = RPCServer(
      configuration: RPCServerConfiguration(addresses: [.unix(path: path)]), services: [TestService(methods: [echo])], loops: loops,
      logger: quiet)
    _ = try await server.start()
    let text = try await waiting.value.service
    #expect(text == "x")
    await channel.close()
    await server.drain(grace: .seconds(1))
  }

  @Test func `a call that waits for its peer ends with its deadline`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let channel = RPCChannel(to: .ip(host: "127.0.0.1", port: 1), loops: loops, logger: quiet)
    let error = await failure {
      try await channel.unary("/test.Service/Echo", Text(), options: CallOptions(timeout: .milliseconds(150), waitsForReady: true))
        as Text
    }
    #expect(error?.code == .deadlineExceeded)
    await channel.close()
  }

  @Test func `an address in use is refused, also by servers with several loops`() async throws {
    try await withServer([echo], loopCount: 2) { test in
      let second = RPCServer(
        configuration: RPCServerConfiguration(addresses: [test.address]), services: [], loops: test.loops, logger: quiet)
      await #expect(throws: SocketError.self) { try await second.start() }
    }
  }

  @Test func `a closed channel makes no calls`() async throws {
    try await withServer([echo]) { test in
      await test.channel.close()
      let error = await failure { try await test.channel.unary("/test.Service/Echo", Text()) as Text }
      #expect(error?.code == .cancelled)
    }
  }
}

struct HostileBytesTests {
  private func port(_ test: TestServer) -> Int {
    if case .ip(_, let port) = test.address { port } else { 0 }
  }

  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  private func frame(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
    let count = payload.count
    return [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
      + (0..<4).map { UInt8(truncatingIfNeeded: stream >> UInt32(24 - 8 * $0)) } + payload
  }

  private func serverLives(_ test: TestServer) async throws {
    let answer: Text = try await test.channel.unary("/test.Service/Echo", Text(service: "alive"))
    #expect(answer.service == "alive")
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
  ]) func `what is no HTTP/2 is closed on and nobody else notices`(text: String) async throws {
    try await withServer([echo]) { test in
      let client = RawClient(port: port(test))
      client.send(Array(text.utf8))
      client.finishSending()
      #expect(client.readToEnd() != nil)
      try await serverLives(test)
    }
  }

  @Test func `a flood of pings is ended with ENHANCE_YOUR_CALM`() async throws {
    try await withServer([echo]) { test in
      let client = RawClient(port: port(test))
      client.send(Self.preface + frame(4))
      for _ in 0..<2000 { client.send(frame(6, [UInt8](repeating: 1, count: 8))) }
      let answer = try #require(client.readToEnd())
      // The last frame is a GOAWAY of 8 + 14 bytes: its error code 11, then what gRPC clients know.
      #expect(Array(answer.suffix(18)) == [0, 0, 0, 11] + Array("too_many_pings".utf8))
      try await serverLives(test)
    }
  }

  @Test(arguments: 0..<60) func `damaged frames never harm more than their connection`(seed: UInt64) async throws {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    try await withServer([echo]) { test in
      let client = RawClient(port: port(test))
      var bytes = Self.preface + frame(4)
      for _ in 0..<20 {
        let payload = (0..<random(40)).map { _ in UInt8(random(256)) }
        bytes += frame(UInt8(random(12)), flags: UInt8(random(256)), stream: UInt32(random(8)), payload)
      }
      client.send(bytes)
      client.finishSending()
      #expect(client.readToEnd() != nil)
      try await serverLives(test)
    }
  }

  @Test func `a connection over the limit is closed at once`() async throws {
    try await withServer([echo], configure: { $0.maximumConnections = 1 }) { test in
      try await serverLives(test)
      let second = RawClient(port: port(test))
      #expect(second.readToEnd() == [])
      try await serverLives(test)
    }
  }
}

struct LoopEndTests {
  @Test func `when the loops end first, calls end with UNAVAILABLE and nothing traps`() async throws {
    let (serverLoops, clientLoops) = (EventLoopGroup(count: 1), EventLoopGroup(count: 1))
    let started = Gate()
    let method = RPCMethod.unary("/test.Service/Wait") { (_: Text, _) -> Text in
      started.open()
      try await untilCancelled()
      return Text()
    }
    let server = RPCServer(
      configuration: RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)]),
      services: [TestService(methods: [method])],
      loops: serverLoops, logger: quiet)
    let address = try await server.start()[0]
    var channel: RPCChannel? = RPCChannel(to: address, loops: clientLoops, logger: quiet)
    let running = Task { [channel] in await failure { try await channel!.unary("/test.Service/Wait", Text()) as Text } }
    await started.pass()
    clientLoops.shutdown()
    #expect(await running.value?.code == .unavailable)
    let late = await failure { try await channel!.unary("/test.Service/Wait", Text()) as Text }
    #expect(late?.code == .unavailable)
    channel = nil
    serverLoops.shutdown()
    await server.drain(grace: .zero)
  }
}

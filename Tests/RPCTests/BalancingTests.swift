import Glibc
import HTTP2
import RPC
import Reactor
import Synchronization
import Testing

/// Channels to several addresses, over sockets.
@Suite(.timeLimit(.minutes(2))) struct BalancingTests {
  private static let ok: [ScriptedPeer.Reply] = [
    .head(ScriptedPeer.okHead), .data(ScriptedPeer.emptyMessage), .head([("grpc-status", "0")], ends: true),
  ]

  private func withPeers(
    _ scripts: [ScriptedPeer.Script], extra: [SocketAddress] = [], _ configure: (inout RPCChannelConfiguration) -> Void,
    _ body: ([ScriptedPeer], RPCChannel) async throws -> Void
  ) async throws {
    let peers = try scripts.map { try ScriptedPeer($0) }
    let loops = EventLoopGroup(count: 1)
    var configuration = RPCChannelConfiguration()
    configure(&configuration)
    let channel = RPCChannel(
      target: ChannelTarget(extra + peers.map(\.address), authority: "many"), configuration: configuration, loops: loops,
      logger: quiet)
    let outcome: Result<Void, any Error>
    do {
      try await body(peers, channel)
      outcome = .success(())
    } catch { outcome = .failure(error) }
    await channel.close()
    for peer in peers { peer.close() }
    loops.shutdown()
    try outcome.get()
  }

  private func call(_ channel: RPCChannel, _ options: CallOptions = CallOptions()) async throws {
    _ = try await channel.unary("/test.Service/Any", Text(), options: options) as Text
  }

  @Test func `a hedge goes to an address that was not asked before`() async throws {
    try await withPeers([{ _ in [] }, { _ in [] }, { _ in Self.ok }]) { configuration in
      configuration.service.loadBalancing = .roundRobin
      var method = MethodConfiguration()
      method.repetition = .hedge(HedgingPolicy(maximumAttempts: 3, delay: .milliseconds(5), nonFatalCodes: []))
      configuration.service.methods = [.init(service: "test.Service", method: "Hedged"): method]
    } _: { peers, channel in
      // All three have to be connected before.
      while peers.contains(where: { $0.requests.isEmpty }) {
        _ = await failure { try await call(channel, CallOptions(timeout: .milliseconds(20))) }
      }
      let before = peers.map(\.requests.count)
      for _ in 0..<5 { _ = try await channel.unary("/test.Service/Hedged", Text()) as Text }
      for (peer, count) in zip(peers, before) { #expect(peer.requests.count <= count + 5) }
      #expect(peers[2].requests.count == before[2] + 5)
    }
  }

  @Test func `an address that accepts and says nothing does not hold up the next`() async throws {
    let resolved = try #require(ResolvedAddress.immediate(.ip(host: "127.0.0.1", port: 0))?.first)
    let silent = try Socket.listening(on: resolved)
    let bound = silent.localAddress
    try await withPeers([{ _ in Self.ok }], extra: [try #require(bound)], { $0.connectTimeout = .seconds(60) }) { peers, channel in
      try await call(channel, CallOptions(timeout: .seconds(30)))
      #expect(peers[0].requests.count == 1)
    }
    _ = consume silent
  }

  @Test func `round robin asks every address in its turn`() async throws {
    try await withPeers([{ _ in Self.ok }, { _ in Self.ok }, { _ in Self.ok }], { $0.service.loadBalancing = .roundRobin }) {
      peers, channel in
      // Until all three are connected the first ones get more.
      while peers.contains(where: { $0.requests.isEmpty }) { try await call(channel) }
      let before = peers.map(\.requests.count)
      for _ in 0..<30 { try await call(channel) }
      #expect(zip(peers, before).map { $0.requests.count - $1 } == [10, 10, 10])
      #expect(peers[0].requests[0].fields[":authority"] == "many")
    }
  }

  @Test func `pick_first stays with the first that answers, and goes over to the next when it is lost`() async throws {
    let dead = SocketAddress.ip(host: "127.0.0.1", port: 1)
    try await withPeers([{ _ in Self.ok }, { _ in Self.ok }], extra: [dead], { _ in }) { peers, channel in
      for _ in 0..<5 { try await call(channel) }
      #expect(peers.map(\.requests.count) == [5, 0])
      peers[0].close()
      // Whoever notices the loss connects anew.
      while peers[1].requests.isEmpty { try? await call(channel) }
    }
  }

  @Test func `least request leaves a busy address alone`() async throws {
    let stubborn: ScriptedPeer.Script = { $0.fields[":path"] == "/test.Service/Stuck" ? [] : Self.ok }
    try await withPeers([stubborn, { _ in Self.ok }], { $0.service.loadBalancing = .leastRequest(choices: 8) }) {
      peers, channel in
      while peers.contains(where: { $0.requests.isEmpty }) { try await call(channel) }
      // The first address leaves one call unanswered for ever.
      var stuck: [Task<RPCError?, Never>] = []
      while !peers[0].requests.contains(where: { $0.fields[":path"] == "/test.Service/Stuck" }) {
        stuck.append(Task { await failure { try await channel.unary("/test.Service/Stuck", Text()) as Text } })
        try await call(channel)
      }
      let before = peers.map(\.requests.count)
      for _ in 0..<40 { try await call(channel) }
      // Only when all eight choices fall on it is it asked: once in 256 calls.
      #expect(peers[0].requests.count - before[0] < 6)
      for task in stuck { task.cancel() }
    }
  }

  @Test func `an address that fails more than its threshold is left out`() async throws {
    let bad: ScriptedPeer.Script = { _ in [.head(ScriptedPeer.okHead + [("grpc-status", "13")], ends: true)] }
    try await withPeers([bad, { _ in Self.ok }, { _ in Self.ok }]) { configuration in
      configuration.service.loadBalancing = .roundRobin
      var rules = OutlierDetection()
      rules.interval = .milliseconds(20)
      var rule = OutlierDetection.FailurePercentage()
      rule.minimumHosts = 2
      rule.requestVolume = 1
      rules.failurePercentage = rule
      configuration.service.outlierDetection = rules
    } _: { peers, channel in
      // Once it is left out, thirty calls in a row go well, which they cannot while it has its turns.
      var inARow = 0
      while inARow < 30 {
        do {
          try await call(channel)
          inARow += 1
        } catch { inARow = 0 }
      }
      #expect(!peers[0].requests.isEmpty)
    }
  }

  @Test func `calls beyond what a peer allows at once wait, and their deadlines and cancellations hold`() async throws {
    let (mayEnd, started) = (Gate(), Gate())
    let slow = RPCMethod.unary("/test.Service/Slow") { (_: Text, _) -> Text in
      started.open()
      await mayEnd.pass()
      return Text(service: "done")
    }
    try await withServer([slow, echo], configure: { $0.maximumConcurrentStreams = 1 }) { test in
      let first = Task { try await test.channel.unary("/test.Service/Slow", Text()) as Text }
      await started.pass()
      let late = await failure {
        try await test.channel.unary("/test.Service/Echo", Text(), options: CallOptions(timeout: .milliseconds(30))) as Text
      }
      #expect(late?.code == .deadlineExceeded)
      let unwanted = Task { await failure { try await test.channel.unary("/test.Service/Echo", Text()) as Text } }
      let patient = Task { try await test.channel.unary("/test.Service/Echo", Text(service: "patient")) as Text }
      unwanted.cancel()
      #expect(await unwanted.value?.code == .cancelled)
      mayEnd.open()
      let done = try await first.value.service
      let answer = try await patient.value.service
      #expect(done == "done")
      #expect(answer == "patient")
    }
  }

  @Test func `only healthy addresses are asked, and one without a health service counts as healthy`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let health = [ServingHealth(services: ["test.Service"]), ServingHealth(services: ["test.Service"])]
    let counts = [Counter(), Counter()]
    var servers: [RPCServer] = []
    var addresses: [SocketAddress] = []
    for index in 0..<2 {
      let count = counts[index]
      let method = RPCMethod.unary("/test.Service/Any") { (request: Text, _) -> Text in
        count.add()
        return request
      }
      let server = RPCServer(
        configuration: RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)]),
        services: [TestService(methods: [method]), health[index]], loops: loops, logger: quiet)
      addresses += try await server.start()
      servers.append(server)
    }
    var configuration = RPCChannelConfiguration()
    configuration.service.loadBalancing = .roundRobin
    configuration.service.healthCheckService = "test.Service"
    let channel = RPCChannel(
      target: ChannelTarget(addresses, authority: "many"), configuration: configuration, loops: loops, logger: quiet)
    // Both say that they do not serve yet.
    let nobody = await failure { try await call(channel) }
    #expect(nobody?.code == .unavailable)
    health[1].set(serving: true)
    try await call(channel, CallOptions(timeout: .seconds(20), waitsForReady: true))
    for _ in 0..<10 { try await call(channel) }
    #expect(counts.map(\.value) == [0, 11])
    health[0].set(serving: true)
    while counts[0].value == 0 { try await call(channel) }
    await channel.close()
    for server in servers { await server.drain(grace: .milliseconds(200)) }
    let plain = RPCMethod.unary("/test.Service/Any") { (request: Text, _) in request }
    try await withServer([plain], configureChannel: { $0.service.healthCheckService = "test.Service" }) { test in
      try await call(test.channel)
    }
  }

  @Test(.timeLimit(.minutes(1))) func `a channel that nobody uses lets its connection go and makes a new one when it is used`()
    async throws
  {
    try await withScriptedPeer(configureChannel: { $0.idleTimeout = .milliseconds(20) }, script: { _ in Self.ok }) {
      peer, channel in
      try await call(channel)
      while peer.connections < 2 {
        try await Task.sleep(for: .milliseconds(50))
        try await call(channel)
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func `several connections to one address share its calls`() async throws {
    try await withScriptedPeer(configureChannel: { $0.connectionsPerAddress = 3 }, script: { _ in Self.ok }) { peer, channel in
      while Set(peer.requests.map(\.connection)).count < 3 { try await call(channel) }
      #expect(peer.connections == 3)
    }
  }

  @Test func `a peer that calls pings too many gets fewer on the next connection`() async throws {
    let log = LineLog()
    let peer = try ScriptedPeer { request in
      request.number == 0
        ? [.goAway(lastStream: 0, .enhanceYourCalm, debug: "too_many_pings")] : Self.ok
    }
    let loops = EventLoopGroup(count: 1)
    var configuration = RPCChannelConfiguration()
    configuration.keepalive.interval = .seconds(60)
    let channel = RPCChannel(to: peer.address, configuration: configuration, loops: loops, logger: log.logger)
    try await call(channel)
    #expect(peer.connections == 2)
    #expect(log.lines.contains { $0.contains("wants fewer pings") && $0.contains("120") })
    await channel.close()
    peer.close()
    loops.shutdown()
  }

  @Test func `a channel counts what it does and holds`() async throws {
    let (started, mayEnd) = (Gate(), Gate())
    let slow = RPCMethod.unary("/test.Service/Slow") { (request: Text, _) -> Text in
      started.open()
      await mayEnd.pass()
      return request
    }
    try await withServer([echo, slow]) { test in
      let before = await test.channel.numbers()
      #expect(before == ChannelNumbers())
      _ = try await test.channel.unary("/test.Service/Echo", Text()) as Text
      _ = await failure { try await test.channel.unary("/test.Service/Nope", Text()) as Text }
      let running = Task { try await test.channel.unary("/test.Service/Slow", Text()) as Text }
      await started.pass()
      let numbers = await test.channel.numbers()
      #expect((numbers.subchannels, numbers.subchannelsReady) == (1, 1))
      #expect((numbers.callsStarted, numbers.callsSucceeded, numbers.callsFailed, numbers.callsOpen) == (3, 1, 1, 1))
      mayEnd.open()
      _ = try await running.value
    }
  }

  @Test func `a name's addresses are all tried`() async throws {
    try await withServer([echo]) { test in
      guard case .ip(_, let port) = test.address else { return }
      let channel = RPCChannel(target: try ChannelTarget("dns:///localhost:\(port)"), loops: test.loops, logger: quiet)
      let answer: Text = try await channel.unary("/test.Service/Echo", Text(service: "found"))
      #expect(answer.service == "found")
      await channel.close()
    }
  }
}

/// Counts from several threads.
final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func add() { count.withLock { $0 += 1 } }
}

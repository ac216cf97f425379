import Glibc
import Reactor
import Synchronization
import Testing

@testable import RPC

/// What is closed is let go, and what is let go is closed: connections hold whoever they tell, and their loop holds them.
@Suite(.timeLimit(.minutes(1))) struct ConnectionOwnershipTests {
  /// Objects that are to go, held weakly. Written on one loop.
  private final class Watched: @unchecked Sendable {
    private final class Weak {
      weak var object: AnyObject?
      init(_ object: AnyObject) { self.object = object }
    }
    private var objects: [Weak] = []

    func watch(_ object: AnyObject) { objects.append(Weak(object)) }
    var count: Int { objects.count }
    var living: [String] { objects.compactMap { $0.object.map { "\(type(of: $0))" } } }
  }

  /// Both ends of one connection on one loop, made as the server and the channel make them.
  private final class Ends: @unchecked Sendable {
    let watched = Watched()
    let ready = Gate()
    let (serverClosed, clientClosed) = (Gate(), Gate())
    private let loop: EventLoop
    private let pool: HandlerPool
    private let server: ServerSecurity?
    private let channel: ChannelSecurity?
    private var listener: Listener?
    private var client: ClientConnection?

    init(on loop: EventLoop, _ certificates: TestCertificates?) throws {
      self.loop = loop
      pool = HandlerPool(loop: loop)
      server = try certificates?.serverSecurity()
      channel = try certificates.map { try $0.channelSecurity(showing: $0.client) }
    }

    func listen() throws -> ResolvedAddress {
      let any = try #require(ResolvedAddress.immediate(.ip(host: "127.0.0.1", port: 0))?.first)
      let socket = try Socket.listening(on: any)
      let bound = socket.localAddress
      listener = Listener(socket, loop: loop, onAccept: { [unowned self] in serve($0) }, onError: { Issue.record($0) })
      listener?.start()
      let address = try #require(bound)
      return try #require(ResolvedAddress.immediate(address)?.first)
    }

    private func serve(_ socket: consuming Socket) {
      let plain = SocketTransport(socket)
      watched.watch(plain)
      do {
        let transport = try server?.secure(plain, logger: quiet) ?? plain
        let connection = try ServerConnection(
          transport: transport, methods: MethodTable([TestService(methods: [echo])]),
          configuration: RPCServerConfiguration(addresses: []), pool: pool, logger: quiet,
          onClosed: { [serverClosed] _ in serverClosed.open() })
        watched.watch(transport)
        watched.watch(connection)
        connection.start()
      } catch { Issue.record(error) }
    }

    func connect(to address: ResolvedAddress) throws {
      let plain = SocketTransport(try Socket.connecting(to: address))
      let transport = try channel?.secure(plain, host: "127.0.0.1", timeout: .seconds(30), logger: quiet) ?? plain
      let client = try ClientConnection(
        transport: transport, configuration: RPCChannelConfiguration(), keepalive: RPCChannelConfiguration().keepalive, loop: loop)
      for object in [plain, transport, client] as [AnyObject] { watched.watch(object) }
      client.onNews = { [ready, clientClosed] _, news in
        switch news {
        case .ready: ready.open()
        case .retires: break
        case .closed:
          ready.open()
          clientClosed.open()
        }
      }
      self.client = client
      client.start()
    }

    /// The client says goodbye, so that both ends close; nobody else holds it.
    func finish() {
      client?.finish()
      client = nil
      listener?.stop()
      listener = nil
      pool.close()
    }
  }

  private func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  private func turn(_ loop: EventLoop, _ body: @escaping @Sendable () -> Void = {}) async {
    await withCheckedContinuation { done in
      loop.execute {
        body()
        // The next turn: nothing of this one is on the stack then.
        loop.execute { loop.schedule(after: .zero) { done.resume() } }
      }
    }
  }

  @Test(arguments: [false, true]) func `both ends of a connection go when it closes`(isSecure: Bool) async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let loop = loops.loops[0]
    let ends = try Ends(on: loop, isSecure ? TestCertificates() : nil)
    await turn(loop) {
      do { try ends.connect(to: ends.listen()) } catch { Issue.record(error) }
    }
    await ends.ready.pass()
    #expect(ends.watched.count == 6 && ends.watched.living.count == 6, "\(ends.watched.living)")
    await turn(loop) { ends.finish() }
    await ends.serverClosed.pass()
    await ends.clientClosed.pass()
    await turn(loop)
    #expect(ends.watched.living == [])
  }

  @Test(arguments: [false, true]) func `both ends of a connection go when their loop ends`(isSecure: Bool) async throws {
    let loops = EventLoopGroup(count: 1)
    let loop = loops.loops[0]
    let ends = try Ends(on: loop, isSecure ? TestCertificates() : nil)
    await turn(loop) {
      do { try ends.connect(to: ends.listen()) } catch { Issue.record(error) }
    }
    await ends.ready.pass()
    loops.shutdown()
    await ends.serverClosed.pass()
    await ends.clientClosed.pass()
    await withCheckedContinuation { done in
      loop.execute {
        ends.finish()
        done.resume()
      }
    }
    #expect(ends.watched.count == 6)
    #expect(ends.watched.living == [])
  }

  /// A transport that only knows whether it was closed.
  private final class Unused: ByteTransport {
    private let onClose: @Sendable () -> Void
    var peer: SocketAddress? { nil }

    init(_ onClose: @escaping @Sendable () -> Void) { self.onClose = onClose }

    func start(on loop: EventLoop, interest: Interest, onReady: @escaping (Interest) -> Void, onLoopEnd: @escaping () -> Void) {
      Issue.record("a stopped loop tells nothing")
    }
    func setInterest(_ interest: Interest) {}
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer { .wouldBlock }
    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer { .wouldBlock }
    func close() { onClose() }
  }

  enum Side: CaseIterable { case server, client }

  @Test(arguments: Side.allCases) func `a connection given to a stopped loop is closed and goes`(side: Side)
    async throws
  {
    let loops = EventLoopGroup(count: 1)
    loops.shutdown()
    let loop = loops.loops[0]
    let watched = Watched()
    let (transportClosed, ownerTold) = (Gate(), Gate())
    // A function of its own, so that it holds nothing any more when the test looks.
    @Sendable func give() {
      let transport = Unused { transportClosed.open() }
      watched.watch(transport)
      do {
        switch side {
        case .server:
          let connection = try ServerConnection(
            transport: transport, methods: MethodTable([]), configuration: RPCServerConfiguration(addresses: []),
            pool: HandlerPool(loop: loop), logger: quiet, onClosed: { _ in ownerTold.open() })
          watched.watch(connection)
          connection.start()
        case .client:
          let connection = try ClientConnection(
            transport: transport, configuration: RPCChannelConfiguration(), keepalive: RPCChannelConfiguration().keepalive,
            loop: loop)
          watched.watch(connection)
          connection.onNews = { _, news in if case .closed = news { ownerTold.open() } }
          connection.start()
        }
      } catch { Issue.record(error) }
    }
    await withCheckedContinuation { done in
      loop.execute {
        give()
        done.resume()
      }
    }
    #expect(transportClosed.isOpen && ownerTold.isOpen)
    #expect(watched.count == 2)
    #expect(watched.living == [])
  }

  @Test(arguments: [false, true]) func `a server that is let go closes its connections and listens no more`(isSecure: Bool)
    async throws
  {
    let certificates = try isSecure ? TestCertificates() : nil
    let (serverLoops, clientLoops) = (EventLoopGroup(count: 1), EventLoopGroup(count: 1))
    defer {
      serverLoops.shutdown()
      clientLoops.shutdown()
    }
    let path = "/tmp/lodestar-let-go-\(getpid())-\(isSecure).sock"
    var configuration = RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0), .unix(path: path)])
    configuration.security = try certificates?.serverSecurity()
    let (started, cancelled) = (Gate(), Gate())
    let method = RPCMethod.unary("/test.Service/Wait") { (_: Text, _) -> Text in
      started.open()
      do { try await untilCancelled() } catch { cancelled.open() }
      return Text()
    }
    var server: RPCServer? = RPCServer(
      configuration: configuration, services: [TestService(methods: [method])], loops: serverLoops, logger: quiet)
    weak let letGo = server
    let bound = try #require(try await server?.start().first)
    #expect(exists(path))
    var channelConfiguration = RPCChannelConfiguration()
    channelConfiguration.security = try certificates.map { try $0.channelSecurity(showing: $0.client) }
    let channel = RPCChannel(to: bound, configuration: channelConfiguration, loops: clientLoops, logger: quiet)
    let running = Task { await failure { try await channel.unary("/test.Service/Wait", Text()) as Text } }
    await started.pass()
    server = nil
    #expect(letGo == nil)
    #expect(await running.value?.code == .unavailable)
    await cancelled.pass()
    await turn(serverLoops.loops[0])
    #expect(!exists(path), "nobody would answer there")
    // The address is free again.
    let successor = RPCServer(
      configuration: RPCServerConfiguration(addresses: [bound]), services: [], loops: serverLoops, logger: quiet)
    #expect(try await successor.start() == [bound])
    await successor.drain(grace: .zero)
    await channel.close()
  }
}

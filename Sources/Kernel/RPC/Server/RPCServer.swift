import Glibc
public import Logging
public import Reactor
import Synchronization

/// Serves the methods of its services on its addresses, on every loop of its group.
public final class RPCServer: Sendable {
  /// After its grace a drain still gives the last answers this long to leave.
  private static let farewell = Duration.seconds(1)

  private struct State {
    var hasStarted = false
    var isDraining = false
    var listeners: [(loop: EventLoop, listener: Listener)] = []
    var connections: [ObjectIdentifier: ServerConnection] = [:]
    var unixPaths: [String] = []
    /// Told when the last connection has closed.
    var whenEmpty: [CheckedContinuation<Void, Never>] = []

    /// The listeners that are to stop now. Their paths are removed before their sockets close, so that a successor's file is never taken away.
    mutating func takeListeners() -> [(loop: EventLoop, listener: Listener)] {
      for path in unixPaths { unsafe unlink(path) }
      unixPaths.removeAll()
      defer { listeners.removeAll() }
      return listeners
    }
  }

  private let configuration: RPCServerConfiguration
  private let methods: MethodTable
  private let loops: EventLoopGroup
  private let logger: Logger
  private let state = Mutex(State())
  private let pools: [HandlerPool]
  private let turn = Atomic<Int>(0)

  /// - Precondition: no two services offer the same method.
  public init(configuration: RPCServerConfiguration, services: [any RPCService], loops: EventLoopGroup, logger: Logger) {
    self.configuration = configuration
    methods = MethodTable(services)
    self.loops = loops
    self.logger = logger
    let chain = InterceptorChain(configuration.interceptors)
    pools = loops.loops.map { HandlerPool(loop: $0, chain: chain) }
  }

  deinit {
    let (listeners, connections) = state.withLock { state in (state.takeListeners(), state.connections.values) }
    // Their loops hold them: left alone they would go on taking connections for nobody.
    for (loop, listener) in listeners { loop.execute { listener.stop() } }
    for connection in connections { connection.loop.execute { connection.close(reason: "the server is gone") } }
    for pool in pools { pool.loop.execute { pool.close() } }
  }

  /// What the server has done and holds.
  public var numbers: ServerNumbers { pools.reduce(into: ServerNumbers()) { $1.counters.add(to: &$0) } }

  // MARK: Listening

  /// Listens; answers with the addresses it is bound to, in the order of the configuration's (with the port chosen when 0 was asked for).
  /// Throws `SocketError` when an address cannot be had; nothing listens then.
  public func start() async throws -> [SocketAddress] {
    let isFirst = state.withLock { state in
      defer { state.hasStarted = true }
      return !state.hasStarted
    }
    precondition(isFirst, "a server starts once")
    var bound: [SocketAddress] = []
    if configuration.security == nil, !configuration.addresses.allSatisfy(\.staysOnThisMachine) {
      logger.warning("\(SocketAddress.cleartextWarning)")
    }
    watchLoops()
    do {
      for address in configuration.addresses { bound.append(try await listen(on: address)) }
    } catch {
      await stopListening()
      throw error
    }
    return bound
  }

  /// In debug builds a handler that blocks its loop is found: it keeps every other connection of the loop waiting.
  private func watchLoops() {
    #if DEBUG
      for loop in loops.loops {
        loop.execute { [logger] in
          loop.watchBlocking { took, method in
            logger.warning(
              "an event loop was blocked; long work belongs elsewhere",
              metadata: [
                "milliseconds": "\(took.components.seconds * 1000 + took.components.attoseconds / 1_000_000_000_000_000)",
                "method": "\(method ?? "none")",
              ])
          }
        }
      }
    #endif
  }

  private func listen(on address: SocketAddress) async throws -> SocketAddress {
    guard let resolved = try await ResolvedAddress.resolve(address).first else {
      throw RPCError(.internalError, "\(address) has no address.")
    }
    guard case .ip = address else {
      // One path has one socket: its connections are dealt out to the loops.
      add(try Socket.listening(on: resolved), on: loops.loops[0], dealing: true)
      if case .unix(let path) = address { state.withLock { $0.unixPaths.append(path) } }
      return address
    }
    // Whoever shares a port with SO_REUSEPORT shares it with strangers too: first make sure that nobody else has it.
    let probe = try Socket.listening(on: resolved, sharing: false)
    guard let bound = probe.localAddress, let final = ResolvedAddress.immediate(bound)?.first else {
      throw RPCError(.internalError, "\(address) could not be bound.")
    }
    _ = consume probe
    for loop in loops.loops { add(try Socket.listening(on: final, sharing: true), on: loop, dealing: false) }
    return bound
  }

  private func add(_ socket: consuming Socket, on loop: EventLoop, dealing: Bool) {
    let listener = Listener(
      socket, loop: loop,
      onAccept: { [weak self] accepted in self?.accepted(accepted, on: loop, dealing: dealing) },
      onError: { [logger] error in logger.error("connections have to wait", metadata: ["error": "\(error)"]) })
    state.withLock { $0.listeners.append((loop, listener)) }
    loop.execute { listener.start() }
  }

  private func accepted(_ socket: consuming Socket, on loop: EventLoop, dealing: Bool) {
    let transport = SocketTransport(socket)
    let number = UInt(bitPattern: turn.wrappingAdd(1, ordering: .relaxed).oldValue)
    let home = dealing ? loops.loops[Int(number % UInt(loops.loops.count))] : loop
    home.perform { [self] in begin(transport, on: home) }
  }

  private func begin(_ socket: SocketTransport, on loop: EventLoop) {
    guard let pool = pools.first(where: { $0.loop === loop }) else { return }
    var transport: any ByteTransport = socket
    do {
      if let security = configuration.security { transport = try security.secure(socket, logger: logger) }
      let connection = try ServerConnection(
        transport: transport, methods: methods, configuration: configuration, pool: pool, logger: logger,
        onClosed: { [weak self] in self?.closed($0) })
      pool.counters.connectionAccepted()
      let (isWelcome, isDraining) = state.withLock { state -> (Bool, Bool) in
        guard state.connections.count < configuration.maximumConnections else { return (false, false) }
        state.connections[ObjectIdentifier(connection)] = connection
        return (true, state.isDraining)
      }
      guard isWelcome else {
        pool.counters.connectionRefused()
        logger.warning("a connection was refused: too many", metadata: ["limit": "\(configuration.maximumConnections)"])
        return transport.close()
      }
      connection.start()
      if isDraining { connection.drain() }
    } catch {
      logger.error("a connection could not begin", metadata: ["error": "\(error)"])
      transport.close()
    }
  }

  private func closed(_ connection: ServerConnection) {
    connection.counters.connectionClosed()
    let told = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.connections[ObjectIdentifier(connection)] = nil
      guard state.connections.isEmpty else { return [] }
      defer { state.whenEmpty.removeAll() }
      return state.whenEmpty
    }
    for waiter in told { waiter.resume() }
  }

  // MARK: Draining

  /// Takes no new calls, lets the running ones end for that long, then ends them with UNAVAILABLE; returns when every connection is closed, which is
  /// a second after the grace at the latest. Calls of methods named Watch… end at once, since they would never. Calling it again waits too.
  public func drain(grace: Duration) async {
    state.withLock { $0.isDraining = true }
    await stopListening()
    forEachConnection { $0.drain() }
    let loop = loops.loops[0]
    let cut = loop.schedule(after: grace) { [self] in forEachConnection { $0.cutShort() } }
    let end = loop.schedule(after: grace + Self.farewell) { [self] in
      forEachConnection { $0.close(reason: "the drain's time is up") }
    }
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if !state.connections.isEmpty { state.whenEmpty.append(continuation) }
        return state.connections.isEmpty
      }
      if isEmpty { continuation.resume() }
    }
    loop.cancel(cut)
    loop.cancel(end)
    for pool in pools { pool.loop.execute { pool.close() } }
  }

  private func stopListening() async {
    for (loop, listener) in state.withLock({ $0.takeListeners() }) {
      await withCheckedContinuation { continuation in
        loop.execute {
          listener.stop()
          continuation.resume()
        }
      }
    }
  }

  private func forEachConnection(_ body: @escaping @Sendable (ServerConnection) -> Void) {
    let connections = state.withLock { Array($0.connections.values) }
    for connection in connections { connection.loop.perform { body(connection) } }
  }
}

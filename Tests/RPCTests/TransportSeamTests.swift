import HTTP2
import Reactor
import Synchronization
import Testing

@testable import RPC

/// A transport in memory: the place where TLS will stand. Belongs to its loop.
private final class MemoryTransport: ByteTransport, @unchecked Sendable {
  var peer: SocketAddress? { nil }
  private var incoming: [UInt8] = []
  private var onReady: ((Interest) -> Void)?
  var writes: [[UInt8]] = []
  private(set) var isClosed = false

  func start(on loop: EventLoop, interest: Interest, onReady: @escaping (Interest) -> Void, onLoopEnd: @escaping () -> Void) {
    self.onReady = onReady
  }

  func deliver(_ bytes: [UInt8]) {
    incoming += bytes
    onReady?(.read)
  }

  func setInterest(_ interest: Interest) {}

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    guard !incoming.isEmpty else { return .wouldBlock }
    let count = min(buffer.count, incoming.count)
    unsafe buffer.copyBytes(from: incoming.prefix(count))
    incoming.removeFirst(count)
    return .bytes(count)
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    unsafe writes.append(Array(bytes))
    return .bytes(bytes.count)
  }

  func close() {
    isClosed = true
    onReady = nil
  }
}

/// A client's session and one call on it, without a connection.
private final class RawCall: StreamHandler, SessionOwner {
  let session: Session
  var body: [UInt8] = []
  var trailers: HeaderBlock?
  private var outbox = Outbox()

  init() throws {
    session = try Session(role: .client, settings: SessionSettings())
    session.attach(self)
  }

  func begin(_ path: String) -> Int32? {
    outbox = Outbox()
    outbox.append([0, 0, 0, 0, 0])
    outbox.finish(.end)
    return session.request(RequestHead(path: path, timeout: nil, metadata: Metadata()).fields(authority: "x"), handler: self)
  }

  func take() throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = unsafe try buffer.withUnsafeMutableBytes { unsafe try session.takeBytes(into: $0) }
    return Array(buffer.prefix(count))
  }

  func feed(_ bytes: [UInt8]) throws { unsafe try bytes.withUnsafeBytes { unsafe try session.receive($0) } }

  func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)? { nil }
  func received(_ event: ConnectionEvent) {}
  func received(head: HeaderBlock) {}
  func received(data: UnsafeRawBufferPointer) { unsafe body.append(contentsOf: data) }
  func received(trailers: HeaderBlock) { self.trailers = trailers }
  func receivedEnd() {}
  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk { unsafe outbox.take(into: buffer) }
  func closed(_ reason: StreamClosure) {}
}

struct TransportSeamTests {
  private func serve(
    _ method: RPCMethod, limit: Int = 256, on loop: EventLoop
  ) async throws -> (ServerConnection, MemoryTransport, HandlerPool) {
    let transport = MemoryTransport()
    let pool = HandlerPool(loop: loop)
    var configuration = RPCServerConfiguration(addresses: [])
    configuration.maximumConcurrentStreams = limit
    let connection = try ServerConnection(
      transport: transport, methods: MethodTable([TestService(methods: [method])]), configuration: configuration,
      pool: pool, logger: quiet, onClosed: { _ in })
    await onLoop(loop) { connection.start() }
    return (connection, transport, pool)
  }

  /// Runs on the loop and comes back when that turn has ended.
  private func onLoop(_ loop: EventLoop, _ body: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { done in
      loop.execute {
        body(); loop.schedule(after: .zero) { done.resume() }
      }
    }
    await withCheckedContinuation { done in loop.execute { done.resume() } }
  }

  @Test func `a unary answer leaves in one write: head, message and trailers`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let (connection, transport, pool) = try await serve(echo, on: loops.loops[0])
    let call = try RawCall()
    _ = call.begin("/test.Service/Echo")
    let request = try call.take()
    let settings = transport.writes
    await onLoop(loops.loops[0]) { transport.deliver(request) }
    let answers = transport.writes.dropFirst(settings.count)
    #expect(answers.count == 1)
    for bytes in settings + answers { try call.feed(bytes) }
    #expect(call.body == [0, 0, 0, 0, 0])
    #expect(call.trailers?.value(of: "grpc-status").map { Array($0) } == Array("0".utf8))
    await onLoop(loops.loops[0]) {
      connection.close(reason: "done")
      pool.close()
    }
    #expect(transport.isClosed)
  }

  @Test func `resetting streams does not make room for more handlers than may run`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let started = Mutex(0)
    let mayEnd = Gate()
    let method = RPCMethod.unary("/test.Service/Stubborn") { (_: Text, _) -> Text in
      started.withLock { $0 += 1 }
      // A handler that does not heed its cancellation.
      await mayEnd.pass()
      return Text()
    }
    let (connection, transport, pool) = try await serve(method, limit: 8, on: loops.loops[0])
    let call = try RawCall()
    for _ in 0..<100 {
      guard let stream = call.begin("/test.Service/Stubborn") else { break }
      let request = try call.take()
      call.session.reset(stream, .cancel)
      let reset = try call.take()
      await onLoop(loops.loops[0]) { transport.deliver(request) }
      // In a turn of its own: the handler has started.
      await onLoop(loops.loops[0]) { transport.deliver(reset) }
    }
    #expect(started.withLock { $0 } == 8)
    mayEnd.open()
    await onLoop(loops.loops[0]) {
      connection.close(reason: "done")
      pool.close()
    }
  }

  @Test func `a call that is over before its handler starts does not start it`() async throws {
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let started = Mutex(0)
    let method = RPCMethod.unary("/test.Service/Wait") { (_: Text, _) -> Text in
      started.withLock { $0 += 1 }
      return Text()
    }
    let (connection, transport, pool) = try await serve(method, on: loops.loops[0])
    let call = try RawCall()
    let stream = try #require(call.begin("/test.Service/Wait"))
    let request = try call.take()
    call.session.reset(stream, .cancel)
    let reset = try call.take()
    // In one turn, so that the handler waits for its task when the stream goes.
    await onLoop(loops.loops[0]) {
      transport.deliver(request)
      transport.deliver(reset)
    }
    await onLoop(loops.loops[0]) {}
    #expect(started.withLock { $0 } == 0)
    await onLoop(loops.loops[0]) {
      connection.close(reason: "done")
      pool.close()
    }
  }
}

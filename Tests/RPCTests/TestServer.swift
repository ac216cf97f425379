import Glibc
import Logging
import RPC
import Reactor
import Synchronization

/// The health request's one string field serves the tests as message both ways.
typealias Text = HealthCheckRequest

/// A service made of closures.
struct TestService: RPCService {
  static var serviceName: String { "test.Service" }
  var methods: [RPCMethod]
}

/// A door that opens once.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting.removeAll() }
      return state.waiting
    }
    for waiter in waiting { waiter.resume() }
  }

  var isOpen: Bool { state.withLock { $0.isOpen } }

  /// Passes when the gate is open, whether the task is cancelled or not.
  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}

/// Makes calls with ever longer timeouts until one of them has reached its handler: on a busy machine a short one may end before that.
func withTimeouts(until started: Gate, _ call: (Duration) async throws -> Void) async rethrows {
  var timeout = Duration.milliseconds(50)
  while !started.isOpen {
    try await call(timeout)
    timeout *= 2
  }
}

/// Waits until the task is cancelled.
func untilCancelled() async throws {
  try await Task.sleep(for: .seconds(100))
}

/// A server and a channel to it, each on loops of its own.
struct TestServer {
  let loops: EventLoopGroup
  let server: RPCServer
  let address: SocketAddress
  let channel: RPCChannel
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func withServer(
  _ methods: [RPCMethod], extra: [any RPCService] = [], on address: SocketAddress = .ip(host: "127.0.0.1", port: 0),
  loopCount: Int = 1,
  configure: (inout RPCServerConfiguration) -> Void = { _ in },
  configureChannel: (inout RPCChannelConfiguration) -> Void = { _ in },
  logger: Logger = quiet,
  _ body: (TestServer) async throws -> Void
) async throws {
  let loops = EventLoopGroup(count: loopCount)
  let clientLoops = EventLoopGroup(count: 1)
  var configuration = RPCServerConfiguration(addresses: [address])
  configure(&configuration)
  var channelConfiguration = RPCChannelConfiguration()
  configureChannel(&channelConfiguration)
  let server = RPCServer(
    configuration: configuration, services: [TestService(methods: methods)] + extra, loops: loops, logger: logger)
  let bound = try await server.start()[0]
  let channel = RPCChannel(to: bound, configuration: channelConfiguration, loops: clientLoops, logger: quiet)
  let outcome: Result<Void, any Error>
  do {
    try await body(TestServer(loops: loops, server: server, address: bound, channel: channel))
    outcome = .success(())
  } catch { outcome = .failure(error) }
  await channel.close()
  await server.drain(grace: .milliseconds(200))
  loops.shutdown()
  clientLoops.shutdown()
  try outcome.get()
}

let echo = RPCMethod.unary("/test.Service/Echo") { (request: Text, _) in request }

/// The error a call fails with.
func failure<T>(of call: () async throws -> T) async -> RPCError? {
  do {
    _ = try await call()
    return nil
  } catch { return error as? RPCError }
}

/// A blocking socket of the tests' own, for bytes that no client of ours would send.
final class RawClient {
  private let descriptor: Int32

  init(port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    _ = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8]) {
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// What comes next; nil when the peer has closed or nothing comes for five seconds.
  func receive() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    return count > 0 ? Array(buffer.prefix(count)) : nil
  }

  /// Everything until the peer closes; nil when it has not done so after five seconds.
  func readToEnd() -> [UInt8]? {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count == 0 { return all }
      if count < 0 { return errno == EAGAIN ? nil : all }
      all += buffer.prefix(count)
    }
  }
}

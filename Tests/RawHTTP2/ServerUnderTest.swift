import Glibc
import Logging
public import RPC
import Reactor
import Synchronization

/// A real server with a few methods, on a loop of its own, for raw clients.
public final class ServerUnderTest: Sendable {
  private struct Service: RPCService {
    static var serviceName: String { "test.Service" }
    var methods: [RPCMethod]
  }

  public let port: Int
  public let log: LogLines
  public let running: RunningHandlers
  private let server: RPCServer
  private let loops: EventLoopGroup

  private init(server: RPCServer, port: Int, loops: EventLoopGroup, log: LogLines, running: RunningHandlers) {
    (self.server, self.port, self.loops, self.log, self.running) = (server, port, loops, log, running)
  }

  /// "/test.Service/Echo" answers with its request; "/test.Service/Many" answers with its request, as often as one likes to read;
  /// "/test.Service/Wait" answers when it is cancelled, "/test.Service/Stay" when it is released, cancelled or not.
  /// "/test.Service/Block" does what no handler may: it holds up its loop.
  private static func methods(_ running: RunningHandlers) -> [RPCMethod] {
    [
      .unary("/test.Service/Echo") { (request: HealthCheckRequest, _) in request },
      .serverStreaming("/test.Service/Many") { (request: HealthCheckRequest, _, responses: ResponseWriter<HealthCheckRequest>) in
        while true { try await responses.write(request) }
      },
      .unary("/test.Service/Wait") { (request: HealthCheckRequest, _) in
        try await Task.sleep(for: .seconds(1000))
        return request
      },
      .unary("/test.Service/Block") { (request: HealthCheckRequest, _) in
        usleep(400_000)
        return request
      },
      .unary("/test.Service/Stay") { (request: HealthCheckRequest, _) in
        await running.stay()
        return request
      },
    ]
  }

  /// Runs the body with a server, and ends it.
  public static func run<Result>(
    configure: (inout RPCServerConfiguration) -> Void = { _ in }, _ body: (ServerUnderTest) async throws -> Result
  ) async throws -> Result {
    var configuration = RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)])
    configure(&configuration)
    let loops = EventLoopGroup(count: 1)
    let log = LogLines()
    let running = RunningHandlers()
    let logger = Logger(label: "server") { _ in LogLines.Handler(lines: log) }
    let server = RPCServer(
      configuration: configuration, services: [Service(methods: methods(running))], loops: loops, logger: logger)
    guard case .ip(_, let port) = try await server.start()[0] else { fatalError("an IP address was asked for") }
    let underTest = ServerUnderTest(server: server, port: port, loops: loops, log: log, running: running)
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await body(underTest)) } catch { outcome = .failure(error) }
    running.release()
    await server.drain(grace: .milliseconds(50))
    loops.shutdown()
    return try outcome.get()
  }

  /// A client that has shaken hands.
  public func client(settings: [(UInt16, UInt32)] = []) -> RawHTTP2Client {
    let client = RawHTTP2Client(port: port)
    client.handshake(settings: settings)
    return client
  }

  /// Whether an ordinary call is answered as it should be.
  public func servesOthers() -> Bool {
    let client = client()
    client.send(.headers(1, .call("/test.Service/Echo"), ends: false), .data(1, Self.message, ends: true))
    return client.answer(on: 1).grpcStatus == 0
  }

  /// A gRPC frame with an empty message.
  public static let message: [UInt8] = [0, 0, 0, 0, 0]
}

/// The handlers that stay, whatever happens to their calls.
public final class RunningHandlers: Sendable {
  private struct State {
    var staying: [CheckedContinuation<Void, Never>] = []
    var peak = 0
    var isReleased = false
  }
  private let state = Mutex(State())

  /// The most that stayed at once.
  public var peak: Int { state.withLock { $0.peak } }

  func stay() async {
    await withCheckedContinuation { continuation in
      let isReleased = state.withLock { state in
        if !state.isReleased { state.staying.append(continuation) }
        state.peak = max(state.peak, state.staying.count)
        return state.isReleased
      }
      if isReleased { continuation.resume() }
    }
  }

  /// Lets them return, and all that come.
  public func release() {
    let staying = state.withLock { state in
      state.isReleased = true
      defer { state.staying.removeAll() }
      return state.staying
    }
    for continuation in staying { continuation.resume() }
  }
}

/// What a server logged at warning and above.
public final class LogLines: Sendable {
  private struct State {
    var lines: [String] = []
    var waiting: [(limit: String, continuation: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())

  public init() {}
  public var all: [String] { state.withLock { $0.lines } }

  /// Returns once that limit was said to be reached.
  public func untilLimit(_ name: String) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        let isThere = state.lines.contains { $0.hasSuffix("limit=\(name)") }
        if !isThere { state.waiting.append((name, continuation)) }
        return isThere
      }
      if isThere { continuation.resume() }
    }
  }

  private func add(_ line: String) {
    let told = state.withLock { state in
      state.lines.append(line)
      let told = state.waiting.filter { line.hasSuffix("limit=\($0.limit)") }
      state.waiting.removeAll { line.hasSuffix("limit=\($0.limit)") }
      return told
    }
    for waiter in told { waiter.continuation.resume() }
  }

  /// How often a limit of that name was said to be reached.
  public func count(ofLimit name: String) -> Int { all.count { $0.hasSuffix("limit=\(name)") } }

  struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let limit = event.metadata?["limit"].map { " limit=\($0)" } ?? event.metadata?["method"].map { " method=\($0)" } ?? ""
      lines.add("\(event.message)\(limit)")
    }
  }
}

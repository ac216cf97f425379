import Cryptography
import Logging
import Synchronization
import Testing

@testable import RPC

struct InterceptorTests {
  /// Only lets pass, so that observers are called by way of each other.
  private struct Standing: ServerInterceptor {
    func intercept(_ context: CallContext, _ proceed: (CallContext) async throws -> Void) async throws {
      try await proceed(context)
    }
  }

  private func context(_ method: String, _ identity: PeerIdentity? = nil, peer: String = "10.0.0.1:7000") -> CallContext {
    CallContext(method: method, metadata: Metadata(), deadline: nil, peer: peer, identity: identity, logger: quiet)
  }

  private func code(_ interceptor: some ServerInterceptor, _ context: CallContext) async -> StatusCode {
    do {
      try await interceptor.intercept(context) { _ in }
      return .ok
    } catch { return (error as? RPCError)?.code ?? .unknown }
  }

  @Test func `who may call what is decided by the certificate, and the default is no`() async {
    let sync = PeerIdentity(commonName: "sync", uris: ["spiffe://lodestar/service/sync"])
    let person = PeerIdentity(commonName: "ana")
    let access = AccessControl(rules: [
      .init(principal: "spiffe://lodestar/service/sync", methods: ["/a.Metrics/*"]),
      .init(principal: "ana", methods: ["/a.Metrics/Get"]),
      .init(principal: "*", methods: ["/a.Open/*"]),
    ])
    #expect(await code(access, context("/a.Metrics/Save", sync)) == .ok)
    #expect(await code(access, context("/a.MetricsOther/Save", sync)) == .permissionDenied)
    #expect(await code(access, context("/a.Metrics/Get", person)) == .ok)
    #expect(await code(access, context("/a.Metrics/Save", person)) == .permissionDenied)
    #expect(await code(access, context("/a.Open/Anything", person)) == .ok)
    #expect(await code(access, context("/a.Open/Anything")) == .unauthenticated)
    #expect(await code(access, context("/grpc.health.v1.Health/Check")) == .ok)
  }

  @Test func `a caller beyond its quota is told when to come back, and others are not in its way`() async {
    let quota = CallQuota(burst: 2, perSecond: 1)
    #expect(await code(quota, context("/a.B/C")) == .ok)
    #expect(await code(quota, context("/a.B/C", peer: "10.0.0.1:7001")) == .ok)
    let error = await failure { try await quota.intercept(context("/a.B/C")) { _ in } }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.details == [.retryInfo(GoogleRetryInfo(retryDelay: GoogleDuration(.seconds(1))))])
    #expect(await code(quota, context("/a.B/C", peer: "10.0.0.2:7000")) == .ok)
    #expect(await code(quota, context("/a.B/C", PeerIdentity(commonName: "ana"))) == .ok)
  }

  @Test(.timeLimit(.minutes(1)))
  func `what an observer starts at a call's end sees that call, whatever is served meanwhile`() async throws {
    struct Leaving: CallObserver {
      let log: Log
      let mayLook: Gate
      let hasLooked: Gate

      func ended(_ context: CallContext, _ end: CallEnd) {
        guard context.metadata["name"] == "leaver" else { return }
        log.add(CallContext.current?.metadata["name"] ?? "none")
        Task {
          await mayLook.pass()
          log.add(CallContext.current?.metadata["name"] ?? "none")
          hasLooked.open()
        }
      }
    }
    let log = Log()
    let (mayLook, hasLooked) = (Gate(), Gate())
    let naming = RPCMethod.unary("/test.Service/Name") { (_: Text, _) -> Text in
      mayLook.open()
      // The observer's task looks while this call is being served.
      await hasLooked.pass()
      return Text()
    }
    let leaving = Leaving(log: log, mayLook: mayLook, hasLooked: hasLooked)
    try await withServer([echo, naming], configure: { $0.interceptors = [leaving] }) { test in
      _ =
        try await test.channel.unary(
          "/test.Service/Echo", Text(), options: CallOptions(metadata: ["name": "leaver"])) as Text
      _ = try await test.channel.unary("/test.Service/Name", Text(), options: CallOptions(metadata: ["name": "other"])) as Text
    }
    #expect(log.take() == ["leaver", "leaver"])
  }

  @Test func `observers hear of a call's beginning and end in their order, alone or with others around`() async throws {
    struct Watching: CallObserver {
      let name: String
      let log: Log

      func begins(_ context: CallContext) throws {
        log.add("\(name) in")
        if context.metadata["refuse"] == name { throw RPCError(.permissionDenied, "\(name) says no") }
      }

      func ended(_ context: CallContext, _ end: CallEnd) {
        log.add("\(name) saw \(end.outcome?.code ?? .ok), \(end.traffic.messagesReceived) in")
      }
    }
    let log = Log()
    let watching = [Watching(name: "a", log: log), Watching(name: "b", log: log)]
    let failing = RPCMethod.unary("/test.Service/Fail") { (_: Text, _) -> Text in throw RPCError(.notFound, "nothing here") }
    for around in [[], [Standing()]] as [[any ServerInterceptor]] {
      try await withServer([echo, failing], configure: { $0.interceptors = watching + around }) { test in
        _ = try await test.channel.unary("/test.Service/Echo", Text(service: "x")) as Text
        #expect(log.take() == ["a in", "b in", "b saw OK, 1 in", "a saw OK, 1 in"])
        _ = await failure { try await test.channel.unary("/test.Service/Fail", Text()) as Text }
        #expect(log.take() == ["a in", "b in", "b saw NOT_FOUND, 1 in", "a saw NOT_FOUND, 1 in"])
        let options = CallOptions(metadata: ["refuse": "b"])
        let error = await failure { try await test.channel.unary("/test.Service/Echo", Text(), options: options) as Text }
        #expect(error?.message == "b says no")
        #expect(log.take() == ["a in", "b in", "a saw PERMISSION_DENIED, 1 in"])
      }
    }
  }

  @Test func `an observer is told how much went each way, the answer with it`() async throws {
    struct Weighing: CallObserver {
      let log: Log
      func ended(_ context: CallContext, _ end: CallEnd) {
        log.add("\(end.traffic.messagesSent) of \(end.traffic.bytesSent) bytes, \(end.durationNanoseconds >= 0)")
      }
    }
    let log = Log()
    for around in [[], [Standing()]] as [[any ServerInterceptor]] {
      try await withServer([echo], configure: { $0.interceptors = [Weighing(log: log)] + around }) { test in
        _ = try await test.channel.unary("/test.Service/Echo", Text(service: "abc")) as Text
        #expect(log.take() == ["1 of 5 bytes, true"])
      }
    }
  }

  @Test func `a call's line tells how it ended, as loudly as that deserves`() async throws {
    let lines = Lines()
    var logger = Logger(label: "test") { _ in CapturingLogHandler(lines: lines) }
    logger.logLevel = .debug
    let failing = RPCMethod.unary("/test.Service/Fail") { (request: Text, _) -> Text in
      throw RPCError(request.service == "ours" ? .internalError : .notFound, "nothing here")
    }
    try await withServer([echo, failing], configure: { $0.interceptors = [CallLogging()] }, logger: logger) { test in
      _ = try await test.channel.unary("/test.Service/Echo", Text(service: "abc")) as Text
      _ = await failure { try await test.channel.unary("/test.Service/Fail", Text()) as Text }
      _ = await failure { try await test.channel.unary("/test.Service/Fail", Text(service: "ours")) as Text }
    }
    let calls = lines.all.filter { $0.message == "call" }
    #expect(calls.map(\.level) == [.debug, .info, .warning])
    #expect(calls.map { "\($0.metadata["status"] ?? "")" } == ["OK", "NOT_FOUND", "INTERNAL"])
    #expect(calls.first.map { "\($0.metadata["received"] ?? "")" } == "1 messages, 5 bytes")
    #expect(calls.last.map { "\($0.metadata["message"] ?? "")" } == "nothing here")
  }
}

/// What was logged.
final class Lines: Sendable {
  struct Line: Sendable {
    var level: Logger.Level
    var message: String
    var metadata: Logger.Metadata
  }
  private let lines = Mutex<[Line]>([])
  var all: [Line] { lines.withLock { $0 } }
  func append(_ line: Line) { lines.withLock { $0.append(line) } }
}

/// Keeps every line.
struct CapturingLogHandler: LogHandler {
  let lines: Lines
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  init(lines: Lines) { self.lines = lines }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    lines.append(.init(level: event.level, message: "\(event.message)", metadata: metadata.merging(event.metadata ?? [:]) { $1 }))
  }
}

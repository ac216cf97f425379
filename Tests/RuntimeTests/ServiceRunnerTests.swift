import Glibc
import Logging
import RPC
import Reactor
import Runtime
import Synchronization
import Testing

/// Opens once; whoever waits goes on then.
private final class Signal: Sendable {
  private let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  func open() { continuation.finish() }
  func wait() async { for await _ in stream {} }
}

/// Check takes as long as the test says.
private struct SlowService: RPCService {
  static var serviceName: String { "test.Slow" }
  let started: Signal
  let mayEnd: Signal
  var methods: [RPCMethod] {
    [
      .unary("/test.Slow/Work") { (request: HealthCheckRequest, _) in
        started.open()
        // A task of its own, so that only the test ends it.
        await Task { await mayEnd.wait() }.value
        return request
      }
    ]
  }
}

@Suite(.serialized) struct ServiceRunnerTests {
  private let path = "/tmp/lodestar-runner-\(getpid()).sock"

  private func environment() throws -> ServiceEnvironment {
    try ServiceEnvironment(variables: ["LODESTAR_LISTEN": "unix:\(path)", "LODESTAR_DATABASE_URL": "dbname=none"])
  }

  @Test func `SIGTERM lets the running call end, then the service, in order`() async throws {
    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let (loops, clientLoops) = (EventLoopGroup(count: 1), EventLoopGroup(count: 1))
    defer { clientLoops.shutdown() }
    let (started, mayEnd, backgroundEnded) = (Signal(), Signal(), Signal())
    let order = OrderedNotes()
    let program = ServiceProgram(
      services: [SlowService(started: started, mayEnd: mayEnd)],
      prepare: {
        // Not ready at the first attempt.
        if order.add("prepare") == 1 { throw RPCError(.unavailable, "not yet") }
      },
      background: [
        {
          do { try await Task.sleep(for: .seconds(1000)) } catch { backgroundEnded.open() }
        }
      ],
      release: { _ = order.add("release") })
    let runner = ServiceRunner(environment: try environment(), loops: loops, logger: quiet)
    let running = Task {
      try await runner.run(program)
      _ = order.add("end")
    }
    let channel = RPCChannel(to: .unix(path: path), loops: clientLoops, logger: quiet)
    let patient = CallOptions(timeout: .seconds(60), waitsForReady: true)
    let health = HealthClient(channel: channel)
    watching: while true {
      do {
        for try await answer in health.watch(HealthCheckRequest(service: "test.Slow"), options: patient)
        where answer.status == .serving {
          break watching
        }
      } catch { continue }
    }
    let call = Task {
      try await channel.unary("/test.Slow/Work", HealthCheckRequest(service: "x"), options: patient) as HealthCheckRequest
    }
    await started.wait()
    kill(getpid(), SIGTERM)
    await backgroundEnded.wait()
    mayEnd.open()
    let answer = try await call.value
    #expect(answer.service == "x")
    try await running.value
    #expect(order.notes == ["prepare", "prepare", "release", "end"])
    unsafe #expect(access(path, F_OK) != 0)
    await channel.close()
  }

  @Test func `background work that fails ends the service with its error`() async throws {
    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let released = OrderedNotes()
    let program = ServiceProgram(
      services: [], background: [{ throw RPCError(.dataLoss, "broken") }], release: { _ = released.add("release") })
    let runner = ServiceRunner(environment: try environment(), loops: loops, logger: quiet)
    await #expect(throws: RPCError(.dataLoss, "broken")) { try await runner.run(program) }
    #expect(released.notes == ["release"])
  }
}

/// What happened, in order.
private final class OrderedNotes: Sendable {
  private let all = Mutex<[String]>([])
  var notes: [String] { all.withLock { $0 } }
  func add(_ note: String) -> Int {
    all.withLock { all in
      all.append(note)
      return all.count
    }
  }
}

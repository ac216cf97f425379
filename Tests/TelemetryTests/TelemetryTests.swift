import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import RPC
import Reactor
import Telemetry
import Testing
import Tracing

/// The interceptors that measure and trace, against the kits of their own packages. Bootstrapping is once per process, hence one suite.
@Suite(.serialized) struct TelemetryTests {
  private static let metrics: TestMetrics = {
    let metrics = TestMetrics()
    MetricsSystem.bootstrap(metrics)
    return metrics
  }()
  private static let tracer: InMemoryTracer = {
    let tracer = InMemoryTracer()
    InstrumentationSystem.bootstrap(tracer)
    return tracer
  }()

  private func context(_ metadata: Metadata = Metadata()) -> CallContext {
    CallContext(
      method: "/a.B/C", metadata: metadata, deadline: nil, peer: "test",
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  @Test func `calls are counted and timed by method and status`() async throws {
    let metrics = Self.metrics
    let measuring = CallMetrics()
    try await measuring.intercept(context()) { _ in }
    await #expect(throws: RPCError.self) {
      try await measuring.intercept(context()) { _ in throw RPCError(.notFound, "no") }
    }
    let method = ("grpc.method", "a.B/C")
    #expect(try metrics.expectCounter("grpc.server.call.started", [method]).totalValue == 2)
    let ok = try metrics.expectTimer("grpc.server.call.duration", [method, ("grpc.status", "OK")])
    let missing = try metrics.expectTimer("grpc.server.call.duration", [method, ("grpc.status", "NOT_FOUND")])
    #expect(ok.values.count == 1)
    #expect(missing.values.count == 1)
  }

  @Test func `calls that are made are counted and timed, with their attempts`() throws {
    let metrics = Self.metrics
    var options = CallOptions()
    let end = try ClientCallMetrics().begins("/a.B/Made", options: &options)
    end?(
      CallSummary(
        outcome: RPCError(.aborted, "no"), duration: .milliseconds(5), attempts: 3, sentMessages: 1, sentBytes: 10,
        receivedMessages: 0,
        receivedBytes: 0))
    let method = ("grpc.method", "a.B/Made")
    #expect(try metrics.expectCounter("grpc.client.attempt.started", [method]).totalValue == 3)
    let duration = try metrics.expectTimer("grpc.client.call.duration", [method, ("grpc.status", "ABORTED")])
    #expect(duration.values == [5_000_000])
  }

  @Test func `a span stands around the handler, and says how the call ended`() async throws {
    let tracer = Self.tracer
    let tracing = CallTracing()
    try await tracing.intercept(context()) { _ in }
    await #expect(throws: RPCError.self) {
      try await tracing.intercept(context()) { _ in throw RPCError(.aborted, "no") }
    }
    let spans = tracer.finishedSpans.filter { $0.operationName == "a.B/C" }
    #expect(spans.map(\.operationName) == ["a.B/C", "a.B/C"])
    #expect(spans.map { $0.attributes["rpc.grpc.status_code"]?.toSpanAttribute() } == [.int64(0), .int64(10)].map { $0 })
    #expect(spans.first?.attributes["rpc.service"]?.toSpanAttribute() == .string("a.B"))
  }

  @Test func `a call that is made has a span, of which the peer is told`() throws {
    let tracer = Self.tracer
    var options = CallOptions(metadata: ["own": "kept"])
    let end = try ClientCallTracing().begins("/a.B/Traced", options: &options)
    // The tracer of the tests names its keys itself.
    #expect(options.metadata.entries.count > 1)
    #expect(options.metadata["own"] == "kept")
    #expect(!tracer.finishedSpans.contains { $0.operationName == "a.B/Traced" })
    end?(
      CallSummary(
        outcome: RPCError(.aborted, "no"), duration: .milliseconds(5), attempts: 1, sentMessages: 1, sentBytes: 10,
        receivedMessages: 0, receivedBytes: 0))
    let span = try #require(tracer.finishedSpans.first { $0.operationName == "a.B/Traced" })
    #expect(span.kind == .client)
    #expect(span.attributes["rpc.grpc.status_code"]?.toSpanAttribute() == .int64(10))
    #expect(span.attributes["rpc.method"]?.toSpanAttribute() == .string("Traced"))
    #expect(span.errors.count == 1)
  }
}

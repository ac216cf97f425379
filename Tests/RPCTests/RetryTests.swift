import HTTP2
import RPC
import Reactor
import Synchronization
import Testing

/// Calls that are sent more than once, over sockets.
struct RetryTests {
  private typealias Reply = ScriptedPeer.Reply

  private static let ok: [ScriptedPeer.Reply] = [
    .head(ScriptedPeer.okHead), .data(ScriptedPeer.emptyMessage), .head([("grpc-status", "0")], ends: true),
  ]

  private static func status(_ code: StatusCode, _ fields: [(String, String)] = []) -> ScriptedPeer.Reply {
    .head(ScriptedPeer.okHead + [("grpc-status", "\(code.rawValue)")] + fields, ends: true)
  }

  private static func retrying(_ configuration: inout RPCChannelConfiguration) {
    var method = MethodConfiguration()
    method.repetition = .retry(
      RetryPolicy(
        maximumAttempts: 3, initialBackoff: .milliseconds(2), maximumBackoff: .milliseconds(4), multiplier: 2,
        retryableCodes: [.unavailable]))
    configuration.service.methods = [.init(): method]
  }

  private static func hedging(_ configuration: inout RPCChannelConfiguration) { hedging(&configuration, after: .milliseconds(5)) }

  private static func hedging(_ configuration: inout RPCChannelConfiguration, after delay: Duration) {
    var method = MethodConfiguration()
    method.repetition = .hedge(HedgingPolicy(maximumAttempts: 3, delay: delay, nonFatalCodes: [.unavailable]))
    configuration.service.methods = [.init(): method]
  }

  private func call(_ channel: RPCChannel, _ options: CallOptions = CallOptions()) async -> RPCError? {
    await failure { try await channel.unary("/test.Service/Again", Text(service: "x"), options: options) as Text }
  }

  @Test func `a call that fails with a retryable status is sent again, and says how often it was`() async throws {
    try await withScriptedPeer(configureChannel: Self.retrying, script: { $0.number < 2 ? [Self.status(.unavailable)] : Self.ok }) {
      peer, channel in
      let record = CallRecord()
      #expect(await call(channel, CallOptions(record: record)) == nil)
      #expect(peer.requests.map { $0.fields["grpc-previous-rpc-attempts"] } == [nil, "1", "2"])
      #expect(peer.requests.allSatisfy { $0.bodyBytes == 8 })
      #expect(record.attempts == 3)
    }
  }

  @Test func `attempts end with the policy's last, and the failure is the last one's`() async throws {
    try await withScriptedPeer(
      configureChannel: Self.retrying, script: { [Self.status(.unavailable, [("grpc-message", "\($0.number)")])] }
    ) { peer, channel in
      #expect(await call(channel) == RPCError(.unavailable, "2"))
      #expect(peer.requests.count == 3)
    }
  }

  @Test func `what is not retryable, and what has begun to answer, is not sent again`() async throws {
    let trailers = Reply.head([("grpc-status", "14")], ends: true)
    for replies in [[Self.status(.invalidArgument)], [.head(ScriptedPeer.okHead), trailers]] {
      try await withScriptedPeer(configureChannel: Self.retrying, script: { _ in replies }) { peer, channel in
        #expect(await call(channel) != nil)
        #expect(peer.requests.count == 1)
      }
    }
  }

  @Test func `a peer's pushback stops retries or sets their time`() async throws {
    for (pushback, count) in [("-1", 1), ("0", 3)] {
      try await withScriptedPeer(
        configureChannel: Self.retrying, script: { _ in [Self.status(.unavailable, [("grpc-retry-pushback-ms", pushback)])] }
      ) { peer, channel in
        #expect(await call(channel)?.code == .unavailable)
        #expect(peer.requests.count == count)
      }
    }
  }

  @Test func `throttling stops retries of a channel whose calls fail`() async throws {
    try await withScriptedPeer(
      configureChannel: {
        Self.retrying(&$0)
        $0.service.retryThrottling = RetryThrottling(maximumTokens: 4, tokenRatio: 0.1)
      }, script: { _ in [Self.status(.unavailable)] }
    ) { peer, channel in
      // Four tokens: after two failures half of them are left, which is too few.
      #expect(await call(channel)?.code == .unavailable)
      #expect(peer.requests.count == 2)
      #expect(await call(channel)?.code == .unavailable)
      #expect(peer.requests.count == 3)
    }
  }

  @Test func `the deadline ends the pause before a retry`() async throws {
    try await withScriptedPeer(
      configureChannel: Self.retrying, script: { _ in [Self.status(.unavailable, [("grpc-retry-pushback-ms", "100000")])] }
    ) { peer, channel in
      #expect(await call(channel, CallOptions(timeout: .milliseconds(50)))?.code == .deadlineExceeded)
      #expect(peer.requests.count == 1)
    }
  }

  @Test func `a request larger than what is kept is not sent again`() async throws {
    try await withScriptedPeer(
      configureChannel: {
        Self.retrying(&$0)
        $0.replayBytes = 4
      }, script: { _ in [Self.status(.unavailable)] }
    ) { peer, channel in
      #expect(await call(channel)?.code == .unavailable)
      #expect(peer.requests.count == 1)
    }
  }

  @Test func `a method's own timeout and limits hold`() async throws {
    try await withScriptedPeer(
      configureChannel: {
        var method = MethodConfiguration()
        method.timeout = .milliseconds(20)
        method.maximumRequestBytes = 10
        $0.service.methods = [.init(service: "test.Service"): method]
      }, script: { _ in [] }
    ) { _, channel in
      #expect(await call(channel)?.code == .deadlineExceeded)
      let big = await failure {
        try await channel.unary("/test.Service/Again", Text(service: String(repeating: "x", count: 100))) as Text
      }
      #expect(big?.code == .resourceExhausted)
    }
  }

  @Test func `hedges follow a slow attempt, the first answer counts, and the others are taken back`() async throws {
    try await withScriptedPeer(configureChannel: Self.hedging, script: { $0.number == 2 ? Self.ok : [] }) { peer, channel in
      let record = CallRecord()
      #expect(await call(channel, CallOptions(record: record)) == nil)
      #expect(peer.requests.count == 3)
      #expect(record.attempts == 3)
    }
  }

  @Test func `a fatal status ends all hedges, a failure that is not fatal brings the next at once`() async throws {
    // Long enough for the fatal status to be there before a third attempt would be due, on a slow machine as well.
    try await withScriptedPeer(
      configureChannel: { Self.hedging(&$0, after: .seconds(2)) },
      script: { $0.number == 0 ? [] : [Self.status(.notFound)] }
    ) { peer, channel in
      #expect(await call(channel)?.code == .notFound)
      #expect(peer.requests.count == 2)
    }
    try await withScriptedPeer(
      configureChannel: { Self.hedging(&$0, after: .seconds(60)) }, script: { _ in [Self.status(.unavailable)] }
    ) { peer, channel in
      #expect(await call(channel)?.code == .unavailable)
      #expect(peer.requests.count == 3)
    }
  }

  @Test func `a stream of requests is sent again as a whole, also what is written after the failure`() async throws {
    try await withScriptedPeer(
      answersAtHead: true, configureChannel: Self.retrying, script: { $0.number == 0 ? [Self.status(.unavailable)] : [] }
    ) { peer, channel in
      let record = CallRecord()
      let call: ClientStreamingCall<Text, Text> = channel.clientStreaming(
        "/test.Service/Many", options: CallOptions(record: record))
      try await call.requests.write(Text(service: "before"))
      while peer.requests.count < 2 { await withCheckedContinuation { done in channel.loop.execute { done.resume() } } }
      try await call.requests.write(Text(service: "after"))
      #expect(peer.requests[1].fields["grpc-previous-rpc-attempts"] == "1")
      #expect(record.attempts == 2)
      call.cancel()
    }
  }

  @Test func `a stream that has written more than is kept stays with its attempt`() async throws {
    try await withScriptedPeer(
      configureChannel: {
        Self.retrying(&$0)
        $0.replayBytes = 100
      }, script: { _ in [Self.status(.unavailable)] }
    ) { peer, channel in
      let call: ClientStreamingCall<Text, Text> = channel.clientStreaming("/test.Service/Many")
      for _ in 0..<50 { try await call.requests.write(Text(service: "0123456789")) }
      let error = await failure { try await call.answer() }
      #expect(error?.code == .unavailable)
      #expect(peer.requests.map(\.bodyBytes) == [50 * 17])
    }
  }

  @Test func `a stream of requests that fits is sent again from its beginning`() async throws {
    try await withScriptedPeer(configureChannel: Self.retrying, script: { $0.number < 2 ? [Self.status(.unavailable)] : Self.ok }) {
      peer, channel in
      let call: ClientStreamingCall<Text, Text> = channel.clientStreaming("/test.Service/Many")
      for _ in 0..<50 { try await call.requests.write(Text(service: "0123456789")) }
      _ = try await call.answer()
      #expect(peer.requests.map(\.bodyBytes) == [850, 850, 850])
    }
  }
}

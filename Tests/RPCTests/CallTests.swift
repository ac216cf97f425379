import Glibc
import RPC
import Reactor
import Synchronization
import Testing

struct CallTests {
  @Test(arguments: [1, 3]) func `a unary call is answered`(loopCount: Int) async throws {
    try await withServer([echo], loopCount: loopCount) { test in
      let answer: Text = try await test.channel.unary("/test.Service/Echo", Text(service: "hello"))
      #expect(answer.service == "hello")
    }
  }

  @Test func `calls go over a Unix socket, whose file goes with the server`() async throws {
    let path = "/tmp/lodestar-rpc-\(getpid()).sock"
    try await withServer([echo], on: .unix(path: path), loopCount: 2) { test in
      let answer: Text = try await test.channel.unary("/test.Service/Echo", Text(service: "hello"))
      #expect(answer.service == "hello")
      unsafe #expect(access(path, F_OK) == 0)
    }
    unsafe #expect(access(path, F_OK) != 0)
  }

  @Test func `a thousand calls at once are all answered, each with its own`() async throws {
    try await withServer([echo], loopCount: 2) { test in
      let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
        for number in 0..<1000 {
          group.addTask {
            let answer: Text = try await test.channel.unary("/test.Service/Echo", Text(service: "\(number)"))
            return (number, answer.service)
          }
        }
        return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
      }
      #expect(answers.count == 1000)
      #expect(answers.allSatisfy { "\($0.key)" == $0.value })
    }
  }

  @Test(arguments: [0, 1, 16_379, 16_384, 65_536, 1_000_000, 3_000_000])
  func `a message of any size within the limit goes both ways`(size: Int) async throws {
    try await withServer([echo]) { test in
      let text = String(repeating: "x", count: size)
      let answer: Text = try await test.channel.unary("/test.Service/Echo", Text(service: text))
      #expect(answer.service == text)
    }
  }

  @Test func `a request over the limit is refused and the connection goes on`() async throws {
    try await withServer([echo], configure: { $0.maximumMessageBytes = 1000 }) { test in
      let big = Text(service: String(repeating: "x", count: 2_000_000))
      let error = await failure { try await test.channel.unary("/test.Service/Echo", big) as Text }
      #expect(error?.code == .resourceExhausted)
      #expect(error?.message.contains("1000") == true)
      let answer: Text = try await test.channel.unary("/test.Service/Echo", Text(service: "small"))
      #expect(answer.service == "small")
    }
  }

  @Test func `unfinished requests that hold too much together are refused, and what they held is given back`() async throws {
    try await withServer([echo], configure: { $0.maximumBufferedBytes = 10_000 }) { test in
      for _ in 0..<3 {
        let error = await failure {
          try await test.channel.unary("/test.Service/Echo", Text(service: String(repeating: "x", count: 20_000))) as Text
        }
        #expect(error?.code == .resourceExhausted)
        let answer: Text = try await test.channel.unary("/test.Service/Echo", Text(service: String(repeating: "x", count: 9000)))
        #expect(answer.service.utf8.count == 9000)
      }
    }
  }

  @Test func `an answer over the caller's limit ends the call`() async throws {
    let method = RPCMethod.unary("/test.Service/Big") { (_: Text, _) in Text(service: String(repeating: "x", count: 100_000)) }
    try await withServer([method, echo], configureChannel: { $0.maximumMessageBytes = 1000 }) { test in
      let error = await failure { try await test.channel.unary("/test.Service/Big", Text()) as Text }
      #expect(error?.code == .resourceExhausted)
      let answer: Text = try await test.channel.unary("/test.Service/Echo", Text(service: "small"))
      #expect(answer.service == "small")
    }
  }

  @Test(arguments: StatusCode.allCases.dropFirst()) func `a handler's error reaches the caller with its metadata`(code: StatusCode)
    async throws
  {
    let method = RPCMethod.unary("/test.Service/Fail") { (_: Text, _) -> Text in
      var metadata: Metadata = ["reason": "tested"]
      metadata.append("detail-bin", bytes: [0, 1, 255])
      throw RPCError(code, "zu groß: 100 %\nnext line", metadata: metadata)
    }
    try await withServer([method]) { test in
      let error = await failure { try await test.channel.unary("/test.Service/Fail", Text()) as Text }
      #expect(error?.code == code)
      #expect(error?.message == "zu groß: 100 %\nnext line")
      #expect(error?.metadata["reason"] == "tested")
      #expect(error?.metadata.bytes(of: "detail-bin") == [[0, 1, 255]])
    }
  }

  @Test func `an error nobody foresaw tells the caller nothing of its inside`() async throws {
    struct Secret: Error { var password = "hunter2" }
    let method = RPCMethod.unary("/test.Service/Fail") { (_: Text, _) -> Text in throw Secret() }
    try await withServer([method]) { test in
      let error = await failure { try await test.channel.unary("/test.Service/Fail", Text()) as Text }
      #expect(error?.code == .internalError)
      #expect(error?.message.contains("hunter2") == false)
    }
  }

  @Test func `the handler sees metadata, path, peer and deadline`() async throws {
    let method = RPCMethod.unary("/test.Service/Context") { (_: Text, context: CallContext) in
      #expect(context.method == "/test.Service/Context")
      #expect(context.metadata.values(of: "tag") == ["a", "b"])
      #expect(context.metadata.bytes(of: "raw-bin") == [[0, 200]])
      #expect(context.peer.hasPrefix("127.0.0.1:"))
      #expect(CallContext.current?.method == context.method)
      #expect(EventLoop.current != nil)
      let left = context.deadline.map { ContinuousClock.now.duration(to: $0) } ?? .zero
      return Text(service: left > .seconds(50) && left <= .seconds(60) ? "in time" : "\(left)")
    }
    try await withServer([method]) { test in
      var metadata = Metadata()
      metadata.append("tag", "a")
      metadata.append("tag", "b")
      metadata.append("raw-bin", bytes: [0, 200])
      let answer: Text = try await test.channel.unary(
        "/test.Service/Context", Text(), options: CallOptions(timeout: .seconds(60), metadata: metadata))
      #expect(answer.service == "in time")
    }
  }

  @Test func `what a handler leaves behind goes on to see its own call, whatever is served meanwhile`() async throws {
    let log = Log()
    let (mayLook, hasLooked) = (Gate(), Gate())
    @Sendable func name() -> String { CallContext.current?.metadata["name"] ?? "none" }
    let leaving = RPCMethod.unary("/test.Service/Leave") { (_: Text, _) -> Text in
      Task {
        await mayLook.pass()
        log.add(name())
        hasLooked.open()
      }
      return Text(service: name())
    }
    let naming = RPCMethod.unary("/test.Service/Name") { (_: Text, _) -> Text in
      async let child = name()
      return Text(service: "\(name()), \(await child)")
    }
    try await withServer([leaving, naming]) { test in
      func call(_ method: String, _ name: String) async throws -> String {
        let answer: Text = try await test.channel.unary(
          "/test.Service/\(method)", Text(), options: CallOptions(metadata: ["name": name]))
        return answer.service
      }
      let first = try await call("Name", "first")
      #expect(first == "first, first")
      let leaver = try await call("Leave", "leaver")
      #expect(leaver == "leaver")
      for number in 0..<5 {
        let answer = try await call("Name", "\(number)")
        #expect(answer == "\(number), \(number)")
      }
      mayLook.open()
      await hasLooked.pass()
      #expect(log.take() == ["leaver"])
      let last = try await call("Name", "last")
      #expect(last == "last, last")
    }
  }

  @Test func `a method or service that is not there is named`() async throws {
    try await withServer([echo]) { test in
      let method = await failure { try await test.channel.unary("/test.Service/Nope", Text()) as Text }
      #expect(method?.code == .unimplemented)
      #expect(method?.message == "The service test.Service has no method \"Nope\".")
      let service = await failure { try await test.channel.unary("/other.Service/Nope", Text()) as Text }
      #expect(service?.message == "There is no service \"other.Service\" here.")
    }
  }

  @Test func `a request that cannot be parsed is answered INTERNAL, as gRPC has it`() async throws {
    let method = RPCMethod.unary("/test.Service/Typed") { (_: HealthCheckResponse, _) in Text() }
    try await withServer([method]) { test in
      let error = await failure { try await test.channel.unary("/test.Service/Typed", Text(service: "text, not an enum")) as Text }
      #expect(error == nil || error?.code == .internalError)
    }
  }

  @Test func `health is answered and watched`() async throws {
    let health = ServingHealth(services: ["test.Service"])
    try await withServer([], extra: [health]) { test in
      let client = HealthClient(channel: test.channel)
      let before = try await client.check(HealthCheckRequest(service: "test.Service")).status
      #expect(before == .notServing)
      var watch = client.watch(HealthCheckRequest(service: "")).makeAsyncIterator()
      let first = try await watch.next()?.status
      #expect(first == .notServing)
      health.set(serving: true)
      let second = try await watch.next()?.status
      #expect(second == .serving)
      let after = try await client.check(HealthCheckRequest()).status
      #expect(after == .serving)
      let error = await failure { try await client.check(HealthCheckRequest(service: "nobody")) }
      #expect(error?.code == .notFound)
    }
  }
}

struct StreamingTests {
  @Test func `answers come in order and the stream ends`() async throws {
    let method = RPCMethod.serverStreaming("/test.Service/Count") { (request: Text, _, responses: ResponseWriter<Text>) in
      for number in 0..<(Int(request.service) ?? 0) { try await responses.write(Text(service: "\(number)")) }
    }
    try await withServer([method]) { test in
      for count in [0, 1, 5000] {
        let stream: ResponseStream<Text> = test.channel.serverStreaming("/test.Service/Count", Text(service: "\(count)"))
        var received: [String] = []
        for try await answer in stream { received.append(answer.service) }
        #expect(received == (0..<count).map(String.init))
      }
    }
  }

  @Test func `a stream may end with an error after answers`() async throws {
    let method = RPCMethod.serverStreaming("/test.Service/Break") { (_: Text, _, responses: ResponseWriter<Text>) in
      try await responses.write(Text(service: "one"))
      throw RPCError(.dataLoss, "broken")
    }
    try await withServer([method]) { test in
      let stream: ResponseStream<Text> = test.channel.serverStreaming("/test.Service/Break", Text())
      var iterator = stream.makeAsyncIterator()
      let before = try await iterator.next()?.service
      #expect(before == "one")
      await #expect(throws: RPCError(.dataLoss, "broken")) { try await iterator.next() }
    }
  }

  @Test func `a writer waits while nobody reads`() async throws {
    let written = Mutex(0)
    let method = RPCMethod.serverStreaming("/test.Service/Flood") { (_: Text, _, responses: ResponseWriter<Text>) in
      let piece = Text(service: String(repeating: "x", count: 10_000))
      for _ in 0..<1000 {
        try await responses.write(piece)
        written.withLock { $0 += 1 }
      }
    }
    try await withServer([method]) { test in
      let stream: ResponseStream<Text> = test.channel.serverStreaming("/test.Service/Flood", Text())
      var iterator = stream.makeAsyncIterator()
      _ = try await iterator.next()
      // A unary call made after it has gone round shows that the flood had its chance; then it must have stopped.
      for _ in 0..<50 { await withCheckedContinuation { done in test.loops.loops[0].execute { done.resume() } } }
      #expect(written.withLock { $0 } < 400)
      var count = 1
      while try await iterator.next() != nil { count += 1 }
      #expect(count == 1000)
    }
  }

  @Test func `a caller that stops reading cancels the handler`() async throws {
    let (cancelled, started) = (Gate(), Gate())
    let method = RPCMethod.serverStreaming("/test.Service/Endless") { (_: Text, _, responses: ResponseWriter<Text>) in
      try await responses.write(Text(service: "first"))
      started.open()
      do { try await untilCancelled() } catch {
        cancelled.open()
        throw error
      }
    }
    try await withServer([method]) { test in
      do {
        let stream: ResponseStream<Text> = test.channel.serverStreaming("/test.Service/Endless", Text())
        for try await _ in stream { break }
      }
      await started.pass()
      await cancelled.pass()
    }
  }

  @Test func `a write after the call has ended throws`() async throws {
    let (ended, wrote) = (Gate(), Gate())
    let outcome = Mutex<RPCError?>(nil)
    let method = RPCMethod.serverStreaming("/test.Service/Late") { (_: Text, _, responses: ResponseWriter<Text>) in
      try await responses.write(Text(service: "first"))
      do { try await untilCancelled() } catch { ended.open() }
      let error = await failure { try await responses.write(Text(service: "late")) }
      outcome.withLock { $0 = error }
      wrote.open()
    }
    try await withServer([method]) { test in
      do {
        let stream: ResponseStream<Text> = test.channel.serverStreaming("/test.Service/Late", Text())
        for try await _ in stream { break }
      }
      await ended.pass()
      await wrote.pass()
      #expect(outcome.withLock { $0 }?.code == .cancelled)
    }
  }
}

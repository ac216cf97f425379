import RPC
import Synchronization
import Testing

struct CancellationTests {
  /// A method whose handler waits for its cancellation and says so.
  private func waiting(_ started: Gate, _ cancelled: Gate) -> RPCMethod {
    .unary("/test.Service/Wait") { (_: Text, _) -> Text in
      started.open()
      do { try await untilCancelled() } catch {
        cancelled.open()
        throw error
      }
      return Text()
    }
  }

  @Test func `a deadline ends the call and cancels the handler`() async throws {
    let (started, cancelled) = (Gate(), Gate())
    try await withServer([waiting(started, cancelled)]) { test in
      await withTimeouts(until: started) { timeout in
        let error = await failure {
          try await test.channel.unary("/test.Service/Wait", Text(), options: CallOptions(timeout: timeout)) as Text
        }
        #expect(error?.code == .deadlineExceeded)
      }
      await cancelled.pass()
    }
  }

  @Test func `a call whose deadline has passed is not sent`() async throws {
    let calls = Mutex(0)
    let method = RPCMethod.unary("/test.Service/Count") { (_: Text, _) -> Text in
      calls.withLock { $0 += 1 }
      return Text()
    }
    try await withServer([method]) { test in
      let error = await failure {
        try await test.channel.unary("/test.Service/Count", Text(), options: CallOptions(timeout: .zero)) as Text
      }
      #expect(error?.code == .deadlineExceeded)
      _ = try await test.channel.unary("/test.Service/Count", Text()) as Text
      #expect(calls.withLock { $0 } == 1)
    }
  }

  @Test func `cancelling the caller's task cancels the handler`() async throws {
    let (started, cancelled) = (Gate(), Gate())
    try await withServer([waiting(started, cancelled)]) { test in
      let task = Task { await failure { try await test.channel.unary("/test.Service/Wait", Text()) as Text } }
      await started.pass()
      task.cancel()
      #expect(await task.value?.code == .cancelled)
      await cancelled.pass()
    }
  }

  @Test func `a call from a cancelled task is not made`() async throws {
    try await withServer([echo]) { test in
      let gate = Gate()
      let task = Task {
        await gate.pass()
        return await failure { try await test.channel.unary("/test.Service/Echo", Text()) as Text }
      }
      task.cancel()
      gate.open()
      #expect(await task.value?.code == .cancelled)
    }
  }

  @Test func `a lost connection cancels the handler and ends the call`() async throws {
    let (started, cancelled) = (Gate(), Gate())
    try await withServer([waiting(started, cancelled)]) { test in
      let task = Task { await failure { try await test.channel.unary("/test.Service/Wait", Text()) as Text } }
      await started.pass()
      await test.channel.close()
      #expect(await task.value?.code == .cancelled)
      await cancelled.pass()
    }
  }

  @Test func `a call made while serving inherits the deadline`() async throws {
    let (started, cancelled) = (Gate(), Gate())
    try await withServer([waiting(started, cancelled)]) { inner in
      let outer = RPCMethod.unary("/test.Service/Outer") { (_: Text, context: CallContext) -> Text in
        let own = context.deadline.map { ContinuousClock.now.duration(to: $0) }
        #expect(own != nil)
        return try await inner.channel.unary("/test.Service/Wait", Text(), options: CallOptions(timeout: .seconds(600)))
      }
      try await withServer([outer]) { test in
        await withTimeouts(until: started) { timeout in
          let error = await failure {
            try await test.channel.unary("/test.Service/Outer", Text(), options: CallOptions(timeout: timeout)) as Text
          }
          #expect(error?.code == .deadlineExceeded)
        }
        await cancelled.pass()
      }
    }
  }

  @Test func `a stream's deadline ends it after the answers that came`() async throws {
    let (answered, cancelled) = (Gate(), Gate())
    let method = RPCMethod.serverStreaming("/test.Service/Slow") { (_: Text, _, responses: ResponseWriter<Text>) in
      try await responses.write(Text(service: "first"))
      do { try await untilCancelled() } catch { cancelled.open() }
    }
    try await withServer([method]) { test in
      await withTimeouts(until: answered) { timeout in
        let stream: ResponseStream<Text> = test.channel.serverStreaming(
          "/test.Service/Slow", Text(), options: CallOptions(timeout: timeout))
        let error = await failure {
          for try await answer in stream where answer.service == "first" { answered.open() }
        }
        #expect(error?.code == .deadlineExceeded)
      }
      await cancelled.pass()
    }
  }
}

import HTTP2
import RPC
import Synchronization
import Testing

struct ClientStreamTests {
  private static let join = RPCMethod.clientStreaming("/test.Service/Join") { (requests: RequestStream<Text>, _) -> Text in
    var parts: [String] = []
    for try await request in requests { parts.append(request.service) }
    return Text(service: parts.joined(separator: ","))
  }

  private static let echoAll = RPCMethod.bidirectionalStreaming("/test.Service/EchoAll") {
    (requests: RequestStream<Text>, context: CallContext, responses: ResponseWriter<Text>) in
    try context.setInitialMetadata(["x-first": "1"])
    context.setTrailingMetadata(["x-last": "2"])
    for try await request in requests { try await responses.write(request) }
  }

  @Test(arguments: [0, 1, 1000]) func `many requests have one answer`(count: Int) async throws {
    try await withServer([Self.join]) { test in
      let call: ClientStreamingCall<Text, Text> = test.channel.clientStreaming("/test.Service/Join")
      for number in 0..<count { try await call.requests.write(Text(service: "\(number)")) }
      let answer = try await call.answer().service
      #expect(answer == (0..<count).map(String.init).joined(separator: ","))
    }
  }

  @Test func `messages go to and fro, one after the other, and the half-close ends the call`() async throws {
    try await withServer([Self.echoAll]) { test in
      let record = CallRecord()
      let call: BidirectionalCall<Text, Text> = test.channel.bidirectionalStreaming(
        "/test.Service/EchoAll", options: CallOptions(record: record))
      var answers = call.responses.makeAsyncIterator()
      for number in 0..<50 {
        try await call.requests.write(Text(service: "\(number)"))
        let answer = try await answers.next()?.service
        #expect(answer == "\(number)")
      }
      #expect(record.initialMetadata?["x-first"] == "1")
      #expect(record.trailingMetadata == nil)
      call.requests.finish()
      let end = try await answers.next()
      #expect(end == nil)
      #expect(record.trailingMetadata?["x-last"] == "2")
      #expect(record.peer == test.address)
      #expect(record.attempts == 1)
    }
  }

  @Test func `requests and answers are compressed when asked, and told apart`() async throws {
    let compressed = Mutex<[Bool]>([])
    let method = RPCMethod.bidirectionalStreaming("/test.Service/Squeeze") {
      (requests: RequestStream<Text>, context: CallContext, responses: ResponseWriter<Text>) in
      context.setAnswerEncoding(.gzip)
      for try await request in requests {
        let was = context.wasRequestCompressed
        compressed.withLock { $0.append(was) }
        try await responses.write(request, compressed: !was)
      }
    }
    try await withServer([method]) { test in
      let record = CallRecord()
      let call: BidirectionalCall<Text, Text> = test.channel.bidirectionalStreaming(
        "/test.Service/Squeeze", options: CallOptions(encoding: .gzip, record: record))
      var answers = call.responses.makeAsyncIterator()
      let text = String(repeating: "squeeze ", count: 1000)
      for isCompressed in [true, false, true] {
        try await call.requests.write(Text(service: text), compressed: isCompressed)
        let answer = try await answers.next()?.service
        #expect(answer == text)
        #expect(record.wasAnswerCompressed == !isCompressed)
      }
      #expect(compressed.withLock { $0 } == [true, false, true])
    }
  }

  @Test func `a writer waits while the peer does not read`() async throws {
    let mayRead = Gate()
    let written = Mutex(0)
    let method = RPCMethod.clientStreaming("/test.Service/Lazy") { (requests: RequestStream<Text>, _) -> Text in
      await mayRead.pass()
      var count = 0
      for try await _ in requests { count += 1 }
      return Text(service: "\(count)")
    }
    try await withServer([method, echo]) { test in
      let call: ClientStreamingCall<Text, Text> = test.channel.clientStreaming("/test.Service/Lazy")
      let writing = Task { @Sendable in
        let piece = Text(service: String(repeating: "x", count: 10_000))
        for _ in 0..<1000 {
          try await call.requests.write(piece)
          written.withLock { $0 += 1 }
        }
      }
      // Calls that have gone round show that the writer had its chance; then it must have stopped.
      for _ in 0..<50 { _ = try await test.channel.unary("/test.Service/Echo", Text()) as Text }
      #expect(written.withLock { $0 } < 500)
      mayRead.open()
      try await writing.value
      let answer = try await call.answer().service
      #expect(answer == "1000")
    }
  }

  @Test func `a call that fails early ends its writers with the same error`() async throws {
    let method = RPCMethod.clientStreaming("/test.Service/Refuse") { (_: RequestStream<Text>, _) -> Text in
      throw RPCError(.permissionDenied, "not you")
    }
    try await withServer([method]) { test in
      let call: ClientStreamingCall<Text, Text> = test.channel.clientStreaming("/test.Service/Refuse")
      let error = await failure { while true { try await call.requests.write(Text(service: "more")) } }
      #expect(error == RPCError(.permissionDenied, "not you"))
      let outcome = await failure { try await call.answer() }
      #expect(outcome == RPCError(.permissionDenied, "not you"))
    }
  }

  @Test func `an answer may come before the requests are finished`() async throws {
    let method = RPCMethod.clientStreaming("/test.Service/First") { (requests: RequestStream<Text>, _) -> Text in
      for try await request in requests { return request }
      return Text()
    }
    try await withServer([method]) { test in
      let call: ClientStreamingCall<Text, Text> = test.channel.clientStreaming("/test.Service/First")
      try await call.requests.write(Text(service: "first"))
      let late = await failure { while true { try await call.requests.write(Text(service: "more")) } }
      #expect(late?.code == .cancelled)
      let answer = try await call.answer().service
      #expect(answer == "first")
    }
  }

  @Test func `cancelling, letting go and ending the task all cancel the handler`() async throws {
    for way in 0..<3 {
      let (started, cancelled) = (Gate(), Gate())
      let method = RPCMethod.bidirectionalStreaming("/test.Service/Wait") {
        (_: RequestStream<Text>, _: CallContext, _: ResponseWriter<Text>) in
        started.open()
        do { try await untilCancelled() } catch { cancelled.open() }
      }
      try await withServer([method]) { test in
        var call: BidirectionalCall<Text, Text>? = test.channel.bidirectionalStreaming("/test.Service/Wait")
        await started.pass()
        switch way {
        case 0:
          call?.cancel()
          let error = await failure {
            var answers = call?.responses.makeAsyncIterator()
            _ = try await answers?.next()
          }
          #expect(error?.code == .cancelled)
        case 1: call = nil
        default:
          let reading = Task { [call] in
            await failure {
              var answers = call?.responses.makeAsyncIterator()
              _ = try await answers?.next()
            }
          }
          reading.cancel()
          #expect(await reading.value?.code == .cancelled)
        }
        await cancelled.pass()
      }
    }
  }

  @Test func `a stream of requests that the peer refused is sent again from its beginning`() async throws {
    let ok = ScriptedPeer.Reply.head([("grpc-status", "0")], ends: true)
    try await withScriptedPeer(script: { request in
      request.number == 0 ? [.reset(.refusedStream)] : [.head(ScriptedPeer.okHead), .data(ScriptedPeer.emptyMessage), ok]
    }) { peer, channel in
      let call: ClientStreamingCall<Text, Text> = channel.clientStreaming("/test.Service/Join")
      for _ in 0..<10 { try await call.requests.write(Text(service: "x")) }
      _ = try await call.answer()
      #expect(peer.requests.count == 2)
      #expect(peer.requests[1].bodyBytes == 80)
    }
  }
}

struct ClientInterceptorTests {
  private struct Watching: ClientInterceptor {
    let name: String
    let log: Log
    var refuses = false

    func begins(_ method: String, options: inout CallOptions) throws(RPCError) -> (@Sendable (CallSummary) -> Void)? {
      log.add("\(name) begins \(method)")
      if refuses { throw RPCError(.permissionDenied, "not today") }
      options.metadata.append("tag", name)
      return { [log, name] in log.add("\(name) ends \($0.outcome?.code ?? .ok), \($0.sentMessages)/\($0.receivedMessages)") }
    }
  }

  private final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  @Test func `interceptors nest, see what a call came to and may change it`() async throws {
    let log = Log()
    let tags = RPCMethod.unary("/test.Service/Tags") { (_: Text, context: CallContext) in
      Text(service: context.metadata.values(of: "tag").joined(separator: ","))
    }
    try await withServer(
      [tags], configureChannel: { $0.interceptors = [Watching(name: "a", log: log), Watching(name: "b", log: log)] }
    ) { test in
      let answer: Text = try await test.channel.unary("/test.Service/Tags", Text())
      #expect(answer.service == "a,b")
      _ = await failure { try await test.channel.unary("/test.Service/Nope", Text()) as Text }
    }
    #expect(
      log.all == [
        "a begins /test.Service/Tags", "b begins /test.Service/Tags", "b ends OK, 1/1", "a ends OK, 1/1",
        "a begins /test.Service/Nope", "b begins /test.Service/Nope", "b ends UNIMPLEMENTED, 1/0", "a ends UNIMPLEMENTED, 1/0",
      ])
  }

  @Test func `one that refuses a call ends it before it is sent, and those before it hear of it`() async throws {
    let log = Log()
    try await withServer(
      [echo],
      configureChannel: { $0.interceptors = [Watching(name: "a", log: log), Watching(name: "b", log: log, refuses: true)] }
    ) { test in
      let error = await failure { try await test.channel.unary("/test.Service/Echo", Text()) as Text }
      #expect(error == RPCError(.permissionDenied, "not today"))
    }
    #expect(log.all.last == "a ends PERMISSION_DENIED, 0/0")
  }

  @Test func `the logging interceptor writes one line for each call`() async throws {
    let log = LineLog()
    try await withServer([echo], configureChannel: { $0.interceptors = [ClientCallLogging(log.logger)] }) { test in
      _ = try await test.channel.unary("/test.Service/Echo", Text()) as Text
      _ = await failure { try await test.channel.unary("/test.Service/Nope", Text()) as Text }
    }
    #expect(log.lines.count == 2)
    #expect(log.lines.first?.contains("/test.Service/Echo") == true)
    #expect(log.lines.last?.contains("UNIMPLEMENTED") == true)
  }

  @Test func `a call made while serving belongs to the same trace`() async throws {
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    let inner = RPCMethod.unary("/test.Service/Inner") { (_: Text, context: CallContext) in
      Text(service: context.traceParent?.traceID ?? "none")
    }
    try await withServer([inner]) { below in
      let outer = RPCMethod.unary("/test.Service/Outer") { (_: Text, _) -> Text in
        try await below.channel.unary("/test.Service/Inner", Text())
      }
      try await withServer([outer]) { test in
        let answer: Text = try await test.channel.unary(
          "/test.Service/Outer", Text(), options: CallOptions(metadata: ["traceparent": parent]))
        #expect(answer.service == "0af7651916cd43dd8448eb211c80319c")
      }
    }
  }
}

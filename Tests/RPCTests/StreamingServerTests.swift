import Synchronization
import Testing
import Wire

@testable import RPC

/// What a caller of streams sees of the server, over a client session driven by hand where no client of ours would behave like that.
struct StreamingServerTests {
  private let joining = RPCMethod.clientStreaming("/test.Service/Join") { (requests: RequestStream<Text>, _) -> Text in
    var parts: [String] = []
    for try await request in requests { parts.append(request.service) }
    return Text(service: parts.joined(separator: ","))
  }
  private let echoing = RPCMethod.bidirectionalStreaming("/test.Service/EchoAll") {
    (requests: RequestStream<Text>, _, responses: ResponseWriter<Text>) in
    for try await request in requests { try await responses.write(request) }
  }

  @Test func `many messages in, one out`() async throws {
    try await withServer([joining]) { test in
      let answer = try HandMadeCall.run(test, "/test.Service/Join", ["a", "b", "c"].map { Text(service: $0) })
      #expect(try answer.messages.map { try Text(wireBytes: $0).service } == ["a,b,c"])
      #expect(answer.trailers["grpc-status"] == "0")
    }
  }

  @Test func `no message in is an empty stream`() async throws {
    try await withServer([joining, echoing]) { test in
      let joined = try HandMadeCall.run(test, "/test.Service/Join", body: [])
      #expect(joined.messages == [[]])
      let echoed = try HandMadeCall.run(test, "/test.Service/EchoAll", body: [])
      #expect(echoed.messages.isEmpty)
      #expect(echoed.trailers["grpc-status"] == "0")
    }
  }

  @Test func `messages go both ways, compressed ones too`() async throws {
    try await withServer([echoing], configure: { $0.answerEncoding = .gzip }) { test in
      let texts = (0..<50).map { Text(service: String(repeating: "\($0) ", count: 500)) }
      let plain = try HandMadeCall.run(test, "/test.Service/EchoAll", texts)
      #expect(try plain.messages.map { try Text(wireBytes: $0) } == texts)
      #expect(plain.head["grpc-encoding"] == nil)
      let packed = try HandMadeCall.run(test, "/test.Service/EchoAll", texts, encoding: .gzip)
      #expect(try packed.messages.map { try Text(wireBytes: $0) } == texts)
      #expect(packed.head["grpc-encoding"] == "gzip")
      #expect(packed.bodyBytes < plain.bodyBytes / 5)
    }
  }

  @Test func `a stream that ends inside a message fails`() async throws {
    try await withServer([joining]) { test in
      let answer = try HandMadeCall.run(test, "/test.Service/Join", body: [0, 0, 0, 0, 9, 1, 2])
      #expect(answer.head["grpc-status"] == "13")
    }
  }

  @Test func `an unknown compression is refused with those that would be right`() async throws {
    try await withServer([echo]) { test in
      let answer = try HandMadeCall.run(test, "/test.Service/Echo", body: [0, 0, 0, 0, 0], fields: ["grpc-encoding": "br"])
      #expect(answer.head["grpc-status"] == "12")
      #expect(answer.head["grpc-accept-encoding"] == "identity,gzip")
    }
  }

  @Test func `a handler sets metadata before and after its answers`() async throws {
    let method = RPCMethod.unary("/test.Service/Tagged") { (request: Text, context) -> Text in
      try context.setInitialMetadata(["x-first": "1"])
      context.setTrailingMetadata(["x-last": "2"])
      if request.service == "fail" { throw RPCError(.aborted, "asked to fail", metadata: ["x-error": "3"]) }
      return request
    }
    try await withServer([method]) { test in
      let answer = try HandMadeCall.run(test, "/test.Service/Tagged", [Text(service: "a")])
      #expect(answer.head["x-first"] == "1")
      #expect(answer.trailers["x-last"] == "2")
      let failed = try HandMadeCall.run(test, "/test.Service/Tagged", [Text(service: "fail")])
      #expect(failed.head["x-first"] == "1")
      #expect(failed.trailers["grpc-status"] == "10")
      #expect(failed.trailers["x-last"] == "2")
      #expect(failed.trailers["x-error"] == "3")
    }
  }

  @Test func `interceptors stand around the handler, the first outermost, and may refuse`() async throws {
    struct Marking: ServerInterceptor {
      let name: String
      let log: Log
      func intercept(_ context: CallContext, _ proceed: (CallContext) async throws -> Void) async throws {
        log.add("\(name) in")
        if context.metadata["refuse"] == name { throw RPCError(.permissionDenied, "\(name) says no") }
        do { try await proceed(context) } catch {
          log.add("\(name) saw \((error as? RPCError)?.code.description ?? "?")")
          throw error
        }
        log.add("\(name) out \(context.traffic.messagesReceived)")
      }
    }
    let log = Log()
    let interceptors = [Marking(name: "a", log: log), Marking(name: "b", log: log)]
    try await withServer([echo], configure: { $0.interceptors = interceptors }) { test in
      _ = try await test.channel.unary("/test.Service/Echo", Text(service: "x")) as Text
      #expect(log.take() == ["a in", "b in", "b out 1", "a out 1"])
      let error = await failure {
        try await test.channel.unary("/test.Service/Echo", Text(), options: CallOptions(metadata: ["refuse": "b"])) as Text
      }
      #expect(error?.message == "b says no")
      #expect(log.take() == ["a in", "b in", "a saw PERMISSION_DENIED"])
    }
  }

  @Test func `a server counts what it does and holds`() async throws {
    try await withServer([echo, joining]) { test in
      _ = try await test.channel.unary("/test.Service/Echo", Text(service: "a")) as Text
      _ = try HandMadeCall.run(test, "/test.Service/Join", [Text(), Text(), Text()])
      _ = try HandMadeCall.run(test, "/test.Service/Nope", body: [0, 0, 0, 0, 0])
      let numbers = test.server.numbers
      #expect(numbers.connectionsAccepted == 3)
      #expect(numbers.callsStarted == 3)
      #expect(numbers.callsSucceeded == 2)
      #expect(numbers.messagesReceived == 4)
      #expect(numbers.messagesSent == 2)
    }
  }

  @Test func `an error's details arrive`() async throws {
    let retry = ErrorDetail.errorInfo(GoogleErrorInfo(reason: "TOO_SOON", domain: "lodestar"))
    let method = RPCMethod.unary("/test.Service/Details") { (_: Text, _) -> Text in
      throw RPCError(.unavailable, "not yet", details: [retry])
    }
    try await withServer([method]) { test in
      let error = await failure { try await test.channel.unary("/test.Service/Details", Text()) as Text }
      #expect(error?.details == [retry])
      #expect(error?.metadata.isEmpty == true)
    }
  }
}

/// Lines in the order in which they came.
final class Log: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  func take() -> [String] {
    lines.withLock { lines in
      defer { lines.removeAll() }
      return lines
    }
  }
}

import Glibc
import RPC
import Reactor
import Synchronization
import Testing

/// Python's grpcio as the peer, both ways. Where it is not installed these are skipped.
@Suite(.enabled(if: Python.hasGRPC, "needs python3 with grpcio and grpcio-health-checking"), .serialized)
struct GRPCIOTests {
  /// What grpcio, calling us, has to find; each line it prints is one finding.
  private static let caller =
    Python.prelude + """

      channel = grpc.insecure_channel(sys.argv[1])
      unary = lambda name: channel.unary_unary("/test.Service/" + name, request_serializer=text, response_deserializer=read)
      stream = lambda name: channel.unary_stream("/test.Service/" + name, request_serializer=text, response_deserializer=read)
      print("echo", unary("Echo")("grüße"))
      print("large", len(unary("Echo")("x" * 3_000_000)))
      print("stream", ",".join(stream("Count")("5")))
      print("long stream", sum(1 for _ in stream("Count")("20000")))
      try: unary("Fail")("")
      except grpc.RpcError as e:
          print("error", e.code().name, e.details(), dict(e.trailing_metadata()))
      try: unary("Nope")("")
      except grpc.RpcError as e: print("missing", e.code().name)
      try: unary("Wait")("", timeout=2)
      except grpc.RpcError as e: print("deadline", e.code().name)
      call = unary("Wait").future("")
      time.sleep(1); call.cancel()
      print("cancel", call.cancelled())
      print("metadata", unary("Metadata")("", metadata=(("tag", "a"), ("tag", "b"), ("raw-bin", b"\\x00\\xff"))))
      flood = stream("Count")("100000000")
      for _ in range(10): next(flood)
      flood.cancel()
      try: unary("Echo")("x" * 5_000_000)
      except grpc.RpcError as e: print("too large", e.code().name)
      print("gzip", len(unary("Echo")("x" * 100000, compression=grpc.Compression.Gzip)))
      from grpc_health.v1 import health_pb2, health_pb2_grpc
      health = health_pb2_grpc.HealthStub(channel)
      print("health", health.Check(health_pb2.HealthCheckRequest(service="")).status)
      print("watch", next(iter(health.Watch(health_pb2.HealthCheckRequest(service="nobody")))).status)
      found = list(threading.Thread(target=unary("Echo"), args=(str(i),)) for i in range(50))
      for t in found: t.start()
      for t in found: t.join()
      print("still", unary("Echo")("here"))
      """

  @Test func `grpcio calls us`() async throws {
    let deadlined = Mutex(0)
    let cancelled = Gate()
    let methods: [RPCMethod] = [
      echo,
      .serverStreaming("/test.Service/Count") { (request: Text, _, responses: ResponseWriter<Text>) in
        for number in 0..<(Int(request.service) ?? 0) { try await responses.write(Text(service: "\(number)")) }
      },
      .unary("/test.Service/Fail") { (_: Text, _) -> Text in
        throw RPCError(.failedPrecondition, "zu groß: 100 %\n下一行", metadata: ["reason": "tested"])
      },
      .unary("/test.Service/Wait") { (_: Text, _) -> Text in
        do { try await untilCancelled() } catch {
          let count = deadlined.withLock { count in
            count += 1
            return count
          }
          if count == 2 { cancelled.open() }
        }
        return Text()
      },
      .unary("/test.Service/Metadata") { (_: Text, context: CallContext) in
        Text(service: "\(context.metadata.values(of: "tag")) \(context.metadata.bytes(of: "raw-bin"))")
      },
    ]
    let health = ServingHealth(services: ["test.Service"])
    health.set(serving: true)
    try await withServer(methods, extra: [health], loopCount: 2) { test in
      let output = await Python.run(Self.caller, arguments: [test.address.description])
      #expect(
        output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == [
          "echo grüße", "large 3000000", "stream 0,1,2,3,4", "long stream 20000",
          "error FAILED_PRECONDITION zu groß: 100 %", "下一行 {'reason': 'tested'}", "missing UNIMPLEMENTED",
          "deadline DEADLINE_EXCEEDED", "cancel True", #"metadata ["a", "b"] [[0, 255]]"#, "too large RESOURCE_EXHAUSTED",
          "gzip 100000", "health 1", "watch 3", "still here", "",
        ])
      await cancelled.pass()
    }
  }

  /// A server in grpcio; it prints its port, then what it was asked to note, until its input ends.
  private static let server =
    Python.prelude + """

      from concurrent import futures
      def echo(request, context): return request
      def count(request, context):
          for i in range(int(request)): yield str(i)
      def fail(request, context):
          context.set_trailing_metadata((("reason", "tested"), ("raw-bin", b"\\x00\\xff")))
          context.abort(grpc.StatusCode.FAILED_PRECONDITION, "zu groß: 100 %")
      def wait(request, context):
          left = context.time_remaining()
          gone = threading.Event(); context.add_callback(gone.set); gone.wait(20)
          print("gone", left is None or left < 100, flush=True)
          return ""
      def metadata(request, context):
          return str([v for k, v in context.invocation_metadata() if k in ("tag", "raw-bin")])
      unary = lambda f: grpc.unary_unary_rpc_method_handler(f, request_deserializer=read, response_serializer=text)
      handlers = {"Echo": unary(echo), "Fail": unary(fail), "Wait": unary(wait), "Metadata": unary(metadata),
          "Count": grpc.unary_stream_rpc_method_handler(count, request_deserializer=read, response_serializer=text)}
      server = grpc.server(futures.ThreadPoolExecutor(8))
      server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Service", handlers),))
      port = server.add_insecure_port("127.0.0.1:0")
      server.start()
      print(port, flush=True)
      sys.stdin.read()
      server.stop(0)
      """

  @Test func `we call grpcio`() async throws {
    let python = try #require(Python.start(Self.server, arguments: []))
    defer { python.end() }
    let port = try #require(await python.line().flatMap { Int($0) })
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    let channel = RPCChannel(to: .ip(host: "127.0.0.1", port: port), loops: loops, logger: quiet)
    func call(_ name: String, _ text: String = "", _ options: CallOptions = CallOptions()) async throws -> String {
      (try await channel.unary("/test.Service/\(name)", Text(service: text), options: options) as Text).service
    }
    let greeting = try await call("Echo", "grüße")
    #expect(greeting == "grüße")
    let large = try await call("Echo", String(repeating: "x", count: 3_000_000))
    #expect(large.utf8.count == 3_000_000)
    var received: [String] = []
    let stream: ResponseStream<Text> = channel.serverStreaming("/test.Service/Count", Text(service: "3000"))
    for try await answer in stream { received.append(answer.service) }
    #expect(received == (0..<3000).map(String.init))
    let error = await failure { try await call("Fail") }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message == "zu groß: 100 %")
    #expect(error?.metadata["reason"] == "tested")
    #expect(error?.metadata.bytes(of: "raw-bin") == [[0, 255]])
    let missing = await failure { try await call("Nope") }
    #expect(missing?.code == .unimplemented)
    var metadata: Metadata = ["tag": "a"]
    metadata.append("raw-bin", bytes: [0, 255])
    let seen = try await call("Metadata", "", CallOptions(metadata: metadata))
    #expect(seen == #"['a', b'\x00\xff']"#)
    let late = await failure { try await call("Wait", "", CallOptions(timeout: .seconds(2))) }
    #expect(late?.code == .deadlineExceeded)
    let gone = await python.line()
    #expect(gone == "gone True")
    await channel.close()
  }
}

/// Runs Python scripts as children.
enum Python {
  /// How a script speaks with test.Service, whose messages are a text each.
  static let prelude = """
    import sys, time, threading, grpc
    def text(s):
        b = s.encode()
        n, out = len(b), b"\\x0a"
        while n > 127:
            out += bytes([n & 127 | 128]); n >>= 7
        return out + bytes([n]) + b if b else b""
    def read(b):
        if not b: return ""
        n = shift = 0; i = 1
        while True:
            n |= (b[i] & 127) << shift; shift += 7; i += 1
            if b[i - 1] < 128: break
        return b[i:i + n].decode()
    """

  static let hasGRPC = run("import grpc, grpc_health.v1.health").hasSuffix("ok\n")

  private static func run(_ script: String) -> String {
    guard let child = start(script + "\nprint('ok')", arguments: []) else { return "" }
    defer { child.end() }
    return child.rest()
  }

  /// The output of a script; waits for its end on a thread of its own.
  static func run(_ script: String, arguments: [String]) async -> String {
    await withCheckedContinuation { continuation in
      BlockingThread.run {
        let child = start(script, arguments: arguments)
        continuation.resume(returning: child?.rest() ?? "no python3")
        child?.end()
      }
    }
  }

  static func start(_ script: String, arguments: [String]) -> Child? {
    var (input, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard unsafe pipe(&input) == 0, unsafe pipe(&output) == 0 else { return nil }
    for end in [input[1], output[0]] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input[0], 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output[1], 1)
    for end in [input[0], output[1]] { unsafe posix_spawn_file_actions_addclose(&actions, end) }
    var strings: [UnsafeMutablePointer<CChar>?] = unsafe (["python3", "-c", script] + arguments).map { unsafe strdup($0) }
    unsafe strings.append(nil)
    defer { unsafe strings.forEach { unsafe free($0) } }
    var process = pid_t()
    let code = unsafe posix_spawnp(&process, "python3", &actions, nil, &strings, environ)
    close(input[0])
    close(output[1])
    guard code == 0 else {
      close(input[1])
      close(output[0])
      return nil
    }
    return Child(process: process, input: input[1], output: output[0])
  }

  final class Child: Sendable {
    private let process: pid_t
    private let input: Int32
    private let output: Int32

    init(process: pid_t, input: Int32, output: Int32) {
      (self.process, self.input, self.output) = (process, input, output)
    }

    /// The next line of the output; nil at its end.
    func line() async -> String? {
      await withCheckedContinuation { continuation in
        BlockingThread.run { [self] in
          var line: [UInt8] = []
          var byte: UInt8 = 0
          while unsafe read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return continuation.resume(returning: String(decoding: line, as: UTF8.self)) }
            line.append(byte)
          }
          continuation.resume(returning: nil)
        }
      }
    }

    func rest() -> String {
      var all: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = unsafe read(output, &buffer, buffer.count)
        guard count > 0 else { return String(decoding: all, as: UTF8.self) }
        all += buffer.prefix(count)
      }
    }

    /// Ends its input, which ends a well-behaved script, and waits for it.
    func end() {
      close(input)
      var status: Int32 = 0
      unsafe waitpid(process, &status, 0)
      close(output)
    }
  }
}

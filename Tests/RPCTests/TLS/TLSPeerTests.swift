import Cryptography
import Glibc
import RPC
import Reactor
import Testing

/// TLS with programs of others: Python's grpcio both ways, and openssl's own client. Where they are not installed these are skipped.
@Suite(.serialized) struct TLSPeerTests {
  private static let prelude =
    Python.prelude + """

      def pem(name): return open(sys.argv[1] + "/" + name, "rb").read()
      """

  private static let caller =
    prelude + """

      proven = grpc.ssl_channel_credentials(pem("ca.pem"), pem("client.key"), pem("client.pem"))
      def unary(credentials, name):
          channel = grpc.secure_channel(sys.argv[2], credentials)
          return channel.unary_unary("/test.Service/" + name, request_serializer=text, response_deserializer=read)
      print("echo", unary(proven, "Echo")("grüße"))
      print("large", len(unary(proven, "Echo")("x" * 3_000_000)))
      print("identity", unary(proven, "Identify")(""))
      for credentials in [grpc.ssl_channel_credentials(pem("ca.pem")), grpc.ssl_channel_credentials()]:
          try: unary(credentials, "Echo")("x", timeout=10)
          except grpc.RpcError as e: print("refused", e.code().name)
      """

  @Test(.enabled(if: Python.hasGRPC, "needs python3 with grpcio and grpcio-health-checking"))
  func `grpcio calls us over TLS, and is refused without a certificate or our authority`() async throws {
    let (certificates, directory) = (try TestCertificates(), try PEMDirectory())
    try directory.write(certificates)
    let identify = RPCMethod.unary("/test.Service/Identify") { (_: Text, context: CallContext) in
      Text(service: context.identity?.commonName ?? "nobody")
    }
    try await withServer([echo, identify], loopCount: 2, configure: { $0.security = try? certificates.serverSecurity() }) { test in
      let output = await Python.run(Self.caller, arguments: [directory.path, test.address.description])
      #expect(
        output.split(separator: "\n").map(String.init) == [
          "echo grüße", "large 3000000", "identity test-client", "refused UNAVAILABLE", "refused UNAVAILABLE",
        ])
    }
  }

  private static let server =
    prelude + """

      from concurrent import futures
      def echo(request, context): return request
      def identify(request, context): return context.auth_context()["x509_common_name"][0].decode()
      unary = lambda f: grpc.unary_unary_rpc_method_handler(f, request_deserializer=read, response_serializer=text)
      server = grpc.server(futures.ThreadPoolExecutor(4))
      handlers = {"Echo": unary(echo), "Identify": unary(identify)}
      server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Service", handlers),))
      credentials = grpc.ssl_server_credentials([(pem("server.key"), pem("server.pem"))], pem("ca.pem"), True)
      port = server.add_secure_port("127.0.0.1:0", credentials)
      server.start()
      print(port, flush=True)
      sys.stdin.read()
      server.stop(0)
      """

  @Test(.enabled(if: Python.hasGRPC, "needs python3 with grpcio and grpcio-health-checking"))
  func `we call grpcio over TLS, and learn why we are refused`() async throws {
    let (certificates, directory) = (try TestCertificates(), try PEMDirectory())
    try directory.write(certificates)
    let python = try #require(Python.start(Self.server, arguments: [directory.path]))
    defer { python.end() }
    let port = try #require(await python.line().flatMap { Int($0) })
    let loops = EventLoopGroup(count: 1)
    defer { loops.shutdown() }
    func call(_ security: ChannelSecurity, _ method: String, _ text: String = "") async throws -> String {
      var configuration = RPCChannelConfiguration()
      configuration.security = security
      let channel = RPCChannel(
        to: .ip(host: "127.0.0.1", port: port), configuration: configuration, loops: loops, logger: quiet)
      let answer: Result<Text, any Error>
      do { answer = .success(try await channel.unary("/test.Service/\(method)", Text(service: text))) } catch {
        answer = .failure(error)
      }
      await channel.close()
      return try answer.get().service
    }
    let proven = try certificates.channelSecurity(showing: certificates.client)
    let large = String(repeating: "x", count: 3_000_000)
    let echoed = try await call(proven, "Echo", large)
    #expect(echoed == large)
    let caller = try await call(proven, "Identify")
    #expect(caller == "test-client")
    let anonymous = try certificates.channelSecurity(showing: nil)
    let refused = await failure { try await call(anonymous, "Echo", "x") }
    #expect(refused?.code == .unavailable)
    let stranger = try TestCertificates("Stranger CA").channelSecurity(showing: nil)
    let distrusted = await failure { try await call(stranger, "Echo", "x") }
    #expect(distrusted?.message.contains("unknown authority") == true, "\(distrusted?.message ?? "nothing")")
  }

  /// openssl's client, told to offer protocols; prints what was agreed upon.
  private static let openssl = """
    import subprocess, sys
    directory, address, *rest = sys.argv[1:]
    done = subprocess.run(["openssl", "s_client", "-connect", address, "-CAfile", directory + "/ca.pem",
        "-cert", directory + "/client.pem", "-key", directory + "/client.key", "-verify_return_error", *rest],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    print(done.stdout, done.stderr)
    """

  @Test(.enabled(if: unsafe access("/usr/bin/openssl", X_OK) == 0, "needs openssl"))
  func `openssl's client agrees on TLS 1,3 and h2, and gets nowhere with less`() async throws {
    let (certificates, directory) = (try TestCertificates(), try PEMDirectory())
    try directory.write(certificates)
    try await withServer([echo], configure: { $0.security = try? certificates.serverSecurity() }) { test in
      func say(_ options: String...) async -> String {
        await Python.run(Self.openssl, arguments: [directory.path, test.address.description] + options)
      }
      let good = await say("-alpn", "http/1.1,h2")
      #expect(
        good.contains("ALPN protocol: h2") && good.contains("TLSv1.3") && good.contains("Verify return code: 0 (ok)"), "\(good)")
      let old = await say("-alpn", "h2", "-tls1_2")
      #expect(old.contains("protocol version"), "\(old)")
      let other = await say("-alpn", "http/1.1")
      #expect(other.contains("no application protocol"), "\(other)")
      let silent = await say()
      #expect(silent.contains("no application protocol"), "\(silent)")
    }
  }
}

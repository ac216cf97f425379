import GRPCCore
import GRPCNIOTransportHTTP2Posix

#if canImport(Glibc)
  import Glibc
#endif

/// usage: grpc-swift-interop server PORT, or grpc-swift-interop client PORT CASE...
@main enum Program {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3, let port = Int(arguments[2]) else {
      print("usage: grpc-swift-interop server PORT | client PORT CASE...")
      exit(64)
    }
    if arguments[1] == "server" { return try await serve(port) }
    var failed = false
    for name in arguments.dropFirst(3) {
      do {
        try await run(name, port)
        print("\(name) passed")
      } catch {
        failed = true
        print("\(name) failed: \("\(error)".replacing("\n", with: " "))")
      }
    }
    exit(failed ? 1 : 0)
  }

  private static func serve(_ port: Int) async throws {
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext,
        config: .defaults { $0.compression.enabledAlgorithms = .gzip }),
      services: [TestService()])
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await server.serve() }
      if let address = try await server.listeningAddress?.ipv4 {
        print("listening on 127.0.0.1:\(address.port)")
        fflush(nil)
      }
    }
  }

  private static func run(_ name: String, _ port: Int) async throws {
    if name == "channel_soak" {
      for _ in 0..<10 { try await run("large_unary", port) }
      return
    }
    try await withGRPCClient(
      transport: .http2NIOPosix(
        target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext,
        config: .defaults { $0.compression.enabledAlgorithms = .gzip })
    ) { client in try await Cases(client: client).run(name) }
  }
}

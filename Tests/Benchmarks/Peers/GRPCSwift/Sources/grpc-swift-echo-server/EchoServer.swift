import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOPosix

/// usage: grpc-swift-echo-server PORT; one event loop, prints "listening PORT", then serves until it is killed.
@main struct EchoServer {
  static func main() async throws {
    guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
      print("usage: grpc-swift-echo-server PORT")
      return
    }
    let transport = HTTP2ServerTransport.Posix(
      address: .ipv4(host: "127.0.0.1", port: port),
      transportSecurity: .plaintext,
      config: .defaults { $0.http2.maxConcurrentStreams = 1000 },
      eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    let server = GRPCServer(transport: transport, services: [Echo()])
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await server.serve() }
      guard let address = try await server.listeningAddress?.ipv4 else { return }
      // Not print, which keeps its text when a pipe reads it.
      FileHandle.standardOutput.write(Data("listening \(address.port)\n".utf8))
    }
  }
}

struct Echo: Lodestar_Bench_V1_Echo.SimpleServiceProtocol {
  func unary(request: Lodestar_Bench_V1_EchoRequest, context: ServerContext) async throws -> Lodestar_Bench_V1_EchoReply {
    .with {
      $0.name = request.name
      $0.seq = request.seq + 1
      $0.value = request.value
      $0.payload = request.payload
    }
  }

  func hold(request: Lodestar_Bench_V1_EchoRequest, context: ServerContext) async throws -> Lodestar_Bench_V1_EchoReply {
    try await Task.sleep(for: .seconds(3600))
    return Lodestar_Bench_V1_EchoReply()
  }
}

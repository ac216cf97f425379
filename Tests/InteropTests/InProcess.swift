import Logging
import RPC
import Reactor

@testable import lodestar_interop

let quiet = Logger(label: "interop tests") { _ in SwiftLogNoOpLogHandler() }

/// Runs the body against the interop server on a port of its own.
func withInteropServer<Value>(
  _ services: [any RPCService] = InteropServer.services(), _ body: (Int) async throws -> Value
) async throws -> Value {
  let loops = EventLoopGroup(count: 1)
  defer { loops.shutdown() }
  let server = RPCServer(
    configuration: RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)]), services: services, loops: loops,
    logger: quiet)
  guard case .ip(_, let port)? = try await server.start().first else { preconditionFailure("an IP address was asked for") }
  let outcome: Result<Value, any Error>
  do { outcome = .success(try await body(port)) } catch { outcome = .failure(error) }
  await server.drain(grace: .zero)
  return try outcome.get()
}

/// Runs one case of our client against that port.
func run(_ testCase: InteropCase, port: Int, soak: SoakSettings = SoakSettings()) async throws {
  let loops = EventLoopGroup(count: 1)
  defer { loops.shutdown() }
  let client = InteropClient(soak: soak) { RPCChannel(to: .ip(host: "127.0.0.1", port: port), loops: loops, logger: quiet) }
  let outcome: Result<Void, any Error>
  do { outcome = .success(try await client.run(testCase)) } catch { outcome = .failure(error) }
  await client.channel.close()
  try outcome.get()
}

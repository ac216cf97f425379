import ArgumentParser
import Glibc
import Logging
import RPC
import Reactor

struct ServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server",
    abstract: "Serve grpc.testing.TestService, UnimplementedService, health and reflection; or, with --case, misbehave on HTTP/2.")

  @Option(help: "Where to listen.")
  var host = "127.0.0.1"

  @Option(help: "The port; 0 for any. The first line of output names it.")
  var port: Int

  @Option(
    name: [.customLong("case"), .customLong("test_case")],
    help: "An HTTP/2 case to be the misbehaving server of: \(MisbehavingCase.allCases.map(\.rawValue).joined(separator: ", ")).")
  var testCase: MisbehavingCase?

  @OptionGroup var tls: TLSOptions

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535, not \(port).") }
  }

  func run() async throws {
    if let testCase { return try await misbehave(testCase) }
    let loops = EventLoopGroup(count: 2)
    var configuration = RPCServerConfiguration(addresses: [.ip(host: host, port: port)])
    configuration.security = try tls.serverSecurity()
    let server = RPCServer(
      configuration: configuration, services: InteropServer.services(), loops: loops,
      logger: Logger(label: "lodestar-interop") { StreamLogHandler.standardError(label: $0) })
    let bound = try await server.start()
    Output.say("listening on \(bound.map(\.description).joined(separator: ", "))")
    await EndSignal.arrival()
    await server.drain(grace: .seconds(5))
    loops.shutdown()
  }

  private func misbehave(_ testCase: MisbehavingCase) async throws {
    let record = MisbehaviourRecord()
    let bound = try await MisbehavingServer.start(host: host, port: port, testCase, record)
    Output.say("listening on \(host):\(bound), as the server of \(testCase.rawValue)")
    await EndSignal.arrival()
    guard let fault = record.fault(in: testCase) else { return }
    Output.complain("\(testCase.rawValue) failed: \(fault)")
    throw ExitCode.failure
  }
}

extension MisbehavingCase: ExpressibleByArgument {}

extension InteropServer {
  /// Everything that the interop server serves.
  static func services() -> [any RPCService] {
    var name = utsname()
    let isKnown = unsafe uname(&name) == 0
    let host =
      unsafe isKnown
      ? withUnsafeBytes(of: name.nodename) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } : "unknown"
    let health = ServingHealth(services: [InteropServer.serviceName])
    health.set(serving: true)
    let services: [any RPCService] = [
      InteropServer(serverID: "\(host)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))", hostname: host), UnimplementedServer(),
      health,
    ]
    return services + ServerReflection.describing(services)
  }
}

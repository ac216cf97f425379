import ArgumentParser
import Glibc
import Logging
import RPC
import Reactor

struct ClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "client", abstract: "Run one case against a server.")

  @Option(name: [.customLong("host"), .customLong("server_host")], help: "The server's host.")
  var host = "127.0.0.1"

  @Option(name: [.customLong("port"), .customLong("server_port")], help: "The server's port.")
  var port: Int

  @Option(
    name: [.customLong("case"), .customLong("test_case")], help: "The case's official name; `lodestar-interop cases` lists them.")
  var testCase: InteropCase

  @Option(
    name: [.customLong("server-name"), .customLong("server_host_override")],
    help: "The name that the server's certificate has to be valid for, when it is not the host's.")
  var serverName: String?

  @OptionGroup var tls: TLSOptions
  @OptionGroup var soak: SoakOptions

  func validate() throws {
    guard (1...65_535).contains(port) else { throw ValidationError("--port is 1 to 65535, not \(port).") }
  }

  func run() async throws {
    EndSignal.unblock()
    let loops = EventLoopGroup(count: 1)
    let address = SocketAddress.ip(host: host, port: port)
    var configuration = RPCChannelConfiguration()
    configuration.security = try tls.channelSecurity(serverName: serverName)
    let client = InteropClient(soak: soak.settings) { [configuration] in
      RPCChannel(
        to: address, configuration: configuration, loops: loops,
        logger: Logger(label: "lodestar-interop") { StreamLogHandler.standardError(label: $0) })
    }
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await client.run(testCase))
    } catch {
      outcome = .failure(error)
    }
    await client.channel.close()
    loops.shutdown()
    guard case .failure(let error) = outcome else { return Output.say("\(testCase.rawValue) passed") }
    // A call that was to succeed and did not: that is what was expected.
    let line = error is CaseFailure ? "\(error)" : "the call: expected OK, came \(error)"
    Output.complain("\(testCase.rawValue) failed: \(line.replacing("\n", with: " "))")
    throw ExitCode.failure
  }
}

extension InteropCase: ExpressibleByArgument {}

/// The flags of the soak cases, in gRPC's own spelling.
struct SoakOptions: ParsableArguments {
  @Option(name: .customLong("soak_iterations"), help: "How many calls.")
  var iterations = 10

  @Option(name: .customLong("soak_max_failures"), help: "How many may fail.")
  var mostFailures = 0

  @Option(name: .customLong("soak_per_iteration_max_acceptable_latency_ms"), help: "A call that takes longer has failed.")
  var longestCall = 1000

  @Option(name: .customLong("soak_overall_timeout_seconds"), help: "For all calls together.")
  var longest: Int?

  @Option(name: .customLong("soak_min_time_ms_between_rpcs"), help: "The least time from call to call.")
  var pause = 0

  @Option(name: .customLong("soak_request_size"), help: "Bytes.")
  var requestBytes = LargeUnary.requestBytes

  @Option(name: .customLong("soak_response_size"), help: "Bytes.")
  var answerBytes = LargeUnary.answerBytes

  func validate() throws {
    guard iterations > 0, mostFailures >= 0, longestCall > 0, longest ?? 1 > 0, pause >= 0,
      (0...Int(Payload.mostBytes)).contains(requestBytes), (0...Int(Payload.mostBytes)).contains(answerBytes)
    else { throw ValidationError("The soak flags are counts, times and sizes: above 0, and at most \(Payload.mostBytes) bytes.") }
  }

  var settings: SoakSettings {
    SoakSettings(
      iterations: iterations, mostFailures: mostFailures, longestCall: .milliseconds(longestCall),
      longest: longest.map { .seconds($0) }, pause: .milliseconds(pause), requestBytes: requestBytes, answerBytes: answerBytes)
  }
}

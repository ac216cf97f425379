import Cryptography
import EchoMessages
import Glibc
import Logging
import RPC
import Reactor

/// Our server under measurement: one loop, one service. Prints "listening PORT", then serves until it is killed; says "held N" at every
/// thousandth call that it holds open.
@main struct EchoServer {
  static func main() {
    let options: ServerOptions
    do {
      options = try ServerOptions(arguments: CommandLine.arguments.dropFirst())
    } catch {
      refuse("\(error)\n\(ServerOptions.usage)")
    }
    Task.detached {
      do {
        try await serve(options)
      } catch {
        refuse("cannot serve: \(error)")
      }
    }
    // Everything happens on the loop; this thread only keeps the process.
    while true { pause() }
  }

  static func serve(_ options: ServerOptions) async throws {
    var configuration = RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: options.port)])
    configuration.maximumConcurrentStreams = options.maximumStreams
    if options.hasInterceptors { configuration.interceptors = Observers.make() }
    if let certificate = options.tlsCertificate, let key = options.tlsKey {
      let files = TLSFiles(certificate: certificate, key: key)
      configuration.security = ServerSecurity(try TLSContextSource.server(files, clients: .none))
    }
    let server = RPCServer(
      configuration: configuration, services: [EchoHandlers()], loops: EventLoopGroup(count: 1),
      logger: Logger(label: "echo-server"))
    for case .ip(_, let port) in try await server.start() { tell("listening \(port)") }
    // The server lives as long as this task, which nothing ends.
    try await Task.sleep(for: .seconds(1 << 30))
  }

  private static func refuse(_ message: String) -> Never {
    say("echo-server: \(message)\n", to: STDERR_FILENO)
    exit(2)
  }

  /// A line for whoever started this.
  static func tell(_ line: String) { say("\(line)\n", to: STDOUT_FILENO) }

  /// Written at once, as whoever started this reads a pipe.
  private static func say(_ text: String, to file: Int32) {
    var text = text
    text.withUTF8 { bytes in _ = unsafe write(file, bytes.baseAddress, bytes.count) }
  }
}

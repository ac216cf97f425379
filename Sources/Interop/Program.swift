import ArgumentParser
import Glibc

struct InteropCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodestar-interop",
    abstract: "Takes part in gRPC's interoperability tests, as their server and as their client.",
    discussion: """
      EXAMPLES
        lodestar-interop server --port 10000
        lodestar-interop client --host 127.0.0.1 --port 10000 --case large_unary
        lodestar-interop server --port 10001 --case goaway   a server that misbehaves on HTTP/2
        lodestar-interop server --port 10002 --tls --certificate server.pem --key server.key
        lodestar-interop client --port 10002 --tls --authority ca.pem --case ping_pong
        lodestar-interop cases                               the cases' names

      The flags of gRPC's own scripts are understood as well (--server_host, --server_port, --test_case, --use_tls=true).

      EXIT CODES
        0 passed, 1 failed (one line on standard error says what was expected and what came), 64 wrong usage
      """,
    subcommands: [ServerCommand.self, ClientCommand.self, CasesCommand.self])
}

struct CasesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "cases", abstract: "List the cases by name.")

  func run() {
    for testCase in InteropCase.allCases { Output.say(testCase.rawValue) }
  }
}

@main
enum Program {
  /// Not async: the signals have to be blocked before the first thread is made, and an async main has threads already.
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    EndSignal.block()
    // Detached, as `main` belongs to the main actor, which never runs again.
    Task.detached {
      await InteropCommand.main()
      exit(EXIT_SUCCESS)
    }
    while true { pause() }
  }
}

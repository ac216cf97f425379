import ArgumentParser
import LocalSystem
import RPC
import Reactor

/// Which private system is meant.
struct StateOption: ParsableArguments {
  @Option(name: .customLong("state"), help: "Where the private system keeps what it has (or LODESTAR_STATE).")
  var directory: String?

  var layout: SystemLayout {
    SystemLayout(state: directory ?? environmentVariable("LODESTAR_STATE") ?? "./.lodestar")
  }
}

/// How the answer is shown.
struct AnswerOption: ParsableArguments {
  @Flag(help: "Print the answer as JSON, for programs.")
  var json = false
}

/// Where the services are: named, or found through the state directory.
struct ServiceOptions: ParsableArguments {
  @OptionGroup var state: StateOption

  @Option(help: "The address of lodestar-metrics, like 127.0.0.1:5001 (or LODESTAR_METRICS_ADDRESS).")
  var metrics: String?

  @Option(help: "The address of lodestar-compiler (or LODESTAR_COMPILER_ADDRESS).")
  var compiler: String?

  @Option(help: "The address of lodestar-optimizer (or LODESTAR_OPTIMIZER_ADDRESS).")
  var optimizer: String?

  @Option(help: "The address of lodestar-sync (or LODESTAR_SYNC_ADDRESS).")
  var sync: String?

  private func named(_ kind: ServiceKind) -> String? {
    switch kind {
    case .metrics: metrics
    case .compiler: compiler
    case .optimizer: optimizer
    case .sync: sync
    }
  }

  /// How a service is reached: at the address that the option names, or the variable, or that `lodestar up` left in the state directory;
  /// with that system's certificates when it is one of its services, with those that the environment names otherwise.
  func endpoint(of kind: ServiceKind) throws -> ServiceEndpoint {
    let record = try SystemRecord.read(state.layout)
    if let text = named(kind) ?? environmentVariable(kind.addressVariable) {
      guard let address = SocketAddress(text) else {
        throw Failure(
          .wrongUsage, "the address \"\(text)\" of \(kind.program) is none",
          mend: "write it like 127.0.0.1:5001 or unix:/run/lodestar/\(kind.rawValue).sock")
      }
      if let record, record.services.contains(where: { $0.address == address }) {
        return try record.endpoint(at: address, state.layout)
      }
      return ServiceEndpoint(address: address, security: try ChannelSecurity.ofEnvironment())
    }
    guard let endpoint = try record?.endpoint(of: kind, state.layout) else {
      throw Failure(
        .unreachable, "\(kind.program) is not known: no system was started in \(state.layout.state)",
        mend: "`lodestar up` starts one; --\(kind.rawValue) names one that runs elsewhere")
    }
    return endpoint
  }
}

/// What every command works with; made when it runs, released when it ends.
struct CommandContext {
  let console: Console
  let session: Session

  /// Runs a command's body, and sees to it that nothing of it is left.
  static func run(_ body: (CommandContext) async throws -> Outcome) async throws {
    let context = CommandContext(console: .current(), session: Session())
    defer { context.session.close() }
    let outcome = try await body(context)
    if outcome != .done { throw Ended(outcome: outcome) }
  }
}

/// The command has said all there is to say; only its exit code is left.
struct Ended: Error {
  let outcome: Outcome
}

extension Console {
  static func current() -> Console {
    let variables = ["NO_COLOR", "TERM"].compactMap { name in environmentVariable(name).map { (name, $0) } }
    return current(environment: Dictionary(uniqueKeysWithValues: variables))
  }
}

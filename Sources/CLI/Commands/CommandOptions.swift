import ArgumentParser
import LocalSystem
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

  /// The address that the option names, or the variable, or what `lodestar up` left in the state directory.
  func address(of kind: ServiceKind) throws -> SocketAddress {
    if let text = named(kind) ?? environmentVariable(kind.addressVariable) {
      guard let address = SocketAddress(text) else {
        throw Failure(
          .wrongUsage, "the address \"\(text)\" of \(kind.program) is none",
          mend: "write it like 127.0.0.1:5001 or unix:/run/lodestar/\(kind.rawValue).sock")
      }
      return address
    }
    guard let service = try SystemRecord.read(state.layout)?.service(kind) else {
      throw Failure(
        .unreachable, "\(kind.program) is not known: no system was started in \(state.layout.state)",
        mend: "`lodestar up` starts one; --\(kind.rawValue) names one that runs elsewhere")
    }
    return service.address
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

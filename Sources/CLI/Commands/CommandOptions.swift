import ArgumentParser
import LocalSystem
import RPC
import Reactor
import Wire

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

  /// Calls a service, and shows what it answered: as JSON where that is asked for, else in lines for a person.
  func show<Response: WireMessage>(
    _ kind: ServiceKind, at endpoint: @autoclosure () throws -> ServiceEndpoint, of call: (RPCChannel) async throws -> Response,
    lines: (Response, Console) -> [String], outcome: (Response) -> Outcome = { _ in .done }
  ) async throws {
    try await CommandContext.run { context in
      let response = try await context.session.call(kind, at: endpoint(), call)
      if json { context.console.show(json: response) } else { context.console.show(lines(response, context.console)) }
      return outcome(response)
    }
  }
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

  func endpoint(of kind: ServiceKind) throws -> ServiceEndpoint { try kind.endpoint(named: named(kind), state.layout, as: nil) }
}

/// Where lodestar-metrics is, and in whose name it is called.
struct MetricsOptions: ParsableArguments {
  @OptionGroup var state: StateOption

  @Option(help: "The address of lodestar-metrics, like 127.0.0.1:5001 (or LODESTAR_METRICS_ADDRESS).")
  var metrics: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "In whose name: a person of `lodestar people list` (or LODESTAR_AS); by default who is at this terminal.", valueName: "name"))
  var person: Person?

  func endpoint() throws -> ServiceEndpoint {
    try ServiceKind.metrics.endpoint(named: metrics, state.layout, as: try named())
  }

  /// Calls lodestar-metrics, and shows what it answered: as JSON where that is asked for, else in lines for a person.
  func show<Response: WireMessage>(
    _ answer: AnswerOption, of call: (RPCChannel) async throws -> Response, lines: (Response, Console) -> [String],
    outcome: (Response) -> Outcome = { _ in .done }
  ) async throws {
    try await answer.show(.metrics, at: endpoint(), of: call, lines: lines, outcome: outcome)
  }

  /// Who calls.
  func caller() throws -> Person { try named() ?? .atThisTerminal }

  private func named() throws -> Person? {
    try person ?? environmentVariable("LODESTAR_AS").map { try Person(orFailing: $0, of: "LODESTAR_AS") }
  }
}

extension ServiceKind {
  /// How a service is reached: at the address that was named, or the variable, or that `lodestar up` left in the state directory;
  /// with that system's certificates when it is one of its services, with those that the environment names otherwise.
  /// - Parameter person: in whose name; nil is the one at this terminal.
  func endpoint(named address: String?, _ layout: SystemLayout, as person: Person?) throws -> ServiceEndpoint {
    let record = try SystemRecord.read(layout)
    if let text = address ?? environmentVariable(addressVariable) {
      guard let address = SocketAddress(text) else {
        throw Failure(
          .wrongUsage, "the address \"\(text)\" of \(program) is none",
          mend: "write it like 127.0.0.1:5001 or unix:/run/lodestar/\(rawValue).sock")
      }
      if let record, record.services.contains(where: { $0.address == address }) {
        return try record.endpoint(at: address, layout, as: person)
      }
      return try Self.foreignEndpoint(address, as: person)
    }
    guard let endpoint = try record?.endpoint(of: self, layout, as: person) else {
      throw Failure(
        .unreachable, "\(program) is not known: no system was started in \(layout.state)",
        mend: "`lodestar up` starts one; --\(rawValue) names one that runs elsewhere")
    }
    return endpoint
  }

  /// A service that no `lodestar up` started here. With TLS the caller's certificate says who calls, and nothing else can.
  private static func foreignEndpoint(_ address: SocketAddress, as person: Person?) throws -> ServiceEndpoint {
    guard let security = try ChannelSecurity.ofEnvironment() else {
      return ServiceEndpoint(address: address, security: nil, principal: (person ?? .atThisTerminal).principal)
    }
    if let person {
      throw Failure(
        .wrongUsage,
        "--as \(person.name) cannot be had: \(address) is called with the certificate that LODESTAR_TLS_CERTIFICATE names",
        mend: "leave --as and LODESTAR_AS out, or name another certificate")
    }
    return ServiceEndpoint(address: address, security: security)
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

import ArgumentParser
import LocalSystem

struct Up: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a private PostgreSQL cluster and the four services on this machine.",
    discussion: """
      What runs already is left as it is, so that `up` can be repeated.
      Everything is kept below the state directory. The services speak TLS:
      both sides show a certificate of an authority that is private to the
      state directory, and others can be let in with the files in its tls/.

      EXAMPLES
        lodestar up
        lodestar up --state ~/plans/.lodestar
        lodestar up --cleartext
      """)

  @OptionGroup var state: StateOption
  @OptionGroup var answer: AnswerOption

  @Flag var transport: SystemTransport?

  func run() async throws {
    try await CommandContext.run { context in
      let launcher = SystemLauncher(layout: state.layout, session: context.session)
      _ = try await launcher.up(transport) { context.console.tell("  \($0)") }
      let status = try await SystemStatus.gather(state.layout, context.session)
      if answer.json { context.console.show(json: status.json) } else { context.console.show(status.table) }
      return .done
    }
  }
}

struct Down: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop the services and the private cluster; what is stored stays.",
    discussion: """
      EXAMPLES
        lodestar down
      """)

  @OptionGroup var state: StateOption

  func run() async throws {
    try await CommandContext.run { context in
      let launcher = SystemLauncher(layout: state.layout, session: context.session)
      let stopped = try launcher.down { context.console.tell("  \($0)") }
      context.console.show(stopped ? "Stopped. `lodestar up` starts it again, with all that is stored." : "Nothing was running.")
      return .done
    }
  }
}

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what runs: address, process, health, memory.",
    discussion: """
      Exit code 0 when everything serves, 3 when something does not.

      EXAMPLES
        lodestar status
        lodestar status --json
      """)

  @OptionGroup var state: StateOption
  @OptionGroup var answer: AnswerOption

  func run() async throws {
    try await CommandContext.run { context in
      let status = try await SystemStatus.gather(state.layout, context.session)
      if answer.json {
        context.console.show(json: status.json)
      } else {
        context.console.show(status.table)
        if !status.isServing { context.console.tell("`lodestar up` starts what does not run.") }
      }
      return status.isServing ? .done : .unreachable
    }
  }
}

struct Logs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what the services said.",
    discussion: """
      EXAMPLES
        lodestar logs
        lodestar logs sync compiler --lines 200
        lodestar logs optimizer --follow
      """)

  @OptionGroup var state: StateOption

  @Argument(help: "metrics, compiler, optimizer, sync; all of them when none is named.")
  var services: [String] = []

  @Option(name: [.short, .long], help: "How many of the newest lines of each.")
  var lines = 40

  @Flag(name: [.short, .long], help: "Go on showing what is said, until interrupted.")
  var follow = false

  @Flag(help: "Print the lines as they are, in JSON.")
  var json = false

  func validate() throws {
    for service in services where Self.kind(service) == nil {
      throw ValidationError("There is no service \"\(service)\"; there are metrics, compiler, optimizer and sync.")
    }
    guard (1...100_000).contains(lines) else { throw ValidationError("--lines must be from 1 to 100000.") }
  }

  private static func kind(_ name: String) -> ServiceKind? {
    ServiceKind.allCases.first { $0.rawValue == name || $0.program == name }
  }

  func run() async throws {
    try await CommandContext.run { context in
      let kinds = services.isEmpty ? ServiceKind.allCases : services.compactMap(Self.kind)
      let files = kinds.map { LogFile(state.layout.log(of: $0)) }
      guard files.contains(where: { $0.size > 0 }) else {
        throw Failure(.unreachable, "nothing was said yet in \(state.layout.logs)", mend: "`lodestar up` starts the services")
      }
      var places = files.map(\.size)
      let entries = files.flatMap { $0.lastLines(lines).map(LogEntry.init) }
      show(entries.sorted { $0.time < $1.time }, context.console)
      while follow {
        try await Task.sleep(for: .milliseconds(250))
        for index in files.indices {
          let (new, place) = files[index].lines(since: places[index])
          places[index] = place
          show(new.map(LogEntry.init), context.console)
        }
      }
      return .done
    }
  }

  private func show(_ entries: [LogEntry], _ console: Console) {
    for entry in entries { console.show(json ? entry.line : entry.text(style: console.style)) }
  }
}

import ArgumentParser
import LocalSystem
import Messages
import RPC

/// A metric_registry.yaml at this terminal.
struct RegistryFileArgument: ParsableArguments {
  /// What a service reads of one.
  static let mostBytes = 4 << 20

  @Argument(help: "The registry's file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  func text() throws -> String { try Self.text(of: file) }

  static func text(of file: String) throws -> String {
    guard let text = try Files.readText(file, limit: mostBytes) else {
      throw Failure(.wrongUsage, "there is no file \(file)", mend: "`lodestar metrics export --output \(file)` writes one")
    }
    return text
  }
}

extension Metrics {
  struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what importing a metric_registry.yaml would change, and what stands against it.",
      discussion: """
        The registry is the truth and a file is a proposal. A file makes metrics and
        drafts, asks for approvals, and carries out what the registry has approved
        already; it cannot approve. Nothing is changed by a plan.

        EXAMPLES
          lodestar metrics plan metric_registry.yaml
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption
    @OptionGroup var registry: RegistryFileArgument

    func run() async throws {
      let yaml = try registry.text()
      try await service.show(answer) { channel in
        try await RegistryFileClient(channel: channel).planImport(PlanImportRequest(yaml: yaml))
      } lines: {
        ImportPlanView(plan: $0, file: registry.file).lines($1)
      } outcome: {
        $0.outcome
      }
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Do what `lodestar metrics plan` shows: all of it, or nothing.",
      discussion: """
        It is refused when somebody changed the registry since it was planned.

        EXAMPLES
          lodestar metrics import metric_registry.yaml --reason "ANALYTICS-014, as reviewed"
          lodestar metrics import metric_registry.yaml --reason "First import" --as ada
        """)

    @OptionGroup var change: ChangeOptions
    @OptionGroup var registry: RegistryFileArgument

    func run() async throws {
      let yaml = try registry.text()
      try await change.service.show(change.answer) { channel in
        try await RegistryFileCall(channel: channel, yaml: yaml).apply(reason: change.reason, key: change.key)
      } lines: {
        ImportPlanView(plan: $0, file: registry.file).lines($1)
      } outcome: {
        $0.outcome
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the registry as metric_registry.yaml.",
      discussion: """
        Importing what was exported changes nothing.

        EXAMPLES
          lodestar metrics export > metric_registry.yaml
          lodestar metrics export roas cac --output metric_registry.yaml
        """)

    @OptionGroup var service: MetricsOptions

    @Argument(help: "Only these metrics; all of them without any.")
    var metrics: [String] = []

    @Option(name: .shortAndLong, help: "The file to write; by default what is written goes to the terminal.", completion: .file())
    var output: String?

    func run() async throws {
      try await CommandContext.run { context in
        let response = try await context.session.call(.metrics, at: service.endpoint()) { channel in
          try await RegistryFileClient(channel: channel).exportRegistry(ExportRegistryRequest(metricKeys: metrics))
        }
        if let output {
          try Files.write(response.yaml, to: output)
          context.console.show("Wrote revision \(response.registryRevision) of the registry to \(output.printable).")
        } else {
          // The text ends its own last line.
          context.console.show(String(response.yaml.dropLast()))
        }
        return .done
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Confirm that each version's dbt model is there, is documented and has tests.",
      discussion: """
        Reads the registry, or a file of it, and the dbt project's .sql and .yml files;
        it changes nothing and runs nothing. Retired versions are left out.

        EXAMPLES
          lodestar metrics check --dbt-project analytics
          lodestar metrics check --dbt-project analytics --file metric_registry.yaml
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Option(help: "The dbt project's folder, which has its dbt_project.yml.", completion: .directory)
    var dbtProject: String

    @Option(help: "A metric_registry.yaml to check instead of the registry.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    func run() async throws {
      try await CommandContext.run { context in
        let yaml: String
        if let file {
          yaml = try RegistryFileArgument.text(of: file)
        } else {
          yaml = try await context.session.call(.metrics, at: service.endpoint()) { channel in
            try await RegistryFileClient(channel: channel).exportRegistry(ExportRegistryRequest()).yaml
          }
        }
        let check = DbtCheck(try NamedModel.all(in: yaml, called: file ?? "the registry"), in: try DbtProject(reading: dbtProject))
        let view = DbtCheckView(check: check)
        if answer.json { context.console.show(json: view.json) } else { context.console.show(view.lines(context.console)) }
        return check.isFine ? .done : .refused
      }
    }
  }
}

/// Plans, and applies exactly what was planned.
struct RegistryFileCall {
  let channel: RPCChannel
  let yaml: String

  func apply(reason: String, key: String) async throws -> ImportPlan {
    let client = RegistryFileClient(channel: channel)
    let plan = try await client.planImport(PlanImportRequest(yaml: yaml))
    guard plan.problems.isEmpty else { return plan }
    return try await client.applyImport(
      ApplyImportRequest(yaml: yaml, expectedRegistryRevision: plan.registryRevision, idempotencyKey: key, reason: reason))
  }
}

extension ImportPlan {
  fileprivate var outcome: Outcome { problems.isEmpty ? .done : .refused }
}

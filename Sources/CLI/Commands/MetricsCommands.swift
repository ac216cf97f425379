import ArgumentParser
import Messages
import RPC

struct Metrics: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Look at the KPI universe.", subcommands: [List.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the organization's KPIs, the north star first.",
      discussion: """
        EXAMPLES
          lodestar metrics list
          lodestar metrics list --json
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    func run() async throws {
      try await CommandContext.run { context in
        let config = try await context.session.call(.metrics, at: services.endpoint(of: .metrics)) { channel in
          try await MetricGovernanceClient(channel: channel).getMetricsConfig(GetMetricsConfigRequest())
        }
        if answer.json {
          context.console.show(json: config)
        } else {
          context.console.show(MetricsConfigView(config: config).lines(context.console))
        }
        return .done
      }
    }
  }
}

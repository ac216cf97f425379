public import ArgumentParser
public import Messages
import RPC
import Wire

extension Metrics {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the governed metrics and their versions.",
      discussion: """
        The organization's KPIs, which metrics can measure, are listed by
        `lodestar metrics kpis`.

        EXAMPLES
          lodestar metrics list
          lodestar metrics list --status deprecated --status sunset
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Option(help: "Only metrics that have a version in this state; may be given several times.")
    var status: [VersionStatus] = []

    func run() async throws {
      try await service.show(answer) { channel in
        let client = MetricRegistryClient(channel: channel)
        var all = try await client.listMetrics(ListMetricsRequest(pageSize: 500, statuses: status))
        while !all.nextPageToken.isEmpty {
          let next = try await client.listMetrics(
            ListMetricsRequest(pageSize: 500, pageToken: all.nextPageToken, statuses: status))
          all.metrics += next.metrics
          all.nextPageToken = next.nextPageToken
        }
        return all
      } lines: { response, console in
        guard response.metrics.isEmpty else { return MetricListView(metrics: response.metrics).table.lines(console) }
        return [
          status.isEmpty
            ? "No metrics yet: `lodestar metrics create KEY --definition …` makes one." : "No metric has such a version."
        ]
      }
    }
  }

  struct Kpis: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the organization's KPIs, the north star first.",
      discussion: """
        EXAMPLES
          lodestar metrics kpis
          lodestar metrics kpis --json
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    func run() async throws {
      try await service.show(answer) { channel in
        try await MetricGovernanceClient(channel: channel).getMetricsConfig(GetMetricsConfigRequest())
      } lines: {
        MetricsConfigView(config: $0).lines($1)
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a metric on one page: versions, approvals, pins, dates, and what can be done next.",
      discussion: """
        EXAMPLES
          lodestar metrics show roas
          lodestar metrics show roas --json
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The metric's key, as roas.")
    var metric: String

    func run() async throws {
      var pins: [DashboardPin] = []
      try await service.show(answer) { channel in
        let response = try await MetricRegistryClient(channel: channel).getMetric(GetMetricRequest(metricKey: metric))
        if !answer.json { pins = try await Pins.all(ListPinsRequest(metricKey: metric), channel) }
        return response
      } lines: { response, console in
        let counts = Dictionary(pins.map { ($0.version, 1) }, uniquingKeysWith: +)
        return MetricView(metric: response.metric ?? Metric(), pins: counts).lines(console)
      }
    }
  }

  struct Resolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ask which version a dashboard or a query is to use.",
      discussion: """
        A dashboard's pin decides, else the current version. Versions that are
        deprecated or sunset come with a warning.

        EXAMPLES
          lodestar metrics resolve roas
          lodestar metrics resolve roas --tenant acme --dashboard weekly
          lodestar metrics resolve roas --version v1 --purpose new-dashboard \\
            --tenant acme --dashboard new
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The metric's key.")
    var metric: String

    @Option(help: "The version to use; by default the dashboard's pin, else the current one.")
    var version: VersionName?

    @Option(help: "Whose data is asked for.")
    var tenant = ""

    @Option(help: "The dashboard that asks.")
    var dashboard = ""

    @Option(help: "What for; by default existing-dashboard with --dashboard, else ad-hoc.")
    var purpose: Purpose?

    enum Purpose: String, CaseIterable, ExpressibleByArgument {
      case newDashboard = "new-dashboard"
      case existingDashboard = "existing-dashboard"
      case adHoc = "ad-hoc"

      var onTheWire: ResolvePurpose {
        switch self {
        case .newDashboard: .newDashboard
        case .existingDashboard: .existingDashboard
        case .adHoc: .adHocQuery
        }
      }
    }

    func run() async throws {
      let purpose = purpose ?? (dashboard.isEmpty ? .adHoc : .existingDashboard)
      try await service.show(answer) { channel in
        try await MetricRegistryClient(channel: channel).resolveVersion(
          ResolveVersionRequest(
            metricKey: metric, version: version?.text ?? "", tenantId: tenant, dashboardId: dashboard, purpose: purpose.onTheWire))
      } lines: {
        ResolutionView(response: $0).lines($1)
      }
    }
  }

  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show changes of the registry as they happen, until interrupted.",
      discussion: """
        EXAMPLES
          lodestar metrics watch
          lodestar metrics watch --after 0
          lodestar metrics watch --json
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Option(help: "Begin behind this revision; 0 shows all that ever happened. By default only what comes.")
    var after: Int64?

    func validate() throws {
      if let after, after < 0 { throw ValidationError("--after must be 0 or more.") }
    }

    func run() async throws {
      try await CommandContext.run { context in
        try await context.session.call(.metrics, at: service.endpoint()) { channel in
          let client = MetricRegistryClient(channel: channel)
          let begin =
            if let after { after } else { try await client.listMetrics(ListMetricsRequest(pageSize: 1)).registryRevision }
          context.console.tell("Watching behind revision \(begin).")
          for try await change in client.watchRegistry(WatchRegistryRequest(afterRevision: begin)) {
            if answer.json {
              context.console.show(change.jsonValue.text(pretty: false))
            } else {
              context.console.show(RegistryChangeView(change: change).line(context.console.style))
            }
          }
        }
        return .done
      }
    }
  }
}

extension VersionStatus: ExpressibleByArgument {
  public init?(argument: String) {
    guard let match = Self.words.first(where: { $0.word == argument }) else { return nil }
    self = match.status
  }

  public static var allValueStrings: [String] { words.map(\.word) }
}

import ArgumentParser
import Messages

extension Metrics {
  struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what tells two versions apart, and what the service thinks of it.",
      discussion: """
        EXAMPLES
          lodestar metrics diff roas v1 v2
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version before.")
    var from: VersionName

    @Argument(help: "The version after.")
    var to: VersionName

    func run() async throws {
      try await service.show(answer) { channel in
        try await MetricInsightClient(channel: channel).diffVersions(
          DiffVersionsRequest(metricKey: metric, fromVersion: from.text, toVersion: to.text))
      } lines: {
        DiffView(metricKey: metric, from: from.text, to: to.text, response: $0).lines($1)
      }
    }
  }

  struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the values of two versions side by side, from the warehouse.",
      discussion: """
        EXAMPLES
          lodestar metrics compare roas v1 v2
          lodestar metrics compare roas v1 v2 --tenant acme --from 2026-01-01
          lodestar metrics compare roas v1 v2 --sql
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version on the left.")
    var left: VersionName

    @Argument(help: "The version on the right.")
    var right: VersionName

    @Option(help: "Only this tenant.")
    var tenant = ""

    @Option(help: "The first period, as 2026-01-01.")
    var from: String?

    @Option(help: "The last period, as 2026-03-31.")
    var to: String?

    @Option(help: "How many rows, at most 10000.")
    var limit = 200

    @Flag(help: "Only print the SQL.")
    var sql = false

    func validate() throws {
      guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000.") }
    }

    func run() async throws {
      try await service.show(answer) { channel in
        try await MetricInsightClient(channel: channel).compareVersions(
          CompareVersionsRequest(
            metricKey: metric, fromVersion: left.text, toVersion: right.text, tenantId: tenant, fromPeriod: from ?? "",
            toPeriod: to ?? "", rowLimit: UInt32(limit), sqlOnly: sql))
      } lines: {
        sql ? [$0.sql] : ComparisonView(from: left.text, to: right.text, response: $0).lines($1)
      }
    }
  }

  struct Impact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show who would notice when a version changed: dashboards, tenants, queries, whom to tell.",
      discussion: """
        EXAMPLES
          lodestar metrics impact roas v1
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version.")
    var version: VersionName

    func run() async throws {
      try await service.show(answer) { channel in
        try await MetricInsightClient(channel: channel).impactReport(
          ImpactReportRequest(metricKey: metric, version: version.text))
      } lines: {
        ImpactView(response: $0).lines($1)
      }
    }
  }
}

import ArgumentParser
import Messages

extension Metrics {
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a draft of a version; the metric as well, when it is not there.",
      discussion: """
        A next version begins as the current one, under its own name; what options
        say takes its place. A metric that is not there needs --name and
        --description.

        EXAMPLES
          lodestar metrics create roas --name "Return on Ad Spend" --unit ratio \\
            --description "Revenue generated per dollar of ad spend" --owner growth \\
            --definition "SUM(revenue) / SUM(spend)" --on-zero 0 --currency separate \\
            --dbt-model marts/metrics/roas_v1 --reason "First definition"
          lodestar metrics create roas --definition "SUM(net_revenue) / SUM(spend)" \\
            --migration-guide "Compare first." --reason "Refunds are no revenue"
        """)

    @OptionGroup var change: ChangeOptions
    @OptionGroup var content: ContentOptions
    @OptionGroup var facts: FactOptions

    @Argument(help: "The metric's key: lower-case letters, digits and \"_\".")
    var metric: String

    @Option(help: "The version's name; by default the one behind the highest.")
    var version: VersionName?

    @Option(help: "The version to begin with; by default the current one, else the newest.")
    var from: VersionName?

    func run() async throws {
      var made = ""
      var isNew = false
      try await change.change(metric, mayBeNew: true) { client, former, terms in
        isNew = former.metricKey.isEmpty
        made = version?.text ?? Self.next(former)
        var begin = VersionContent()
        if !isNew, let base = try from.map(former.existing) ?? former.version(former.currentVersion) ?? former.versions.last {
          begin = VersionContent(base, of: metric).succeeding(base.version, as: made)
        }
        return try await client.createVersion(
          CreateVersionRequest(
            terms: terms, version: version?.text ?? "", content: try content.applied(to: begin),
            metric: isNew ? facts.applied(to: MetricFacts()) : nil))
      } view: { response in
        let name = version?.text ?? response.metric?.versions.last?.version ?? made
        return ChangeView(
          response: response, version: name,
          sentence: isNew ? "Made the metric \(metric), with \(name) as a draft." : "Made \(metric) \(name), a draft.")
      }
    }

    private static func next(_ metric: Metric) -> String {
      "v\((metric.versions.compactMap { Int32($0.version.dropFirst()) }.max() ?? 0) + 1)"
    }
  }

  struct Update: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change a draft. What it was approved for is void then.",
      discussion: """
        Only what options say is changed.

        EXAMPLES
          lodestar metrics update roas v2 --on-zero 0 --reason "As v1"
          lodestar metrics update roas v2 --test-evidence ci/9 --reason "Tests pass"
        """)

    @OptionGroup var change: ChangeOptions
    @OptionGroup var content: ContentOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The draft.")
    var version: VersionName

    func run() async throws {
      try await change.change(metric) { client, former, terms in
        let draft = VersionContent(try former.existing(version), of: metric)
        return try await client.updateDraft(
          UpdateDraftRequest(terms: terms, version: version.text, content: try content.applied(to: draft)))
      } view: {
        ChangeView(response: $0, version: version.text, sentence: "Changed the draft \(metric) \(version).")
      }
    }
  }

  struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change a metric's name, description, owner or unit; its versions stay.",
      discussion: """
        EXAMPLES
          lodestar metrics describe roas --owner growth-team --reason "Reorganization"
        """)

    @OptionGroup var change: ChangeOptions
    @OptionGroup var facts: FactOptions

    @Argument(help: "The metric's key.")
    var metric: String

    func run() async throws {
      try await change.change(metric) { client, former, terms in
        let now = MetricFacts(
          displayName: former.displayName, description: former.description, owner: former.owner, unit: former.unit)
        return try await client.updateMetric(UpdateMetricRequest(terms: terms, metric: facts.applied(to: now)))
      } view: {
        ChangeView(response: $0, version: "", sentence: "Changed what \(metric) is called and whose it is.")
      }
    }
  }

  struct Request: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ask the board for an approval.",
      discussion: """
        Whether a change is breaking is your own judgement; the service shows the
        board what it thinks beside it. A breaking change needs two approvals.
        A correction takes the options of `create` to say what is to become of the
        version.

        EXAMPLES
          lodestar metrics request roas v2 --ticket ANALYTICS-7 --breaking \\
            --reason "Refunds are no revenue"
          lodestar metrics request roas v1 --purpose expedited-sunset \\
            --ticket SEC-3 --reason "It shows names"
        """)

    @OptionGroup var change: ChangeOptions
    @OptionGroup var content: ContentOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version.")
    var version: VersionName

    @Option(help: "What is to be approved.")
    var purpose = Purpose.activation

    @Option(help: "Where it is discussed, as ANALYTICS-7.")
    var ticket: String

    @Flag(help: "Whether the change is breaking; has to be said for an activation.")
    var judgement: Judgement?

    enum Judgement: EnumerableFlag {
      case breaking, notBreaking
    }

    enum Purpose: String, CaseIterable, ExpressibleByArgument {
      case activation, correction, rollback
      case expeditedSunset = "expedited-sunset"
      case forcedRetirement = "forced-retirement"

      var onTheWire: ApprovalPurpose {
        switch self {
        case .activation: .activation
        case .correction: .correction
        case .rollback: .rollback
        case .expeditedSunset: .expeditedSunset
        case .forcedRetirement: .forcedRetirement
        }
      }
    }

    func validate() throws {
      if purpose == .activation, judgement == nil {
        throw ValidationError("Say --breaking or --not-breaking: whether a change is breaking is a person's decision.")
      }
    }

    func run() async throws {
      try await change.change(metric) { client, former, terms in
        let now = VersionContent(try former.existing(version), of: metric)
        return try await client.requestApproval(
          RequestApprovalRequest(
            terms: terms, version: version.text, purpose: purpose.onTheWire, ticket: ticket, breakingChange: judgement == .breaking,
            correction: purpose == .correction ? try content.applied(to: now) : nil))
      } view: { response in
        let needed = response.metric?.version(version.text)?.approvals.first { $0.number == response.approvalNumber }?
          .approversNeeded
        let people = needed.map { $0 == 1 ? "one of the board has to approve" : "\($0) of the board have to approve" }
        return ChangeView(
          response: response, version: version.text,
          sentence: "Asked for approval \(response.approvalNumber) of \(metric) \(version): \(people ?? "the board decides").")
      }
    }
  }
}

/// What a metric is called and whose it is.
struct FactOptions: ParsableArguments {
  @Option(help: "The metric's name for people.")
  var name: String?

  @Option(help: "What it measures.")
  var description: String?

  @Option(help: "The person or team that is told of what happens to it.")
  var owner: String?

  @Option(help: "What it is counted in.")
  var unit: String?

  func applied(to former: MetricFacts) -> MetricFacts {
    MetricFacts(
      displayName: name ?? former.displayName, description: description ?? former.description, owner: owner ?? former.owner,
      unit: unit ?? former.unit)
  }
}

import ArgumentParser
import Messages

/// Which request is decided, and what was looked at.
struct DecisionOptions: ParsableArguments {
  @Option(help: "The approval's number; needed only when several are pending.")
  var number: UInt32?

  @Flag(help: "The formula is correct.")
  var formulaCorrect = false

  @Flag(help: "Edge cases are handled.")
  var edgeCasesHandled = false

  @Flag(help: "The impact is understood.")
  var impactUnderstood = false

  @Flag(help: "The migration of dashboards is planned.")
  var migrationPlanned = false

  /// The pending approval that is meant, bound to the content that it is for.
  func request(_ metric: Metric, _ name: VersionName, _ terms: ChangeTerms) throws -> DecideApprovalRequest {
    let version = try metric.existing(name)
    let pending = version.approvals.filter { $0.status == .pending }
    let meant = number.map { number in version.approvals.filter { $0.number == number } } ?? pending
    guard let approval = meant.first else {
      let what = number.map { "has no approval \($0)" } ?? "waits for no approval"
      throw Failure(.refused, "\(terms.metricKey) \(name) \(what)", mend: "`lodestar metrics show \(terms.metricKey)` lists them")
    }
    guard meant.count == 1 else {
      let numbers = meant.map { "\($0.number) (\($0.purpose.word))" }.joined(separator: ", ")
      throw Failure(.refused, "\(terms.metricKey) \(name) waits for several approvals: \(numbers)", mend: "say which with --number")
    }
    return DecideApprovalRequest(
      terms: terms, version: name.text, approvalNumber: approval.number,
      checklist: ReviewChecklist(
        formulaIsCorrect: formulaCorrect, edgeCasesAreHandled: edgeCasesHandled, impactIsUnderstood: impactUnderstood,
        migrationIsPlanned: migrationPlanned),
      subjectHash: approval.subjectHash)
  }
}

extension Metrics {
  struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Approve what was asked for, as one of the board who did not ask for it.",
      discussion: """
        The board looks at four things, and says so with a flag each.

        EXAMPLES
          lodestar metrics approve roas v2 --formula-correct --edge-cases-handled \\
            --impact-understood --migration-planned --reason "Agrees with finance"
        """)

    @OptionGroup var change: ChangeOptions
    @OptionGroup var decision: DecisionOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version.")
    var version: VersionName

    func run() async throws {
      try await change.change(metric) { client, former, terms in
        try await client.approve(decision.request(former, version, terms))
      } view: { response in
        let approval = response.metric?.version(version.text)?.approvals.first { $0.number == response.approvalNumber }
        let granted = approval?.status == .approved ? ", and it is granted" : ""
        return ChangeView(
          response: response, version: version.text,
          sentence: "You approved \(metric) \(version) (approval \(response.approvalNumber))\(granted).")
      }
    }
  }

  struct Reject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reject what was asked for.",
      discussion: """
        EXAMPLES
          lodestar metrics reject roas v2 --reason "Division by zero is open"
        """)

    @OptionGroup var change: ChangeOptions
    @OptionGroup var decision: DecisionOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version.")
    var version: VersionName

    func run() async throws {
      try await change.change(metric) { client, former, terms in
        try await client.reject(decision.request(former, version, terms))
      } view: { response in
        ChangeView(
          response: response, version: version.text,
          sentence: "You rejected \(metric) \(version) (approval \(response.approvalNumber)).")
      }
    }
  }

  struct Activate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put an approved draft into use.",
      discussion: """
        Dashboards that are pinned to other versions stay there. Making the version
        what new dashboards get is a decision of its own, which the board takes.

        EXAMPLES
          lodestar metrics activate roas v2 --reason "Approved in ANALYTICS-7"
          lodestar metrics activate roas v2 --make-current --reason "ANALYTICS-7"
        """)

    @OptionGroup var change: ChangeOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The draft.")
    var version: VersionName

    @Flag(help: "Also make it what new dashboards get.")
    var makeCurrent = false

    func run() async throws {
      try await change.change(metric) { client, _, terms in
        try await client.activate(ActivateRequest(terms: terms, version: version.text, makeCurrent: makeCurrent))
      } view: { response in
        let isCurrent = response.metric?.currentVersion == version.text
        return ChangeView(
          response: response, version: version.text,
          sentence: "\(metric) \(version) is active\(isCurrent ? ", and what new dashboards get" : "").")
      }
    }
  }

  struct SetCurrent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Choose what new dashboards get; pins stay where they are.",
      discussion: """
        EXAMPLES
          lodestar metrics set-current roas v2 --reason "Agreed on 3 March"
        """)

    @OptionGroup var change: ChangeOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version; it has to be active.")
    var version: VersionName

    func run() async throws {
      try await change.change(metric) { client, _, terms in
        try await client.setCurrentVersion(VersionRequest(terms: terms, version: version.text))
      } view: {
        ChangeView(response: $0, version: version.text, sentence: "New dashboards get \(metric) \(version).")
      }
    }
  }

  struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Go back to the version before the current one, at once, and deprecate the faulty one.",
      discussion: """
        All of it happens or nothing; queries go on meanwhile, and no pin moves.

        EXAMPLES
          lodestar metrics rollback roas --dry-run
          lodestar metrics rollback roas --reason "v2 counts refunds twice"
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The metric's key.")
    var metric: String

    @Flag(help: "Only say what it would do.")
    var dryRun = false

    @Option(help: "Why; it stands in the audit trail. Not needed with --dry-run.")
    var reason: String?

    @Option(help: "Repeating a call with the same key changes nothing again; random when there is none.")
    var idempotencyKey: String?

    func validate() throws {
      if !dryRun, reason == nil { throw ValidationError("A rollback names its --reason.") }
    }

    func run() async throws {
      try await service.show(answer) { channel in
        let terms = ChangeTerms(
          metricKey: metric, expectedRevision: try await Metric.read(metric, channel).revision,
          idempotencyKey: idempotencyKey ?? ChangeOptions.randomKey(), reason: reason ?? "Looking at what a rollback would do")
        return try await MetricLifecycleClient(channel: channel).rollback(RollbackRequest(terms: terms, dryRun: dryRun))
      } lines: {
        RollbackView(metricKey: metric, response: $0, isDryRun: dryRun).lines($1)
      }
    }
  }
}

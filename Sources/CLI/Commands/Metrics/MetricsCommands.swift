import ArgumentParser
import Messages
import RPC

/// Governed metrics: from reading them to rolling them back.
struct Metrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Govern metrics: their versions, approvals, pins and what becomes of them; look at the KPI universe.",
    discussion: """
      A metric's version goes draft -> active -> deprecated -> sunset -> retired.
      `lodestar metrics show KEY` says what can be done next, and by whom.
      """,
    groupedSubcommands: [
      CommandGroup(name: "Reading", subcommands: [List.self, Show.self, Resolve.self, Watch.self, Kpis.self]),
      CommandGroup(name: "Understanding", subcommands: [Diff.self, Compare.self, Impact.self]),
      CommandGroup(name: "Preparing", subcommands: [Create.self, Update.self, Describe.self, Request.self]),
      CommandGroup(name: "Deciding", subcommands: [Approve.self, Reject.self, Activate.self, SetCurrent.self, Rollback.self]),
      CommandGroup(name: "Correcting and ending", subcommands: [Correct.self, Deprecate.self, Sunset.self, Retire.self]),
      CommandGroup(name: "Dashboards", subcommands: [Pin.self, Unpin.self, MigratePin.self, Pins.self, Banners.self]),
      CommandGroup(name: "metric_registry.yaml", subcommands: [Plan.self, Import.self, Export.self, Check.self]),
      CommandGroup(name: "Telling", subcommands: [Notifications.self]),
    ])
}

/// A version as people name it: v2, or 2.
struct VersionName: ExpressibleByArgument, CustomStringConvertible {
  let text: String

  init?(argument: String) {
    let digits = argument.hasPrefix("v") ? argument.dropFirst() : argument[...]
    guard let number = Int32(digits), number > 0, "\(number)" == digits else { return nil }
    text = "v\(number)"
  }

  var description: String { text }
}

/// What every change of a metric is told besides.
struct ChangeOptions: ParsableArguments {
  @OptionGroup var service: MetricsOptions
  @OptionGroup var answer: AnswerOption

  @Option(help: "Why; it stands in the audit trail.")
  var reason: String

  @Option(help: "Repeating a call with the same key changes nothing again; random when there is none.")
  var idempotencyKey: String?

  var key: String { idempotencyKey ?? Self.randomKey() }

  static func randomKey() -> String {
    (0..<2).map { _ in
      let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Reads the metric, so that the change is refused when somebody else was faster, has it changed, and shows what it came to.
  /// - Parameters:
  ///   - mayBeNew: whether the metric need not be there yet; one that is not there has no key.
  ///   - call: makes the change; is given the metric as it is, and the terms.
  ///   - view: tells what was done.
  func change(
    _ metricKey: String, mayBeNew: Bool = false,
    _ call: (MetricLifecycleClient, Metric, ChangeTerms) async throws -> LifecycleResponse,
    view: (LifecycleResponse) -> ChangeView
  ) async throws {
    try await service.show(answer) { channel in
      let metric = try await Metric.read(metricKey, channel, mayBeNew: mayBeNew)
      let terms = ChangeTerms(metricKey: metricKey, expectedRevision: metric.revision, idempotencyKey: key, reason: reason)
      return try await call(MetricLifecycleClient(channel: channel), metric, terms)
    } lines: {
      view($0).lines($1)
    }
  }
}

extension Metric {
  /// As it is now. - Parameter mayBeNew: whether one that is not there is answered as one without a key.
  static func read(_ key: String, _ channel: RPCChannel, mayBeNew: Bool = false) async throws -> Metric {
    do {
      return try await MetricRegistryClient(channel: channel).getMetric(GetMetricRequest(metricKey: key)).metric ?? Metric()
    } catch let error as RPCError where mayBeNew && error.code == .notFound {
      return Metric()
    }
  }

  /// Throws when there is no such version.
  func existing(_ name: VersionName) throws -> MetricVersion {
    if let version = version(name.text) { return version }
    let there = versions.isEmpty ? "it has none yet" : "it has \(versions.map(\.version).joined(separator: ", "))"
    throw Failure(.refused, "\(metricKey) has no version \(name)", mend: there)
  }
}

/// What importing a file would do to the registry, in order, and what stands against it; nothing of it has happened.
///
/// The registry is the truth, and a file is a proposal. A file makes metrics and drafts, changes drafts and descriptions, asks for approvals,
/// and carries out what the registry's own approvals allow already: it activates, makes current, deprecates, sunsets and retires, by the
/// same rules and with the same rights as the calls. It cannot approve. Only the first import into an empty registry, by a person of the
/// board, takes the file's word for what was approved before there was a registry: those approvals are recorded as the file names them,
/// and the audit trail says so.
///
/// A file has to hold every version of the metrics it names; metrics that it does not name stay as they are.
public struct ImportPlan: Sendable {
  /// A metric as it is and as it would be, and what goes with that.
  public struct Change: Sendable {
    public var before: Metric?
    public var after: Metric
    public var records: [AuditRecord] = []
    public var notices: [Notice] = []
  }

  public private(set) var steps: [ImportStep] = []
  public private(set) var problems: [FileProblem] = []
  /// Metrics that would be changed, in the order of the file.
  public private(set) var changes: [Change] = []

  /// - Parameters:
  ///   - registry: the metrics of the registry that the file names, whole.
  ///   - isEmpty: whether the registry has no metric at all.
  ///   - digest: SHA-256.
  public init(
    _ file: MetricRegistryFile, over registry: [Metric], isEmpty: Bool, importer: Importer, use: [MetricKey: MetricUse] = [:],
    digest: ([UInt8]) -> [UInt8]
  ) {
    let known = Dictionary(registry.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for metric in file.metrics {
      var planning = MetricPlanning(
        metric, known[metric.key], importer, use[metric.key] ?? MetricUse(),
        subjects: Dictionary(
          metric.versions.map { ($0.number, HashedContent($0.content, digest: digest)) }, uniquingKeysWith: { first, _ in first }))
      if isEmpty { planning.record() } else { planning.plan() }
      steps += planning.steps
      problems += planning.problems
      if let after = planning.metric, !planning.steps.isEmpty {
        changes.append(
          Change(before: known[metric.key], after: after, records: planning.records, notices: planning.notices))
      }
    }
  }

  /// Whether it takes a person of the governance board to apply.
  public var needsBoard: Bool { steps.contains(where: \.action.needsBoard) }
}

/// Who imports, when and why.
public struct Importer: Sendable {
  public var principal: Principal
  /// By the database's clock.
  public var now: Instant
  public var reason: String

  public init(principal: Principal, now: Instant, reason: String) {
    self.principal = principal
    self.now = now
    self.reason = reason
  }

  /// For a plan that anybody may ask for: what would be done if somebody applied it who may.
  public static func anybody(now: Instant) -> Importer {
    Importer(
      principal: Principal(uri: "", kind: .person, roles: [.analyst, .governanceBoard]), now: now, reason: "a plan")
  }
}

public enum ImportAction: String, CaseIterable, Sendable {
  case createMetric = "create_metric"
  case updateMetric = "update_metric"
  case createVersion = "create_version"
  /// A version as the file has it, with its state and approvals: only into an empty registry.
  case recordVersion = "record_version"
  case updateDraft = "update_draft"
  case requestApproval = "request_approval"
  case activate
  case setCurrent = "set_current"
  case deprecate, sunset, retire

  public var needsBoard: Bool { self == .recordVersion || self == .setCurrent || self == .retire }
}

public struct ImportStep: Equatable, Sendable {
  public var action: ImportAction
  public var metric: MetricKey
  /// Nil for a step about the metric as a whole.
  public var version: VersionNumber?
  /// A sentence for people.
  public var description: String
}

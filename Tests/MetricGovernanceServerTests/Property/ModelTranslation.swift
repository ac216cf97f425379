import Cryptography
import MetricGovernanceDomain

/// A model's call in the words of the rules.
enum Translation {
  static let key = MetricKey("roas")!

  static func content(_ content: SmallModel.Content) -> VersionContent {
    VersionContent(
      dbtModel: "marts/metrics/roas_\(content.spelling)",
      definition: content.formula == 0 ? "SUM(revenue) / SUM(spend)" : "SUM(revenue) / COUNT(orders)",
      edgeCases: EdgeCases(onZeroDenominator: .zero, currency: .separate),
      migrationGuide: content.hasGuide ? "Read both for a month." : "")
  }

  /// All there are, hashed once: the property is about the rules.
  private static let contents: [SmallModel.Content: HashedContent] = {
    var contents: [SmallModel.Content: HashedContent] = [:]
    for formula in 0..<2 {
      for spelling in 0..<3 {
        for hasGuide in [false, true] {
          let content = SmallModel.Content(formula: formula, spelling: spelling, hasGuide: hasGuide)
          contents[content] = HashedContent(Translation.content(content), digest: SHA256.digest(of:))
        }
      }
    }
    return contents
  }()

  static func hashed(_ content: SmallModel.Content) -> HashedContent { contents[content]! }

  static func facts(_ number: Int) -> MetricFacts {
    MetricFacts(displayName: "ROAS \(number)", description: "Revenue per unit of ad spend", owner: "growth", unit: "ratio")
  }

  static func place(_ dashboard: Int) -> PinPlace { PinPlace(tenant: "acme", dashboard: "d\(dashboard)", metric: key) }

  static func command(_ deed: ModelCall.Deed, on metric: Metric?) -> LifecycleCommand? {
    switch deed {
    case .create(let number, let content, let facts):
      .createVersion(number.map(version), Draft(hashed(content)), facts.map(self.facts))
    case .edit(let number, let content): .updateDraft(version(number), Draft(hashed(content)))
    case .describe(let facts): .updateMetric(self.facts(facts))
    case .ask(let number, let purpose, let isBreaking, let correction):
      .requestApproval(
        version(number), ApprovalRequest(purpose, ticket: "T-1", isBreaking: isBreaking, correction: correction.map(hashed)))
    case .answer(let number, let request, let yes, let complete, let rightHash):
      .decide(
        version(number),
        Verdict(
          request, isApproved: yes,
          checklist: Approval.Checklist(
            isFormulaCorrect: true, areEdgeCasesHandled: complete, isImpactUnderstood: true, isMigrationPlanned: true),
          subjectHash: subjectHash(of: request, version(number), metric, isRight: rightHash)))
    case .activate(let number, let makeCurrent): .activate(version(number), makeCurrent: makeCurrent)
    case .crown(let number): .setCurrentVersion(version(number))
    case .deprecate(let number, let replacement, let planned, let expedited):
      .deprecate(
        version(number), Deprecation(replacement: replacement.map(version), plannedSunset: planned, isExpedited: expedited))
    case .sunset(let number): .sunset(version(number))
    case .retire(let number): .retire(version(number))
    case .rollBack: .rollback
    case .correct(let number, let request): .correctDefinition(version(number), approval: request)
    case .pin, .unpin, .migrate: nil
    }
  }

  static func pinning(_ deed: ModelCall.Deed) -> (PinCommand, PinPlace)? {
    switch deed {
    case .pin(let dashboard, let number): (.pin(number.map(version), owner: "owner\(dashboard)"), place(dashboard))
    case .unpin(let dashboard, let expected): (.unpin(expected: version(expected)), place(dashboard))
    case .migrate(let dashboard, let from, let to): (.migrate(from: version(from), to: version(to)), place(dashboard))
    default: nil
    }
  }

  static func version(_ number: Int32) -> VersionNumber { VersionNumber(number)! }

  private static func subjectHash(
    of request: Int32, _ number: VersionNumber, _ metric: Metric?, isRight: Bool
  ) -> [UInt8] {
    let known = metric?.version(number)?.approvals.first { $0.number == request }?.subjectHash
    return isRight ? known ?? [UInt8](repeating: 0, count: 32) : [UInt8](repeating: 9, count: 32)
  }
}

/// Where a registry stands otherwise than the model says; nil when both agree.
enum Disagreement {
  static func between(_ model: SmallModel, _ metric: Metric?, pins: [PinPlace: VersionNumber]) -> String? {
    guard (metric != nil) == model.exists else { return "the metric is \(metric == nil ? "missing" : "there")" }
    let modelPins = Dictionary(
      uniqueKeysWithValues: model.pins.map { (Translation.place($0.key), Translation.version($0.value)) })
    if pins != modelPins { return "pins are \(pins), the model has \(modelPins)" }
    guard let metric else { return nil }
    if metric.current?.number != model.current {
      return "\(metric.current?.description ?? "none") is current, the model has \(model.way)"
    }
    if metric.facts != Translation.facts(model.facts) { return "the facts are \(metric.facts)" }
    if metric.versions.map(\.number.number) != model.versions.keys.sorted() {
      return "versions are \(metric.versions.map(\.number))"
    }
    for version in metric.versions {
      guard let expected = model.versions[version.number.number] else { return "\(version.number) is not in the model" }
      let found = facts(version)
      let wanted = facts(expected)
      if found != wanted { return "\(version.number) is \(found), the model has \(wanted)" }
      if version.contentHash != Translation.hashed(expected.content).hash { return "\(version.number) says \(version.content)" }
    }
    return nil
  }

  /// Compared as values; only a disagreement is put into words.
  private struct Facts: Equatable {
    struct Approved: Equatable {
      var purpose: Approval.Purpose
      var status: Approval.Status
      var isUsed: Bool
    }

    var status: VersionStatus
    var isBreaking: Bool
    var corrections: Int
    var planned: Instant?
    var replacement: Int32?
    var approvals: [Approved]
  }

  private static func facts(_ version: MetricVersion) -> Facts {
    Facts(
      status: version.status, isBreaking: version.isBreaking, corrections: Int(version.correction),
      planned: version.moments.plannedSunset, replacement: version.replacement?.number,
      approvals: version.approvals.map { .init(purpose: $0.purpose, status: $0.status, isUsed: $0.usedAt != nil) })
  }

  private static func facts(_ version: SmallModel.Version) -> Facts {
    Facts(
      status: version.status, isBreaking: version.isBreaking, corrections: version.corrections, planned: version.planned,
      replacement: version.replacement,
      approvals: version.requests.map { .init(purpose: $0.purpose, status: $0.status, isUsed: $0.usedAt != nil) })
  }
}

/// What has to hold whatever the model says: the seed's edges and the rollback's, and pins that only their own calls move.
enum Principle {
  static let edges: Set<[VersionStatus]> = [
    [.draft, .active], [.active, .deprecated], [.deprecated, .sunset], [.sunset, .retired],
    [.deprecated, .active], [.sunset, .active],
  ]

  static func broken(
    by call: ModelCall, before: Metric?, after: Metric?, pinsBefore: [PinPlace: VersionNumber], pinsAfter: [PinPlace: VersionNumber]
  ) -> String? {
    if !call.isPin && pinsBefore != pinsAfter { return "a pin moved by itself" }
    for version in before?.versions ?? [] {
      guard let now = after?.version(version.number) else { return "\(version.number) is gone" }
      if now.status != version.status && !edges.contains([version.status, now.status]) {
        return "\(version.number) went from \(version.status) to \(now.status)"
      }
      let goesBack = now.status == .active && version.status != .draft && version.status != .active
      if goesBack, case .rollBack = call.deed {} else if goesBack { return "\(version.number) came back without a rollback" }
      if version.status != .draft, now.contentHash != version.contentHash, now.correction == version.correction {
        return "\(version.number) changed silently"
      }
    }
    if let after, let current = after.current, after.version(current)?.status != .active {
      return "\(current) is current and not active"
    }
    return nil
  }
}

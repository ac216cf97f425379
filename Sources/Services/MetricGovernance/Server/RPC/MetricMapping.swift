import Messages
import MetricGovernanceDomain

/// The registry's values as messages and back. Names of versions and hashes travel as text; what has not happened travels as 0 or "".
extension Messages.Metric {
  init(_ metric: MetricGovernanceDomain.Metric) {
    self.init(
      metricKey: metric.key.text, displayName: metric.facts.displayName, description: metric.facts.description,
      owner: metric.facts.owner, unit: metric.facts.unit, currentVersion: metric.current?.description ?? "",
      revision: metric.revision, versions: metric.versions.map { Messages.MetricVersion($0, of: metric.key) })
  }
}

extension Messages.MetricVersion {
  init(_ version: MetricGovernanceDomain.MetricVersion, of metric: MetricKey) {
    let content = version.content
    let moments = version.moments
    self.init(
      version: version.number.description, status: .init(version.status), dbtModel: content.dbtModel,
      relation: content.relation(of: version.number, metric), definition: content.definition,
      edgeCases: Messages.EdgeCases(content.edgeCases), columns: content.columns.map(Messages.MetricColumn.init),
      correction: UInt32(version.correction), contentHash: Hexadecimal.text(version.contentHash),
      breakingChange: version.isBreaking, replacementVersion: version.replacement?.description ?? "",
      migrationGuide: content.migrationGuide, testEvidence: version.testEvidence, createdBy: version.createdBy,
      createdAtUs: moments.created.microseconds, activatedAtUs: moments.activated?.microseconds ?? 0,
      deprecatedAtUs: moments.deprecated?.microseconds ?? 0, plannedSunsetAtUs: moments.plannedSunset?.microseconds ?? 0,
      sunsetAtUs: moments.sunset?.microseconds ?? 0, retiredAtUs: moments.retired?.microseconds ?? 0,
      approvals: version.approvals.map(Messages.Approval.init))
  }
}

extension MetricGovernanceDomain.VersionContent {
  /// Where the version's values are, also when it was left open.
  func relation(of version: VersionNumber, _ metric: MetricKey) -> String { relation.isEmpty ? "\(metric)_\(version)" : relation }
}

extension Messages.VersionStatus {
  init(_ status: MetricGovernanceDomain.VersionStatus) {
    switch status {
    case .draft: self = .draft
    case .active: self = .active
    case .deprecated: self = .deprecated
    case .sunset: self = .sunset
    case .retired: self = .retired
    }
  }
}

extension Messages.EdgeCases {
  init(_ edgeCases: MetricGovernanceDomain.EdgeCases) {
    self.init(
      onZeroDenominator: edgeCases.onZeroDenominator?.rawValue ?? "", currency: edgeCases.currency?.rawValue ?? "",
      notes: edgeCases.notes)
  }
}

extension Messages.MetricColumn {
  init(_ column: MetricGovernanceDomain.MetricColumn) {
    self.init(name: column.name, type: column.type, constant: column.constant)
  }
}

extension Messages.Approval {
  init(_ approval: MetricGovernanceDomain.Approval) {
    self.init(
      number: UInt32(approval.number), purpose: .init(approval.purpose), status: .init(approval.status),
      subjectHash: Hexadecimal.text(approval.subjectHash), requestedBy: approval.requestedBy,
      requestedAtUs: approval.requestedAt.microseconds, ticket: approval.ticket, breakingChange: approval.isBreaking,
      reason: approval.reason, advice: approval.advice, declaredAgainstAdvice: approval.isAgainstAdvice,
      approversNeeded: UInt32(approval.approversNeeded), decisions: approval.decisions.map(Messages.ApprovalDecision.init))
  }
}

extension Messages.ApprovalPurpose {
  init(_ purpose: MetricGovernanceDomain.Approval.Purpose) {
    switch purpose {
    case .activation: self = .activation
    case .correction: self = .correction
    case .expeditedSunset: self = .expeditedSunset
    case .forcedRetirement: self = .forcedRetirement
    case .rollback: self = .rollback
    }
  }
}

extension MetricGovernanceDomain.Approval.Purpose {
  /// Nil when the request leaves it open.
  init?(_ purpose: Messages.ApprovalPurpose) {
    switch purpose {
    case .activation: self = .activation
    case .correction: self = .correction
    case .expeditedSunset: self = .expeditedSunset
    case .forcedRetirement: self = .forcedRetirement
    case .rollback: self = .rollback
    case .unspecified: return nil
    }
  }
}

extension Messages.ApprovalStatus {
  init(_ status: MetricGovernanceDomain.Approval.Status) {
    switch status {
    case .pending: self = .pending
    case .approved: self = .approved
    case .rejected: self = .rejected
    case .void: self = .void
    }
  }
}

extension Messages.ApprovalDecision {
  init(_ decision: MetricGovernanceDomain.Approval.Decision) {
    self.init(
      principal: decision.principal, approved: decision.isApproved, reason: decision.reason, atUs: decision.at.microseconds,
      checklist: Messages.ReviewChecklist(
        formulaIsCorrect: decision.checklist.isFormulaCorrect, edgeCasesAreHandled: decision.checklist.areEdgeCasesHandled,
        impactIsUnderstood: decision.checklist.isImpactUnderstood, migrationIsPlanned: decision.checklist.isMigrationPlanned))
  }
}

extension MetricGovernanceDomain.Approval.Checklist {
  /// What was not said was not looked at.
  init(_ checklist: Messages.ReviewChecklist?) {
    self.init(
      isFormulaCorrect: checklist?.formulaIsCorrect ?? false, areEdgeCasesHandled: checklist?.edgeCasesAreHandled ?? false,
      isImpactUnderstood: checklist?.impactIsUnderstood ?? false, isMigrationPlanned: checklist?.migrationIsPlanned ?? false)
  }
}

extension Messages.DashboardPin {
  init(_ pin: Pin) {
    self.init(
      tenantId: pin.tenant, dashboardId: pin.dashboard, metricKey: pin.metric.text, version: pin.version.description,
      owner: pin.owner, pinnedBy: pin.pinnedBy, pinnedAtUs: pin.pinnedAt.microseconds)
  }
}

extension MetricGovernanceDomain.VersionContent {
  /// - Parameter field: the way to the message, for errors.
  init(_ message: Messages.VersionContent, field: String) throws(Refusal) {
    let edgeCases = message.edgeCases ?? Messages.EdgeCases()
    self.init(
      dbtModel: message.dbtModel, relation: message.relation, definition: message.definition,
      edgeCases: MetricGovernanceDomain.EdgeCases(
        onZeroDenominator: try word(edgeCases.onZeroDenominator, field: "\(field).edge_cases.on_zero_denominator"),
        currency: try word(edgeCases.currency, field: "\(field).edge_cases.currency"), notes: edgeCases.notes),
      columns: message.columns.map {
        MetricGovernanceDomain.MetricColumn(name: $0.name, type: $0.type, constant: $0.constant)
      },
      migrationGuide: message.migrationGuide)
  }
}

extension MetricGovernanceDomain.MetricFacts {
  init(_ message: Messages.MetricFacts) {
    self.init(displayName: message.displayName, description: message.description, owner: message.owner, unit: message.unit)
  }
}

/// Nil for an empty text; refuses one that is none of the words.
private func word<Word: RawRepresentable & CaseIterable>(
  _ text: String, field: String
) throws(Refusal) -> Word? where Word.RawValue == String {
  if text.isEmpty { return nil }
  if let word = Word(rawValue: text) { return word }
  let known = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
  throw Refusal(.invalid, "WORD_UNKNOWN", field: field, "\(field) is \"\(text.prefix(60))\"; it may be \(known) or left empty.")
}

/// Bytes as people and messages write them.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Nil for anything but pairs of hexadecimal digits.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

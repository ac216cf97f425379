import MetricGovernanceDomain
import Testing

/// A metric whose life a test tells, call by call.
struct Story {
  static let start = Instant(microseconds: 1_767_225_600_000_000)
  static let key = MetricKey("roas")!

  var metric: Metric?
  var use = MetricUse()
  var now = Story.start
  /// Of the last call.
  var records: [AuditRecord] = []
  var notices: [Notice] = []
  private var revision: Int64 = 0

  static let ada = person("ada", .governanceBoard)
  static let cleo = person("cleo", .governanceBoard)
  static let bob = person("bob", .analyst)
  static let vera = person("vera", .viewer)
  static let robot = Principal(
    uri: "spiffe://lodestar.local/robot", kind: .service, roles: Set(Principal.Role.allCases))

  static func person(_ name: String, _ role: Principal.Role) -> Principal {
    Principal(uri: "spiffe://lodestar.local/person/\(name)", kind: .person, roles: [role])
  }

  /// The canonical form in place of its hash: what is equal is equal, and a domain has no SHA-256.
  static func hashed(_ definition: String = "SUM(revenue) / SUM(spend)", guide: String = "", model: String = "roas")
    -> HashedContent
  {
    HashedContent(
      VersionContent(
        dbtModel: model, definition: definition, edgeCases: EdgeCases(onZeroDenominator: .zero, currency: .separate),
        migrationGuide: guide), digest: { $0 })
  }

  static let facts = MetricFacts(displayName: "ROAS", description: "Revenue by spend", owner: "growth", unit: "ratio")

  @discardableResult
  mutating func tell(
    _ command: LifecycleCommand, as principal: Principal = Story.ada, reason: String = "because", expected: Int64? = nil
  ) throws(Refusal) -> LifecycleOutcome {
    let occasion = Occasion(
      principal: principal, now: now, reason: reason, expectedRevision: expected ?? metric?.revision ?? 0)
    let outcome = try Lifecycle.decide(command, on: metric, key: Self.key, occasion, use: use)
    records = outcome.records
    notices = outcome.notices
    if !records.isEmpty { revision += 1 }
    metric = outcome.metric
    metric?.revision = revision
    return outcome
  }

  subscript(number: Int32) -> MetricVersion { metric!.version(VersionNumber(number)!)! }

  static func v(_ number: Int32) -> VersionNumber { VersionNumber(number)! }

  // MARK: Chapters

  mutating func draft(_ subject: HashedContent = Story.hashed()) throws(Refusal) {
    try tell(.createVersion(nil, Draft(subject), metric == nil ? Story.facts : nil), as: Story.bob)
  }

  @discardableResult
  mutating func ask(
    _ number: Int32, _ purpose: Approval.Purpose = .activation, isBreaking: Bool = false, correction: HashedContent? = nil
  ) throws(Refusal) -> Int32 {
    try tell(
      .requestApproval(
        Story.v(number), ApprovalRequest(purpose, ticket: "ANALYTICS-001", isBreaking: isBreaking, correction: correction)),
      as: Story.bob
    ).approvalNumber
  }

  mutating func answer(
    _ number: Int32, _ approval: Int32, yes: Bool = true, as principal: Principal = Story.ada,
    checklist: Approval.Checklist = .complete
  ) throws(Refusal) {
    let hash = self[number].approvals.first { $0.number == approval }?.subjectHash ?? []
    try tell(.decide(Story.v(number), Verdict(approval, isApproved: yes, checklist: checklist, subjectHash: hash)), as: principal)
  }

  mutating func obtain(
    _ number: Int32, _ purpose: Approval.Purpose = .activation, isBreaking: Bool = false, correction: HashedContent? = nil
  ) throws(Refusal) {
    let approval = try ask(number, purpose, isBreaking: isBreaking, correction: correction)
    try answer(number, approval)
    if isBreaking { try answer(number, approval, as: Story.cleo) }
  }

  mutating func release(_ subject: HashedContent = Story.hashed(), isBreaking: Bool = false) throws(Refusal) {
    try draft(subject)
    let number = metric!.versions.last!.number.number
    try obtain(number, isBreaking: isBreaking)
    try tell(.activate(Story.v(number), makeCurrent: true))
  }

  mutating func deprecate(
    _ number: Int32, replacement: Int32? = nil, planned: Instant? = nil, isExpedited: Bool = false
  ) throws(Refusal) {
    try tell(
      .deprecate(
        Story.v(number),
        Deprecation(replacement: replacement.map(Story.v), plannedSunset: planned, isExpedited: isExpedited)), as: Story.bob)
  }

  /// v1 in that state, and, behind draft, v2 and v3 released after it, so that nothing else keeps v1 in place.
  static func withFirst(_ status: VersionStatus) throws(Refusal) -> Story {
    var story = Story()
    if status == .draft {
      try story.draft()
      return story
    }
    try story.release()
    if status == .active { return story }
    try story.release(hashed("SUM(revenue) / COUNT(orders)"))
    try story.release(hashed("SUM(revenue) / COUNT(DISTINCT orders)"))
    try story.deprecate(1)
    if status == .deprecated { return story }
    story.now = story.now.advanced(byDays: 30)
    try story.tell(.sunset(v(1)), as: bob)
    if status == .sunset { return story }
    try story.tell(.retire(v(1)))
    return story
  }

  func pin(_ command: PinCommand, pin: Pin? = nil, as principal: Principal = Story.ada) throws(Refusal) -> PinOutcome {
    try PinRules.decide(
      command, at: PinPlace(tenant: "acme", dashboard: "sales", metric: Story.key), pin: pin, metric: metric,
      Occasion(principal: principal, now: now, reason: "because"))
  }
}

extension Approval.Checklist {
  static let complete = Approval.Checklist(
    isFormulaCorrect: true, areEdgeCasesHandled: true, isImpactUnderstood: true, isMigrationPlanned: true)
}

extension Instant {
  func later(microseconds: Int64) -> Instant { Instant(microseconds: self.microseconds + microseconds) }
}

/// Expects the rules to say no, with that word.
func expectRefusal(
  _ reason: String, _ kind: Refusal.Kind? = nil, sourceLocation: SourceLocation = #_sourceLocation, _ call: () throws -> Void
) {
  let refusal = #expect(throws: Refusal.self, sourceLocation: sourceLocation) { try call() }
  #expect(refusal?.reason == reason, "\(refusal?.message ?? "")", sourceLocation: sourceLocation)
  if let kind { #expect(refusal?.kind == kind, sourceLocation: sourceLocation) }
  #expect(refusal?.message.isEmpty == false, sourceLocation: sourceLocation)
}

import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// The registry's handlers on a test's database, called without a wire between, at a time that the test sets.
struct GovernanceUnderTest: Sendable {
  let database: Database
  let roles: [String: Set<Principal.Role>]

  /// 2026-01-01T00:00:00Z.
  static let start = Instant(microseconds: 1_767_225_600_000_000)

  init(database: Database) {
    self.database = database
    roles = Dictionary(
      uniqueKeysWithValues: [
        ("person/ada", [.governanceBoard]), ("person/bob", [.analyst]), ("person/cleo", [.governanceBoard]),
        ("person/vera", [.viewer]), ("robot", [.governanceBoard, .analyst]), ("lodestar-sync", [.pm]),
      ].map { ("spiffe://lodestar.local/\($0.0)", $0.1) })
  }

  var callers: Callers { Callers(roles: roles) }
  var store: GovernanceStore { GovernanceStore(database: database, outbox: Outbox(channels: [.file])) }
  var lifecycle: LifecycleHandler { LifecycleHandler(store: store, callers: callers) }
  var pins: DashboardPinsHandler { DashboardPinsHandler(store: store, callers: callers) }

  func prepare() async throws {
    try await database.migrate(schema: MetricGovernanceServer.schema, migrations: MetricGovernanceServer.migrations)
    try await setClock(Self.start)
  }

  func setClock(_ now: Instant) async throws {
    let body = "SELECT timestamptz 'epoch' + \(now.microseconds) * interval '1 microsecond'"
    try await database.execute(
      Statement(unsafeSQL: "CREATE OR REPLACE FUNCTION governance_now() RETURNS timestamptz LANGUAGE sql AS $$ \(body) $$"))
  }

  /// - Parameter principal: "person/ada".
  static func context(_ principal: String, method: String = "/test") -> CallContext {
    var metadata = Metadata()
    metadata.append("lodestar-principal", principal)
    return CallContext(method: method, metadata: metadata, deadline: nil, peer: "test", logger: .silent)
  }

  func metric(_ key: String = "roas") async throws -> MetricGovernanceDomain.Metric? {
    let key = try #require(MetricKey(key))
    return try await database.transaction { try await StoredMetrics.read([key], in: $0).first }
  }

  /// For the metric as it stands, under a key of its own.
  func terms(_ key: String = "roas", revision: Int64? = nil, idempotency: String? = nil, reason: String = "because") async throws
    -> ChangeTerms
  {
    let known: Int64
    if let revision { known = revision } else { known = try await metric(key)?.revision ?? 0 }
    return ChangeTerms(
      metricKey: key, expectedRevision: known, idempotencyKey: idempotency ?? "key-\(UInt64.random(in: .min ... .max))",
      reason: reason)
  }

  // MARK: What the trail says

  func auditEvents() async throws -> [String] {
    try await database.query("SELECT event, subject FROM audit_event ORDER BY seq").map { row in
      let event: String = try row.decode("event")
      let subject: String = try row.decode("subject")
      return "\(event) \(subject)"
    }
  }

  func count(_ table: String) async throws -> Int64 {
    try await database.query("SELECT count(*) FROM \(identifier: table)")[0].decode(0)
  }
}

/// Runs the body with the registry on a fresh database.
func withGovernance<Result: Sendable>(_ body: (GovernanceUnderTest) async throws -> Result) async throws -> Result {
  try await withDatabase(role: .metrics) { database in
    let service = GovernanceUnderTest(database: database)
    try await service.prepare()
    return try await body(service)
  }
}

extension Messages.VersionContent {
  static func roas(_ definition: String = "SUM(revenue) / SUM(spend)", guide: String = "") -> Messages.VersionContent {
    Messages.VersionContent(
      dbtModel: "marts/metrics/roas", definition: definition,
      edgeCases: Messages.EdgeCases(onZeroDenominator: "0", currency: "separate"), migrationGuide: guide)
  }
}

extension Messages.MetricFacts {
  static let roas = Messages.MetricFacts(
    displayName: "Return on Ad Spend", description: "Revenue per unit of ad spend", owner: "growth", unit: "ratio")
}

extension Messages.ReviewChecklist {
  static let complete = Messages.ReviewChecklist(
    formulaIsCorrect: true, edgeCasesAreHandled: true, impactIsUnderstood: true, migrationIsPlanned: true)
}

extension GovernanceUnderTest {
  // MARK: Calls that most tests make

  @discardableResult
  func create(_ content: Messages.VersionContent = .roas(), as principal: String = "person/bob") async throws -> LifecycleResponse {
    let isFirst = try await metric() == nil
    return try await lifecycle.createVersion(
      CreateVersionRequest(terms: try await terms(), content: content, metric: isFirst ? .roas : nil),
      context: Self.context(principal, method: "/create"))
  }

  @discardableResult
  func request(
    _ version: String, _ purpose: Messages.ApprovalPurpose = .activation, isBreaking: Bool = false,
    correction: Messages.VersionContent? = nil
  ) async throws -> LifecycleResponse {
    try await lifecycle.requestApproval(
      RequestApprovalRequest(
        terms: try await terms(), version: version, purpose: purpose, ticket: "ANALYTICS-001", breakingChange: isBreaking,
        correction: correction), context: Self.context("person/bob", method: "/request"))
  }

  @discardableResult
  func approve(_ version: String, _ number: UInt32, as principal: String = "person/ada") async throws -> LifecycleResponse {
    let approval = try await metric()?.version(#require(VersionNumber(version)))?.approvals.first { $0.number == Int32(number) }
    return try await lifecycle.approve(
      DecideApprovalRequest(
        terms: try await terms(), version: version, approvalNumber: number, checklist: .complete,
        subjectHash: Hexadecimal.text(try #require(approval).subjectHash)),
      context: Self.context(principal, method: "/approve"))
  }

  /// Asks, and lets as many approve as it takes.
  func obtain(
    _ version: String, _ purpose: Messages.ApprovalPurpose = .activation, isBreaking: Bool = false,
    correction: Messages.VersionContent? = nil
  ) async throws -> UInt32 {
    let number = try await request(version, purpose, isBreaking: isBreaking, correction: correction).approvalNumber
    try await approve(version, number)
    if isBreaking { try await approve(version, number, as: "person/cleo") }
    return number
  }

  @discardableResult
  func activate(_ version: String, makeCurrent: Bool = true) async throws -> LifecycleResponse {
    try await lifecycle.activate(
      ActivateRequest(terms: try await terms(), version: version, makeCurrent: makeCurrent),
      context: Self.context("person/ada", method: "/activate"))
  }

  /// A draft, approved and activated.
  func release(_ content: Messages.VersionContent = .roas(), isBreaking: Bool = false) async throws {
    let version = try #require(try await create(content).metric?.versions.last?.version)
    _ = try await obtain(version, isBreaking: isBreaking)
    try await activate(version)
  }

  @discardableResult
  func deprecate(_ version: String, expedited: Bool = false) async throws -> LifecycleResponse {
    try await lifecycle.deprecate(
      DeprecateRequest(terms: try await terms(), version: version, expedited: expedited),
      context: Self.context("person/bob", method: "/deprecate"))
  }

  @discardableResult
  func sunset(_ version: String) async throws -> LifecycleResponse {
    try await lifecycle.sunset(
      VersionRequest(terms: try await terms(), version: version), context: Self.context("person/bob", method: "/sunset"))
  }

  @discardableResult
  func retire(_ version: String) async throws -> LifecycleResponse {
    try await lifecycle.retire(
      VersionRequest(terms: try await terms(), version: version), context: Self.context("person/ada", method: "/retire"))
  }

  @discardableResult
  func rollBack(dryRun: Bool = false) async throws -> RollbackResponse {
    try await lifecycle.rollback(
      RollbackRequest(terms: try await terms(), dryRun: dryRun), context: Self.context("person/ada", method: "/rollback"))
  }

  @discardableResult
  func pin(_ dashboard: String = "sales", version: String = "", owner: String = "shop@acme") async throws -> PinDashboardResponse {
    try await pins.pinDashboard(
      PinDashboardRequest(
        tenantId: "acme", dashboardId: dashboard, metricKey: "roas", version: version, owner: owner,
        idempotencyKey: "pin-\(UInt64.random(in: .min ... .max))", reason: "a new dashboard"),
      context: Self.context("lodestar-sync", method: "/pin"))
  }

  @discardableResult
  func migrate(_ dashboard: String = "sales", from: String, to: String) async throws -> PinDashboardResponse {
    try await pins.migratePin(
      MigratePinRequest(
        tenantId: "acme", dashboardId: dashboard, metricKey: "roas", fromVersion: from, toVersion: to,
        idempotencyKey: "move-\(UInt64.random(in: .min ... .max))", reason: "compared and agreed"),
      context: Self.context("lodestar-sync", method: "/migrate"))
  }
}

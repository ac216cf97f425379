import Messages
import Postgres
import RPC
import Reactor
import Synchronization
import TestSupport

@testable import ConstraintCompilationServer

/// A metrics service in this process, over a real connection, that answers what it is told.
final class FakeMetrics: MetricGovernanceService {
  private let config: Mutex<MetricsConfig>

  init(_ config: MetricsConfig) { self.config = Mutex(config) }

  func become(_ new: MetricsConfig) { config.withLock { $0 = new } }

  func getMetricsConfig(_ request: GetMetricsConfigRequest, context: CallContext) async throws -> MetricsConfig {
    config.withLock { $0 }
  }

  func saveMetricsConfig(_ request: SaveMetricsConfigRequest, context: CallContext) async throws -> SaveMetricsConfigResponse {
    throw RPCError(.unimplemented, "")
  }

  func watchMetricsConfig(
    _ request: WatchMetricsConfigRequest, context: CallContext, responses: ResponseWriter<MetricsConfig>
  ) async throws {
    throw RPCError(.unimplemented, "")
  }
}

/// An instance of the service on a test's database, called without a wire between.
struct ServiceUnderTest: Sendable {
  let database: Database
  let handler: ConstraintCompilationHandler
  let fake: FakeMetrics

  static let context = CallContext(method: "/test", metadata: Metadata(), deadline: nil, peer: "test", logger: .silent)

  static let config = MetricsConfig(
    revision: 7,
    kpis: [
      Kpi(
        kpiKey: "KPI_CONVERSION", kpiName: "Conversion", kpiLevel: .strategic, unit: "ratio", direction: .higherIsBetter,
        isActive: true),
      Kpi(
        kpiKey: "KPI_TICKETS", kpiName: "Tickets", kpiLevel: .supporting, unit: "tickets", direction: .lowerIsBetter, isActive: true
      ),
      Kpi(
        kpiKey: "NSM_ORDERS", kpiName: "Orders", kpiLevel: .northStar, unit: "orders", direction: .higherIsBetter, isActive: true),
    ])

  // MARK: Saves

  @discardableResult
  func initiatives(
    _ rows: [InitiativeRow], _ scope: RowScope = .all, actor: String = "ada", preview: Bool = false
  ) async throws -> SaveRowsResponse {
    try await handler.saveInitiatives(
      SaveInitiativesRequest(rows: rows, scope: scope, actor: actor, validateOnly: preview), context: Self.context)
  }

  @discardableResult
  func contributions(
    _ rows: [ContributionRow], _ scope: RowScope = .all, unreadable: [String] = [], actor: String = "ada", preview: Bool = false
  ) async throws -> SaveRowsResponse {
    try await handler.saveContributions(
      SaveContributionsRequest(
        rows: rows, scope: scope, actor: actor, unreadableInitiativeKeys: unreadable, validateOnly: preview), context: Self.context)
  }

  @discardableResult
  func candidates(
    _ rows: [CandidateRow], _ scope: RowScope = .all, actor: String = "ada", preview: Bool = false
  ) async throws -> SaveRowsResponse {
    try await handler.saveCandidates(
      SaveCandidatesRequest(rows: rows, scope: scope, actor: actor, validateOnly: preview), context: Self.context)
  }

  @discardableResult
  func scenarios(
    _ rows: [ScenarioRow], _ scope: RowScope = .all, actor: String = "ada", preview: Bool = false
  ) async throws -> SaveRowsResponse {
    try await handler.saveScenarios(
      SaveScenariosRequest(rows: rows, scope: scope, actor: actor, validateOnly: preview), context: Self.context)
  }

  @discardableResult
  func constraints(
    _ rows: [ConstraintRow], _ scope: RowScope = .all, unreadable: [UnreadableRow] = [], actor: String = "ada",
    preview: Bool = false
  ) async throws -> SaveSetsResponse {
    try await handler.saveConstraints(
      SaveConstraintsRequest(rows: rows, scope: scope, actor: actor, unreadableRows: unreadable, validateOnly: preview),
      context: Self.context)
  }

  @discardableResult
  func targets(
    _ rows: [TargetRow], _ scope: RowScope = .all, actor: String = "ada", preview: Bool = false
  ) async throws -> SaveSetsResponse {
    try await handler.saveTargets(
      SaveTargetsRequest(rows: rows, scope: scope, actor: actor, validateOnly: preview), context: Self.context)
  }

  /// Every input of the seeds' example.
  func saveSeeds() async throws {
    try await initiatives(Seeds.initiatives)
    try await contributions(Seeds.contributions)
    try await candidates(Seeds.candidates)
    try await scenarios(Seeds.scenarios)
    try await constraints(Seeds.constraints)
    try await targets(Seeds.targets)
  }

  // MARK: Reads

  func set(_ name: String, of scenario: String = "Q1-2026 Core") async throws -> ConstraintSetRevision {
    try await handler.getConstraintSet(
      GetConstraintSetRequest(scenarioName: scenario, constraintSetName: name), context: Self.context)
  }

  func assemble(_ set: String = "Baseline", revision: String = "", selected: [String]? = nil) async throws
    -> AssembleProblemResponse
  {
    try await handler.assembleProblem(
      AssembleProblemRequest(
        scenarioName: "Q1-2026 Core", constraintSetName: set, revision: revision, initiativeKeys: selected ?? [],
        selectedOnly: selected != nil), context: Self.context)
  }

  func verify() async throws -> VerifyRevisionsResponse {
    try await handler.verifyRevisions(VerifyRevisionsRequest(), context: Self.context)
  }

  func list() async throws -> [Initiative] {
    try await handler.listInitiatives(ListInitiativesRequest(), context: Self.context).initiatives
  }
}

/// Runs the body with an instance on a fresh database, and a metrics service that it asks.
/// - Parameter before: what the database went through before this program migrated it.
func withService<Result: Sendable>(
  settings: ConstraintCompilationSettings = ConstraintCompilationSettings(), metricKeys: [String] = [],
  before: (Database) async throws -> Void = { _ in },
  _ body: (ServiceUnderTest) async throws -> Result
) async throws -> Result {
  try await withDatabase(role: .compiler) { database in
    try await before(database)
    try await database.migrate(schema: ConstraintCompilationServer.schema, migrations: ConstraintCompilationServer.migrations)
    let fake = FakeMetrics(ServiceUnderTest.config)
    let server = RPCServer(
      configuration: RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)]),
      services: [fake, FakeRegistry(metricKeys)],
      loops: TestLoops.shared,
      logger: .silent)
    let address = try await server.start()[0]
    let channel = RPCChannel(to: address, configuration: RPCChannelConfiguration(), loops: TestLoops.shared, logger: .silent)
    let handler = ConstraintCompilationHandler(
      store: PlanningStore(database: database),
      metrics: MetricsSource(channel: channel, address: address), settings: settings)
    let outcome: Swift.Result<Result, any Error>
    do {
      outcome = .success(try await body(ServiceUnderTest(database: database, handler: handler, fake: fake)))
    } catch {
      outcome = .failure(error)
    }
    await channel.close()
    await server.drain(grace: .zero)
    return try outcome.get()
  }
}

extension SaveSetsResponse {
  var errors: [String] { messages.filter { $0.severity == .error }.map { "\($0.rowNumber):\($0.code)" } }
}

extension SaveRowsResponse {
  var errors: [String] { messages.filter { $0.severity == .error }.map { "\($0.rowNumber):\($0.code)" } }
}

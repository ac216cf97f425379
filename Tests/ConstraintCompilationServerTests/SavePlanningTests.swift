import Messages
import Postgres
import RPC
import Reactor
import TestSupport
import Testing

@testable import ConstraintCompilationServer

@Suite(.timeLimit(.minutes(2))) struct SavePlanningTests {
  @Test func `what the seeds' tabs say comes back, every field of it`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let initiatives = try await service.list()
      #expect(initiatives.map(\.initiativeKey) == Seeds.keys.sorted())
      #expect(
        initiatives.first { $0.initiativeKey == "INIT-000081" }
          == Initiative(
            initiativeKey: "INIT-000081", title: "Title 1", country: "UK", department: "Payments", category: "Core",
            isOptimizationCandidate: true, engineeringTokens: OptionalInt64(value: 220), bundleKey: "BNDL-PAYMENTS",
            prerequisiteKeys: ["INIT-000012"], contributions: [Contribution(kpiKey: "NSM_ORDERS", value: 130_000)]))
      let scenarios = try await service.handler.listScenarios(ListScenariosRequest(), context: ServiceUnderTest.context).scenarios
      #expect(scenarios.map(\.scenarioName) == ["Q1-2026 Core", "Q1-2026 Growth"])
      #expect(
        scenarios.first
          == Scenario(
            scenarioName: "Q1-2026 Core", periodKey: "2026-Q1", capacityTotalTokens: 1200, objectiveMode: .weightedKpis,
            objectiveWeights: [
              ObjectiveWeight(key: "north_star", weight: 0.6), ObjectiveWeight(key: "strategic_kpis", weight: 0.4),
            ], notes: "Default Q1 portfolio", constraintSetNames: ["Aggressive", "Baseline"]))
    }
  }

  @Test func `saving the same again changes nothing and says so`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let answers = [
        try await service.initiatives(Seeds.initiatives), try await service.contributions(Seeds.contributions),
        try await service.candidates(Seeds.candidates), try await service.scenarios(Seeds.scenarios),
      ]
      for answer in answers {
        #expect(answer.counts?.upserts == 0 && answer.counts?.unchanged == answer.counts?.rows)
        #expect(answer.messages.allSatisfy { $0.code == "unchanged" && $0.severity == .info })
      }
    }
  }

  @Test func `good rows are stored and bad ones answered`() async throws {
    try await withService { service in
      try await service.initiatives(Seeds.initiatives)
      let answer = try await service.candidates([
        CandidateRow(rowNumber: 2, initiativeKey: "INIT-000017", engineeringTokens: .init(value: 5)),
        CandidateRow(rowNumber: 3, initiativeKey: "INIT-00081"),
        CandidateRow(rowNumber: 4, initiativeKey: "INIT-000012", isMandatory: true),
      ])
      #expect(answer.errors == ["3:unknown_initiative", "4:missing_value"])
      #expect(answer.messages.first?.message.hasSuffix("did you mean \"INIT-000081\"?") == true)
      #expect(answer.counts == SaveCounts(rows: 3, upserts: 1, failures: 2))
      #expect(try await service.list().filter { $0.engineeringTokens != nil }.map(\.initiativeKey) == ["INIT-000017"])
    }
  }

  @Test func `a blank cell takes back what was typed`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      try await service.candidates([CandidateRow(rowNumber: 3, initiativeKey: "INIT-000081")], .selection)
      let initiative = try #require(try await service.list().first { $0.initiativeKey == "INIT-000081" })
      #expect(initiative.engineeringTokens == nil && initiative.prerequisiteKeys == [] && initiative.bundleKey == "")
      #expect(initiative.title == "Title 1", "what Central Backlog says stays")
      try await service.candidates(
        [CandidateRow(rowNumber: 3, initiativeKey: "INIT-000081", engineeringTokens: .init(value: 0))], .selection)
      #expect(try await service.list().first { $0.initiativeKey == "INIT-000081" }?.engineeringTokens == OptionalInt64(value: 0))
    }
  }

  @Test func `contributions of an initiative are stored all or none, and the whole tab removes`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let answer = try await service.contributions([
        ContributionRow(rowNumber: 2, initiativeKey: "INIT-000017", kpiKey: "NSM_ORDERS", contribution: 1),
        ContributionRow(rowNumber: 3, initiativeKey: "INIT-000017", kpiKey: "KPI_CONVERSON", contribution: 1),
        ContributionRow(rowNumber: 4, initiativeKey: "INIT-000081", kpiKey: "KPI_CONVERSION", contribution: -0.5),
      ])
      #expect(answer.errors == ["3:unknown_kpi"])
      let stored = Dictionary(uniqueKeysWithValues: try await service.list().map { ($0.initiativeKey, $0.contributions) })
      #expect(stored["INIT-000017"] == [Contribution(kpiKey: "NSM_ORDERS", value: 90_000)])
      #expect(
        stored["INIT-000081"] == [
          Contribution(kpiKey: "KPI_CONVERSION", value: -0.5), Contribution(kpiKey: "NSM_ORDERS", value: 130_000),
        ]
      )
      #expect(stored["INIT-000100"] == [Contribution(kpiKey: "NSM_ORDERS", value: 65_000)], "row 3 may be anybody's")
      #expect(answer.messages.first?.code == "nothing_removed" && answer.counts?.removed == 0)
      let right = try await service.contributions([
        ContributionRow(rowNumber: 2, initiativeKey: "INIT-000017", kpiKey: "NSM_ORDERS", contribution: 1)
      ])
      #expect(right.counts?.removed == 6)
      #expect(try await service.list().flatMap(\.contributions) == [Contribution(kpiKey: "NSM_ORDERS", value: 1)])
    }
  }

  @Test func `weights are read as JSON and in the plain form, and broken JSON is told with its place`() async throws {
    try await withService { service in
      func row(_ number: UInt32, _ mode: String, _ weights: String) -> ScenarioRow {
        ScenarioRow(
          rowNumber: number, scenarioName: "S\(number)", periodKey: "2026", capacityTotalTokens: .init(value: 5),
          objectiveMode: mode,
          objectiveWeights: weights)
      }
      let answer = try await service.scenarios([
        row(2, "weighted_kpis", "north_star=0.6, KPI_CONVERSION=0.4"), row(3, "weighted_kpis", #"{"north_star": 0.6,"#),
        row(4, "lexicographic", #"["north_star", {"kpi": "KPI_CONVERSION", "tolerance": 0.02}]"#),
        row(5, "weighted_kpis", #"{"north_star": 1, "north_star": 2}"#),
      ])
      #expect(answer.errors == ["3:bad_json", "5:bad_json"])
      #expect(answer.messages.first?.message.contains("line 1, column") == true)
      let scenario = try await service.handler.getScenario(
        GetScenarioRequest(scenarioName: " s4"), context: ServiceUnderTest.context)
      #expect(
        scenario.objectiveWeights == [
          ObjectiveWeight(key: "north_star", weight: 1), ObjectiveWeight(key: "KPI_CONVERSION", weight: 1, tolerance: 0.02),
        ])
    }
  }

  @Test func `a thousand candidates are saved in one call`() async throws {
    try await withService { service in
      let numbers = 0..<1000
      try await service.initiatives(
        numbers.map {
          InitiativeRow(rowNumber: UInt32($0 + 2), initiativeKey: "I-\($0)", country: "UK", isOptimizationCandidate: true)
        })
      let answer = try await service.candidates(
        numbers.map {
          CandidateRow(
            rowNumber: UInt32($0 + 2), initiativeKey: "I-\($0)", engineeringTokens: .init(value: Int64($0)),
            prerequisiteKeys: $0 > 0 ? ["I-\($0 - 1)"] : [])
        })
      #expect(answer.counts == SaveCounts(rows: 1000, upserts: 1000))
      #expect(try await service.list().count { !$0.prerequisiteKeys.isEmpty } == 999)
    }
  }

  @Test func `two saves that close a circle together: one of them is refused`() async throws {
    try await withService { service in
      try await service.initiatives(Seeds.initiatives)
      func save(_ key: String, needs needed: String) async throws -> SaveRowsResponse {
        try await service.candidates([CandidateRow(rowNumber: 2, initiativeKey: key, prerequisiteKeys: [needed])], .selection)
      }
      async let first = save("INIT-000017", needs: "INIT-000081")
      async let second = save("INIT-000081", needs: "INIT-000017")
      #expect(try await [first.errors, second.errors].count { $0 == ["2:prerequisite_cycle"] } == 1)
    }
  }

  @Test func `a request that leaves something open is refused by the field's name`() async throws {
    try await withService { service in
      let context = ServiceUnderTest.context
      func refusal(_ call: () async throws -> Void) async -> RPCError? {
        do {
          try await call()
          return nil
        } catch {
          return error as? RPCError
        }
      }
      let scope = await refusal { try await service.candidates([], .unspecified) }
      #expect(scope?.code == .invalidArgument && scope?.message.hasPrefix("scope") == true)
      let actor = await refusal { _ = try await service.handler.saveTargets(SaveTargetsRequest(scope: .all), context: context) }
      #expect(actor?.code == .invalidArgument && actor?.message.hasPrefix("actor") == true)
      let rows = await refusal { try await service.initiatives(Array(repeating: InitiativeRow(), count: 250_001)) }
      #expect(rows?.code == .invalidArgument && rows?.message.hasPrefix("rows") == true)
      let name = await refusal { _ = try await service.handler.getScenario(GetScenarioRequest(), context: context) }
      #expect(name?.code == .invalidArgument && name?.message.hasPrefix("scenario_name") == true)
      let unknown = await refusal {
        _ = try await service.handler.getScenario(GetScenarioRequest(scenarioName: "X"), context: context)
      }
      #expect(unknown?.code == .notFound)
    }
  }

  @Test func `without the metrics service a save says which service is away, and a backlog without KPIs is saved`() async throws {
    try await withDatabase(role: .compiler) { database in
      try await database.migrate(schema: ConstraintCompilationServer.schema, migrations: ConstraintCompilationServer.migrations)
      let server = RPCServer(
        configuration: RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)]), services: [], loops: TestLoops.shared,
        logger: .silent)
      let address = try await server.start()[0]
      await server.drain(grace: .zero)
      let channel = RPCChannel(to: address, configuration: RPCChannelConfiguration(), loops: TestLoops.shared, logger: .silent)
      let handler = ConstraintCompilationHandler(
        store: PlanningStore(database: database),
        metrics: MetricsSource(channel: channel, address: address))
      let service = ServiceUnderTest(database: database, handler: handler, fake: FakeMetrics(MetricsConfig()))
      let error = await #expect(throws: RPCError.self) { try await service.scenarios(Seeds.scenarios) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.hasPrefix("The metrics service at \(address) cannot be reached; start it with `lodestar up`") == true)
      let backlog = SaveInitiativesRequest(rows: Seeds.initiatives, scope: .all, actor: "ada")
      let judged = try await handler.validateRows(ValidateRowsRequest(initiatives: backlog), context: ServiceUnderTest.context)
      #expect(judged.initiatives?.counts?.upserts == 6)
      #expect(try await service.initiatives(Seeds.initiatives).counts?.upserts == 6)
      await channel.close()
    }
  }
}

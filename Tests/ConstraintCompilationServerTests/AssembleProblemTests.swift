import Cryptography
import Messages
import Postgres
import RPC
import TestSupport
import Testing
import Wire

@testable import ConstraintCompilationServer

@Suite(.timeLimit(.minutes(2))) struct AssembleProblemTests {
  @Test func `the seeds' Baseline becomes a problem that is whole`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let answer = try await service.assemble()
      let problem = try #require(answer.problem)
      #expect(answer.problemHash == SHA256.hex(of: try problem.wireBytes()))
      #expect(problem.revision == (try await service.set("Baseline").revision) && problem.metricsConfigRevision == 7)
      #expect(problem.candidates.map(\.initiativeKey) == Seeds.keys.sorted())
      #expect(problem.candidates.first?.source == CellSource(tab: "Candidates", rowNumber: 5))
      #expect(
        problem.objective?.terms == [
          ObjectiveTerm(kpiKey: "KPI_CONVERSION", weight: 0.4, normalizer: 0.035),
          ObjectiveTerm(kpiKey: "NSM_ORDERS", weight: 0.6, normalizer: 200_000),
        ])
      #expect(
        problem.tokenBounds == [
          TokenBound(
            dimension: .country, key: "DE", kind: .atMost, tokens: 180,
            source: CellSource(tab: "Constraints", rowNumber: 3, column: "max_tokens")),
          TokenBound(
            dimension: .country, key: "UK", kind: .atLeast, tokens: 250,
            source: CellSource(tab: "Constraints", rowNumber: 2, column: "min_tokens")),
        ])
      #expect(problem.bundles.map(\.initiativeKeys) == [["INIT-000012", "INIT-000081"]])
      #expect(
        problem.prerequisites == [
          PrerequisiteRule(
            initiativeKey: "INIT-000081", requires: ["INIT-000012"],
            source: CellSource(tab: "Candidates", rowNumber: 3, column: "prerequisite_keys"))
        ])
      #expect(problem.targets.map(\.kind) == [.goal, .floor])
      #expect(try PortfolioProblem(wireBytes: try problem.wireBytes()) == problem)
    }
  }

  @Test func `a problem says which version and content of a metric measures each KPI`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      #expect(
        try await service.assemble().problem?.kpis.allSatisfy { $0.metricKey.isEmpty && $0.metricStatus == .unspecified } == true)
      var config = ServiceUnderTest.config
      let hash = String(repeating: "0f", count: 32)
      let orders = try #require(config.kpis.firstIndex { $0.kpiKey == "NSM_ORDERS" })
      config.kpis[orders].metricKey = "orders"
      config.kpis[orders].metricVersion = "v3"
      config.kpis[orders].metricStatus = .sunset
      config.kpis[orders].metricContentHash = hash
      service.fake.become(config)
      let kpis = try #require(try await service.assemble().problem?.kpis)
      #expect(
        kpis.first { $0.kpiKey == "NSM_ORDERS" }
          == ProblemKpi(
            kpiKey: "NSM_ORDERS", kpiName: "Orders", unit: "orders", metricKey: "orders", metricVersion: "v3",
            metricStatus: .sunset,
            metricContentHash: hash))
      #expect(kpis.filter { !$0.metricKey.isEmpty }.count == 1)
    }
  }

  @Test func `equal inputs give equal bytes, in whatever order they were saved`() async throws {
    let hash = try await withService { service in
      try await service.saveSeeds()
      return try await service.assemble().problemHash
    }
    try await withService { service in
      try await service.initiatives(Seeds.initiatives.reversed())
      try await service.candidates(Seeds.candidates.reversed())
      try await service.scenarios(Seeds.scenarios.reversed())
      try await service.targets(Seeds.targets.reversed())
      try await service.contributions(Seeds.contributions.reversed())
      try await service.constraints(Seeds.constraints.reversed())
      #expect(try await service.assemble().problemHash == hash)
    }
  }

  @Test func `a selection is what the problem is about`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let selected = try await service.assemble(
        "Aggressive", selected: ["INIT-000017", "init-000081", "INIT-000012", "INIT-000099", "INIT-000100"])
      #expect(selected.problem?.candidates.count == 5)
      let error = await #expect(throws: RPCError.self) { try await service.assemble(selected: []) }
      #expect(error?.code == .failedPrecondition)
      #expect(error?.message.contains("is mandatory (Constraints row 4) but is not selected for the run") == true)
    }
  }

  @Test func `candidates without tokens are named by their rows`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      try await service.candidates([CandidateRow(rowNumber: 6, initiativeKey: "INIT-000099")], .selection)
      let error = await #expect(throws: RPCError.self) {
        try await service.assemble(selected: ["INIT-000017", "INIT-000081", "INIT-000012", "INIT-000099"])
      }
      #expect(error?.code == .failedPrecondition)
      #expect(
        error?.message == "INIT-000099 is selected without engineering_tokens (Candidates row 6); type them and save Candidates")
      let all = try await service.assemble()
      #expect(all.warnings.map(\.message).contains("INIT-000099 has no engineering_tokens and is left out"))
      #expect(
        all.warnings.first?.source == CellSource(tab: "Candidates", rowNumber: 6, column: "engineering_tokens"))
    }
  }

  @Test func `an earlier revision is assembled with the rows that it had`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let first = try await service.set("Baseline").revision
      var rows = Seeds.constraints
      rows[0].minTokens = .init(value: 260)
      try await service.constraints(rows)
      #expect(try await service.assemble().problem?.tokenBounds.last?.tokens == 260)
      let earlier = try #require(try await service.assemble(revision: first).problem)
      #expect(earlier.revision == first && earlier.tokenBounds.last?.tokens == 250)
      #expect(earlier.tokenBounds.last?.source?.rowNumber == 2)
      let aggressive = try await service.set("Aggressive").revision
      let error = await #expect(throws: RPCError.self) { try await service.assemble(revision: aggressive) }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test func `what has come to contradict itself is refused with every cell`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      var scenarios = Seeds.scenarios
      scenarios[0].capacityTotalTokens = .init(value: 100)
      try await service.scenarios(scenarios)
      let error = await #expect(throws: RPCError.self) { try await service.assemble() }
      #expect(error?.code == .failedPrecondition)
      #expect(error?.message.contains("Constraints row 2") == true && error?.message.contains("over the capacity of 100") == true)
    }
  }

  @Test func `a database that is away is said so`() async throws {
    try await withService { service in
      await service.database.close()
      let error = await #expect(throws: RPCError.self) { try await service.assemble() }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("compiler service's database cannot be reached") == true)
    }
  }
}

import Messages
import Postgres
import RPC
import TestSupport
import Testing

@testable import ConstraintCompilationServer

@Suite(.timeLimit(.minutes(2))) struct StoredRowsTests {
  @Test func `each tab's rows come back as they were saved`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      func byRow<Row>(_ rows: [Row], _ number: (Row) -> UInt32) -> [Row] { rows.sorted { number($0) < number($1) } }
      #expect(byRow(try await service.stored("Central Backlog").flatMap(\.initiatives), \.rowNumber) == Seeds.initiatives)
      #expect(byRow(try await service.stored("KPI_Contributions").flatMap(\.contributions), \.rowNumber) == Seeds.contributions)
      #expect(byRow(try await service.stored("Candidates").flatMap(\.candidates), \.rowNumber) == Seeds.candidates)
      #expect(byRow(try await service.stored("Constraints").flatMap(\.constraints), \.rowNumber) == Seeds.constraints)
      #expect(byRow(try await service.stored("Targets").flatMap(\.targets), \.rowNumber) == Seeds.targets)
      var scenarios = Seeds.scenarios
      scenarios[1].objectiveMode = "north_star"
      #expect(byRow(try await service.stored("Scenario_Config").flatMap(\.scenarios), \.rowNumber) == scenarios)
      for tab in ["MathModels", "Params", "Scoring_Inputs", "Results", "Gaps_Alerts"] {
        #expect(try await service.stored(tab) == [])
      }
    }
  }

  @Test func `weights that were saved before their text was kept are told in canonical JSON`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      try await service.scenarios(
        [
          ScenarioRow(
            rowNumber: 4, scenarioName: "Levels", periodKey: "2026", capacityTotalTokens: .init(value: 5),
            objectiveMode: "lexicographic", objectiveWeights: #"["north_star", {"kpi": "KPI_CONVERSION", "tolerance": 0.02}]"#)
        ], .selection)
      try await service.database.execute("UPDATE scenario SET objective_weights_text = ''")
      let weights = try await service.stored("Scenario_Config").flatMap(\.scenarios).map(\.objectiveWeights)
      #expect(
        weights == [
          #"["north_star",{"kpi":"KPI_CONVERSION","tolerance":0.02}]"#, #"{"north_star":0.6,"strategic_kpis":0.4}"#, "",
        ])
    }
  }

  @Test func `rows are streamed in parts of five hundred`() async throws {
    try await withService { service in
      try await service.initiatives(
        (0..<1001).map { InitiativeRow(rowNumber: UInt32($0 + 2), initiativeKey: "I-\($0)", isOptimizationCandidate: true) })
      let parts = try await service.stored("Central Backlog")
      #expect(parts.map(\.initiatives.count) == [500, 500, 1])
      #expect(Set(parts.flatMap(\.initiatives).map(\.initiativeKey)).count == 1001)
      try await service.inputs(
        (0..<1000).map {
          ScoringInputRow(rowNumber: UInt32($0 + 2), initiativeKey: "I-\($0)", inputName: "reach", value: .init(value: Double($0)))
        })
      #expect(try await service.stored("Scoring_Inputs").map(\.scoringInputs.count) == [500, 500])
    }
  }

  @Test func `a tab that is not stored here is refused by its name`() async throws {
    try await withService { service in
      let error = await #expect(throws: RPCError.self) { try await service.stored("Target") }
      #expect(error?.code == .invalidArgument)
      #expect(
        error?.message.hasPrefix("tab \"Target\" is none whose rows are stored here; it must be one of Central Backlog, ") == true)
      #expect(error?.message.hasSuffix("did you mean \"Targets\"?") == true)
    }
  }
}

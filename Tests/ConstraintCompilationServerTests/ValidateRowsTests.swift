import Messages
import RPC
import TestSupport
import Testing

@testable import ConstraintCompilationServer

/// Tabs that are judged together see each other, and none is stored.
@Suite(.timeLimit(.minutes(2))) struct ValidateRowsTests {
  /// The seeds' example, all of it in one request.
  private var seeds: ValidateRowsRequest {
    ValidateRowsRequest(
      initiatives: SaveInitiativesRequest(rows: Seeds.initiatives, scope: .all, actor: "ada"),
      contributions: SaveContributionsRequest(rows: Seeds.contributions, scope: .all, actor: "ada"),
      candidates: SaveCandidatesRequest(rows: Seeds.candidates, scope: .all, actor: "ada"),
      scenarios: SaveScenariosRequest(rows: Seeds.scenarios, scope: .all, actor: "ada"),
      constraints: SaveConstraintsRequest(rows: Seeds.constraints, scope: .all, actor: "ada"),
      targets: SaveTargetsRequest(rows: Seeds.targets, scope: .all, actor: "ada"),
      mathModels: SaveMathModelsRequest(rows: ModelSeeds.models, scope: .all, actor: "ada"),
      modelParams: SaveModelParamsRequest(rows: ModelSeeds.params, scope: .all, actor: "ada"),
      scoringInputs: SaveScoringInputsRequest(rows: ModelSeeds.inputs, scope: .all, actor: "ada"))
  }

  private func validate(_ service: ServiceUnderTest, _ request: ValidateRowsRequest) async throws -> ValidateRowsResponse {
    try await service.handler.validateRows(request, context: ServiceUnderTest.context)
  }

  @Test func `a whole workbook is judged before anything is stored, as its saves judge it one after the other`() async throws {
    try await withService(metricKeys: ["checkout_rate", "sessions"]) { service in
      let empty = try await service.dump()
      let answer = try await validate(service, seeds)
      #expect(answer.constraints?.errors == [] && answer.targets?.errors == [] && answer.candidates?.errors == [])
      #expect(answer.targets?.sets.count == 2 && answer.targets?.sets.allSatisfy { $0.compiled && $0.revision.count == 64 } == true)
      #expect(try await service.dump() == empty, "nothing is stored")
      #expect(try await validate(service, seeds) == answer)
      let (handler, context, tabs) = (service.handler, ServiceUnderTest.context, seeds)
      #expect(try await handler.saveInitiatives(try #require(tabs.initiatives), context: context) == answer.initiatives)
      #expect(try await handler.saveContributions(try #require(tabs.contributions), context: context) == answer.contributions)
      #expect(try await handler.saveCandidates(try #require(tabs.candidates), context: context) == answer.candidates)
      #expect(try await handler.saveScenarios(try #require(tabs.scenarios), context: context) == answer.scenarios)
      #expect(try await handler.saveConstraints(try #require(tabs.constraints), context: context) == answer.constraints)
      #expect(try await handler.saveTargets(try #require(tabs.targets), context: context) == answer.targets)
      #expect(try await handler.saveMathModels(try #require(tabs.mathModels), context: context) == answer.mathModels)
      #expect(try await handler.saveModelParams(try #require(tabs.modelParams), context: context) == answer.modelParams)
      #expect(try await handler.saveScoringInputs(try #require(tabs.scoringInputs), context: context) == answer.scoringInputs)
    }
  }

  @Test func `tabs that do not come are taken as they are stored`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let before = try await service.dump()
      var scenarios = Seeds.scenarios
      scenarios[0].capacityTotalTokens = .init(value: 200)
      var request = ValidateRowsRequest(scenarios: SaveScenariosRequest(rows: scenarios, scope: .all, actor: "ada"))
      #expect(try await validate(service, request).scenarios?.errors == [])
      request.constraints = SaveConstraintsRequest(rows: Seeds.constraints, scope: .all, actor: "ada")
      let together = try await validate(service, request)
      #expect(together.constraints?.errors == ["2:floors_over_capacity", "7:floors_over_capacity"], "the new capacity counts")
      #expect(together.targets == nil && together.initiatives == nil)
      request.scenarios = nil
      #expect(try await validate(service, request).constraints?.errors == [])
      #expect(try await service.dump() == before)
    }
  }

  @Test func `what a save would be refused for, its validation is`() async throws {
    try await withService { service in
      let error = await #expect(throws: RPCError.self) {
        try await validate(service, ValidateRowsRequest(candidates: SaveCandidatesRequest(rows: [], actor: "ada")))
      }
      #expect(error?.code == .invalidArgument && error?.message.hasPrefix("scope is not set") == true)
      let nothing = try await validate(service, ValidateRowsRequest())
      #expect(nothing == ValidateRowsResponse())
      let many = Array(repeating: ScoringInputRow(), count: ConstraintCompilationHandler.mostRows / 2 + 1)
      let params = Array(repeating: ModelParamRow(), count: ConstraintCompilationHandler.mostRows / 2)
      let tooMany = await #expect(throws: RPCError.self) {
        try await validate(
          service,
          ValidateRowsRequest(
            modelParams: SaveModelParamsRequest(rows: params, scope: .all, actor: "ada"),
            scoringInputs: SaveScoringInputsRequest(rows: many, scope: .all, actor: "ada")))
      }
      #expect(tooMany?.code == .invalidArgument && tooMany?.message.contains("250001 rows together") == true)
    }
  }
}

import Messages
import Postgres
import TestSupport
import Testing

@testable import ConstraintCompilationServer

@Suite(.timeLimit(.minutes(2))) struct CandidateScopeTests {
  private static let either = CandidateRow(
    rowNumber: 6, initiativeKey: "INIT-000099", engineeringTokens: .init(value: 100), scopeMode: "either",
    engineeringTokensMvp: .init(value: 25), mvpContributionShare: .init(value: 0.5))

  @Test func `a smaller form is stored, told and put into the problem`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let answer = try await service.candidates([Self.either], .selection)
      #expect(answer.messages.isEmpty && answer.counts?.upserts == 1)
      #expect(try await service.stored("Candidates").flatMap(\.candidates).contains(Self.either))
      let listed = try await service.handler.listInitiatives(
        ListInitiativesRequest(initiativeKeys: ["INIT-000099"]), context: ServiceUnderTest.context
      ).initiatives.first
      #expect(
        listed?.scopeMode == "either" && listed?.engineeringTokensMvp?.value == 25 && listed?.mvpContributionShare?.value == 0.5)
      let candidates = try #require(try await service.assemble().problem?.candidates)
      #expect(
        candidates.first { $0.initiativeKey == "INIT-000099" }?.mvp
          == SmallerForm(tokens: 25, contributions: [Contribution(kpiKey: "NSM_ORDERS", value: 30_000)]))
      #expect(candidates.filter { $0.mvp != nil }.count == 1 && candidates.allSatisfy { $0.form == .unspecified })
    }
  }

  @Test func `mvp alone is the candidate, and its share is that of the tokens`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      var row = Self.either
      row.scopeMode = "MVP"
      row.mvpContributionShare = nil
      try await service.candidates([row], .selection)
      let candidate = try #require(try await service.assemble().problem?.candidates.first { $0.initiativeKey == "INIT-000099" })
      #expect(candidate.form == .mvp && candidate.tokens == 25 && candidate.mvp == nil)
      #expect(candidate.contributions == [Contribution(kpiKey: "NSM_ORDERS", value: 15_000)])
      try await service.candidates(Seeds.candidates)
      #expect(try await service.assemble().problem?.candidates.allSatisfy { $0.form == .unspecified } == true)
    }
  }

  @Test func `a word that is none is answered at its cell, and nothing is stored`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      var row = Self.either
      row.scopeMode = "eiter"
      row.mvpContributionShare = .init(value: 2)
      let answer = try await service.candidates([row], .selection)
      #expect(answer.messages.map(\.column) == ["mvp_contribution_share", "scope_mode"])
      #expect(answer.messages.last?.message.hasSuffix("did you mean \"either\"?") == true)
      #expect(try await service.stored("Candidates").flatMap(\.candidates).allSatisfy { $0.scopeMode.isEmpty })
    }
  }
}

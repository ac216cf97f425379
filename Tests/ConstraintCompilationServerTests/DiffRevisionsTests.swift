import Messages
import RPC
import TestSupport
import Testing

@testable import ConstraintCompilationServer

@Suite(.timeLimit(.minutes(2))) struct DiffRevisionsTests {
  private func diff(
    _ service: ServiceUnderTest, _ set: String = "Baseline", from: String = "", to: String = "", scenario: String = "Q1-2026 Core"
  ) async throws -> DiffRevisionsResponse {
    try await service.handler.diffRevisions(
      DiffRevisionsRequest(scenarioName: scenario, constraintSetName: set, fromRevision: from, toRevision: to),
      context: ServiceUnderTest.context)
  }

  @Test func `the newest revision is told against the one before`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let before = try await service.set("Baseline")
      var rows = Seeds.constraints
      rows[0].minTokens = .init(value: 240)
      rows[4].key = "INIT-000100"
      try await service.constraints(rows, actor: "bob")
      let answer = try await diff(service, "baseline")
      #expect(answer.from?.revision == before.revision && answer.from?.createdBy == "ada")
      #expect(answer.to?.revision == (try await service.set("Baseline").revision) && answer.to?.createdBy == "bob")
      #expect(
        answer.changes == [
          RevisionChange(kind: .changed, part: "floors", sentence: "Country UK must have at least 240 tokens, down from 250."),
          RevisionChange(kind: .removed, part: "exclusions", sentence: "Gone: INIT-000044 is not excluded any more."),
          RevisionChange(kind: .added, part: "exclusions", sentence: "New: INIT-000100 is excluded."),
        ])
      let back = try await diff(service, from: answer.to?.revision ?? "", to: before.revision)
      #expect(back.changes.map(\.kind) == [.changed, .added, .removed])
      #expect(try await diff(service, from: before.revision, to: before.revision).changes == [])
    }
  }

  @Test func `a set that went back to what it said is told against what it left`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let before = try await service.set("Baseline")
      var rows = Seeds.constraints
      rows[0].minTokens = .init(value: 240)
      try await service.constraints(rows)
      let left = try await service.set("Baseline").revision
      try await service.constraints(Seeds.constraints)
      let answer = try await diff(service)
      #expect(answer.from?.revision == left && answer.to?.revision == before.revision)
      #expect(answer.changes.map(\.sentence) == ["Country UK must have at least 250 tokens, up from 240."])
    }
  }

  @Test func `a set's first revision is all new, and two sets can be told against each other`() async throws {
    try await withService { service in
      try await service.initiatives(Seeds.initiatives)
      try await service.scenarios(Seeds.scenarios)
      try await service.constraints(Seeds.constraints)
      let first = try await diff(service)
      #expect(first.from == nil && first.changes.count == 5 && first.changes.allSatisfy { $0.kind == .added })
      let (one, other) = (try await service.set("Baseline").revision, try await service.set("Aggressive").revision)
      let across = try await diff(service, "", from: one, to: other, scenario: "")
      #expect(across.changes.map(\.sentence).contains("Country UK must have at least 350 tokens, up from 250."))
      #expect(across.changes.map(\.sentence).contains("New: INIT-000081 needs INIT-000012."))
    }
  }

  @Test func `revisions and sets that are not there are said so`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let unknown = await #expect(throws: RPCError.self) { try await diff(service, from: "abc") }
      #expect(unknown?.code == .notFound && unknown?.message == "There is no constraint set revision \"abc\".")
      let set = await #expect(throws: RPCError.self) { try await diff(service, "Basline") }
      #expect(set?.code == .notFound && set?.message.hasSuffix("did you mean \"Baseline\"?") == true)
      let nothing = await #expect(throws: RPCError.self) { try await diff(service, "") }
      #expect(nothing?.code == .invalidArgument)
    }
  }
}

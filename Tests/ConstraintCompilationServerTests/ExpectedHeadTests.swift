import Messages
import RPC
import TestSupport
import Testing

@testable import ConstraintCompilationServer

/// A save that names the head it was made against is refused when the head has moved. (R72)
@Suite(.timeLimit(.minutes(2))) struct ExpectedHeadTests {
  private func head(_ set: String, _ revision: String) -> ExpectedHead {
    ExpectedHead(scenarioName: "q1-2026 core", constraintSetName: set, revision: revision)
  }

  private func save(
    _ service: ServiceUnderTest, _ rows: [ConstraintRow], _ heads: [ExpectedHead], _ scope: RowScope = .all, preview: Bool = false
  ) async throws -> SaveSetsResponse {
    try await service.handler.saveConstraints(
      SaveConstraintsRequest(rows: rows, scope: scope, actor: "carol", validateOnly: preview, expectedHeads: heads),
      context: ServiceUnderTest.context)
  }

  @Test func `a save against the head that stands goes through`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      var rows = Seeds.constraints
      rows[0].minTokens = .init(value: 240)
      let heads = [
        head("BASELINE", try await service.set("Baseline").revision.uppercased()),
        head("aggressive", try await service.set("Aggressive").revision),
      ]
      #expect(try await save(service, rows, heads, preview: true).errors == [])
      let answer = try await save(service, rows, heads)
      #expect(answer.errors == [] && answer.sets.allSatisfy(\.compiled))
      #expect(answer.sets.map(\.isNewRevision) == [false, true])
    }
  }

  @Test func `a set that was changed meanwhile is left alone, told on each of its rows, and the other set goes on`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let (seen, other) = (try await service.set("Baseline").revision, try await service.set("Aggressive").revision)
      var theirs = Seeds.constraints
      theirs[0].minTokens = .init(value: 240)
      try await service.constraints(theirs, actor: "bob")
      let now = try await service.set("Baseline")
      var mine = Seeds.constraints
      mine[0].minTokens = .init(value: 230)
      mine[6].maxTokens = .init(value: 110)
      let answer = try await save(service, mine, [head("Baseline", seen), head("Aggressive", other)])
      #expect(answer.errors == ["2:head_moved", "3:head_moved", "4:head_moved", "5:head_moved", "6:head_moved"])
      #expect(
        answer.messages.first?.message
          == "set \"Baseline\" of \"Q1-2026 Core\" was saved by bob meanwhile: this save was made against revision \(seen.prefix(12)), "
          + "and it stands at \(now.revision.prefix(12)) now; look at what changed, then save against \(now.revision)")
      #expect(answer.messages.first?.column == "constraint_set_name")
      #expect(answer.counts?.rows == 9 && answer.counts?.failures == 5 && answer.counts?.upserts == 1)
      #expect(answer.sets.first { $0.constraintSetName == "Baseline" }?.revision == now.revision)
      #expect(answer.sets.first { $0.constraintSetName == "Baseline" }?.compiled == false)
      #expect(answer.sets.first { $0.constraintSetName == "Aggressive" }?.isNewRevision == true)
      #expect(try await service.set("Baseline") == now)
      // With what the message says would be right, it goes through.
      let again = try await save(service, mine, [head("Baseline", now.revision)])
      #expect(again.errors == [])
      #expect(try await service.set("Baseline").compiled?.floors?.capacityFloors.first?.minTokens == 230)
    }
  }

  @Test func `a set that somebody made meanwhile is not overwritten, nor one that is gone made anew`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let gone = try await service.set("Aggressive").revision
      let new = try await save(service, [Seeds.constraints[0]], [head("Baseline", "")], .selection)
      #expect(new.errors == ["2:head_moved"])
      #expect(new.messages.first?.message.contains("this save was made against no such set") == true)
      try await service.constraints(Array(Seeds.constraints.prefix(5)))
      try await service.targets(Array(Seeds.targets.prefix(2)))
      let late = try await save(service, [Seeds.constraints[6]], [head("Aggressive", gone)], .selection)
      #expect(late.errors == ["8:head_moved"])
      #expect(late.messages.first?.message.contains("there is no compiled set \"aggressive\"") == true)
      #expect(late.sets == [SetOutcome(scenarioName: "q1-2026 core", constraintSetName: "aggressive")])
      let made = try await save(service, [Seeds.constraints[6]], [head("Aggressive", "")], .selection)
      #expect(made.errors == [] && made.sets.first?.compiled == true)
    }
  }

  @Test func `a set that no row names is not taken away when it was changed meanwhile`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let seen = try await service.set("Aggressive").revision
      var theirs = Seeds.constraints
      theirs[6].maxTokens = .init(value: 110)
      try await service.constraints(theirs, actor: "bob")
      let now = try await service.set("Aggressive")
      let answer = try await save(service, Array(Seeds.constraints.prefix(5)), [head("Aggressive", seen)])
      #expect(answer.errors == ["0:head_moved"])
      #expect(try await service.set("Aggressive") == now)
    }
  }

  @Test func `heads that mean nothing are refused`() async throws {
    try await withService { service in
      for heads in [[head("", "")], [head("Baseline", "abc")], [head("Baseline", ""), head("BASELINE ", "")]] {
        let error = await #expect(throws: RPCError.self) { try await save(service, [], heads) }
        #expect(error?.code == .invalidArgument && error?.message.contains("send") == true)
      }
    }
  }
}

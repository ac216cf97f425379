import Messages
import TestSupport
import Testing

@testable import ConstraintCompilationServer

/// A save that is only to be judged says what the save says, and leaves every table as it was.
@Suite(.timeLimit(.minutes(2))) struct PreviewTests {
  /// Saves of every tab, with changes, additions, removals and mistakes, as previews or for good.
  private func saves(_ service: ServiceUnderTest, preview: Bool) async throws -> [String] {
    var initiatives = Seeds.initiatives
    initiatives[0].title = "New title"
    initiatives[5].initiativeKey = "INIT,1"
    var contributions = Array(Seeds.contributions.dropLast())
    contributions[0].contribution = 5
    var candidates = Seeds.candidates
    candidates[1].engineeringTokens = nil
    candidates[2].exclusionKeys = ["INIT-9"]
    var scenarios = Seeds.scenarios
    scenarios[0].capacityTotalTokens = .init(value: 1300)
    var constraints = Seeds.constraints
    constraints[0].minTokens = .init(value: 240)
    constraints[6].maxTokens = .init(value: 1.5)
    var models = Array(ModelSeeds.models.dropFirst())
    models[0].metricChainText = "sessions -> NSM_ORDERS"
    var gap = ModelSeeds.gapNotes[0]
    gap.recommendation = ""
    let rows = [
      try await service.initiatives(initiatives, actor: "bob", preview: preview),
      try await service.contributions(contributions, actor: "bob", preview: preview),
      try await service.candidates(candidates, actor: "bob", preview: preview),
      try await service.scenarios(scenarios, actor: "bob", preview: preview),
      try await service.models(models, preview: preview), try await service.params([ModelSeeds.params[0]], preview: preview),
      try await service.inputs([ModelSeeds.inputs[1]], preview: preview),
      try await service.resultNotes(
        [ResultNoteRow(rowNumber: 2, runId: "run_2", initiativeKey: "INIT-000081", notes: "new")], preview: preview),
      try await service.gapNotes([gap], preview: preview),
    ]
    let sets = [
      try await service.constraints(constraints, actor: "bob", preview: preview),
      try await service.targets([Seeds.targets[0]], actor: "bob", preview: preview),
    ]
    return rows.map { "\($0)" } + sets.map { "\($0)" }
  }

  @Test func `every tab's preview stores nothing at all`() async throws {
    try await withService(metricKeys: ["checkout_rate", "sessions"]) { service in
      try await service.saveSeeds()
      try await service.saveModelSeeds()
      let before = try await service.dump()
      #expect(before.count > 30)
      let previewed = try await saves(service, preview: true)
      #expect(try await service.dump() == before)
      #expect(try await saves(service, preview: true) == previewed, "a preview that was taken back leaves nothing behind")
    }
  }

  @Test func `a preview of each tab answers what its save answers`() async throws {
    try await withService(metricKeys: ["checkout_rate", "sessions"]) { service in
      try await service.saveSeeds()
      try await service.saveModelSeeds()
      var initiatives = Seeds.initiatives
      initiatives[0].title = "New title"
      var contributions = Seeds.contributions
      contributions[0].notes = "new"
      var candidates = Seeds.candidates
      candidates[0].notes = "new"
      var scenarios = Seeds.scenarios
      scenarios[0].notes = "new"
      func one(_ preview: Bool) async throws -> [SaveRowsResponse] {
        [
          try await service.initiatives(initiatives, actor: "bob", preview: preview),
          try await service.contributions(contributions, actor: "bob", preview: preview),
          try await service.candidates(candidates, actor: "bob", preview: preview),
          try await service.scenarios(scenarios, actor: "bob", preview: preview),
          try await service.inputs([ModelSeeds.inputs[1]], preview: preview),
          try await service.resultNotes(
            [ResultNoteRow(rowNumber: 2, runId: "run_2", initiativeKey: "INIT-000081", notes: "new")], preview: preview),
          try await service.models([ModelSeeds.models[1], ModelSeeds.model(9, "INIT-9", "", chain: "")], preview: preview),
          try await service.params([ModelSeeds.params[1]], preview: preview),
          try await service.gapNotes([ModelSeeds.gapNotes[1]], preview: preview),
        ]
      }
      let previewed = try await one(true)
      let before = try await service.dump()
      #expect(try await one(false) == previewed)
      #expect(try await service.dump() != before)
      var constraints = Seeds.constraints
      constraints[0].minTokens = .init(value: 240)
      func set(_ preview: Bool) async throws -> SaveSetsResponse {
        try await service.constraints(constraints, actor: "bob", preview: preview)
      }
      let first = try await set(true)
      #expect(first.sets.map(\.isNewRevision) == [false, true])
      #expect(try await set(false) == first)
      #expect(try await set(true).sets.map(\.isNewRevision) == [false, false])
    }
  }
}

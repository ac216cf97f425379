import Messages
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

private let one = String(repeating: "1", count: 64)
private let two = String(repeating: "2", count: 64)
private let three = String(repeating: "3", count: 64)

extension SyncUnderTest {
  fileprivate func preview(_ path: String, _ tab: String) async throws -> ActionRun {
    try await run(RunActionRequest(action: "pm.preview", workbookPath: path, tab: tab, actor: "ada"))
  }

  /// A workbook with a row of Constraints and one of Targets.
  fileprivate func makePlan(named name: String = "Plan.xlsx") throws -> String {
    let header: [NewValue] = [
      "scenario_name", "constraint_set_name", "constraint_type", "dimension", "key", "min_tokens", "run_status",
    ]
    return try makeWorkbook(
      [
        ("Constraints", [header, ["Core", "Baseline", "capacity_floor", "country", "UK", 250]]),
        (
          "Targets",
          [
            ["scenario_name", "constraint_set_name", "country", "kpi_key", "floor_or_goal", "target_value", "run_status"],
            ["Core", "Baseline", "UK", "NSM", "goal", 5],
          ]
        ),
      ], named: name)
  }

  /// What the compiler answers next: the revision that the set stands at after the save, and the one before it.
  fileprivate func answer(_ revision: String, before head: String = "", compiled: Bool = true) {
    compiler.sets.withLock {
      $0 = [SetOutcome(scenarioName: "Core", constraintSetName: "Baseline", compiled: compiled, revision: revision, head: head)]
    }
  }

  fileprivate func expected() -> [[String]] {
    compiler.constraints.withLock { $0.last }?.expectedHeads.map { [$0.scenarioName, $0.constraintSetName, $0.revision] } ?? []
  }
}

/// A save is made against where the workbook last saw its sets. (R72)
@Suite(.serialized, .timeLimit(.minutes(2))) struct SeenHeadTests {
  @Test func `the first save expects nothing, the next one what the last left, of either tab`() async throws {
    try await withSync { sync in
      let path = try sync.makePlan()
      sync.answer(one)
      #expect(try await sync.save(path, "Constraints").status == .ok)
      #expect(sync.expected() == [])
      sync.answer(two, before: one)
      #expect(try await sync.save(path, "Targets").status == .ok)
      #expect(sync.compiler.targets.withLock { $0.last }?.expectedHeads.map(\.revision) == [one])
      sync.answer(two, before: two)
      #expect(try await sync.save(path, "Constraints").status == .ok)
      #expect(sync.expected() == [["core", "baseline", two]])
      // Another workbook has seen nothing yet.
      let other = try sync.makePlan(named: "Other.xlsx")
      #expect(try await sync.save(other, "Constraints").status == .ok)
      #expect(sync.expected() == [])
    }
  }

  @Test func `a set that was saved elsewhere is refused until a preview has shown it`() async throws {
    try await withSync { sync in
      let path = try sync.makePlan()
      sync.answer(one)
      _ = try await sync.save(path, "Constraints")
      // Another workbook saves; then the compiler refuses what was made against the revision before.
      sync.answer(two, before: two, compiled: false)
      sync.compiler.messages.withLock {
        $0 = { _ in [RowMessage(rowNumber: 2, severity: .error, code: "head_moved", message: "saved by bob meanwhile")] }
      }
      for _ in 0..<2 {
        let refused = try await sync.save(path, "Constraints")
        #expect(refused.status == .failed && sync.expected() == [["core", "baseline", one]])
        #expect(refused.messages.contains { $0.code == "preview_first" && $0.message.hasPrefix("pm.preview of Constraints") })
        #expect(try await sync.statuses(of: "Constraints", in: path) == [2: "FAILED: saved by bob meanwhile"])
      }
      sync.compiler.messages.withLock { $0 = { _ in [] } }
      sync.answer(three, before: two)
      let preview = try await sync.preview(path, "Constraints")
      #expect(sync.expected() == [], "a preview is of what is stored, whoever stored it")
      #expect(preview.messages.filter { $0.code == "set_changed_elsewhere" }.map(\.severity) == [.warning])
      #expect(try await sync.save(path, "Constraints").status == .ok)
      #expect(sync.expected() == [["core", "baseline", two]])
      let calm = try await sync.preview(path, "Targets")
      #expect(calm.messages.filter { $0.code == "set_changed_elsewhere" }.count == 1, "the fake stands at \(two) again")
    }
  }

  @Test func `a set that is not compiled is expected where it was seen, and one that went is not expected`() async throws {
    try await withSync { sync in
      let path = try sync.makePlan()
      sync.answer(one)
      _ = try await sync.save(path, "Constraints")
      sync.answer(one, before: one, compiled: false)
      _ = try await sync.save(path, "Constraints")
      _ = try await sync.save(path, "Constraints")
      #expect(sync.expected() == [["core", "baseline", one]])
      let seen = SeenHeads([SeenHead(RowKey(["Core", "Gone"]), one), SeenHead(RowKey(["Core", "Baseline"]), one)])
      var outcome = SaveOutcome(
        sets: [SetOutcome(scenarioName: "core", constraintSetName: "BASELINE", compiled: true, revision: two, head: one)])
      #expect(seen.after(outcome).list.map(\.revision) == [two, one])
      outcome.counts.removed = 3
      #expect(seen.after(outcome).list == [SeenHead(RowKey(["core", "baseline"]), two)])
    }
  }

  @Test func `a save that died on the way is followed by one that expects nothing`() async throws {
    try await withSync { sync in
      let path = try sync.makePlan()
      sync.answer(one)
      _ = try await sync.save(path, "Constraints")
      sync.compiler.messages.withLock { $0 = { _ in throw RPCError(.deadlineExceeded, "who knows what was stored") } }
      #expect(try await sync.save(path, "Constraints").status == .failed)
      sync.compiler.messages.withLock { $0 = { _ in [] } }
      sync.answer(two, before: two)
      #expect(try await sync.save(path, "Constraints").status == .ok)
      #expect(sync.expected() == [])
    }
  }
}

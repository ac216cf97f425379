import Messages
import Postgres
import TestSupport
import Testing

@testable import SheetSyncServer

/// Runs the body with a store on a fresh database.
func withStore<Result: Sendable>(
  instance: String = "lodestar-sync@test.1", _ body: (ActionStore) async throws -> Result
) async throws -> Result {
  try await withDatabase(role: .sync) { database in
    try await database.migrate(schema: "sync", migrations: SheetSyncServer.migrations)
    return try await body(ActionStore(database: database, instance: instance))
  }
}

extension ActionRun {
  static func begun(_ id: String, at startedAtUs: Int64 = 1_000_000, path: String = "/plans/Book.xlsx") -> ActionRun {
    ActionRun(
      actionRunId: id, action: "pm.save_selected", workbookPath: path, tab: "Candidates", status: .running, actor: "ada",
      startedAtUs: startedAtUs)
  }
}

@Suite(.serialized) struct ActionStoreTests {
  private var ended: ActionRun {
    var run = ActionRun.begun("act_1")
    run.status = .partial
    run.message = "Saved 1 of 2 rows. 日本"
    run.finishedAtUs = 2_000_000
    run.substeps = [ActionSubstep(name: "read", status: .ok, message: "2 rows", durationUs: 15)]
    run.counts = SaveCounts(rows: 2, upserts: 1, failures: 1)
    run.messages = [
      RowMessage(
        rowNumber: 7, key: "INIT-1", column: "engineering_tokens", severity: .error, code: "not_a_number", message: "\"18O\"")
    ]
    run.runId = "run_1"
    return run
  }

  @Test func `an action comes back as it was recorded`() async throws {
    try await withStore { store in
      #expect(try await store.begin(.begun("act_1"), idempotencyKey: "") == nil)
      #expect(try await store.actionRun("act_1") == .begun("act_1"))
      try await store.finish(ended, settled: [])
      #expect(try await store.actionRun("act_1") == ended)
      #expect(try await store.actionRun("act_2") == nil)
    }
  }

  @Test func `what has ended stays as it ended`() async throws {
    try await withStore { store in
      _ = try await store.begin(.begun("act_1"), idempotencyKey: "")
      try await store.finish(ended, settled: [])
      var late = ended
      late.status = .failed
      try await store.finish(late, settled: [])
      try await store.saveProgress(.begun("act_1"))
      #expect(try await store.actionRun("act_1") == ended)
    }
  }

  @Test func `a repeated idempotency key gives the action that is there`() async throws {
    try await withStore { store in
      let first = try await store.begin(.begun("act_1"), idempotencyKey: "k")
      #expect(first == nil)
      #expect(try await store.begin(.begun("act_2"), idempotencyKey: "k") == .begun("act_1"))
      #expect(try await store.begin(.begun("act_3"), idempotencyKey: "other") == nil)
      #expect(try await store.actionRun("act_2") == nil)
    }
  }

  @Test func `the key of an action that was interrupted is free for its repetition`() async throws {
    try await withStore { store in
      _ = try await store.begin(.begun("act_1"), idempotencyKey: "k")
      let ended = try await store.endActions(of: [store.instance]) { Repairs.interrupted($0, nowUs: 9) }
      #expect(ended.map(\.status) == [.interrupted])
      #expect(try await store.begin(.begun("act_2"), idempotencyKey: "k") == nil)
    }
  }

  @Test func `actions are listed newest first, page by page, without their messages`() async throws {
    try await withStore { store in
      for number in 1...5 { _ = try await store.begin(.begun("act_\(number)", at: Int64(number / 2)), idempotencyKey: "") }
      try await store.finish(ended, settled: [])
      let first = try await store.newest(after: nil, limit: 3)
      #expect(first.map(\.actionRunId) == ["act_5", "act_4", "act_3"])
      let token = try #require(PageToken(PageToken(first[2]).text))
      let second = try await store.newest(after: token, limit: 3)
      #expect(second.map(\.actionRunId) == ["act_2", "act_1"])
      #expect(second.last?.messages == [] && second.last?.counts?.rows == 2)
    }
  }

  @Test(arguments: ["", "x", "12", "x-act", "1\u{0}-a"])
  func `a page token that no answer gave is none`(text: String) { #expect(PageToken(text) == nil) }

  @Test func `headers are remembered from save to save`() async throws {
    try await withStore { store in
      _ = try await store.begin(.begun("act_1"), idempotencyKey: "")
      #expect(try await store.exchangeFingerprint(path: "/plans/Book.xlsx", tab: "Candidates", "a,b") == nil)
      #expect(try await store.exchangeFingerprint(path: "/plans/Book.xlsx", tab: "Candidates", "a,c") == "a,b")
      #expect(try await store.exchangeFingerprint(path: "/plans/Book.xlsx", tab: "Candidates", "a,c") == "a,c")
    }
  }

  @Test func `statuses are kept until they are written`() async throws {
    try await withStore { store in
      for id in ["act_1", "act_2"] { _ = try await store.begin(.begun(id), idempotencyKey: "") }
      let rows = [UnfinishedWrite.Row(rowNumber: 7, key: ["INIT-1", ""], status: "FAILED: \"18O\" 日本")]
      for (number, id) in ["act_2", "act_1"].enumerated() {
        try await store.keep(
          UnfinishedWrite(
            actionRunID: id, workbookPath: "/plans/Book.xlsx", tab: "Candidates", source: "opt_center.candidates.save",
            decidedAtUs: Int64(number), rows: rows))
      }
      #expect(try await store.owedWorkbooks() == ["/plans/Book.xlsx"])
      let owed = try await store.unfinishedWrites(of: "/plans/Book.xlsx")
      #expect(owed.map(\.actionRunID) == ["act_2", "act_1"])
      #expect(owed[0].rows == rows)
      var run = ActionRun.begun("act_1")
      run.status = .ok
      run.finishedAtUs = 5
      try await store.finish(run, settled: ["act_1", "act_2"])
      #expect(try await store.owedWorkbooks() == [])
    }
  }
}

import Messages
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

private let header: [NewValue] = ["initiative_key", "engineering_tokens", "run_status", "updated_source"]

extension SyncUnderTest {
  /// What a program leaves behind that dies in that step of a save.
  fileprivate func die(
    in step: String, of path: String, _ tab: String, keys: [String] = [], recorded: [UnfinishedWrite.Row] = []
  ) async throws {
    let dead = ActionStore(database: store.database, instance: "lodestar-sync@elsewhere.6")
    // What is a week old is forgotten.
    var run = ActionRun.begun("act_1", at: context.clock.nowUs(), path: path)
    run.tab = tab
    run.substeps = [ActionSubstep(name: step, status: .running, message: "at it")]
    let request = RunActionRequest(action: "pm.save_selected", workbookPath: path, tab: tab, keys: keys, actor: "ada")
    _ = try await dead.begin(run, of: request, idempotencyKey: "")
    try await dead.saveProgress(run)
    if !recorded.isEmpty {
      try await dead.keep(
        UnfinishedWrite(
          actionRunID: "act_1", workbookPath: path, tab: tab, source: "s", decidedAtUs: context.clock.nowUs(), rows: recorded))
    }
    try await Repairs(context: context).atStart()
  }

  fileprivate func settle() async throws {
    for save in try await store.unsettledSaves() { await SaveSettlement(context: context, save: save).perform() }
  }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct SaveSettlementTests {
  private func withStored(_ body: (SyncUnderTest, String) async throws -> Void) async throws {
    try await withSync { sync in
      sync.compiler.keepsRows.withLock { $0 = true }
      sync.compiler.stored.withLock {
        $0["Candidates"] = StoredTabRows(candidates: [
          CandidateRow(rowNumber: 2, initiativeKey: "INIT-1", engineeringTokens: OptionalInt64(value: 5)),
          CandidateRow(rowNumber: 3, initiativeKey: "INIT-2", engineeringTokens: OptionalInt64(value: 6)),
        ])
      }
      let path = try sync.makeWorkbook([
        ("Candidates", [header, ["INIT-1", 5], ["INIT-2", 66], ["INIT-3", 7], ["INIT-4", "18O"]])
      ])
      try await body(sync, path)
    }
  }

  @Test(arguments: ["send", "write_back"])
  func `each row is told whether it is stored, and nothing is stored that was not`(step: String) async throws {
    try await withStored { sync, path in
      let before = sync.compiler.stored.withLock { $0 }
      try await sync.die(in: step, of: path, "Candidates")
      try await sync.settle()
      let statuses = try await sync.statuses(of: "Candidates", in: path)
      #expect(statuses[2] == "OK: unchanged")
      for row in [3, 4] {
        #expect(statuses[row] == "FAILED: not saved: lodestar-sync ended before this row was stored; save it again")
      }
      #expect(statuses[5]?.contains("did you mean 180?") == true)
      #expect(sync.compiler.candidates.withLock { $0.map(\.validateOnly) } == [true])
      #expect(sync.compiler.stored.withLock { $0 } == before)
      #expect(try await sync.store.unsettledSaves().isEmpty)
      #expect(try await sync.store.owedWorkbooks() == [])
      #expect(try await sync.store.actionRun("act_1")?.status == .interrupted)
    }
  }

  @Test func `rows that were not asked for keep their statuses`() async throws {
    try await withStored { sync, path in
      try await sync.die(in: "send", of: path, "Candidates", keys: ["INIT-1", "INIT-3"])
      try await sync.settle()
      #expect(Set(try await sync.statuses(of: "Candidates", in: path).keys) == [2, 4])
    }
  }

  @Test func `a save that died before it sent anything needs no looking up`() async throws {
    try await withStored { sync, path in
      try await sync.die(in: "read", of: path, "Candidates")
      #expect(try await sync.store.unsettledSaves().isEmpty)
    }
  }

  @Test func `answers that were recorded are written as they are`() async throws {
    try await withStored { sync, path in
      let row = UnfinishedWrite.Row(rowNumber: 2, key: ["INIT-1"], status: "OK: of yesterday")
      try await sync.die(in: "write_back", of: path, "Candidates", recorded: [row])
      #expect(try await sync.store.unsettledSaves().isEmpty)
      try await Repairs(context: sync.context).payDebts(of: path)
      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: of yesterday"])
    }
  }

  @Test func `a workbook whose keeper is away for a while is looked up again`() {
    #expect(SaveSettlement.mayPass(WorkbookError.away("Plan")))
    #expect(SaveSettlement.mayPass(WorkbookError.cancelled("Plan")))
    #expect(!SaveSettlement.mayPass(WorkbookError(.notFound, file: "Plan", problem: "gone", mend: "")))
  }

  @Test func `a later save has the last word`() async throws {
    try await withStored { sync, path in
      try await sync.die(in: "send", of: path, "Candidates")
      #expect(try await sync.save(path, "Candidates").status == .partial)
      let statuses = try await sync.statuses(of: "Candidates", in: path)
      try await sync.settle()
      #expect(try await sync.statuses(of: "Candidates", in: path) == statuses)
      #expect(try await sync.store.unsettledSaves().isEmpty)
    }
  }

  @Test func `a later save of one row has the last word on that row alone`() async throws {
    try await withStored { sync, path in
      try await sync.die(in: "send", of: path, "Candidates")
      #expect(try await sync.save(path, "Candidates", keys: ["INIT-1"]).status == .ok)
      try await sync.settle()
      let statuses = try await sync.statuses(of: "Candidates", in: path)
      #expect(Set(statuses.keys) == [2, 3, 4, 5] && statuses[2] == "OK: unchanged")
      #expect(statuses[3]?.hasPrefix("FAILED: not saved") == true)
    }
  }

  @Test func `one that rests does not hide the others`() async throws {
    try await withStored { sync, path in
      try await sync.die(in: "send", of: path, "Candidates")
      #expect(try await sync.store.unsettledSaves(except: ["act_1"]).isEmpty)
      #expect(try await sync.store.unsettledSaves(except: ["act_2"]).count == 1)
    }
  }

  @Test func `what cannot be looked up now is tried again, and what never can be is given up`() async throws {
    try await withStored { sync, path in
      try await sync.die(in: "send", of: path, "Candidates")
      var alone = sync
      alone.context = .testing(sync.store, locks: sync.context.locks)
      try await alone.settle()
      #expect(try await sync.store.unsettledSaves().count == 1)
      openAsAda(path)
      try await sync.settle()
      #expect(try await sync.store.unsettledSaves().count == 1)
      #expect(removeFile(signOfOpening(path)) && removeFile(path))
      try await sync.settle()
      #expect(try await sync.store.unsettledSaves().isEmpty)
    }
  }
}

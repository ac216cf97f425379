import Glibc
import Messages
import Postgres
import TestSupport
import Testing

@testable import SheetSyncServer

@Suite(.serialized) struct RepairsTests {
  private func interrupted(_ step: String, runID: String = "") -> ActionRun {
    var run = ActionRun.begun("act_1")
    run.runId = runID
    if !step.isEmpty { run.substeps = [ActionSubstep(name: step, status: .running, message: "at it")] }
    return Repairs.interrupted(run, nowUs: 7_000_000)
  }

  @Test(arguments: [
    ("", "Nothing was stored"), ("read", "Nothing was stored"), ("send", "may have been stored"),
    ("write_back", "statuses are written by the next action"),
    ("submit", "repeat the action"), ("judge", "Nothing was stored"), ("compare", "Nothing was stored"),
    ("fetch", "Nothing was stored"), ("statuses", "repeat the action for the rest"), ("write", "nothing was stored"),
    ("suggest", "suggestions written so far stay"), ("cancel", "not known"),
  ])
  func `an interrupted action says what is stored and what to do`(step: String, words: String) {
    let run = interrupted(step)
    #expect(run.status == .interrupted && run.finishedAtUs == 7_000_000)
    #expect(run.message.contains(words), "\(run.message)")
    #expect(run.substeps.allSatisfy { $0.status == .interrupted })
  }

  @Test func `an interrupted optimization names its run`() {
    #expect(interrupted("solve", runID: "run_9").message.contains("run_9"))
    #expect(interrupted("submit", runID: "run_9").message.contains("pm.optimize.write_results"))
  }

  @Test func `a process that is no more is dead, on its own host only`() {
    let own = "lodestar-sync@host.\(getpid())"
    #expect(!Repairs.isGoneFromThisMachine(own, own: own))
    #expect(!Repairs.isGoneFromThisMachine("lodestar-sync@host.1", own: own))
    #expect(Repairs.isGoneFromThisMachine("lodestar-sync@host.4194305", own: own))
    #expect(!Repairs.isGoneFromThisMachine("lodestar-sync@other.4194305", own: own))
    #expect(!Repairs.isGoneFromThisMachine("lodestar-sync", own: own))
    #expect(!Repairs.isGoneFromThisMachine("lodestar-sync@host.0", own: own))
  }

  @Test func `a killed process that nobody has taken notice of is dead, too`() throws {
    let own = "lodestar-sync@host.\(getpid())"
    var child: pid_t = 0
    let arguments = unsafe [strdup("sleep"), strdup("60"), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    try #require(unsafe posix_spawn(&child, "/bin/sleep", nil, nil, arguments, environ) == 0)
    #expect(!Repairs.isGoneFromThisMachine("lodestar-sync@host.\(child)", own: own))
    kill(child, SIGKILL)
    while !Repairs.isGoneFromThisMachine("lodestar-sync@host.\(child)", own: own) { sched_yield() }
    #expect(kill(child, 0) == 0, "it is still listed")
    var status: Int32 = 0
    #expect(unsafe waitpid(child, &status, 0) == child)
    #expect(Repairs.isGoneFromThisMachine("lodestar-sync@host.\(child)", own: own))
  }

  @Test func `a start ends what dead programs left, and leaves the living alone`() async throws {
    try await withDatabase(role: .sync) { database in
      try await database.migrate(schema: "sync", migrations: SheetSyncServer.migrations)
      func store(_ instance: String) -> ActionStore { ActionStore(database: database, instance: instance) }
      let living = store("lodestar-sync@elsewhere.5")
      let dead = store("lodestar-sync@elsewhere.6")
      let own = store("lodestar-sync@here.1")
      try await living.renewLease(seconds: 60)
      try await dead.renewLease(seconds: -1)
      for (number, store) in [living, dead, own].enumerated() {
        _ = try await store.begin(.begun("act_\(number)"), idempotencyKey: "")
      }
      let repairs = Repairs(context: .testing(own, locks: WorkbookLocks(database: database)))
      try await repairs.atStart()
      let statuses = try await own.newest(after: nil, limit: 10).sorted { $0.actionRunId < $1.actionRunId }.map(\.status)
      #expect(statuses == [.running, .interrupted, .interrupted])
    }
  }
}

@Suite(.serialized) struct WorkbookLocksTests {
  @Test func `actions on one workbook come one after the other, on two together`() async throws {
    try await withDatabase(role: .sync) { database in
      let locks = WorkbookLocks(database: database)
      let (entered, enter) = AsyncStream.makeStream(of: Int.self)
      let (left, leave) = AsyncStream.makeStream(of: Void.self)
      let first = Task {
        try await locks.holding("/a") {
          enter.yield(1)
          for await _ in left { break }
          enter.yield(2)
        }
      }
      var order = entered.makeAsyncIterator()
      #expect(await order.next() == 1)
      try await locks.holding("/b") {}
      let (waits, wait) = AsyncStream.makeStream(of: Void.self)
      let second = Task {
        try await locks.holding("/a") {
          wait.yield(())
        } _: {
          _ = enter.yield(3)
        }
      }
      for await _ in waits { break }
      leave.yield(())
      #expect(await order.next() == 2)
      #expect(await order.next() == 3)
      try await first.value
      try await second.value
    }
  }

  @Test func `another program's action is waited for`() async throws {
    try await withTestDatabase { test in
      try await test.withDatabase(.sync) { one in
        try await test.withDatabase(.sync) { other in
          let (entered, enter) = AsyncStream.makeStream(of: Int.self)
          let (left, leave) = AsyncStream.makeStream(of: Void.self)
          let holder = Task {
            try await WorkbookLocks(database: one).holding("/a") {
              enter.yield(1)
              for await _ in left { break }
              enter.yield(2)
            }
          }
          var order = entered.makeAsyncIterator()
          #expect(await order.next() == 1)
          let waiter = Task { try await WorkbookLocks(database: other).holding("/a") { _ = enter.yield(3) } }
          // The waiter is in the server's queue before the holder lets go.
          while try await one.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").isEmpty {}
          leave.yield(())
          #expect(await order.next() == 2)
          #expect(await order.next() == 3)
          try await holder.value
          try await waiter.value
        }
      }
    }
  }

  @Test func `an error of the body goes to the caller, and the lock is free again`() async throws {
    struct Wrong: Error {}
    try await withDatabase(role: .sync) { database in
      let locks = WorkbookLocks(database: database)
      await #expect(throws: Wrong.self) { try await locks.holding("/a") { throw Wrong() } }
      let answer = try await locks.holding("/a") { 5 }
      #expect(answer == 5)
    }
  }
}

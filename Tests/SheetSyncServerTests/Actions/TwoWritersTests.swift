import Messages
import Postgres
import RPC
import SheetSyncDomain
import Synchronization
import TestSupport
import Testing

@testable import SheetSyncServer

private let header: [NewValue] = ["initiative_key", "engineering_tokens", "run_status"]

/// Keeps calls in the compiler until they are let go, and counts how many are there at once.
private final class Gate: Sendable {
  let entered: AsyncStream<Void>
  private let enter: AsyncStream<Void>.Continuation
  private let opened: AsyncStream<Void>
  private let opening: AsyncStream<Void>.Continuation
  let inside = Mutex((now: 0, most: 0, all: 0))

  init(of compiler: FakeCompiler) {
    (entered, enter) = AsyncStream.makeStream()
    (opened, opening) = AsyncStream.makeStream()
    compiler.arrival.withLock { $0 = { [self] in await pass() } }
  }

  private func pass() async {
    inside.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
    enter.yield(())
    for await _ in opened {}
    inside.withLock { $0.now -= 1 }
  }

  func open() { opening.finish() }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct TwoWritersTests {
  private func path(_ sync: SyncUnderTest) throws -> String {
    try sync.makeWorkbook([("Candidates", [header, ["INIT-1", 5], ["INIT-2", 6]])])
  }

  @Test func `of two saves of one tab by one program the second waits for the first`() async throws {
    try await withSync { sync in
      let path = try path(sync)
      let gate = Gate(of: sync.compiler)
      let (events, told) = AsyncStream.makeStream(of: String.self)
      async let first = sync.save(path, "Candidates", keys: ["INIT-1"])
      for await _ in gate.entered { break }
      async let second = sync.saveTelling(path, told)
      // The second has said that it waits before the first is let go.
      for await message in events where message.contains("waiting for another action") { break }
      gate.open()
      #expect(try await first.status == .ok)
      #expect(try await second.status == .ok)
      #expect(gate.inside.withLock { $0.most } == 1 && gate.inside.withLock { $0.all } == 2)
      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: saved", 3: "OK: saved"])
    }
  }

  @Test func `of two saves of one tab by two programs the second waits, and is refused when that takes too long`() async throws {
    try await withSync { sync in
      // The other program has connections, an instance and memory of its own; files and database are the same.
      var other = sync
      other.context.store = ActionStore(database: sync.store.database, instance: "lodestar-sync@test.2")
      other.context.locks = WorkbookLocks(database: sync.context.locks.database, patience: "300ms")
      let path = try path(sync)
      let gate = Gate(of: sync.compiler)
      async let first = sync.save(path, "Candidates")
      for await _ in gate.entered { break }
      let bytes = readFile(path)
      let refused = try await other.save(path, "Candidates")
      #expect(refused.status == .failed, "\(refused.message)")
      #expect(refused.message.contains("another action of Lodestar is at work on it"))
      #expect(readFile(path) == bytes && gate.inside.withLock { $0.all } == 1)
      // A preview waits likewise: what it would say is out of date in a moment.
      #expect(try await other.preview(path).message.contains("at work on it"))

      other.context.locks = WorkbookLocks(database: sync.context.locks.database)
      async let waiting = other.save(path, "Candidates")
      while try await sync.store.isLockWaitedFor() == false { try await Task.sleep(for: .milliseconds(10)) }
      gate.open()
      #expect(try await first.status == .ok)
      #expect(try await waiting.status == .ok)
      #expect(gate.inside.withLock { $0.most } == 1 && gate.inside.withLock { $0.all } == 2)
    }
  }

  @Test func `many savers of many tabs leave each row with the answer of a whole save`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        ("Candidates", [header] + (1...40).map { [.text("INIT-\($0)"), .number(Double($0))] }),
        ("Central Backlog", [["initiative_key", "title", "run_status"]] + (1...40).map { [.text("INIT-\($0)"), "T"] }),
      ])
      var other = sync
      other.context.store = ActionStore(database: sync.store.database, instance: "lodestar-sync@test.2")
      other.context.locks = WorkbookLocks(database: sync.context.locks.database)
      let programs = [sync, other]
      let endings = try await withThrowingTaskGroup(of: ActionRun.self) { group in
        for number in 0..<12 {
          let program = programs[number % 2]
          let tab = number % 3 == 0 ? "Central Backlog" : "Candidates"
          group.addTask { try await program.save(path, tab) }
        }
        return try await group.reduce(into: [ActionRun]()) { $0.append($1) }
      }
      #expect(endings.allSatisfy { $0.status == .ok }, "\(endings.map(\.message))")
      for tab in ["Candidates", "Central Backlog"] {
        #expect(try await sync.statuses(of: tab, in: path).values.allSatisfy { $0 == "OK: saved" })
        #expect(try await sync.statuses(of: tab, in: path).count == 40)
      }
      #expect(try await sync.store.owedWorkbooks() == [])
    }
  }
}

extension ActionStore {
  /// Whether somebody waits for a lock of this database; those of other tests are none of ours.
  fileprivate func isLockWaitedFor() async throws -> Bool {
    try await !database.query(
      """
      SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """
    ).isEmpty
  }
}

extension SyncUnderTest {
  /// Saves a row of Candidates and tells each message about its progress.
  fileprivate func saveTelling(_ path: String, _ told: AsyncStream<String>.Continuation) async throws -> ActionRun {
    let request = RunActionRequest(
      action: "pm.save_selected", workbookPath: path, tab: "Candidates", keys: ["INIT-2"], actor: "ben")
    let runs = Mutex<ActionRun?>(nil)
    try await handler.runAction(
      request, context: Self.callContext,
      responses: ResponseWriter { event in
        switch event.event {
        case .progress(let progress)?: told.yield(progress.message)
        case .actionRun(let run)?: runs.withLock { $0 = run }
        case nil: break
        }
      })
    guard let run = runs.withLock({ $0 }) else { throw ActionFailure.mistake }
    return run
  }

  fileprivate func preview(_ path: String) async throws -> ActionRun {
    try await run(RunActionRequest(action: "pm.preview", workbookPath: path, tab: "Candidates", actor: "ben"))
  }
}

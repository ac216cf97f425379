import Testing

@testable import Postgres

@Suite struct StatementCacheTests {
  @Test func `a text is prepared once for each list of types`() {
    var cache = StatementCache(limit: 10)
    let first = cache.plan(for: "SELECT \(1)")
    #expect(first.isNew)
    #expect(cache.plan(for: "SELECT \(2)") == StatementCache.Plan(name: first.name, isNew: false))
    let other = cache.plan(for: "SELECT \("x")")
    #expect(other.isNew)
    #expect(other.name != first.name)
  }

  @Test func `the least recently used goes first, and its name is never used again`() {
    var cache = StatementCache(limit: 2)
    let a = cache.plan(for: "a")
    let b = cache.plan(for: "b")
    _ = cache.plan(for: "a")
    let c = cache.plan(for: "c")
    #expect(cache.takeAbandoned() == [b.name])
    #expect(cache.takeAbandoned().isEmpty)
    #expect(cache.count == 2)
    #expect(!cache.plan(for: "a").isNew)
    let again = cache.plan(for: "b")
    #expect(again.isNew)
    #expect(![a.name, b.name, c.name].contains(again.name))
  }

  @Test func `what is forgotten is prepared anew, and given up only where the server holds it`() {
    var cache = StatementCache(limit: 2)
    let a = cache.plan(for: "a")
    cache.forget(a.name, stillHeld: false)
    #expect(cache.takeAbandoned().isEmpty)
    let again = cache.plan(for: "a")
    #expect(again.isNew)
    cache.forget(again.name, stillHeld: true)
    #expect(cache.takeAbandoned() == [again.name])
  }
}

@Suite struct PipelineProgressTests {
  private let steps: [PipelineProgress.Step] = [
    .prepare(name: "s1"), .execute(name: "s1", isNew: true), .execute(name: "s0", isNew: false), .sync,
  ]

  private func refused(_ sqlState: String) -> Received {
    var error = PostgresError(.server, "refused")
    error.sqlState = sqlState
    return .failed(error)
  }

  /// Feeds everything; returns the outcome and whether the pipeline was over exactly at the last.
  private func run(_ received: [Received], _ cache: inout StatementCache) throws -> (outcome: Outcome, isOver: Bool) {
    var progress = PipelineProgress(steps)
    var isOver = false
    for result in received {
      #expect(!isOver)
      isOver = try progress.receive(result, cache: &cache)
    }
    return (progress.outcome, isOver)
  }

  @Test func `a failed statement skips the rest, and what was not prepared is forgotten`() throws {
    var cache = StatementCache(limit: 8)
    let held = cache.plan(for: "held")
    #expect(held.name == "s1")
    let (outcome, isOver) = try run([refused("42601"), .end, .skipped, .end, .skipped, .end, .synced], &cache)
    #expect(isOver)
    #expect(outcome.error?.sqlState == "42601")
    #expect(!outcome.hadStalePlan)
    #expect(cache.count == 0)
    #expect(cache.takeAbandoned().isEmpty)
  }

  @Test(arguments: [("0A000", true), ("26000", true), ("23505", false)])
  func `only a plan that was prepared earlier can be stale`(sqlState: String, isStale: Bool) throws {
    var cache = StatementCache(limit: 8)
    var progress = PipelineProgress([.execute(name: "s0", isNew: false), .sync])
    for result in [refused(sqlState), .end, .synced] { _ = try progress.receive(result, cache: &cache) }
    #expect(progress.outcome.hadStalePlan == isStale)
    var fresh = PipelineProgress([.execute(name: "s0", isNew: true), .sync])
    for result in [refused(sqlState), .end, .synced] { _ = try fresh.receive(result, cache: &cache) }
    #expect(!fresh.outcome.hadStalePlan)
  }

  @Test func `answers that fit no question end the connection`() {
    for received in [[Received.synced], [.skipped, .synced], [.copyIn], [.end, .end, .end, .end]] {
      var cache = StatementCache(limit: 8)
      #expect(throws: PostgresError.self) { try run(received, &cache) }
    }
  }

  @Test func `when the connection dies after the server said why, the reason is kept`() {
    var cache = StatementCache(limit: 8)
    let error = #expect(throws: PostgresError.self) {
      try run([refused("57P01"), .unusable(PostgresError(.connectionLost, "closed"))], &cache)
    }
    #expect(error?.kind == .connectionLost)
    #expect(error?.sqlState == "57P01")
  }
}

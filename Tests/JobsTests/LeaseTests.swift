import Jobs
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

private let table = LeasedTable(name: "work", key: "name", isDue: "done_by IS NULL", order: "position")

/// A value that tasks share.
private final class Shared<Value: Sendable>: Sendable {
  let value: Mutex<Value>
  init(_ value: Value) { self.value = Mutex(value) }
}

private func makeWork(_ database: Database, _ count: Int) async throws {
  try await database.execute(
    """
    CREATE TABLE work (
      name text PRIMARY KEY, position integer NOT NULL, done_by text, times_done integer NOT NULL DEFAULT 0,
      lease_epoch bigint NOT NULL DEFAULT 0, lease_worker text, lease_until timestamptz
    )
    """)
  try await database.execute("INSERT INTO work SELECT 'job ' || n, n FROM generate_series(1, \(count)) n")
}

private func worker(_ name: String, _ database: Database, lease: Duration = .seconds(15)) -> LeaseWorker {
  LeaseWorker(
    database: database, table: table, name: name, channel: "work",
    timing: LeaseTiming(lease: lease, heartbeat: lease / 4, sweep: .milliseconds(50)), logger: .silent)
}

/// Ends the row, unless the lease was lost; answers how many rows were written.
private func finish(_ lease: Lease, by name: String, in database: Database) async throws -> Int {
  try await database.execute("UPDATE work SET done_by = \(name), times_done = times_done + 1 WHERE \(lease.fence)")
}

@Suite struct LeaseTests {
  @Test func `work is claimed in its order, each piece by one worker only`() async throws {
    try await withDatabase { database in
      try await makeWork(database, 2)
      let first = try #require(try await worker("a", database).claim())
      let second = try #require(try await worker("b", database).claim())
      #expect(first.key == "job 1" && second.key == "job 2")
      #expect(try await worker("c", database).claim() == nil)
    }
  }

  @Test func `a worker that lost its lease writes zero rows`() async throws {
    try await withDatabase { database in
      try await makeWork(database, 1)
      let slow = try #require(try await worker("slow", database, lease: .milliseconds(1)).claim())
      // The lease of a millisecond has ended as soon as the next claim is made by the server's clock.
      var taken: Lease?
      while taken == nil { taken = try await worker("next", database).claim() }
      let lease = try #require(taken)
      #expect(lease.epoch == slow.epoch + 1)
      #expect(try await finish(slow, by: "slow", in: database) == 0)
      #expect(try await finish(lease, by: "next", in: database) == 1)
      #expect(try await finish(slow, by: "slow", in: database) == 0)
    }
  }

  @Test func `many workers do every piece exactly once`() async throws {
    try await withDatabase { database in
      try await makeWork(database, 60)
      let left = Shared(60)
      await withThrowingTaskGroup(of: Void.self) { group in
        for name in ["a", "b", "c", "d"] {
          group.addTask {
            try await worker(name, database).run { lease in
              if try await finish(lease, by: name, in: database) == 1 { left.value.withLock { $0 -= 1 } }
              if left.value.withLock({ $0 }) == 0 { throw CancellationError() }
            }
          }
        }
        while left.value.withLock({ $0 }) > 0 { await Task.yield() }
        group.cancelAll()
        while let _ = await group.nextResult() {}
      }
      let rows = try await database.query("SELECT count(*) AS n FROM work WHERE times_done = 1")
      #expect(try rows[0].decode("n", as: Int.self) == 60)
    }
  }

  @Test func `work that failed is given back and done again`() async throws {
    try await withDatabase { database in
      try await makeWork(database, 1)
      let epochs = Shared<[Int64]>([])
      let running = Task {
        try await worker("a", database).run { lease in
          epochs.value.withLock { $0.append(lease.epoch) }
          if lease.epoch == 1 { throw Failure() }
          _ = try await finish(lease, by: "a", in: database)
        }
      }
      var done = 0
      while done == 0 {
        done = try await database.query("SELECT count(*) AS n FROM work WHERE done_by = 'a'")[0].decode("n", as: Int.self)
      }
      running.cancel()
      _ = await running.result
      #expect(epochs.value.withLock { $0 } == [1, 2])
    }
  }

  @Test func `losing the lease cancels the work`() async throws {
    try await withDatabase { database in
      try await makeWork(database, 1)
      let (cancelled, continuation) = AsyncStream.makeStream(of: Bool.self)
      let running = Task {
        try await worker("a", database, lease: .milliseconds(200)).run { lease in
          try await database.execute("UPDATE work SET lease_epoch = lease_epoch + 1, lease_until = 'infinity'")
          do {
            try await Task.sleep(for: .seconds(60))
            continuation.yield(false)
          } catch {
            continuation.yield(true)
            throw error
          }
        }
      }
      var iterator = cancelled.makeAsyncIterator()
      #expect(await iterator.next() == true)
      running.cancel()
      _ = await running.result
    }
  }

  @Test func `when the database cannot be asked, the work ends no later than its lease`() async throws {
    try await withTestDatabase { test in
      try await test.withDatabase(.metrics) { try await makeWork($0, 1) }
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      var impatient = try configuration(.metrics)
      impatient.cancelGrace = .milliseconds(50)
      impatient.connectTimeout = .milliseconds(100)
      let database = Database(configuration: impatient, loops: TestLoops.shared, logger: .silent)
      let (ended, continuation) = AsyncStream.makeStream(of: Bool.self)
      let running = Task {
        try await worker("a", database, lease: .milliseconds(400)).run { _ in
          proxy.set(.stall)
          do {
            try await Task.sleep(for: .seconds(60))
            continuation.yield(false)
          } catch {
            continuation.yield(true)
            throw error
          }
        }
      }
      var iterator = ended.makeAsyncIterator()
      #expect(await iterator.next() == true)
      running.cancel()
      proxy.set(.forward)
      _ = await running.result
      await database.close()
    }
  }

  private struct Failure: Error {}
}

public import Logging
public import Postgres

/// Claims rows of a table one after the other and works on each while its lease is renewed; several workers, in any number of
/// processes, share the table without knowing of each other.
public struct LeaseWorker: Sendable {
  private let database: Database
  private let table: LeasedTable
  private let name: String
  private let channel: String
  private let timing: LeaseTiming
  private let logger: Logger

  /// - Parameters:
  ///   - name: what `lease_worker` shows.
  ///   - channel: a NOTIFY on it wakes idle workers.
  public init(
    database: Database, table: LeasedTable, name: String, channel: String, timing: LeaseTiming = LeaseTiming(), logger: Logger
  ) {
    self.database = database
    self.table = table
    self.name = name
    self.channel = channel
    self.timing = timing
    self.logger = logger
  }

  /// Works until cancelled. The body's task is cancelled when its lease is lost; a body that throws gives its row back, to be claimed
  /// again after the next sweep, so a body that wants no repetition must end its row itself.
  public func run(_ body: @escaping @Sendable (Lease) async throws -> Void) async throws {
    var wakeups = Wakeups(notifications: database.listen(channel), sweep: timing.sweep)
    while true {
      try Task.checkCancellation()
      let lease: Lease?
      let asked = ContinuousClock.now
      do {
        lease = try await claim()
      } catch let error as PostgresError {
        logger.warning("no work can be claimed", metadata: ["error": "\(error)"])
        lease = nil
      }
      guard let lease else {
        try await wakeups.next()
        continue
      }
      if await !work(on: lease, claimed: asked, body) { try await wakeups.next() }
    }
  }

  /// The next row that is due and free; nil when there is none.
  public func claim() async throws -> Lease? {
    guard let row = try await database.query(table.claim(worker: name, lease: timing.lease)).first else { return nil }
    return Lease(table: table.name, keyColumn: table.key, key: try row.decode("claimed_key"), epoch: try row.decode("lease_epoch"))
  }

  /// True when the body returned.
  private func work(
    on lease: Lease, claimed: ContinuousClock.Instant, _ body: @escaping @Sendable (Lease) async throws -> Void
  ) async -> Bool {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await self.keepRenewing(lease, claimed: claimed) }
        group.addTask {
          try await body(lease)
          throw Done()
        }
        defer { group.cancelAll() }
        try await group.next()
      }
      return true
    } catch is Done {
      return true
    } catch {
      logger.warning("work was not finished", metadata: ["key": "\(lease.key)", "epoch": "\(lease.epoch)", "error": "\(error)"])
      // Best effort: what cannot be given back now is free when the lease ends.
      let release = table.release(lease)
      let database = database
      _ = await Task { try? await database.execute(release) }.value
      return false
    }
  }

  private struct Done: Error {}

  /// Renews until cancelled; throws when the lease is lost, which ends the body as well. By this machine's clock a lease lasts from the
  /// moment its claim or renewal was asked for: the server's clock starts later, so that this side gives up first.
  private func keepRenewing(_ lease: Lease, claimed: ContinuousClock.Instant) async throws {
    var end = claimed.advanced(by: timing.lease)
    var pause = timing.heartbeat
    while true {
      try await Task.sleep(until: min(.now + pause, end))
      let asked = ContinuousClock.now
      guard asked < end else { throw LeaseLost(key: lease.key) }
      do {
        guard try await !database.query(table.renew(lease, for: timing.lease), deadline: end).isEmpty else {
          throw LeaseLost(key: lease.key)
        }
        end = asked.advanced(by: timing.lease)
        pause = timing.heartbeat
      } catch let error as PostgresError {
        logger.warning("a lease could not be renewed yet", metadata: ["key": "\(lease.key)", "error": "\(error)"])
        // The lease runs on: try more often than when all is well.
        pause = timing.heartbeat / 5
      }
    }
  }
}

/// Another worker has the row, or may have it.
public struct LeaseLost: Error, Sendable, CustomStringConvertible {
  public let key: String
  public var description: String { "the lease on \(key) is lost" }
}

import Postgres
import Synchronization

/// One action at a time works on a workbook. Actions of this program wait for each other in their order; those of other
/// programs exclude each other through PostgreSQL, where a lock goes with its holder, however that ends.
final class WorkbookLocks: Sendable {
  /// How long an action waits for another program's, as PostgreSQL writes times.
  static let usualPatience = "10s"

  let database: Database
  private let patience: String
  /// By workbook, whoever waits for it; an entry without anybody means that it is taken.
  private let waiting = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

  /// `database`: connections that nothing else uses, as each holder of a lock keeps one.
  init(database: Database, patience: String = WorkbookLocks.usualPatience) {
    self.database = database
    self.patience = patience
  }

  /// Runs the body while nothing else works on the workbook. Throws `ActionFailure` when another program does not let go of it.
  func holding<Result: Sendable>(
    _ path: String, isWaiting: () -> Void = {}, _ body: () async throws -> Result
  ) async throws -> Result {
    await take(path, isWaiting)
    defer { letGo(of: path) }
    var outcome: Swift.Result<Result, any Error>?
    do {
      try await database.transaction { transaction in
        _ = try await transaction.pipeline([
          "SELECT set_config('lock_timeout', \(patience), true), set_config('idle_in_transaction_session_timeout', '0', true)",
          "SELECT pg_advisory_xact_lock(hashtextextended(\("lodestar workbook " + path), 0))",
        ])
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
      }
    } catch {
      // Once the body has run, its outcome counts: the lock's own end changes nothing about it.
      if outcome == nil { throw Self.failure(error, path) }
    }
    guard let outcome else { throw ActionFailure.mistake }
    return try outcome.get()
  }

  private func take(_ path: String, _ isWaiting: () -> Void) async {
    let isFree = waiting.withLock { waiting in
      guard waiting[path] == nil else { return false }
      waiting[path] = []
      return true
    }
    if isFree { return }
    isWaiting()
    await withCheckedContinuation { continuation in
      let isFree = waiting.withLock { waiting in
        guard waiting[path] != nil else {
          waiting[path] = []
          return true
        }
        waiting[path]?.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  private func letGo(of path: String) {
    let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
      guard let queue = waiting[path], !queue.isEmpty else {
        waiting[path] = nil
        return nil
      }
      return waiting[path]?.removeFirst()
    }
    next?.resume()
  }

  private static func failure(_ error: any Error, _ path: String) -> any Error {
    guard let error = error as? PostgresError, error.sqlState == "55P03" else { return error }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return ActionFailure(
      code: "busy",
      message: "\(file): another action of Lodestar is at work on it. Nothing was changed; repeat this when that has ended")
  }
}

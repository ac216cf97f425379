import Jobs
import Logging
import Postgres

/// What has to be done now and then, whatever instance does it.
struct Housekeeping: Sendable {
  static let interval = Duration.seconds(60)

  let database: Database
  let logger: Logger
  var interval = Housekeeping.interval

  /// Goes on until cancelled; what fails is tried again the next time.
  func run() async {
    while !Task.isCancelled {
      await attempt("old idempotency keys cannot be removed") { try await IdempotencyKeys().sweep(in: database) }
      await attempt("deliveries cannot be recorded in the audit trail") { try await NotificationAudit(database: database).record() }
      try? await Task.sleep(for: interval)
    }
  }

  private func attempt(_ failure: Logger.Message, _ work: () async throws -> Int) async {
    do {
      _ = try await work()
    } catch is CancellationError {
      return
    } catch {
      logger.warning(failure, metadata: ["error": "\(error)"])
    }
  }
}

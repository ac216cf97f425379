import Jobs
import Logging
import Postgres
import Reactor

/// Sends what the outbox has for one channel, one after the other in the order of writing; any number of instances share the work.
///
/// At least once: what was sent and could not be recorded is sent again, with the same key.
struct NotificationWorker: Sendable {
  let database: Database
  let sink: any NotificationSink
  let retrying: RetryRule
  /// What `lease_worker` shows.
  let name: String
  var timing = LeaseTiming()
  let logger: Logger

  /// Works until cancelled.
  func run() async throws {
    let worker = LeaseWorker(
      database: database, table: NotificationTable.leased(sink.channel), name: name, channel: Outbox.channel, timing: timing,
      logger: logger)
    try await worker.run { lease in try await deliver(lease) }
  }

  private func deliver(_ lease: Lease) async throws {
    guard var notification = try await database.fetchFirst(ClaimedNotification(lease: lease)) else { return }
    // Every try that was recorded had one claim.
    notification.mayHaveBeenSent = lease.epoch > Int64(notification.attempts) + 1
    let outcome = await sink.send(notification)
    let record: Statement
    switch outcome {
    case .delivered: record = NotificationTable.delivered(lease)
    case .failed(let reason, let after):
      let pause = retrying.pause(afterAttempt: notification.attempts + 1, asked: after, chance: .random(in: 0...1))
      logger.warning(
        pause == nil ? "a notification was given up" : "a notification did not arrive yet",
        metadata: ["notification": "\(notification.key)", "reason": "\(reason)"])
      record = NotificationTable.failed(lease, reason: reason, pause: pause)
    }
    // Recorded also when this service is just ending: else it would be sent once more.
    let database = database
    try await Task { _ = try await database.execute(record) }.value
  }
}

/// When a notification that did not arrive is tried again: after pauses that double, with some chance in them, so that those who wait for
/// the same receiver do not all come at once.
struct RetryRule: Sendable, Equatable {
  /// After so many tries it is given up.
  var attempts = 20
  var firstPause = Duration.seconds(1)
  var longestPause = Duration.seconds(600)

  /// Nil to give up.
  /// - Parameters:
  ///   - attempt: how often it was tried by now.
  ///   - asked: how long the receiver asked to be left alone: never less than that.
  ///   - chance: from 0 to 1.
  func pause(afterAttempt attempt: Int, asked: Duration?, chance: Double) -> Duration? {
    guard attempt < attempts else { return nil }
    var pause = firstPause
    for _ in 1..<max(1, attempt) where pause < longestPause { pause *= 2 }
    return max(min(pause, longestPause) * (0.5 + chance / 2), asked ?? .zero)
  }
}

import Jobs
import Postgres

/// The outbox as work for those who empty it.
enum NotificationTable {
  static func leased(_ channel: NotificationChannel) -> LeasedTable {
    LeasedTable(
      name: "notification", key: "notification_key",
      isDue: "state = 'pending' AND channel = \(channel.rawValue) AND next_attempt_at <= clock_timestamp()",
      order: "next_attempt_at, id")
  }

  /// It has arrived; no row when the lease was lost.
  static func delivered(_ lease: Lease) -> Statement {
    """
    UPDATE notification SET state = 'delivered', delivered_at = clock_timestamp(), attempts = attempts + 1, last_error = '',
      lease_until = NULL, lease_worker = NULL
    WHERE \(lease.fence)
    """
  }

  /// It has not arrived, and is tried again after a pause, or given up when there is none.
  static func failed(_ lease: Lease, reason: String, pause: Duration?) -> Statement {
    let next: Statement
    if let pause {
      next = "next_attempt_at = clock_timestamp() + make_interval(secs => \(pause / .seconds(1)))"
    } else {
      next = "state = 'failed'"
    }
    return """
      UPDATE notification SET attempts = attempts + 1, last_error = \(reason), \(next), lease_until = NULL, lease_worker = NULL
      WHERE \(lease.fence)
      """
  }
}

/// What a claimed notification says; no row when the lease was lost.
struct ClaimedNotification: Query {
  var lease: Lease

  var statement: Statement {
    "SELECT notification_key, payload, attempts FROM notification WHERE \(lease.fence)"
  }

  static func decode(_ row: Row) throws -> OutgoingNotification {
    OutgoingNotification(
      key: try row.decode("notification_key"), payload: try row.decode("payload"), attempts: try row.decode("attempts"),
      mayHaveBeenSent: false)
  }
}

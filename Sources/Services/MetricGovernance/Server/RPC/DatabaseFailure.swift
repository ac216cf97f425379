import Postgres
import RPC

extension RPCError {
  /// What a caller may know of a database error: whether to come again, never SQL or values.
  init(_ error: PostgresError) {
    if error.isUnavailable {
      self.init(.unavailable, "The metrics database cannot be reached; try again when PostgreSQL is back.")
    } else if error.kind == .deadlineExceeded {
      self.init(.deadlineExceeded, "The metrics database did not answer in time; nothing was changed.")
    } else if error.isRetryableTransaction {
      self.init(.aborted, "Another save came first; try again.")
    } else {
      self.init(.internalError, "The metrics database refused a statement; the log of lodestar-metrics has the details.")
    }
  }
}

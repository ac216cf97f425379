import Logging
public import Postgres
public import RPC

extension RPCError {
  /// What a caller may know of a service's database error: what is wrong, whether to come again and the mend; never SQL or values.
  /// - Parameter service: the short name, for example "metrics".
  public init(_ error: PostgresError, of service: String) {
    if error.isUnavailable {
      self.init(
        .unavailable,
        "The \(service) service's database cannot be reached; `lodestar status` shows it, `lodestar up` starts it. Nothing was changed."
      )
    } else if error.kind == .deadlineExceeded {
      self.init(.deadlineExceeded, "The \(service) service's database did not answer in time; nothing was changed.")
    } else if error.isRetryableTransaction {
      self.init(.aborted, "Another change of the same thing came first; try again.")
    } else {
      self.init(
        .internalError, "The \(service) service's database refused a statement; the log of lodestar-\(service) has the details.")
    }
  }
}

extension CallContext {
  /// Runs a handler's work; what the database says about its inside goes to the log, not to the caller.
  /// - Parameter service: the short name, for example "metrics".
  public func answering<Answer>(for service: String, _ work: () async throws -> Answer) async throws -> Answer {
    do {
      return try await work()
    } catch let error as PostgresError {
      logger.error("the database failed a call", metadata: ["error": "\(error)"])
      throw RPCError(error, of: service)
    }
  }
}

public import Jobs
import Logging
public import MetricGovernanceDomain
import Postgres
public import RPC
import Runtime

/// What a caller is told when the rules say no: in this one place.
extension Refusal: RPCErrorConvertible {
  static let errorDomain = "lodestar.metrics"

  public var rpcError: RPCError {
    var details = [ErrorDetail.errorInfo(reason: reason, domain: Self.errorDomain)]
    if kind == .invalid { details.insert(.badRequest(field: field, message), at: 0) }
    return RPCError(kind.statusCode, message, details: details)
  }
}

extension Refusal.Kind {
  var statusCode: StatusCode {
    switch self {
    case .invalid: .invalidArgument
    case .notFound: .notFound
    case .alreadyExists: .alreadyExists
    case .precondition: .failedPrecondition
    case .aborted: .aborted
    case .denied: .permissionDenied
    }
  }
}

extension CallContext {
  /// Runs a handler's work; what the database says about its inside goes to the log, not to the caller.
  func answering<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
    do {
      return try await work()
    } catch let error as PostgresError {
      logger.error("the database failed a call", metadata: ["error": "\(error)"])
      throw RPCError(error, of: "metrics")
    }
  }
}

extension IdempotencyConflict: RPCErrorConvertible {
  public var rpcError: RPCError {
    let (code, reason): (StatusCode, String) =
      switch self {
      case .otherMethod, .otherRequest: (.alreadyExists, "IDEMPOTENCY_KEY_REUSED")
      case .badKey: (.invalidArgument, "IDEMPOTENCY_KEY_INVALID")
      }
    return RPCError(code, description, details: [.errorInfo(reason: reason, domain: Refusal.errorDomain)])
  }
}

public import Jobs
public import MetricGovernanceDomain
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
  func answering<Answer>(_ work: () async throws -> Answer) async throws -> Answer { try await answering(for: "metrics", work) }
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

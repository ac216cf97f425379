/// gRPC's status codes; the numbers are the wire's.
public enum StatusCode: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  case ok = 0
  /// The caller took the call back.
  case cancelled = 1
  /// An error of which no more is known.
  case unknown = 2
  /// The request is wrong whatever the state of the service.
  case invalidArgument = 3
  case deadlineExceeded = 4
  case notFound = 5
  case alreadyExists = 6
  case permissionDenied = 7
  /// A limit or quota is used up.
  case resourceExhausted = 8
  /// The state of the service does not allow it: change the state first, then call again.
  case failedPrecondition = 9
  /// Lost against a concurrent call: begin the whole again.
  case aborted = 10
  case outOfRange = 11
  case unimplemented = 12
  /// A mistake in the service.
  case internalError = 13
  /// Nobody there now: call again later.
  case unavailable = 14
  case dataLoss = 15
  case unauthenticated = 16

  /// The name in gRPC's documents: "DEADLINE_EXCEEDED".
  public var description: String {
    switch self {
    case .ok: "OK"
    case .cancelled: "CANCELLED"
    case .unknown: "UNKNOWN"
    case .invalidArgument: "INVALID_ARGUMENT"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .outOfRange: "OUT_OF_RANGE"
    case .unimplemented: "UNIMPLEMENTED"
    case .internalError: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .dataLoss: "DATA_LOSS"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }
}

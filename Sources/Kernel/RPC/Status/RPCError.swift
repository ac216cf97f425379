/// How a call failed: what a handler throws to answer with that status, and what a client's call throws.
public struct RPCError: Error, Sendable, Equatable, CustomStringConvertible {
  public var code: StatusCode
  /// For the person or program that called: says what is wrong and what would be right, never SQL, paths or secrets.
  public var message: String
  /// Sent with the status, in the trailers.
  public var metadata: Metadata
  /// For programs: google.rpc's details, sent in grpc-status-details-bin.
  public var details: [ErrorDetail]

  public init(_ code: StatusCode, _ message: String, metadata: Metadata = Metadata(), details: [ErrorDetail] = []) {
    self.code = code
    self.message = message
    self.metadata = metadata
    self.details = details
  }

  public var description: String { message.isEmpty ? "\(code)" : "\(code): \(message)" }
}

/// An error of another room that knows which status it means to a caller. A handler may let it fly.
public protocol RPCErrorConvertible: Error {
  var rpcError: RPCError { get }
}

extension RPCError {
  /// What a caller is told about an error that a handler threw. Errors nobody foresaw tell nothing of their inside.
  public static func answering(_ error: any Error) -> RPCError {
    switch error {
    case let error as RPCError: error.code == .ok ? RPCError(.unknown, error.message, metadata: error.metadata) : error
    case let error as any RPCErrorConvertible: error.rpcError
    case is CancellationError: RPCError(.cancelled, "The call was cancelled.")
    default: RPCError(.internalError, "The service made a mistake; its log has the details.")
    }
  }
}

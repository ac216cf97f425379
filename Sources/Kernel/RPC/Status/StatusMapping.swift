import HTTP2

/// How a call ended, from what came over the wire (gRPC's PROTOCOL-HTTP2 and http-grpc-status-mapping).
enum StatusMapping {
  private static let detailsName = "grpc-status-details-bin"

  /// The error of a call that the peer ended in order, nil for OK. `trailers` is nil when the head was all there was.
  static func outcome(head: HeaderBlock, trailers: HeaderBlock?) -> RPCError? {
    let last = trailers ?? head
    guard let text = last.value(of: "grpc-status") else { return withoutStatus(head: head) }
    // Nearly all of them.
    if text.equals("0") { return nil }
    let number = Int(String(decoding: text, as: UTF8.self))
    let code = number.flatMap { StatusCode(rawValue: $0) } ?? .unknown
    guard code != .ok else { return nil }
    let message = last.value(of: "grpc-message").map { PercentEncoding.decode($0) } ?? ""
    var metadata = Metadata(last) ?? Metadata()
    let details = metadata.bytes(of: Self.detailsName).first.map(ErrorDetails.decode) ?? []
    metadata.remove(Self.detailsName)
    return RPCError(code, message, metadata: metadata, details: details)
  }

  private static func withoutStatus(head: HeaderBlock) -> RPCError {
    let status = head.value(of: ":status").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    guard status == 200 else { return RPCError(code(httpStatus: status), "The peer answered with HTTP status \(status).") }
    guard let type = head.value(of: "content-type"), ContentType.isGRPC(type) else {
      return RPCError(.unknown, "The peer does not answer as gRPC does.")
    }
    return RPCError(.internalError, "The peer ended the call without a status.")
  }

  static func code(httpStatus: Int) -> StatusCode {
    switch httpStatus {
    case 400: .internalError
    case 401: .unauthenticated
    case 403: .permissionDenied
    case 404: .unimplemented
    case 429, 502, 503, 504: .unavailable
    default: .unknown
    }
  }

  /// The error of a call whose stream was reset or lost.
  static func error(_ closure: StreamClosure) -> RPCError {
    if closure.connectionLost { return RPCError(.unavailable, "The connection was lost while the call was running.") }
    return RPCError(code(reset: closure.code), "The peer reset the call: \(closure.code).")
  }

  static func code(reset: ErrorCode) -> StatusCode {
    switch reset {
    case .noError, .protocolError, .internalError, .flowControlError, .settingsTimeout, .frameSizeError, .compressionError,
      .connectError:
      .internalError
    case .refusedStream: .unavailable
    case .cancel: .cancelled
    case .enhanceYourCalm: .resourceExhausted
    case .inadequateSecurity: .permissionDenied
    default: .unknown
    }
  }
}

import HTTP2
import Wire

/// The header fields a server answers with.
enum ResponseFields {
  static let plainHead: HeaderBlock = {
    var fields = HeaderBlock()
    fields.append(":status", "200")
    fields.append("content-type", "application/grpc")
    return fields
  }()

  static let plainTrailers: HeaderBlock = {
    var fields = HeaderBlock()
    fields.append("grpc-status", "0")
    return fields
  }()

  private static let lastingHead = LastingFields(plainHead)
  private static let lastingTrailers = LastingFields(plainTrailers)

  static func head(_ metadata: Metadata, encoding: MessageEncoding) -> SentFields {
    guard !metadata.isEmpty || encoding != .identity else { return .lasting(lastingHead) }
    var fields = plainHead
    if encoding != .identity { fields.append("grpc-encoding", encoding.rawValue.utf8) }
    metadata.append(to: &fields)
    return .block(fields)
  }

  static func okTrailers(_ metadata: Metadata) -> SentFields {
    guard !metadata.isEmpty else { return .lasting(lastingTrailers) }
    var fields = plainTrailers
    metadata.append(to: &fields)
    return .block(fields)
  }

  /// The longest message sent, in bytes before encoding: trailers have to fit into the peer's header limit.
  static let longestMessage = 4000

  static func trailers(_ error: RPCError, metadata: Metadata = Metadata()) -> HeaderBlock {
    var fields = HeaderBlock()
    append(error, to: &fields)
    metadata.append(to: &fields)
    return fields
  }

  /// Head and trailers in one (gRPC's Trailers-Only).
  static func trailersOnly(_ error: RPCError, metadata: Metadata = Metadata()) -> HeaderBlock {
    var fields = plainHead
    append(error, to: &fields)
    metadata.append(to: &fields)
    return fields
  }

  static func http(status: Int) -> HeaderBlock {
    var fields = HeaderBlock()
    fields.append(":status", String(status).utf8)
    fields.append("content-type", "text/plain; charset=utf-8")
    if status == 405 { fields.append("allow", "POST") }
    return fields
  }

  static func explanation(httpStatus status: Int) -> [UInt8] {
    Array("\(status): this is a gRPC server; it takes POST requests whose content-type is application/grpc.\n".utf8)
  }

  private static func append(_ error: RPCError, to fields: inout HeaderBlock) {
    fields.append("grpc-status", String(error.code.rawValue).utf8)
    if !error.message.isEmpty { fields.append("grpc-message", PercentEncoding.encode(shortened(error.message))) }
    if !error.details.isEmpty {
      let status = ErrorDetails.encode(code: error.code, message: error.message, details: error.details)
      fields.append("grpc-status-details-bin", Base64.encode(status, padding: false).utf8)
    }
    error.metadata.append(to: &fields)
  }

  /// Cuts between characters.
  private static func shortened(_ message: String) -> String {
    guard message.utf8.count > longestMessage else { return message }
    var end = message.utf8.index(message.startIndex, offsetBy: longestMessage)
    while end.samePosition(in: message) == nil { end = message.utf8.index(before: end) }
    return message[..<end] + "…"
  }
}

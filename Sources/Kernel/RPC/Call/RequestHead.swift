import HTTP2

/// The head of a request, read and judged.
struct RequestHead: Equatable {
  var path: String
  var timeout: Duration?
  var metadata: Metadata

  /// How a head that cannot be served is answered.
  enum Rejection: Error, Equatable {
    /// This is not gRPC: a bare HTTP status.
    case http(status: Int)
    case status(RPCError)
  }

  init(path: String, timeout: Duration?, metadata: Metadata) {
    self.path = path
    self.timeout = timeout
    self.metadata = metadata
  }

  init(_ fields: HeaderBlock) throws(Rejection) {
    guard fields.value(of: ":method").map(Self.text) == "POST" else { throw .http(status: 405) }
    guard let type = fields.value(of: "content-type"), ContentType.isGRPC(type) else { throw .http(status: 415) }
    guard !fields.isTruncated else {
      throw .status(RPCError(.resourceExhausted, "The metadata is larger than this service takes."))
    }
    guard let path = fields.value(of: ":path").map(Self.text), path.hasPrefix("/") else {
      throw .status(RPCError(.unimplemented, "The path names no method."))
    }
    if let encoding = fields.value(of: "grpc-encoding").map(Self.text), encoding != "identity" {
      throw .status(RPCError(.unimplemented, "The compression \"\(encoding)\" is not supported; send messages as they are."))
    }
    var timeout: Duration?
    if let text = fields.value(of: "grpc-timeout") {
      timeout = GRPCTimeout.parse(text)
      guard timeout != nil else {
        throw .status(RPCError(.internalError, "The grpc-timeout \"\(Self.text(text))\" is not one to eight digits and a unit."))
      }
    }
    guard let metadata = Metadata(fields) else {
      throw .status(RPCError(.internalError, "A binary metadata value is not base64."))
    }
    self.init(path: path, timeout: timeout, metadata: metadata)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  /// The fields that carry this head to a peer.
  func fields(authority: String) -> HeaderBlock {
    var fields = HeaderBlock()
    fields.append(":method", "POST")
    fields.append(":scheme", "http")
    fields.append(":path", path.utf8)
    fields.append(":authority", authority.utf8)
    fields.append("te", "trailers")
    fields.append("content-type", "application/grpc")
    fields.append("user-agent", "lodestar-rpc/1")
    if let timeout { fields.append("grpc-timeout", GRPCTimeout.text(timeout).utf8) }
    metadata.append(to: &fields)
    return fields
  }
}

enum ContentType {
  /// "application/grpc", alone or with a suffix ("+proto") or parameters.
  static func isGRPC(_ value: ArraySlice<UInt8>) -> Bool {
    let plain = Array("application/grpc".utf8)
    guard value.starts(with: plain) else { return false }
    guard let next = value.dropFirst(plain.count).first else { return true }
    return next == UInt8(ascii: "+") || next == UInt8(ascii: ";")
  }
}

import HTTP2

/// The head of a request as a client sends it. What comes in is read by `IncomingHead`.
struct RequestHead: Equatable {
  var path: String
  var timeout: Duration?
  var metadata: Metadata

  init(path: String, timeout: Duration?, metadata: Metadata) {
    self.path = path
    self.timeout = timeout
    self.metadata = metadata
  }

  /// The fields that carry this head to a peer.
  func fields(scheme: StaticString = "http", authority: String) -> HeaderBlock {
    var fields = HeaderBlock()
    fields.append(":method", "POST")
    fields.append(":scheme", scheme)
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

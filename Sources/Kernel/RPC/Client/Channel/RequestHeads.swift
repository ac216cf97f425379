import HTTP2

/// The heads of a channel's requests. What is the same for every call of a method is put together once. Belongs to its loop.
struct RequestHeads {
  /// How many methods are kept: more than any service has, and a bound on what odd callers can make us hold.
  private static let capacity = 512

  private let authority: String
  private let scheme: StaticString
  private var byPath: [String: HeaderBlock] = [:]
  /// The one used last: most callers call one method again and again.
  private var last: (path: String, fields: HeaderBlock)?

  init(authority: String, isSecure: Bool) {
    self.authority = authority
    scheme = isSecure ? "https" : "http"
  }

  mutating func head(for call: ClientCall, attempt number: Int) -> HeaderBlock {
    var fields = template(call.path)
    if let deadline = call.terms.deadline {
      fields.append("grpc-timeout", GRPCTimeout.text(ContinuousClock.now.duration(to: deadline)).utf8)
    }
    if call.terms.encoding != .identity { fields.append("grpc-encoding", call.terms.encoding.rawValue.utf8) }
    if number > 0 { fields.append("grpc-previous-rpc-attempts", String(number).utf8) }
    if !call.terms.metadata.isEmpty { call.terms.metadata.append(to: &fields) }
    return fields
  }

  /// A head with nothing of a call's own.
  mutating func plain(_ path: String) -> HeaderBlock { template(path) }

  private mutating func template(_ path: String) -> HeaderBlock {
    if let last, last.path == path { return last.fields }
    let fields = found(path)
    last = (path, fields)
    return fields
  }

  private mutating func found(_ path: String) -> HeaderBlock {
    if let known = byPath[path] { return known }
    var fields = HeaderBlock()
    fields.append(":method", "POST")
    fields.append(":scheme", scheme)
    fields.append(":path", path.utf8)
    fields.append(":authority", authority.utf8)
    fields.append("te", "trailers")
    fields.append("content-type", "application/grpc")
    fields.append("user-agent", "lodestar-rpc/1")
    fields.append("grpc-accept-encoding", MessageEncoding.accepted)
    if byPath.count >= Self.capacity { byPath.removeAll() }
    byPath[path] = fields
    return fields
  }
}

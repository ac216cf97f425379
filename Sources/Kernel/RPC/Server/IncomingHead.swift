import HTTP2

/// The head of a request, read in one pass and judged.
struct IncomingHead {
  /// Nil when there is no such method here.
  var method: RPCMethod?
  var path: String
  var timeout: Duration?
  var encoding = MessageEncoding.identity
  /// Whether the caller reads gzip.
  var acceptsGzip = false
  var metadata = Metadata()

  /// How a head that cannot be served is answered.
  enum Rejection: Error, Equatable {
    /// This is not gRPC: an HTTP status, with a sentence for a body unless the method allows none.
    case http(status: Int, hasBody: Bool = true)
    case status(RPCError)
    /// The same, and what compressions would be right.
    case unknownEncoding(RPCError)
  }

  /// What a pass over the fields found; judged when it is complete, as fields come in any order.
  private struct Found {
    var path: ArraySlice<UInt8>?
    var isPost = false
    var isGRPC = false
    var timeout: ArraySlice<UInt8>?
    var encoding: ArraySlice<UInt8>?
    var acceptEncoding: ArraySlice<UInt8>?
    var badBinary: ArraySlice<UInt8>?
  }

  init(_ fields: HeaderBlock, methods: MethodTable) throws(Rejection) {
    var found = Found()
    var metadata = Metadata()
    for field in fields { Self.note(field, &found, &metadata) }
    guard found.isPost else {
      throw .http(status: 405, hasBody: fields.value(of: ":method")?.elementsEqual("HEAD".utf8) != true)
    }
    guard !fields.isTruncated else {
      throw .status(RPCError(.resourceExhausted, "The metadata is larger than this service takes."))
    }
    guard found.isGRPC else { throw .http(status: 415) }
    if let name = found.badBinary {
      throw .status(RPCError(.internalError, "The binary metadata value of \"\(Self.text(name))\" is not base64."))
    }
    guard let path = found.path, path.first == UInt8(ascii: "/") else {
      throw .status(RPCError(.unimplemented, "The path names no method."))
    }
    method = methods[path]
    self.path = method?.path ?? Self.text(path)
    if let name = found.encoding { encoding = try Self.encoding(name) }
    acceptsGzip = MessageEncoding.gzip.isAccepted(by: found.acceptEncoding)
    if let text = found.timeout {
      timeout = GRPCTimeout.parse(text)
      guard timeout != nil else {
        throw .status(RPCError(.internalError, "The grpc-timeout \"\(Self.text(text))\" is not one to eight digits and a unit."))
      }
    }
    self.metadata = metadata
  }

  private static func encoding(_ name: ArraySlice<UInt8>) throws(Rejection) -> MessageEncoding {
    guard let encoding = MessageEncoding(rawValue: text(name)) else {
      let message = "The compression \"\(text(name))\" is not supported; right would be one of \(MessageEncoding.accepted)."
      throw .unknownEncoding(RPCError(.unimplemented, message))
    }
    return encoding
  }

  /// Sorted by the length of the name, so that most are told apart without comparing.
  private static func note(_ field: HeaderBlock.Field, _ found: inout Found, _ metadata: inout Metadata) {
    switch field.name.count {
    case 2 where field.isNamed("te"): return
    case 4 where field.isNamed("host"): return
    case 5 where field.isNamed(":path"): found.path = field.value
    case 7 where field.isNamed(":method"): found.isPost = field.value.elementsEqual("POST".utf8)
    case 7 where field.isNamed(":scheme"): return
    case 10 where field.isNamed(":authority") || field.isNamed("user-agent"): return
    case 12 where field.isNamed("content-type"): found.isGRPC = ContentType.isGRPC(field.value)
    case 12 where field.isNamed("grpc-timeout"): found.timeout = field.value
    case 13 where field.isNamed("grpc-encoding"): found.encoding = field.value
    case 14 where field.isNamed("content-length"): return
    case 15 where field.isNamed("accept-encoding"): return
    case 20 where field.isNamed("grpc-accept-encoding"): found.acceptEncoding = field.value
    default:
      if field.name.first != UInt8(ascii: ":"), !metadata.append(received: field) { found.badBinary = field.name }
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

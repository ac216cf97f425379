import HTTP2

/// The head of a request, read in one pass and judged.
struct IncomingHead {
  /// Nil when there is no such method here.
  var method: ServedMethod?
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

  /// What a pass over the fields found beside that; judged when it is complete, as fields come in any order.
  private struct Findings {
    var hasPath = false
    var isPost = false
    var isHead = false
    var isGRPC = false
    var hasBadTimeout = false
    var hasUnknownEncoding = false
    var badBinaryName: String?
  }

  init(_ fields: borrowing IncomingFields, methods: MethodTable) throws(Rejection) {
    path = ""
    var found = Findings()
    unsafe fields.forEach { unsafe note($0, $1, methods, &found) }
    guard found.isPost else { throw .http(status: 405, hasBody: !found.isHead) }
    guard !fields.isTruncated else {
      throw .status(RPCError(.resourceExhausted, "The metadata is larger than this service takes."))
    }
    guard found.isGRPC else { throw .http(status: 415) }
    if let name = found.badBinaryName {
      throw .status(RPCError(.internalError, "The binary metadata value of \"\(name)\" is not base64."))
    }
    guard found.hasPath else { throw .status(RPCError(.unimplemented, "The path names no method.")) }
    guard !found.hasUnknownEncoding else {
      let message =
        "The compression \"\(Self.text(of: "grpc-encoding", fields))\" is not supported; right would be one of "
        + "\(MessageEncoding.accepted)."
      throw .unknownEncoding(RPCError(.unimplemented, message))
    }
    guard !found.hasBadTimeout else {
      let text = Self.text(of: "grpc-timeout", fields)
      throw .status(RPCError(.internalError, "The grpc-timeout \"\(text)\" is not one to eight digits and a unit."))
    }
    path = method?.path ?? Self.text(of: ":path", fields)
  }

  /// Sorted by the length of the name, so that most are told apart without comparing.
  private mutating func note(
    _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ methods: MethodTable, _ found: inout Findings
  ) {
    switch name.count {
    case 2 where unsafe name.equals("te"): return
    case 4 where unsafe name.equals("host"): return
    case 5 where unsafe name.equals(":path"):
      found.hasPath = unsafe value.first == UInt8(ascii: "/")
      unsafe method = methods[value]
    case 7 where unsafe name.equals(":method"):
      found.isPost = unsafe value.equals("POST")
      found.isHead = unsafe value.equals("HEAD")
    case 7 where unsafe name.equals(":scheme"): return
    case 10 where unsafe name.equals(":authority") || name.equals("user-agent"): return
    case 12 where unsafe name.equals("content-type"): found.isGRPC = unsafe ContentType.isGRPC(value)
    case 12 where unsafe name.equals("grpc-timeout"):
      timeout = unsafe GRPCTimeout.parse(value)
      found.hasBadTimeout = timeout == nil
    case 13 where unsafe name.equals("grpc-encoding"):
      let known = MessageEncoding.allCases.first { unsafe value.elementsEqual($0.rawValue.utf8) }
      encoding = known ?? .identity
      found.hasUnknownEncoding = known == nil
    case 14 where unsafe name.equals("content-length"): return
    case 15 where unsafe name.equals("accept-encoding"): return
    // What belongs to gRPC and says nothing in a request is not for handlers either.
    case 11 where unsafe name.equals("grpc-status"): return
    case 12 where unsafe name.equals("grpc-message"): return
    case 17 where unsafe name.equals("grpc-message-type"): return
    case 20 where unsafe name.equals("grpc-accept-encoding"):
      acceptsGzip = unsafe MessageEncoding.gzip.isAccepted(by: value)
    default:
      guard unsafe name.first != UInt8(ascii: ":") else { return }
      let name = unsafe String(decoding: name, as: UTF8.self)
      if !(unsafe metadata.append(received: name, value)) { found.badBinaryName = name }
    }
  }

  private static func text(of name: StaticString, _ fields: borrowing IncomingFields) -> String {
    fields.value(of: name).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

import HTTP2

/// The head of a request: read field by field as they come, judged when it is complete, as fields come in any order. One serves all the heads of a connection, one
/// after the other.
@safe final class IncomingHead: HeadReader {
  /// What was found, beside what has a place of its own.
  private struct Findings: OptionSet {
    let rawValue: UInt8

    static let path = Findings(rawValue: 1)
    static let post = Findings(rawValue: 2)
    static let head = Findings(rawValue: 4)
    static let grpc = Findings(rawValue: 8)
    static let badTimeout = Findings(rawValue: 16)
    static let unknownEncoding = Findings(rawValue: 32)
    static let badBinary = Findings(rawValue: 64)
  }

  /// The table of methods, which outlives the heads that are read with it, holds the method: counting a reference for each head would be in vain.
  private unowned(unsafe) var lentMethod: ServedMethod?
  /// Nil when there is no such method here.
  var method: ServedMethod? { unsafe lentMethod }
  private(set) var timeout: Duration?
  private(set) var encoding = MessageEncoding.identity
  /// Whether the caller reads gzip.
  private(set) var acceptsGzip = false
  private(set) var metadata = Metadata()
  private var findings: Findings = []
  /// What is needed only to answer a head that cannot be served.
  private var texts = Texts()

  private struct Texts {
    var path = ""
    var timeout = ""
    var encoding = ""
    var binaryName = ""
  }

  /// How a head that cannot be served is answered.
  enum Rejection: Error, Equatable {
    /// This is not gRPC: an HTTP status, with a sentence for a body unless the method allows none.
    case http(status: Int, hasBody: Bool = true)
    case status(RPCError)
    /// The same, and what compressions would be right.
    case unknownEncoding(RPCError)
  }

  private let methods: MethodTable

  init(methods: MethodTable) { self.methods = methods }

  /// Reads and judges a head that is there as a whole.
  convenience init(_ fields: borrowing IncomingFields, methods: MethodTable) throws(Rejection) {
    self.init(methods: methods)
    unsafe fields.forEach { unsafe received(name: $0, value: $1) }
    try judge(isTruncated: fields.isTruncated)
  }

  /// The path as the caller wrote it.
  var path: String { method?.path ?? texts.path }

  override func headBegins() {
    unsafe lentMethod = nil
    timeout = nil
    encoding = .identity
    acceptsGzip = false
    if !metadata.isEmpty { metadata = Metadata() }
    if !findings.isSubset(of: [.path, .post, .grpc]) || !texts.path.isEmpty { texts = Texts() }
    findings = []
  }

  /// Throws how a head that cannot be served is answered. That there is no such method is no fault of the head.
  func judge(isTruncated: Bool) throws(Rejection) {
    // Nearly all of them.
    if findings == [.path, .post, .grpc], !isTruncated { return }
    guard findings.contains(.post) else { throw .http(status: 405, hasBody: !findings.contains(.head)) }
    guard !isTruncated else {
      throw .status(RPCError(.resourceExhausted, "The metadata is larger than this service takes."))
    }
    guard findings.contains(.grpc) else { throw .http(status: 415) }
    guard !findings.contains(.badBinary) else {
      throw .status(RPCError(.internalError, "The binary metadata value of \"\(texts.binaryName)\" is not base64."))
    }
    guard findings.contains(.path) else { throw .status(RPCError(.unimplemented, "The path names no method.")) }
    guard !findings.contains(.unknownEncoding) else {
      let message =
        "The compression \"\(texts.encoding)\" is not supported; right would be one of "
        + "\(MessageEncoding.accepted)."
      throw .unknownEncoding(RPCError(.unimplemented, message))
    }
    guard !findings.contains(.badTimeout) else {
      throw .status(RPCError(.internalError, "The grpc-timeout \"\(texts.timeout)\" is not one to eight digits and a unit."))
    }
  }

  /// Reads a field. Sorted by the length of the name, so that most are told apart without comparing.
  override func received(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
    switch name.count {
    case 2 where unsafe name.equals("te"): return
    case 4 where unsafe name.equals("host"): return
    case 5 where unsafe name.equals(":path"): unsafe notePath(value)
    case 7 where unsafe name.equals(":method"):
      note(.post, if: unsafe value.equals("POST"))
      note(.head, if: unsafe value.equals("HEAD"))
    case 7 where unsafe name.equals(":scheme"): return
    case 10 where unsafe name.equals(":authority") || name.equals("user-agent"): return
    case 12 where unsafe name.equals("content-type"):
      note(.grpc, if: unsafe ContentType.isGRPC(value))
    case 12 where unsafe name.equals("grpc-timeout"): unsafe noteTimeout(value)
    case 13 where unsafe name.equals("grpc-encoding"): unsafe noteEncoding(value)
    case 14 where unsafe name.equals("content-length"): return
    case 15 where unsafe name.equals("accept-encoding"): return
    // What belongs to gRPC and says nothing in a request is not for handlers either.
    case 11 where unsafe name.equals("grpc-status"): return
    case 12 where unsafe name.equals("grpc-message"): return
    case 17 where unsafe name.equals("grpc-message-type"): return
    case 20 where unsafe name.equals("grpc-accept-encoding"):
      acceptsGzip = unsafe MessageEncoding.gzip.isAccepted(by: value)
    default: unsafe noteMetadata(name, value)
    }
  }

  private func note(_ finding: Findings, if isSo: Bool) {
    if isSo { findings.insert(finding) } else { findings.remove(finding) }
  }

  private func notePath(_ value: UnsafeBufferPointer<UInt8>) {
    note(.path, if: unsafe value.first == UInt8(ascii: "/"))
    unsafe lentMethod = unsafe methods[value]
    if unsafe lentMethod == nil { texts.path = unsafe String(decoding: value, as: UTF8.self) }
  }

  private func noteTimeout(_ value: UnsafeBufferPointer<UInt8>) {
    timeout = unsafe GRPCTimeout.parse(value)
    note(.badTimeout, if: timeout == nil)
    if timeout == nil { texts.timeout = unsafe String(decoding: value, as: UTF8.self) }
  }

  private func noteEncoding(_ value: UnsafeBufferPointer<UInt8>) {
    let known = MessageEncoding.allCases.first { unsafe value.elementsEqual($0.rawValue.utf8) }
    encoding = known ?? .identity
    note(.unknownEncoding, if: known == nil)
    if known == nil { texts.encoding = unsafe String(decoding: value, as: UTF8.self) }
  }

  private func noteMetadata(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
    guard unsafe name.first != UInt8(ascii: ":") else { return }
    let name = unsafe String(decoding: name, as: UTF8.self)
    guard unsafe !metadata.append(received: name, value) else { return }
    findings.insert(.badBinary)
    texts.binaryName = name
  }
}

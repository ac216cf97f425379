/// A frame of HTTP/2 (RFC 9113, section 4.1), written by hand: the session that our servers use would not misbehave.
struct HTTP2Frame: Sendable, Equatable {
  enum Kind: UInt8 {
    case data = 0
    case headers = 1
    case reset = 3
    case settings = 4
    case ping = 6
    case goaway = 7
    case windowUpdate = 8
  }

  enum ErrorCode: UInt32 {
    case noError = 0
    case protocolError = 1
  }

  static let endStream: UInt8 = 0x1
  static let acknowledgement: UInt8 = 0x1
  static let endHeaders: UInt8 = 0x4
  static let padded: UInt8 = 0x8
  static let headerBytes = 9

  /// The number on the wire; kinds that we have no name for are passed over.
  var kind: UInt8
  var flags: UInt8 = 0
  var stream: UInt32 = 0
  var payload: [UInt8] = []

  init(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) {
    (self.kind, self.flags, self.stream, self.payload) = (kind.rawValue, flags, stream, payload)
  }

  /// - Parameter header: nine bytes; how long the payload is, is the caller's to read.
  init(header: [UInt8], payload: [UInt8]) {
    kind = header[3]
    flags = header[4]
    stream = Self.number(header[5..<9]) & 0x7FFF_FFFF
    self.payload = payload
  }

  var bytes: [UInt8] {
    let count = UInt32(payload.count)
    return Array(Self.bytes(count)[1...]) + [kind, flags] + Self.bytes(stream) + payload
  }

  static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
  static func bytes(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }

  // MARK: What the server sends

  /// - Parameter values: identifiers and values.
  static func settings(_ values: [(UInt16, UInt32)]) -> HTTP2Frame {
    HTTP2Frame(
      .settings,
      payload: values.flatMap { [UInt8(truncatingIfNeeded: $0.0 >> 8), UInt8(truncatingIfNeeded: $0.0)] + bytes($0.1) })
  }

  static func windowUpdate(_ increment: UInt32) -> HTTP2Frame { HTTP2Frame(.windowUpdate, payload: bytes(increment)) }

  static func goaway(lastStream: UInt32, code: ErrorCode) -> HTTP2Frame {
    HTTP2Frame(.goaway, payload: bytes(lastStream) + bytes(code.rawValue))
  }

  static func reset(stream: UInt32, code: ErrorCode) -> HTTP2Frame {
    HTTP2Frame(.reset, stream: stream, payload: bytes(code.rawValue))
  }

  static func data(stream: UInt32, _ bytes: [UInt8], padding: UInt8?) -> HTTP2Frame {
    guard let padding else { return HTTP2Frame(.data, stream: stream, payload: bytes) }
    return HTTP2Frame(
      .data, flags: padded, stream: stream, payload: [padding] + bytes + [UInt8](repeating: 0, count: Int(padding)))
  }

  /// `:status: 200` and `content-type: application/grpc`, as entries 8 and 31 of HPACK's static table name them (RFC 7541, appendix A).
  static func head(stream: UInt32) -> HTTP2Frame {
    HTTP2Frame(.headers, flags: endHeaders, stream: stream, payload: [0x88, 0x0F, 0x10] + text("application/grpc"))
  }

  /// `grpc-status: 0`, and the end of the stream.
  static func okTrailers(stream: UInt32) -> HTTP2Frame {
    HTTP2Frame(
      .headers, flags: endHeaders | endStream, stream: stream, payload: [0x00] + text("grpc-status") + text("0"))
  }

  /// A text of HPACK's without Huffman coding, shorter than 127 bytes.
  private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
}

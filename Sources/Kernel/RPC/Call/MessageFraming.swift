import Gzip
public import Wire

/// gRPC's length-prefixed messages: a flag byte (1 = compressed), four bytes of length (big-endian), the message.
@usableFromInline enum MessageFraming {
  @usableFromInline static let prefixBytes = 5

  /// A message in its frame.
  @inlinable static func frame(_ message: some WireMessage, encoding: MessageEncoding = .identity) throws(WireError) -> [UInt8] {
    switch encoding {
    case .identity:
      return try unsafe message.wireBytes(after: prefixBytes) { prefix, count in unsafe writePrefix(prefix, flag: 0, length: count)
      }
    case .gzip: return compressed(try message.wireBytes()[...])
    }
  }

  /// The frame of a message that stands behind the free bytes of its prefix.
  static func frame(prepared message: consuming [UInt8], encoding: MessageEncoding) -> [UInt8] {
    precondition(message.count >= prefixBytes, "the frame's head has no room")
    guard encoding == .identity else { return compressed(message[prefixBytes...]) }
    var frame = message
    let length = frame.count - prefixBytes
    unsafe frame.withUnsafeMutableBytes { unsafe writePrefix($0, flag: 0, length: length) }
    return frame
  }

  @usableFromInline static func compressed(_ message: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: prefixBytes)
    unsafe message.withUnsafeBytes { unsafe Gzip.compress($0, appendingTo: &bytes) }
    let length = bytes.count - prefixBytes
    unsafe bytes.withUnsafeMutableBytes { unsafe writePrefix($0, flag: 1, length: length) }
    return bytes
  }

  @usableFromInline static func writePrefix(_ prefix: UnsafeMutableRawBufferPointer, flag: UInt8, length: Int) {
    unsafe prefix[0] = flag
    for index in 0..<4 { unsafe prefix[1 + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
  }
}

import Gzip
import Wire

/// gRPC's length-prefixed messages: a flag byte (1 = compressed), four bytes of length (big-endian), the message.
enum MessageFraming {
  static let prefixBytes = 5

  /// A message in its frame.
  static func frame(_ message: some WireMessage, encoding: MessageEncoding = .identity) throws(WireError) -> [UInt8] {
    switch encoding {
    case .identity:
      return try unsafe message.wireBytes(after: prefixBytes) { prefix, count in unsafe writePrefix(prefix, flag: 0, length: count)
      }
    case .gzip:
      let plain = try message.wireBytes()
      var bytes = [UInt8](repeating: 0, count: prefixBytes)
      unsafe plain.withUnsafeBytes { unsafe Gzip.compress($0, appendingTo: &bytes) }
      let length = bytes.count - prefixBytes
      unsafe bytes.withUnsafeMutableBytes { unsafe writePrefix($0, flag: 1, length: length) }
      return bytes
    }
  }

  private static func writePrefix(_ prefix: UnsafeMutableRawBufferPointer, flag: UInt8, length: Int) {
    unsafe prefix[0] = flag
    for index in 0..<4 { unsafe prefix[1 + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
  }
}

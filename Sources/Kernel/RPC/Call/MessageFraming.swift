import Wire

/// gRPC's length-prefixed messages: a flag byte (1 = compressed), four bytes of length (big-endian), the message.
enum MessageFraming {
  static let prefixBytes = 5

  /// A message in its frame.
  static func frame(_ message: some WireMessage) throws(WireError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: prefixBytes)
    try message.appendWireBytes(to: &bytes)
    setLength(of: &bytes)
    return bytes
  }

  /// Any bytes in a frame.
  static func frame(payload: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: prefixBytes)
    bytes += payload
    setLength(of: &bytes)
    return bytes
  }

  private static func setLength(of frame: inout [UInt8]) {
    let length = UInt32(truncatingIfNeeded: frame.count - prefixBytes)
    for index in 0..<4 { frame[1 + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
  }
}

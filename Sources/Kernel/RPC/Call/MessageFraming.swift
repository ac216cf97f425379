import Wire

/// gRPC's length-prefixed messages: a flag byte (1 = compressed), four bytes of length (big-endian), the message.
enum MessageFraming {
  static let prefixBytes = 5

  /// A message in its frame.
  static func frame(_ message: some WireMessage) throws(WireError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: prefixBytes)
    try message.appendWireBytes(to: &bytes)
    let length = UInt32(truncatingIfNeeded: bytes.count - prefixBytes)
    for index in 0..<4 { bytes[1 + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
    return bytes
  }
}

/// Cuts a body into messages, whatever the pieces it comes in. A message over the limit is refused by its prefix, before it is buffered.
struct MessageDeframer {
  /// No more than this is set aside on the strength of a prefix alone.
  private static let trustedBytes = 256 << 10

  private let maximumMessageBytes: Int
  private var prefix: [UInt8] = []
  private var message: [UInt8] = []
  private var expected = 0

  init(maximumMessageBytes: Int) {
    self.maximumMessageBytes = maximumMessageBytes
  }

  /// Whether the body must not end here.
  var isInsideMessage: Bool { !prefix.isEmpty }

  /// Takes a piece and hands over each message it completes. After an error nothing more may be fed.
  mutating func receive(_ piece: UnsafeRawBufferPointer, deliver: ([UInt8]) -> Void) throws(RPCError) {
    var rest = unsafe piece[...]
    while unsafe !rest.isEmpty {
      if prefix.count < MessageFraming.prefixBytes {
        let part = unsafe rest.prefix(MessageFraming.prefixBytes - prefix.count)
        unsafe prefix.append(contentsOf: part)
        unsafe rest = unsafe rest.dropFirst(part.count)
        guard prefix.count == MessageFraming.prefixBytes else { return }
        try readPrefix()
      }
      let part = unsafe rest.prefix(expected - message.count)
      unsafe message.append(contentsOf: part)
      unsafe rest = unsafe rest.dropFirst(part.count)
      if message.count == expected {
        deliver(message)
        message = []
        prefix.removeAll(keepingCapacity: true)
      }
    }
  }

  private mutating func readPrefix() throws(RPCError) {
    guard prefix[0] == 0 else {
      throw RPCError(
        .internalError,
        prefix[0] == 1 ? "A message is compressed though no compression was agreed on." : "A message has unknown flags.")
    }
    expected = prefix[1...4].reduce(0) { $0 << 8 | Int($1) }
    guard expected <= maximumMessageBytes else {
      throw RPCError(.resourceExhausted, "A message of \(expected) bytes is larger than the limit of \(maximumMessageBytes) bytes.")
    }
    message.reserveCapacity(min(expected, Self.trustedBytes))
  }
}

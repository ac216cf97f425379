import Gzip

/// Cuts a body into messages, whatever the pieces it comes in. A message over the limit is refused by its prefix, before it is buffered, and so
/// is one that would be after decompression.
struct MessageDeframer {
  /// No more than this is set aside on the strength of a prefix alone.
  private static let trustedBytes = 256 << 10

  private let maximumMessageBytes: Int
  /// What the peer said its compressed messages are compressed with; known once its head has come.
  var encoding: MessageEncoding
  /// How much of the prefix is there, and what it says so far: the flag, then the length.
  private var prefixCount = 0
  private var flag: UInt8 = 0
  private var expected = 0
  private var message: [UInt8] = []

  /// Takes a message, decompressed.
  typealias Delivery = (_ message: [UInt8], _ wasCompressed: Bool) -> Void

  init(maximumMessageBytes: Int, encoding: MessageEncoding = .identity) {
    self.maximumMessageBytes = maximumMessageBytes
    self.encoding = encoding
  }

  /// What the message that is not complete holds.
  var bufferedBytes: Int { message.count }
  /// Whether the body must not end here.
  var isInsideMessage: Bool { prefixCount > 0 }

  /// Takes a piece and hands over each message it completes, decompressed. After an error nothing more may be fed.
  mutating func receive(
    _ piece: UnsafeRawBufferPointer, deliver: Delivery
  ) throws(RPCError) {
    var offset = 0
    while true {
      // Nearly always a prefix lies in the piece as a whole.
      if prefixCount == 0, piece.count - offset >= MessageFraming.prefixBytes {
        flag = unsafe piece[offset]
        expected = unsafe Int(UInt32(bigEndian: piece.loadUnaligned(fromByteOffset: offset + 1, as: UInt32.self)))
        prefixCount = MessageFraming.prefixBytes
        offset += MessageFraming.prefixBytes
        try judgePrefix()
      }
      while prefixCount < MessageFraming.prefixBytes {
        guard offset < piece.count else { return }
        let byte = unsafe piece[offset]
        if prefixCount == 0 { flag = byte } else { expected = expected << 8 | Int(byte) }
        prefixCount += 1
        offset += 1
        if prefixCount == MessageFraming.prefixBytes { try judgePrefix() }
      }
      let part = unsafe UnsafeRawBufferPointer(rebasing: piece[offset...].prefix(expected - message.count))
      offset += part.count
      if message.isEmpty, part.count == expected {
        try unsafe complete(part, deliver)
      } else {
        if message.isEmpty { message.reserveCapacity(min(expected, Self.trustedBytes)) }
        unsafe message.append(contentsOf: part)
        guard message.count == expected else { return }
        let whole = message
        message = []
        try completed(whole, deliver)
      }
    }
  }

  /// A message that came in one piece: it is copied once, or not at all when it is compressed.
  private mutating func complete(_ part: UnsafeRawBufferPointer, _ deliver: Delivery) throws(RPCError) {
    let wasCompressed = flag == 1
    let whole = try unsafe wasCompressed ? decompressed(part) : Array(part)
    beginNext()
    deliver(whole, wasCompressed)
  }

  private mutating func completed(_ whole: [UInt8], _ deliver: Delivery) throws(RPCError) {
    let wasCompressed = flag == 1
    var plain = whole
    if wasCompressed {
      plain = try unsafe whole.span.bytes.withUnsafeBytes { (bytes) throws(RPCError) in try unsafe decompressed(bytes) }
    }
    beginNext()
    deliver(plain, wasCompressed)
  }

  private mutating func beginNext() {
    prefixCount = 0
    expected = 0
  }

  private func judgePrefix() throws(RPCError) {
    switch flag {
    case 0: break
    case 1 where encoding != .identity: break
    case 1: throw RPCError(.internalError, "A message is compressed though no compression was agreed on.")
    default: throw RPCError(.internalError, "A message has unknown flags (\(flag)); right would be 0, or 1 for a compressed one.")
    }
    guard expected <= maximumMessageBytes else {
      throw RPCError(.resourceExhausted, "A message of \(expected) bytes is larger than the limit of \(maximumMessageBytes) bytes.")
    }
  }

  private func decompressed(_ bytes: UnsafeRawBufferPointer) throws(RPCError) -> [UInt8] {
    // Nothing compressed is nothing, as other implementations have it.
    guard unsafe !bytes.isEmpty else { return [] }
    do throws(GzipError) {
      return try unsafe Gzip.decompress(bytes, limit: maximumMessageBytes)
    } catch {
      switch error {
      case .tooLarge(let limit):
        throw RPCError(.resourceExhausted, "A compressed message holds more than the limit of \(limit) bytes.")
      case .malformed: throw RPCError(.internalError, "A message that should be compressed with gzip is not.")
      }
    }
  }
}

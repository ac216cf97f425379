/// What a frame says about itself before its payload (RFC 9113, section 4.1).
struct FrameHeader: Equatable {
  static let bytes = 9

  var length: Int
  var type: UInt8
  var flags: UInt8
  var stream: Int32

  /// The types this end looks at; the others are left to nghttp2.
  static let data: UInt8 = 0
  static let headers: UInt8 = 1
  static let priority: UInt8 = 2
  static let resetStream: UInt8 = 3
  static let windowUpdate: UInt8 = 8
  static let continuation: UInt8 = 9

  var endsStream: Bool { flags & 0x01 != 0 }
  var endsHeaders: Bool { flags & 0x04 != 0 }
}

/// Finds the frames in a stream of bytes without looking into them. nghttp2 tells nothing of the frames that it ignores (unknown types, frames
/// on streams that are gone), and those are what a flood is made of.
struct FrameScanner {
  /// Bytes of the preface or of a payload that have still to go by.
  private var skipping: Int
  private var collected = 0
  private var lengthTypeFlags: UInt64 = 0
  private var stream: UInt32 = 0

  /// A client's connection begins with a preface of 24 bytes.
  init(skippingPreface: Bool) { skipping = skippingPreface ? 24 : 0 }

  /// The header of the next frame, which ends before `offset` then; nil when the piece has no whole one any more.
  mutating func next(in piece: UnsafeRawBufferPointer, from offset: inout Int) -> FrameHeader? {
    let passed = min(skipping, piece.count - offset)
    skipping -= passed
    offset += passed
    guard skipping == 0 else { return nil }
    // Nearly always the header lies in the piece as a whole.
    if collected == 0, piece.count - offset >= FrameHeader.bytes {
      lengthTypeFlags = unsafe UInt64(bigEndian: piece.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) >> 24
      stream = unsafe UInt32(bigEndian: piece.loadUnaligned(fromByteOffset: offset + 5, as: UInt32.self))
      collected = FrameHeader.bytes
      offset += FrameHeader.bytes
    }
    while collected < FrameHeader.bytes {
      guard offset < piece.count else { return nil }
      let byte = unsafe piece[offset]
      if collected < 5 { lengthTypeFlags = lengthTypeFlags << 8 | UInt64(byte) } else { stream = stream << 8 | UInt32(byte) }
      collected += 1
      offset += 1
    }
    let header = FrameHeader(
      length: Int(lengthTypeFlags >> 16), type: UInt8(truncatingIfNeeded: lengthTypeFlags >> 8),
      flags: UInt8(truncatingIfNeeded: lengthTypeFlags), stream: Int32(stream & 0x7fff_ffff))
    (collected, lengthTypeFlags, stream) = (0, 0, 0)
    skipping = header.length
    return header
  }
}

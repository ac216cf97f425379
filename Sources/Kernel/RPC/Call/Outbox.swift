import HTTP2

/// What one side of a call has still to send: frames, then perhaps an end. A value.
struct Outbox {
  private var frames: [[UInt8]] = []
  private var first = 0
  private var offset = 0
  private(set) var waitingBytes = 0
  private var ending: Ending?

  enum Ending: Equatable {
    /// The stream ends with the last byte.
    case end
    case trailers(HeaderBlock)
  }

  var isEmpty: Bool { waitingBytes == 0 }
  var isFinished: Bool { ending != nil }

  mutating func append(_ frame: [UInt8]) {
    frames.append(frame)
    waitingBytes += frame.count
  }

  mutating func finish(_ ending: Ending) { self.ending = ending }

  /// Forgets the frames that wait.
  mutating func discard() {
    frames.removeAll()
    first = 0
    offset = 0
    waitingBytes = 0
  }

  /// Fills the buffer and says what follows.
  mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk {
    var filled = 0
    while filled < buffer.count, first < frames.count {
      let count = min(buffer.count - filled, frames[first].count - offset)
      unsafe frames[first].withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + count)]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[offset..<(offset + count)]))
      }
      filled += count
      offset += count
      guard offset == frames[first].count else { break }
      frames[first] = []
      first += 1
      offset = 0
    }
    waitingBytes -= filled
    if first == frames.count {
      frames.removeAll(keepingCapacity: true)
      first = 0
    }
    guard waitingBytes == 0, let ending else { return filled > 0 ? .bytes(filled) : .later }
    switch ending {
    case .end: return .end(filled)
    case .trailers(let fields): return .trailers(filled, fields)
    }
  }
}

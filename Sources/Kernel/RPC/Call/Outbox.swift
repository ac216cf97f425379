import HTTP2

/// What one side of a call has still to send: frames, then perhaps an end. A value.
struct Outbox {
  /// The frame that is being sent; most calls have no other, so that it stands apart from the list.
  private var current: [UInt8] = []
  private var offset = 0
  private var later: [[UInt8]] = []
  private var nextLater = 0
  private(set) var waitingBytes = 0
  private var ending: Ending?

  enum Ending: Equatable {
    /// The stream ends with the last byte.
    case end
    case trailers(SentFields)
  }

  var isEmpty: Bool { waitingBytes == 0 }
  var isFinished: Bool { ending != nil }

  /// Frames are never empty: each has its prefix.
  mutating func append(_ frame: [UInt8]) {
    if waitingBytes == 0 { current = frame } else { later.append(frame) }
    waitingBytes += frame.count
  }

  mutating func finish(_ ending: Ending) { self.ending = ending }

  /// Forgets the frames that wait.
  mutating func discard() {
    current = []
    offset = 0
    later.removeAll()
    nextLater = 0
    waitingBytes = 0
  }

  /// Fills the buffer and says what follows.
  mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk {
    var filled = 0
    while filled < buffer.count, waitingBytes > 0 {
      let count = min(buffer.count - filled, current.count - offset)
      unsafe current.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + count)]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[offset..<(offset + count)]))
      }
      filled += count
      offset += count
      waitingBytes -= count
      if offset == current.count { advance() }
    }
    guard waitingBytes == 0, let ending else { return filled > 0 ? .bytes(filled) : .later }
    switch ending {
    case .end: return .end(filled)
    case .trailers(let fields): return .trailers(filled, fields)
    }
  }

  private mutating func advance() {
    offset = 0
    guard nextLater < later.count else {
      current = []
      return
    }
    current = later[nextLater]
    later[nextLater] = []
    nextLater += 1
    guard nextLater == later.count else { return }
    later.removeAll(keepingCapacity: true)
    nextLater = 0
  }
}

import HTTP2

/// What a call sends: its frames in their order, kept for as long as they may have to be sent once more. A value.
struct RequestLog {
  /// How far an attempt has sent.
  struct Position: Equatable {
    fileprivate var frame = 0
    fileprivate var offset = 0
    /// Bytes sent, from the beginning of the call.
    fileprivate(set) var bytes = 0
  }

  private var frames: [[UInt8]] = []
  /// How many frames are no longer kept.
  private var forgotten = 0
  /// The bytes of all frames, kept or not.
  private(set) var appendedBytes = 0
  private(set) var heldBytes = 0
  private(set) var frameCount = 0
  private(set) var isFinished = false

  /// Whether everything is there to be sent from the beginning.
  var isWhole: Bool { forgotten == 0 }

  /// Whether an attempt that is there has sent everything.
  func isSent(to position: Position) -> Bool { isFinished && position.frame == frameCount }

  mutating func append(_ frame: [UInt8]) {
    // Nearly all calls have one.
    if frames.isEmpty { frames = [frame] } else { frames.append(frame) }
    appendedBytes += frame.count
    heldBytes += frame.count
    frameCount += 1
  }

  /// Nothing more will be appended.
  mutating func finish() { isFinished = true }

  /// Lets go of the frames that were sent completely.
  mutating func forget(before position: Position) {
    let count = position.frame - forgotten
    guard count > 0 else { return }
    if count == frames.count {
      frames = []
      heldBytes = 0
    } else {
      for frame in frames.prefix(count) { heldBytes -= frame.count }
      frames.removeFirst(count)
    }
    forgotten = position.frame
  }

  /// Lets go of everything.
  mutating func forgetAll() {
    forgotten += frames.count
    frames.removeAll()
    heldBytes = 0
  }

  /// Fills the buffer from where an attempt is and moves it on.
  func take(from position: inout Position, into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk {
    var filled = 0
    while filled < buffer.count, position.frame - forgotten < frames.count {
      let index = position.frame - forgotten
      let count = min(buffer.count - filled, frames[index].count - position.offset)
      unsafe frames[index].withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + count)]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[position.offset..<(position.offset + count)]))
      }
      filled += count
      position.offset += count
      guard position.offset == frames[index].count else { break }
      position.frame += 1
      position.offset = 0
    }
    position.bytes += filled
    if isFinished, position.frame - forgotten == frames.count { return .end(filled) }
    return filled > 0 ? .bytes(filled) : .later
  }
}

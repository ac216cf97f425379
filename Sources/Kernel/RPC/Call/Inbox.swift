/// Messages that have come and were not read yet, and what that means for the peer's window. A value.
struct Inbox {
  struct Message {
    var bytes: [UInt8]
    var wasCompressed: Bool
  }

  /// While more than this waits for the reader, the peer's window is not given back.
  static let highWaterBytes = 256 << 10

  private var messages: [Message] = []
  private var first = 0
  private var waitingBytes = 0
  private var withheldBytes = 0

  var isEmpty: Bool { first == messages.count }

  mutating func append(_ message: Message) {
    messages.append(message)
    waitingBytes += message.bytes.count
  }

  /// Bytes of the body have come: answers how many to give back to the window now.
  mutating func credit(for received: Int) -> Int {
    guard waitingBytes > Self.highWaterBytes else { return received }
    withheldBytes += received
    return 0
  }

  /// The next message, and how many bytes to give back to the window with it.
  mutating func take() -> (message: Message, credit: Int)? {
    guard first < messages.count else { return nil }
    let message = messages[first]
    messages[first].bytes = []
    first += 1
    if first == messages.count {
      messages.removeAll(keepingCapacity: true)
      first = 0
    }
    waitingBytes -= message.bytes.count
    guard waitingBytes <= Self.highWaterBytes else { return (message, 0) }
    defer { withheldBytes = 0 }
    return (message, withheldBytes)
  }

  /// Forgets what waits.
  mutating func discard() {
    messages.removeAll()
    first = 0
    waitingBytes = 0
    withheldBytes = 0
  }
}

/// The messages of an answer that nobody has read yet. A value.
struct AnswerQueue {
  private var messages: [(bytes: [UInt8], wasCompressed: Bool)] = []
  private var first = 0
  private(set) var waitingBytes = 0

  var isEmpty: Bool { first == messages.count }

  mutating func append(_ message: [UInt8], wasCompressed: Bool) {
    messages.append((message, wasCompressed))
    waitingBytes += message.count
  }

  mutating func take() -> (bytes: [UInt8], wasCompressed: Bool)? {
    guard first < messages.count else { return nil }
    let message = messages[first]
    messages[first].bytes = []
    first += 1
    if first == messages.count {
      messages.removeAll(keepingCapacity: true)
      first = 0
    }
    waitingBytes -= message.bytes.count
    return message
  }
}

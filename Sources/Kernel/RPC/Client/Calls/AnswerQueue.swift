/// The messages of an answer that nobody has read yet. A value.
struct AnswerQueue {
  private var messages: [[UInt8]] = []
  private var first = 0
  private(set) var waitingBytes = 0

  var isEmpty: Bool { first == messages.count }

  mutating func append(_ message: [UInt8]) {
    messages.append(message)
    waitingBytes += message.count
  }

  mutating func take() -> [UInt8]? {
    guard first < messages.count else { return nil }
    let message = messages[first]
    messages[first] = []
    first += 1
    if first == messages.count {
      messages.removeAll(keepingCapacity: true)
      first = 0
    }
    waitingBytes -= message.count
    return message
  }
}

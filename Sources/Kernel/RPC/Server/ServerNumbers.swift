import Synchronization

/// What a server has done and holds, as channelz counts it. Sums since the start, but for what is open now.
public struct ServerNumbers: Sendable, Equatable {
  public var connectionsOpen = 0
  public var connectionsAccepted = 0
  /// Closed at once, as there were too many.
  public var connectionsRefused = 0
  public var callsStarted = 0
  /// Answered with OK.
  public var callsSucceeded = 0
  /// Answered with another status, reset, or lost with their connection.
  public var callsFailed = 0
  public var messagesReceived = 0
  public var messagesSent = 0

  public init() {}
}

/// Counts for all loops of a server.
final class ServerCounters: Sendable {
  let accepted = Atomic<Int>(0)
  let refused = Atomic<Int>(0)
  let closed = Atomic<Int>(0)
  let callsStarted = Atomic<Int>(0)
  let callsSucceeded = Atomic<Int>(0)
  let callsFailed = Atomic<Int>(0)
  let messagesReceived = Atomic<Int>(0)
  let messagesSent = Atomic<Int>(0)

  func callEnded(succeeded: Bool, _ traffic: CallTraffic) {
    if succeeded {
      callsSucceeded.add(1, ordering: .relaxed)
    } else {
      callsFailed.add(1, ordering: .relaxed)
    }
    messagesReceived.add(traffic.messagesReceived, ordering: .relaxed)
    messagesSent.add(traffic.messagesSent, ordering: .relaxed)
  }

  /// Each number is true; together they may be from slightly different moments.
  var numbers: ServerNumbers {
    var numbers = ServerNumbers()
    numbers.connectionsAccepted = accepted.load(ordering: .relaxed)
    numbers.connectionsRefused = refused.load(ordering: .relaxed)
    numbers.connectionsOpen = numbers.connectionsAccepted - numbers.connectionsRefused - closed.load(ordering: .relaxed)
    numbers.callsStarted = callsStarted.load(ordering: .relaxed)
    numbers.callsSucceeded = callsSucceeded.load(ordering: .relaxed)
    numbers.callsFailed = callsFailed.load(ordering: .relaxed)
    numbers.messagesReceived = messagesReceived.load(ordering: .relaxed)
    numbers.messagesSent = messagesSent.load(ordering: .relaxed)
    return numbers
  }
}

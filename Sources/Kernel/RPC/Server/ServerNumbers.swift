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

/// What one loop of a server counts. Only the loop writes, so that adding needs no locked instruction and loops do not wait for each other's caches.
final class LoopCounters: Sendable {
  private let accepted = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let closed = Atomic<Int>(0)
  private let callsStarted = Atomic<Int>(0)
  private let callsSucceeded = Atomic<Int>(0)
  private let callsFailed = Atomic<Int>(0)
  private let messagesReceived = Atomic<Int>(0)
  private let messagesSent = Atomic<Int>(0)

  func connectionAccepted() { accepted.addAsSoleWriter(1) }
  func connectionRefused() { refused.addAsSoleWriter(1) }
  func connectionClosed() { closed.addAsSoleWriter(1) }
  func callStarted() { callsStarted.addAsSoleWriter(1) }

  func callEnded(succeeded: Bool, _ traffic: CallTraffic) {
    if succeeded { callsSucceeded.addAsSoleWriter(1) } else { callsFailed.addAsSoleWriter(1) }
    messagesReceived.addAsSoleWriter(traffic.messagesReceived)
    messagesSent.addAsSoleWriter(traffic.messagesSent)
  }

  /// Each number is true; together they may be from slightly different moments.
  func add(to numbers: inout ServerNumbers) {
    let accepted = accepted.load(ordering: .relaxed)
    let refused = refused.load(ordering: .relaxed)
    numbers.connectionsAccepted += accepted
    numbers.connectionsRefused += refused
    numbers.connectionsOpen += accepted - refused - closed.load(ordering: .relaxed)
    numbers.callsStarted += callsStarted.load(ordering: .relaxed)
    numbers.callsSucceeded += callsSucceeded.load(ordering: .relaxed)
    numbers.callsFailed += callsFailed.load(ordering: .relaxed)
    numbers.messagesReceived += messagesReceived.load(ordering: .relaxed)
    numbers.messagesSent += messagesSent.load(ordering: .relaxed)
  }
}

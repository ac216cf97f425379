import Cryptography
import HTTP2
import Logging
import Synchronization

/// What the calls of one connection have in common.
final class ConnectionFacts: Sendable {
  let peer: String
  let identity: PeerIdentity?
  let logger: Logger

  init(peer: String, identity: PeerIdentity?, logger: Logger) {
    self.peer = peer
    self.identity = identity
    self.logger = logger
  }
}

/// How much went each way in one call.
public struct CallTraffic: Sendable, Equatable {
  public var messagesReceived = 0
  public var bytesReceived = 0
  public var messagesSent = 0
  public var bytesSent = 0

  public init() {}
}

/// Counts how much goes each way. Only the call's loop writes, so that adding needs no locked instruction; whoever asks may be on any thread.
struct CallCounters: ~Copyable, Sendable {
  private let messagesReceived = Atomic<Int>(0)
  private let bytesReceived = Atomic<Int>(0)
  private let messagesSent = Atomic<Int>(0)
  private let bytesSent = Atomic<Int>(0)

  /// Answers with how many messages have come by now.
  func received(messages: Int, bytes: Int) -> Int {
    bytesReceived.addAsSoleWriter(bytes)
    return messagesReceived.addAsSoleWriter(messages)
  }

  /// Counted without the prefix.
  func sent(_ frame: [UInt8]) {
    messagesSent.addAsSoleWriter(1)
    bytesSent.addAsSoleWriter(frame.count - MessageFraming.prefixBytes)
  }

  /// Each number is true; together they may be from slightly different moments.
  var traffic: CallTraffic {
    var traffic = CallTraffic()
    traffic.messagesReceived = messagesReceived.load(ordering: .relaxed)
    traffic.bytesReceived = bytesReceived.load(ordering: .relaxed)
    traffic.messagesSent = messagesSent.load(ordering: .relaxed)
    traffic.bytesSent = bytesSent.load(ordering: .relaxed)
    return traffic
  }
}

/// A call as its handler sees it. The part that talks to the connection is `ServerCall`.
class ServedCall: @unchecked Sendable {
  let served: ServedMethod
  let metadata: Metadata
  private let heldDeadline: Deadline?
  let connection: ConnectionFacts
  let answer: AnswerHead
  let counters = CallCounters()
  /// Whether the request message read last was compressed.
  let wasRequestCompressed = Atomic<Bool>(false)

  var deadline: ContinuousClock.Instant? { heldDeadline?.instant }

  var method: String { served.path }

  init(
    _ served: ServedMethod, metadata: Metadata, deadline: Deadline?, acceptsGzip: Bool, encoding: MessageEncoding,
    connection: ConnectionFacts
  ) {
    self.served = served
    self.metadata = metadata
    heldDeadline = deadline
    self.connection = connection
    answer = AnswerHead(acceptsGzip: acceptsGzip, encoding: encoding)
  }
}

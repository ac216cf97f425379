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

/// What a handler says beside its answers, and what that depends on. Handlers may run on any thread.
struct AnswerHead {
  var initialMetadata = Metadata()
  var trailingMetadata = Metadata()
  var encoding = MessageEncoding.identity
  /// Whether the caller said that it reads gzip.
  var acceptsGzip = false
  var hasSentHead = false
  var wasRequestCompressed = false
  /// For those who measure: messages of this call, and their bytes on the wire without the prefixes.
  var traffic = CallTraffic()

  /// The head as it is sent now: from here on nothing said changes it.
  mutating func takeHead() -> SentFields {
    hasSentHead = true
    return ResponseFields.head(initialMetadata, encoding: encoding)
  }
}

/// How much went each way in one call.
public struct CallTraffic: Sendable, Equatable {
  public var messagesReceived = 0
  public var bytesReceived = 0
  public var messagesSent = 0
  public var bytesSent = 0

  public init() {}

  mutating func sent(_ frame: [UInt8]) {
    messagesSent += 1
    bytesSent += frame.count - MessageFraming.prefixBytes
  }
}

/// A call as its handler sees it. The part that talks to the connection is `ServerCall`.
class ServedCall: @unchecked Sendable {
  let method: String
  let metadata: Metadata
  private let timeToDeadline: Duration?
  let connection: ConnectionFacts
  let answer: Mutex<AnswerHead>

  /// What deadlines are counted from. An instant of the clock is opaque to this module, so that every call would carry it about by calls into the
  /// library, although few have one.
  private static let epoch = ContinuousClock.now

  static func timeSinceEpoch(_ instant: ContinuousClock.Instant) -> Duration { epoch.duration(to: instant) }

  var deadline: ContinuousClock.Instant? { timeToDeadline.map { Self.epoch.advanced(by: $0) } }

  var traffic: CallTraffic { answer.withLock { $0.traffic } }

  init(method: String, metadata: Metadata, timeToDeadline: Duration?, answer: consuming AnswerHead, connection: ConnectionFacts) {
    self.method = method
    self.metadata = metadata
    self.timeToDeadline = timeToDeadline
    self.connection = connection
    self.answer = Mutex(answer)
  }
}

import Cryptography
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
  var wasRequestCompressed: Bool
  /// For those who measure: messages of this call, and their bytes on the wire without the prefixes.
  var traffic = CallTraffic()
}

/// How much went each way in one call.
public struct CallTraffic: Sendable, Equatable {
  public var messagesReceived = 0
  public var bytesReceived = 0
  public var messagesSent = 0
  public var bytesSent = 0

  public init() {}
}

/// A call as its handler sees it. The part that talks to the connection is `ServerCall`.
class ServedCall: @unchecked Sendable {
  let method: String
  let metadata: Metadata
  let deadline: ContinuousClock.Instant?
  let connection: ConnectionFacts
  let answer: Mutex<AnswerHead>

  var traffic: CallTraffic { answer.withLock { $0.traffic } }

  init(method: String, metadata: Metadata, deadline: ContinuousClock.Instant?, wasCompressed: Bool, connection: ConnectionFacts) {
    self.method = method
    self.metadata = metadata
    self.deadline = deadline
    self.connection = connection
    answer = Mutex(AnswerHead(wasRequestCompressed: wasCompressed))
  }
}

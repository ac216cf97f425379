import CNGHTTP2

/// What happens on a connection beside its streams.
public enum ConnectionEvent: Sendable, Equatable {
  /// The peer's settings have come (its first ones complete the handshake).
  case settings
  case ping(UInt64)
  case pingAcknowledged(UInt64)
  /// The peer takes no streams beyond that one. Streams it has not worked on are closed as unprocessed.
  case goAway(lastStream: Int32, code: ErrorCode, debug: [UInt8])
  /// A frame that carries nothing: PRIORITY, DATA without data, an unknown type.
  case emptyFrame
  case windowUpdate
  /// The peer has reset a stream of its own.
  case resetReceived(ErrorCode)
  /// This end had to reset a stream for the peer's fault.
  case resetSent(ErrorCode)
  /// A header block unpacks into many times what is allowed.
  case headerBomb
}

/// What a session has done so far, for the policy to weigh what the peer does against.
public struct SessionActivity: Sendable, Equatable {
  public var openStreams: Int
  /// Streams that both sides ended in order.
  public var completedStreams: Int
  /// DATA frames sent that were large or ended a body: what a peer may answer with WINDOW_UPDATE frames.
  public var usefulDataFramesSent: Int
  /// HEADERS and DATA frames sent.
  public var messageFramesSent: Int

  public init(openStreams: Int = 0, completedStreams: Int = 0, usefulDataFramesSent: Int = 0, messageFramesSent: Int = 0) {
    self.openStreams = openStreams
    self.completedStreams = completedStreams
    self.usefulDataFramesSent = usefulDataFramesSent
    self.messageFramesSent = messageFramesSent
  }
}

/// Whoever has a session: told what concerns the whole connection.
public protocol SessionOwner: AnyObject {
  /// A server's: a request has begun. Nil refuses it (REFUSED_STREAM).
  func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)?
  func received(_ event: ConnectionEvent)
}

/// Whoever reads the heads of requests field by field as they come, so that nothing is kept of what means nothing to it. No other head begins before one
/// is complete. A class, since a session that calls one through a protocol counts a reference at every field.
open class HeadReader {
  public init() {}
  /// Another head begins.
  open func headBegins() {}
  /// A field of it. The memory is lent for the call's time only.
  open func received(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {}
}

/// A session that cannot go on.
public struct SessionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// nghttp2's number, negative.
  public var code: Int32
  public var description: String

  /// What to tell the peer, and the limit that was reached if it was one.
  public var farewell: (code: ErrorCode, limit: ConnectionLimit?) {
    switch nghttp2_error(rawValue: code) {
    case NGHTTP2_ERR_FLOODED: (.enhanceYourCalm, .pings)
    case NGHTTP2_ERR_TOO_MANY_SETTINGS: (.enhanceYourCalm, .settings)
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: (.enhanceYourCalm, .continuations)
    case NGHTTP2_ERR_NOMEM, NGHTTP2_ERR_CALLBACK_FAILURE: (.internalError, nil)
    default: (.protocolError, nil)
    }
  }
}

/// What happens on a connection beside its streams.
public enum ConnectionEvent: Sendable, Equatable {
  /// The peer's settings have come (its first ones complete the handshake).
  case settings
  case ping(UInt64)
  case pingAcknowledged(UInt64)
  /// The peer takes no streams beyond that one. Streams it has not worked on are closed as unprocessed.
  case goAway(lastStream: Int32, code: ErrorCode, debug: [UInt8])
  /// A frame that carries nothing: PRIORITY, an empty DATA frame, an unknown type.
  case idleFrame
  /// This end had to reset a stream for the peer's fault.
  case resetSent(ErrorCode)
}

/// Whoever has a session: told what concerns the whole connection.
public protocol SessionOwner: AnyObject {
  /// A server's: a request has begun. Nil refuses it (REFUSED_STREAM).
  func opened(_ stream: HTTP2Stream, head: HeaderBlock) -> (any StreamHandler)?
  func received(_ event: ConnectionEvent)
}

/// A session that cannot go on.
public struct SessionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// nghttp2's number, negative.
  public var code: Int32
  public var description: String
}

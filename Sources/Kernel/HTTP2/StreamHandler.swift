/// What a stream can send of its body now.
public enum BodyChunk: Sendable, Equatable {
  /// That many bytes were put into the buffer, more may follow.
  case bytes(Int)
  /// Nothing now: `Session.resume(_:)` asks again.
  case later
  /// That many bytes, and with them the stream ends.
  case end(Int)
  /// That many bytes, and after them trailers that end the stream.
  case trailers(Int, SentFields)
}

/// Whoever has the other side of one stream: a call. Called from inside the session, so it may submit to the session but neither feed it nor
/// take bytes out of it.
public protocol StreamHandler: AnyObject {
  /// A client's: the head of the answer. Interim answers (1xx) are not told.
  func received(head: HeaderBlock)
  /// Bytes of the body, which are the peer's window until `Session.consume(_:_:)` gives them back.
  func received(data: UnsafeRawBufferPointer)
  /// Fields after the body.
  func received(trailers: HeaderBlock)
  /// The peer will send nothing more on this stream.
  func receivedEnd()
  /// Fills the buffer, which is not empty, with what is to be sent.
  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk
  /// The stream is gone. Last call.
  func closed(_ reason: StreamClosure)
  /// Whether what has come is of no use without more, so that a peer that sends it too slowly is in the way. False while the peer may
  /// take its time.
  var isAwaitingRest: Bool { get }
}

extension StreamHandler {
  public var isAwaitingRest: Bool { false }
}

/// How a stream came to its end.
public struct StreamClosure: Sendable, Equatable {
  /// `noError` when both sides said all they had to say.
  public var code: ErrorCode
  /// Whether the connection went and took the stream along.
  public var connectionLost: Bool
  /// A client's: whether the peer cannot have begun to work on the request, so that it may be sent again.
  public var isUnprocessed: Bool

  public init(code: ErrorCode, connectionLost: Bool, isUnprocessed: Bool) {
    self.code = code
    self.connectionLost = connectionLost
    self.isUnprocessed = isUnprocessed
  }
}

/// What a session knows of one stream. Belongs to the thread of its session.
final class HTTP2Stream {
  var id: Int32
  /// Kept while the stream is open: a call lives at least as long as its stream.
  var handler: (any StreamHandler)?
  var hasHead = false
  /// Body bytes told to the handler and not given back.
  var unconsumed = 0
  /// A client's: whether the request's HEADERS have left.
  var wasSent = false
  var hasEnded = false
  /// Whether the peer's RST_STREAM has come.
  var wasResetByPeer = false
  /// Whether there is a body that the handler has more of, so that only the peer's window or the socket can hold it up.
  var isSending = false
  var receivedBytes = 0
  var sentBytes = 0
  /// What the sweep remembers; most streams are gone before there is one.
  var watch: StreamWatch?

  init(id: Int32) { self.id = id }

  /// Stands for another stream from now on.
  func begin(_ id: Int32) {
    self.id = id
    handler = nil
    (hasHead, wasSent, hasEnded, wasResetByPeer, isSending) = (false, false, false, false, false)
    (unconsumed, receivedBytes, sentBytes) = (0, 0, 0)
    watch = nil
  }
}

/// Whether a stream comes along, in both directions.
final class StreamWatch {
  var request = ProgressWatch()
  var answer = ProgressWatch()
}

import CNGHTTP2

/// What the C callbacks see of a session. The session owns it, nghttp2 holds a plain pointer to it.
///
/// It owns the streams: nghttp2's per-stream pointers are plain ones into this table, so nothing is left over when a session ends with
/// streams open (nghttp2 calls no callback then).
@safe final class SessionState {
  let role: SessionRole
  let maximumHeaderBytes: Int
  /// The owner owns the session, so it is there whenever a callback runs; looking that up at every frame would cost more than the frame.
  private unowned(unsafe) var lentOwner: (any SessionOwner)?
  var owner: (any SessionOwner)? {
    get { unsafe lentOwner }
    set { unsafe lentOwner = newValue }
  }
  /// Outlives this as the owner does.
  var reader: Unmanaged<HeadReader>?
  /// Whether the block under way is a request's head that somebody reads.
  private var isRead = false
  var streams = StreamTable()
  /// The header block under way: no other frame can come between its parts, so that one is enough for all streams.
  private var fields = IncomingFields()
  /// Records of streams that are gone, for those to come: in steady state none is made.
  private var spares: [HTTP2Stream] = []
  private static let sparesLimit = 128
  var history = StreamHistory()
  /// Whether this end has said its last GOAWAY: nothing the peer sends matters any more.
  var isDeaf = false
  var hasSaidGoodbye = false
  /// What the GOAWAY said that has left, if it told of an error.
  var errorSent: ErrorCode?
  var completedStreams = 0
  var usefulDataFramesSent = 0
  var messageFramesSent = 0
  /// The size that the header block under way unpacks to.
  private var unpackedHeaderBytes = 0
  private let headerBombBytes: Int
  /// How long the header block under way has been; a sweep sets it.
  var headerBlockSince: ContinuousClock.Instant?

  init(role: SessionRole, maximumHeaderBytes: Int, headerBombFactor: Int) {
    self.role = role
    self.maximumHeaderBytes = maximumHeaderBytes
    headerBombBytes = maximumHeaderBytes.multipliedReportingOverflow(by: headerBombFactor).partialValue
  }

  var activity: SessionActivity {
    SessionActivity(
      openStreams: streams.count, completedStreams: completedStreams, usefulDataFramesSent: usefulDataFramesSent,
      messageFramesSent: messageFramesSent)
  }

  // MARK: What nghttp2 tells

  func beganHeaders(_ session: OpaquePointer, stream id: Int32, isRequest: Bool) {
    unpackedHeaderBytes = 0
    fields.removeAll()
    isRead = false
    if isRequest, let reader = unsafe reader {
      isRead = true
      unsafe reader._withUnsafeGuaranteedRef { $0.headBegins() }
    }
    if isRequest, !streams.contains(id) { unsafe adopt(session, makeStream(id)) }
  }

  func makeStream(_ id: Int32) -> HTTP2Stream {
    guard let stream = spares.popLast() else { return HTTP2Stream(id: id) }
    stream.begin(id)
    return stream
  }

  func adopt(_ session: OpaquePointer, _ stream: HTTP2Stream) {
    streams.insert(stream)
    // Fails only for a stream that is gone already; the callbacks then find no stream.
    _ = unsafe nghttp2_session_set_stream_user_data(session, stream.id, Unmanaged.passUnretained(stream).toOpaque())
  }

  /// Lends the stream, which the table holds, without counting a reference: no stream goes while nghttp2 tells of something else on it.
  @discardableResult
  @inline(__always) static func withStream<Result>(
    _ session: OpaquePointer?, _ id: Int32, _ body: (HTTP2Stream) -> Result
  ) -> Result? {
    guard let pointer = unsafe nghttp2_session_get_stream_user_data(session, id) else { return nil }
    return unsafe Unmanaged<HTTP2Stream>.fromOpaque(pointer)._withUnsafeGuaranteedRef(body)
  }

  func received(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
    unpackedHeaderBytes += name.count + value.count + 32
    guard unpackedHeaderBytes <= maximumHeaderBytes else {
      fields.isTruncated = true
      if unpackedHeaderBytes > headerBombBytes, !isDeaf { owner?.received(.headerBomb) }
      return
    }
    if isRead {
      unsafe reader?._withUnsafeGuaranteedRef { unsafe $0.received(name: name, value: value) }
    } else {
      unsafe fields.append(name: name, value: value)
    }
  }

  /// A complete HEADERS frame. False refuses the stream.
  func endedHeaders(_ stream: HTTP2Stream) -> Bool {
    if stream.hasHead {
      stream.handler?.received(trailers: HeaderBlock(fields))
    } else if role == .server {
      stream.hasHead = true
      stream.handler = owner?.opened(stream.id, head: fields)
      return stream.handler != nil
    } else if fields.value(of: ":status")?.first != UInt8(ascii: "1") {
      stream.hasHead = true
      stream.handler?.received(head: HeaderBlock(fields))
    }
    return true
  }

  func receivedEnd(_ stream: HTTP2Stream) {
    guard !stream.hasEnded else { return }
    stream.hasEnded = true
    stream.handler?.receivedEnd()
  }

  func closed(_ session: OpaquePointer, stream id: Int32, code: ErrorCode) {
    guard let stream = streams.remove(id) else { return }
    if role == .server {
      if !stream.hasEnded, !stream.wasResetByPeer { history.gaveUp(id) }
      if code == .noError { completedStreams += 1 }
    }
    if stream.unconsumed > 0 {
      // What nobody will take any more must not keep the connection's window shut.
      unsafe nghttp2_session_consume_connection(session, stream.unconsumed)
      stream.unconsumed = 0
    }
    let unprocessed = role == .client && !stream.hasHead && (!stream.wasSent || code == .refusedStream)
    finish(stream, StreamClosure(code: code, connectionLost: false, isUnprocessed: unprocessed))
    if spares.count < Self.sparesLimit { spares.append(stream) }
  }

  /// Forgets what is kept for further streams.
  func releaseSpares() { spares = [] }

  /// Ends every stream that is still open, as the connection is gone.
  func abandonStreams(_ session: OpaquePointer) {
    for stream in streams.removeAll() {
      // Fails for a stream that never left: nghttp2 does not know it then.
      _ = unsafe nghttp2_session_set_stream_user_data(session, stream.id, nil)
      let unprocessed = role == .client && !stream.wasSent
      finish(stream, StreamClosure(code: .internalError, connectionLost: true, isUnprocessed: unprocessed))
    }
  }

  private func finish(_ stream: HTTP2Stream, _ closure: StreamClosure) {
    let handler = stream.handler
    stream.handler = nil
    handler?.closed(closure)
  }
}

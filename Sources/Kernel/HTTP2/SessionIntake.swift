/// What a session looks at before nghttp2 does: frames that nghttp2 would pass over in silence although RFC 9113, section 5.1 has an answer to
/// them, or that are worth nothing and so are counted.
final class SessionIntake {
  private var scanner: FrameScanner
  /// The streams beyond this one began in bytes that nghttp2 has not been fed yet.
  private var known: Int32 = 0
  /// Whether the bytes that nghttp2 has not been fed yet end a stream.
  private var hasReset = false

  init(role: SessionRole) { scanner = FrameScanner(skippingPreface: role == .server) }

  func receive(_ bytes: UnsafeRawBufferPointer, _ session: borrowing Session) throws(SessionError) {
    let state = session.state
    var fed = 0
    var offset = 0
    known = state.history.latest
    hasReset = false
    while let header = unsafe scanner.next(in: bytes, from: &offset) {
      switch header.type {
      case FrameHeader.headers where state.role == .server && header.stream > state.history.latest:
        state.history.began(header.stream)
      case FrameHeader.data, FrameHeader.headers:
        guard hasReset || isDoubtful(header, state) else { break }
        let start = max(fed, offset - FrameHeader.bytes)
        try unsafe session.feed(UnsafeRawBufferPointer(rebasing: bytes[fed..<start]))
        fed = start
        known = state.history.latest
        hasReset = false
        guard !refuses(header, session) else { return }
      case FrameHeader.resetStream:
        hasReset = true
      default:
        break
      }
      if Self.isEmpty(header) { state.owner?.received(.emptyFrame) }
      if header.type == FrameHeader.windowUpdate { state.owner?.received(.windowUpdate) }
      guard !state.isDeaf else { return }
    }
    try unsafe session.feed(UnsafeRawBufferPointer(rebasing: bytes[fed...]))
  }

  /// Whether the stream is not there, nor can have begun in bytes that nghttp2 has not been fed yet.
  private func isDoubtful(_ header: FrameHeader, _ state: SessionState) -> Bool {
    guard !state.streams.contains(header.stream) else { return false }
    return header.stream <= known || header.type == FrameHeader.headers || state.history.hasGaps
  }

  private static func isEmpty(_ header: FrameHeader) -> Bool {
    switch header.type {
    case FrameHeader.data: header.length == 0 && !header.endsStream
    case FrameHeader.priority: true
    default: header.type > FrameHeader.continuation
    }
  }

  /// Ends the connection when the stream is one on which the peer has no more to say.
  private func refuses(_ header: FrameHeader, _ session: borrowing Session) -> Bool {
    guard !session.state.isDeaf else { return true }
    guard !session.state.streams.contains(header.stream) else { return false }
    switch session.state.history.verdict(on: header.stream) {
    case .unknown, .givenUp: return false
    case .closedByPeer: session.terminate(.streamClosed, debug: "a frame on stream \(header.stream), which is closed")
    case .passedOver: session.terminate(.protocolError, debug: "stream \(header.stream) comes after a later one")
    }
    return true
  }
}

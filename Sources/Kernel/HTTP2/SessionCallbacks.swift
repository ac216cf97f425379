import CNGHTTP2

/// The functions nghttp2 calls. They capture nothing; the session's user data is its `SessionState`, a stream's is its `HTTP2Stream`.
enum SessionCallbacks {
  /// The table of callbacks, which sessions copy. Made once, never freed.
  nonisolated(unsafe) static let table: OpaquePointer? = {
    var table: OpaquePointer? = nil
    guard unsafe nghttp2_session_callbacks_new(&table) == 0 else { return nil }
    unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(table, onBeginFrame)
    unsafe nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table, onInvalidFrame)
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(table, onBeginHeaders)
    unsafe nghttp2_session_callbacks_set_on_header_callback(table, onHeader)
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, onData)
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(table, onFrame)
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(table, onFrameSent)
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(table, onStreamClosed)
    return unsafe table
  }()

  /// Lends the session's state. The session holds it for as long as nghttp2 calls back, so no reference is counted: these callbacks run a dozen times
  /// for each small call, and counting in each of them was a tenth of it.
  @inline(__always) private static func withState(_ userData: UnsafeMutableRawPointer?, _ body: (SessionState) -> Int32) -> Int32 {
    guard let userData = unsafe userData else { return 0 }
    return unsafe Unmanaged<SessionState>.fromOpaque(userData)._withUnsafeGuaranteedRef(body)
  }

  private static func isType(_ header: nghttp2_frame_hd, _ type: nghttp2_frame_type) -> Bool { header.type == UInt8(type.rawValue) }
  private static func endsStream(_ header: nghttp2_frame_hd) -> Bool { header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 }

  /// Stops nghttp2 in the middle of what it has been fed once the session is deaf.
  private static let onBeginFrame: nghttp2_on_begin_frame_callback = { _, _, userData in
    unsafe withState(userData) { $0.isDeaf ? NGHTTP2_ERR_CALLBACK_FAILURE.rawValue : 0 }
  }

  /// A frame that nghttp2 answers with an error; for a request's HEADERS it never tells of a stream.
  private static let onInvalidFrame: nghttp2_on_invalid_frame_recv_callback = { _, frame, _, userData in
    guard let frame = unsafe frame else { return 0 }
    let header = unsafe frame.pointee.hd
    guard isType(header, NGHTTP2_HEADERS) else { return 0 }
    return unsafe withState(userData) { state in
      if !state.streams.contains(header.stream_id) { state.history.gaveUp(header.stream_id) }
      return 0
    }
  }

  private static let onBeginHeaders: nghttp2_on_begin_headers_callback = { session, frame, userData in
    guard let session = unsafe session, let frame = unsafe frame else { return 0 }
    let isRequest = unsafe isType(frame.pointee.hd, NGHTTP2_HEADERS) && frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
    return unsafe withState(userData) { state in
      unsafe state.beganHeaders(session, stream: frame.pointee.hd.stream_id, isRequest: isRequest)
      return 0
    }
  }

  private static let onHeader: nghttp2_on_header_callback = { _, _, name, nameBytes, value, valueBytes, _, userData in
    unsafe withState(userData) { state in
      unsafe state.received(
        name: UnsafeBufferPointer(start: name, count: nameBytes), value: UnsafeBufferPointer(start: value, count: valueBytes))
      return 0
    }
  }

  private static let onData: nghttp2_on_data_chunk_recv_callback = { session, _, id, data, count, _ in
    let isWanted = unsafe SessionState.withStream(session, id) { stream in
      guard let handler = stream.handler else { return false }
      stream.unconsumed += count
      stream.receivedBytes += count
      unsafe handler.received(data: UnsafeRawBufferPointer(start: data, count: count))
      return true
    }
    // Nobody wants it: the window goes back.
    if isWanted != true { unsafe nghttp2_session_consume(session, id, count) }
    return 0
  }

  private static let onFrame: nghttp2_on_frame_recv_callback = { session, frame, userData in
    guard let session = unsafe session, let frame = unsafe frame else { return 0 }
    return unsafe withState(userData) { state in
      unsafe received(frame, state, session)
      return 0
    }
  }

  private static func received(_ frame: UnsafePointer<nghttp2_frame>, _ state: SessionState, _ session: OpaquePointer) {
    let header = unsafe frame.pointee.hd
    let isAcknowledgement = header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
    switch nghttp2_frame_type(UInt32(header.type)) {
    case NGHTTP2_HEADERS:
      let isTaken = unsafe SessionState.withStream(session, header.stream_id) { stream in
        guard state.endedHeaders(stream) else { return false }
        if endsStream(header) { state.receivedEnd(stream) }
        return true
      }
      guard isTaken == false else { return }
      unsafe nghttp2_submit_rst_stream(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), header.stream_id, ErrorCode.refusedStream.rawValue)
    case NGHTTP2_DATA:
      // Padding is no data. What the padding's length itself takes counts as padding too.
      if header.length > 0, !endsStream(header), unsafe header.length == frame.pointee.data.padlen {
        state.owner?.received(.emptyFrame)
      }
      if endsStream(header) { unsafe SessionState.withStream(session, header.stream_id) { state.receivedEnd($0) } }
    case NGHTTP2_RST_STREAM:
      unsafe SessionState.withStream(session, header.stream_id) { $0.wasResetByPeer = true }
      if state.role == .server {
        unsafe state.owner?.received(.resetReceived(ErrorCode(rawValue: frame.pointee.rst_stream.error_code)))
      }
    case NGHTTP2_SETTINGS:
      if !isAcknowledgement { state.owner?.received(.settings) }
    case NGHTTP2_PING:
      let opaque = unsafe opaqueNumber(frame.pointee.ping)
      state.owner?.received(isAcknowledgement ? .pingAcknowledged(opaque) : .ping(opaque))
    case NGHTTP2_GOAWAY:
      let goAway = unsafe frame.pointee.goaway
      let debug = unsafe Array(UnsafeBufferPointer(start: goAway.opaque_data, count: min(goAway.opaque_data_len, 256)))
      unsafe state.owner?.received(
        .goAway(lastStream: goAway.last_stream_id, code: ErrorCode(rawValue: goAway.error_code), debug: debug))
    default:
      break
    }
  }

  private static func opaqueNumber(_ ping: nghttp2_ping) -> UInt64 {
    unsafe withUnsafeBytes(of: ping.opaque_data) { unsafe $0.loadUnaligned(as: UInt64.self) }
  }

  private static let onFrameSent: nghttp2_on_frame_send_callback = { session, frame, userData in
    guard let session = unsafe session, let frame = unsafe frame else { return 0 }
    return unsafe withState(userData) { state in
      unsafe sent(frame, state, session)
      return 0
    }
  }

  private static func sent(_ frame: UnsafePointer<nghttp2_frame>, _ state: SessionState, _ session: OpaquePointer) {
    let header = unsafe frame.pointee.hd
    switch nghttp2_frame_type(UInt32(header.type)) {
    case NGHTTP2_HEADERS, NGHTTP2_DATA:
      state.messageFramesSent += 1
      let isRestUnwanted = unsafe SessionState.withStream(session, header.stream_id) { stream in
        stream.wasSent = true
        return endsStream(header) && state.role == .server && !stream.hasEnded
      }
      guard isRestUnwanted == true else { return }
      // The answer is complete and the rest of the request unwanted (RFC 9113, section 8.1).
      unsafe nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), header.stream_id, ErrorCode.noError.rawValue)
    case NGHTTP2_RST_STREAM:
      let code = unsafe ErrorCode(rawValue: frame.pointee.rst_stream.error_code)
      if code != .noError, code != .cancel { state.owner?.received(.resetSent(code)) }
    case NGHTTP2_GOAWAY:
      let code = unsafe ErrorCode(rawValue: frame.pointee.goaway.error_code)
      if code != .noError { state.errorSent = code }
      if state.isDeaf { state.hasSaidGoodbye = true }
    default:
      break
    }
  }

  private static let onStreamClosed: nghttp2_on_stream_close_callback = { session, id, code, userData in
    guard let session = unsafe session else { return 0 }
    return unsafe withState(userData) { state in
      unsafe state.closed(session, stream: id, code: ErrorCode(rawValue: code))
      return 0
    }
  }

  /// A smaller DATA frame is worth an answer by WINDOW_UPDATE only if it wasn't the window that made it so small.
  private static let usefulDataBytes = 1024

  /// Asks the stream for what it has to send.
  static let onReadBody: nghttp2_data_source_read_callback = { session, id, buffer, room, flags, _, userData in
    guard let session = unsafe session, let buffer = unsafe buffer, let flags = unsafe flags else {
      return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
    let count = unsafe SessionState.withStream(session, id) { stream -> Int? in
      guard let handler = stream.handler else { return nil }
      let chunk = unsafe handler.nextBody(into: UnsafeMutableRawBufferPointer(start: buffer, count: room))
      if case .bytes(let count) = chunk {
        stream.sentBytes += count
        if count >= usefulDataBytes || count < room {
          _ = unsafe withState(userData) { state in
            state.usefulDataFramesSent += 1
            return 0
          }
        }
        return count
      }
      stream.isSending = false
      return unsafe ended(chunk, session, id, flags)
    }
    return (count ?? nil) ?? Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
  }

  /// A piece of a body after which there is nothing more, or nothing for now.
  private static func ended(
    _ chunk: BodyChunk, _ session: OpaquePointer, _ id: Int32, _ flags: UnsafeMutablePointer<UInt32>
  ) -> Int {
    switch chunk {
    case .bytes(let count): return count
    case .later: return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    case .end(let count):
      unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
      return count
    case .trailers(let count, let fields):
      unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
      _ = unsafe fields.withNameValues { unsafe nghttp2_submit_trailer(session, id, $0, $1) }
      return count
    }
  }
}

import CNGHTTP2

/// The functions nghttp2 calls. They capture nothing; the session's user data is its `SessionState`, a stream's is its `HTTP2Stream`.
enum SessionCallbacks {
  /// The table of callbacks, which sessions copy. Made once, never freed.
  nonisolated(unsafe) static let table: OpaquePointer? = {
    var table: OpaquePointer? = nil
    guard unsafe nghttp2_session_callbacks_new(&table) == 0 else { return nil }
    unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(table, onBeginFrame)
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(table, onBeginHeaders)
    unsafe nghttp2_session_callbacks_set_on_header_callback(table, onHeader)
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, onData)
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(table, onFrame)
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(table, onFrameSent)
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(table, onStreamClosed)
    return unsafe table
  }()

  private static func state(_ userData: UnsafeMutableRawPointer?) -> SessionState? {
    guard let userData = unsafe userData else { return nil }
    return unsafe Unmanaged<SessionState>.fromOpaque(userData).takeUnretainedValue()
  }

  private static func isType(_ header: nghttp2_frame_hd, _ type: nghttp2_frame_type) -> Bool { header.type == UInt8(type.rawValue) }
  private static func endsStream(_ header: nghttp2_frame_hd) -> Bool { header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 }

  private static let onBeginFrame: nghttp2_on_begin_frame_callback = { _, header, userData in
    guard let header = unsafe header?.pointee, let state = unsafe state(userData) else { return 0 }
    let isEmptyData = isType(header, NGHTTP2_DATA) && header.length == 0 && !endsStream(header)
    // Up to CONTINUATION (9) the types are HTTP/2's own.
    if isEmptyData || isType(header, NGHTTP2_PRIORITY) || header.type > 9 { state.owner?.received(.idleFrame) }
    return 0
  }

  private static let onBeginHeaders: nghttp2_on_begin_headers_callback = { session, frame, userData in
    guard let session = unsafe session, let frame = unsafe frame, let state = unsafe state(userData) else { return 0 }
    let isRequest = unsafe isType(frame.pointee.hd, NGHTTP2_HEADERS) && frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
    unsafe state.beganHeaders(session, stream: frame.pointee.hd.stream_id, isRequest: isRequest)
    return 0
  }

  private static let onHeader: nghttp2_on_header_callback = { session, frame, name, nameBytes, value, valueBytes, _, userData in
    guard let frame = unsafe frame, let state = unsafe state(userData),
      let stream = unsafe SessionState.stream(session, frame.pointee.hd.stream_id)
    else { return 0 }
    unsafe state.received(
      stream, name: UnsafeBufferPointer(start: name, count: nameBytes), value: UnsafeBufferPointer(start: value, count: valueBytes))
    return 0
  }

  private static let onData: nghttp2_on_data_chunk_recv_callback = { session, _, id, data, count, _ in
    guard let stream = unsafe SessionState.stream(session, id), let handler = stream.handler else {
      // Nobody wants it: the window goes back.
      unsafe nghttp2_session_consume(session, id, count)
      return 0
    }
    stream.unconsumed += count
    unsafe handler.received(data: UnsafeRawBufferPointer(start: data, count: count))
    return 0
  }

  private static let onFrame: nghttp2_on_frame_recv_callback = { session, frame, userData in
    guard let session = unsafe session, let frame = unsafe frame, let state = unsafe state(userData) else { return 0 }
    let header = unsafe frame.pointee.hd
    let isAcknowledgement = header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
    switch nghttp2_frame_type(UInt32(header.type)) {
    case NGHTTP2_HEADERS:
      guard let stream = unsafe SessionState.stream(session, header.stream_id) else { return 0 }
      guard state.endedHeaders(stream) else {
        unsafe nghttp2_submit_rst_stream(
          session, UInt8(NGHTTP2_FLAG_NONE.rawValue), header.stream_id, ErrorCode.refusedStream.rawValue)
        return 0
      }
      if endsStream(header) { state.receivedEnd(stream) }
    case NGHTTP2_DATA:
      if endsStream(header), let stream = unsafe SessionState.stream(session, header.stream_id) { state.receivedEnd(stream) }
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
    return 0
  }

  private static func opaqueNumber(_ ping: nghttp2_ping) -> UInt64 {
    unsafe withUnsafeBytes(of: ping.opaque_data) { unsafe $0.loadUnaligned(as: UInt64.self) }
  }

  private static let onFrameSent: nghttp2_on_frame_send_callback = { session, frame, userData in
    guard let session = unsafe session, let frame = unsafe frame, let state = unsafe state(userData) else { return 0 }
    let header = unsafe frame.pointee.hd
    switch nghttp2_frame_type(UInt32(header.type)) {
    case NGHTTP2_HEADERS, NGHTTP2_DATA:
      guard let stream = unsafe SessionState.stream(session, header.stream_id) else { return 0 }
      stream.wasSent = true
      if endsStream(header), state.role == .server, !stream.hasEnded {
        // The answer is complete and the rest of the request unwanted (RFC 9113, section 8.1).
        unsafe nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), header.stream_id, ErrorCode.noError.rawValue)
      }
    case NGHTTP2_RST_STREAM:
      let code = unsafe ErrorCode(rawValue: frame.pointee.rst_stream.error_code)
      if code != .noError, code != .cancel { state.owner?.received(.resetSent(code)) }
    default:
      break
    }
    return 0
  }

  private static let onStreamClosed: nghttp2_on_stream_close_callback = { session, id, code, userData in
    guard let session = unsafe session, let state = unsafe state(userData) else { return 0 }
    unsafe state.closed(session, stream: id, code: ErrorCode(rawValue: code))
    return 0
  }

  /// Asks the stream for what it has to send.
  static let onReadBody: nghttp2_data_source_read_callback = { session, id, buffer, room, flags, _, _ in
    guard let buffer = unsafe buffer, let flags = unsafe flags, let handler = unsafe SessionState.stream(session, id)?.handler
    else {
      return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
    switch unsafe handler.nextBody(into: UnsafeMutableRawBufferPointer(start: buffer, count: room)) {
    case .bytes(let count):
      return count
    case .later:
      return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    case .end(let count):
      unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
      return count
    case .trailers(let count, let fields):
      unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
      _ = unsafe fields.withNameValues { unsafe nghttp2_submit_trailer(session, id, $0.baseAddress, $0.count) }
      return count
    }
  }
}

import CNGHTTP2

/// One end of an HTTP/2 connection without its socket: bytes in, events out; frames submitted, bytes out. Belongs to one thread.
///
/// Submitting is allowed from inside an event; `receive` and `takeBytes` are not.
@safe public struct Session: ~Copyable {
  let session: OpaquePointer
  /// Outlives nghttp2's session: members go after `deinit` has run.
  private let memory: SessionMemory
  let state: SessionState
  private let intake: SessionIntake

  /// Begins a session with its settings submitted. Throws when there is no memory.
  public init(role: SessionRole, settings: SessionSettings) throws(SessionError) {
    let state = SessionState(
      role: role, maximumHeaderBytes: settings.maximumHeaderBytes, headerBombFactor: settings.headerBombFactor)
    intake = SessionIntake(role: role)
    let memory = SessionMemory()
    let userData = unsafe Unmanaged.passUnretained(state).toOpaque()
    var made: OpaquePointer? = nil
    let code = unsafe settings.withOptions { option in
      unsafe memory.withTable { table in
        switch role {
        case .server: unsafe nghttp2_session_server_new3(&made, SessionCallbacks.table, userData, option, table)
        case .client: unsafe nghttp2_session_client_new3(&made, SessionCallbacks.table, userData, option, table)
        }
      }
    }
    guard code == 0, let made = unsafe made else { throw Self.error(code) }
    unsafe session = made
    self.state = state
    self.memory = memory
    let entries = settings.entries(for: role)
    unsafe nghttp2_submit_settings(made, Self.noFlags, entries, entries.count)
    unsafe nghttp2_session_set_local_window_size(made, Self.noFlags, 0, Int32(clamping: settings.connectionWindowBytes))
  }

  deinit {
    // nghttp2 calls nothing back from here; streams still open go with the table.
    unsafe nghttp2_session_del(session)
  }

  /// Names whom to tell; before the first bytes. The owner owns the session, and has to outlive it.
  public func attach(_ owner: any SessionOwner) { state.owner = owner }

  /// A server's: names who is told the fields of each request as they come; `opened` then hands over none, and says only whether some were dropped since
  /// the head was larger than allowed. The reader has to outlive the session, or be taken back by nil.
  public func readHeads(by reader: HeadReader?) { unsafe state.reader = reader.map { unsafe .passUnretained($0) } }

  private static let noFlags = UInt8(NGHTTP2_FLAG_NONE.rawValue)

  private static func error(_ code: Int32) -> SessionError {
    unsafe SessionError(code: code, description: String(cString: nghttp2_strerror(code)))
  }

  // MARK: Bytes

  /// Takes what the peer sent and tells the owner and the streams. Throws when the connection is beyond saving (`SessionError.farewell` is
  /// what to tell the peer); a lesser breach of the protocol queues a GOAWAY and lets `isFinished` come true.
  public func receive(_ bytes: UnsafeRawBufferPointer) throws(SessionError) {
    try unsafe intake.receive(bytes, self)
  }

  /// Hands bytes to nghttp2, unless this end has stopped listening.
  func feed(_ bytes: UnsafeRawBufferPointer) throws(SessionError) {
    guard unsafe !bytes.isEmpty, !state.isDeaf else { return }
    let count = unsafe nghttp2_session_mem_recv(session, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    guard count >= 0 || state.isDeaf else { throw Self.error(Int32(count)) }
  }

  /// Puts as much of what is to be sent into the buffer as fits in whole pieces and answers with its size; 0 when there is nothing to send. The
  /// buffer has room for one frame at least (`Session.largestPiece`).
  public func takeBytes(into buffer: UnsafeMutableRawBufferPointer) throws(SessionError) -> Int {
    var filled = 0
    while buffer.count - filled >= Self.largestPiece, !state.hasSaidGoodbye {
      var piece: UnsafePointer<UInt8>? = nil
      let count = unsafe nghttp2_session_mem_send(session, &piece)
      guard count >= 0 else { throw Self.error(Int32(count)) }
      guard count > 0, let piece = unsafe piece else { break }
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(
        from: UnsafeRawBufferPointer(start: piece, count: count))
      filled += count
    }
    return filled
  }

  /// More than nghttp2 hands over at once: a frame of 16 KiB with its header and padding.
  public static let largestPiece = 17 << 10

  /// Whether the session has nothing more to say nor to hear: time to close the socket.
  public var isFinished: Bool {
    if state.isDeaf { return state.hasSaidGoodbye }
    return unsafe nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
  }
  public var wantsToWrite: Bool { unsafe nghttp2_session_want_write(session) != 0 }
  /// Frames that wait to be sent, without bodies.
  public var waitingFrames: Int { unsafe nghttp2_session_get_outbound_queue_size(session) }
  public var openStreams: Int { state.streams.count }
  public var activity: SessionActivity { state.activity }
  /// The error that a GOAWAY has told the peer of.
  public var errorSent: ErrorCode? { state.errorSent }

  // MARK: Streams

  /// A client's: sends a request; the handler gives its body. Nil when the connection takes no more streams.
  public func request(_ head: HeaderBlock, handler: any StreamHandler) -> Int32? {
    guard unsafe nghttp2_session_check_request_allowed(session) != 0 else { return nil }
    var provider = unsafe nghttp2_data_provider(source: nghttp2_data_source(fd: 0), read_callback: SessionCallbacks.onReadBody)
    let stream = state.makeStream(0)
    stream.handler = handler
    let userData = unsafe Unmanaged.passUnretained(stream).toOpaque()
    let id = unsafe head.withNameValues {
      unsafe nghttp2_submit_request(session, nil, $0.baseAddress, $0.count, &provider, userData)
    }
    guard id > 0 else { return nil }
    stream.id = id
    stream.isSending = true
    state.streams.insert(stream)
    return id
  }

  /// A server's: sends the head of an answer, and its body from the stream's handler unless the head is all there is.
  public func respond(_ stream: Int32, _ head: HeaderBlock, endsStream: Bool) {
    respond(stream, .block(head), endsStream: endsStream)
  }

  /// The same with fields that need not be copied.
  public func respond(_ stream: Int32, _ head: SentFields, endsStream: Bool) {
    var provider = unsafe nghttp2_data_provider(source: nghttp2_data_source(fd: 0), read_callback: SessionCallbacks.onReadBody)
    // Errors: no memory, or a stream that is gone; its handler is told of the latter.
    if !endsStream { unsafe SessionState.withStream(session, stream) { $0.isSending = true } }
    _ = unsafe head.withNameValues { fields, count in
      unsafe endsStream
        ? nghttp2_submit_response(session, stream, fields, count, nil)
        : nghttp2_submit_response(session, stream, fields, count, &provider)
    }
  }

  /// Asks the stream's handler again for its body after it had said `later`.
  public func resume(_ stream: Int32) {
    // An error means that nothing was put off or that the stream is gone: both need nothing.
    if unsafe nghttp2_session_resume_data(session, stream) == 0 {
      unsafe SessionState.withStream(session, stream) { $0.isSending = true }
    }
  }

  /// Gives received bytes of a stream back to the peer's window.
  public func consume(_ stream: Int32, _ count: Int) {
    guard count > 0 else { return }
    unsafe SessionState.withStream(session, stream) { open in
      let count = min(count, open.unconsumed)
      open.unconsumed -= count
      unsafe nghttp2_session_consume(session, stream, count)
    }
  }

  /// Ends a stream at once.
  public func reset(_ stream: Int32, _ code: ErrorCode) {
    unsafe nghttp2_submit_rst_stream(session, Self.noFlags, stream, code.rawValue)
  }

  // MARK: The connection

  /// Sends a PING with these eight bytes, for the peer to send back.
  public func ping(_ opaque: UInt64) { submitPing(opaque, flags: Self.noFlags) }
  /// Sends a peer's PING back.
  public func acknowledgePing(_ opaque: UInt64) { submitPing(opaque, flags: UInt8(NGHTTP2_FLAG_ACK.rawValue)) }

  private func submitPing(_ opaque: UInt64, flags: UInt8) {
    unsafe withUnsafeBytes(of: opaque) { bytes in
      _ = unsafe nghttp2_submit_ping(session, flags, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// A server's: says that the connection will end, while it still takes streams (the first GOAWAY of a drain).
  public func announceShutdown() { unsafe nghttp2_submit_shutdown_notice(session) }

  /// Takes no further streams; `isFinished` comes true when the open ones have ended.
  public func goAway(_ code: ErrorCode) {
    let last = unsafe state.role == .server ? nghttp2_session_get_last_proc_stream_id(session) : 0
    unsafe nghttp2_submit_goaway(session, Self.noFlags, last, code.rawValue, nil, 0)
  }

  /// Ends the connection: says why, and hears nothing more. `isFinished` comes true when that has left.
  public func terminate(_ code: ErrorCode, debug: String = "") {
    guard !state.isDeaf else { return }
    state.isDeaf = true
    let last = unsafe nghttp2_session_get_last_proc_stream_id(session)
    let text = Array(debug.utf8)
    // Errors: no memory. The connection closes without a word then.
    unsafe nghttp2_submit_goaway(session, Self.noFlags, last, code.rawValue, text, text.count)
  }

  /// Gives back the memory that is kept for further streams.
  public func releaseSpareMemory() {
    memory.trim()
    state.releaseSpares()
  }

  /// The socket is gone: every open stream is told so, once.
  public func abandonStreams() { unsafe state.abandonStreams(session) }
}

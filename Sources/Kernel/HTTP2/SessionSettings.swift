import CNGHTTP2

/// What one end of a connection announces to the other, and its limits.
public struct SessionSettings: Sendable, Equatable {
  /// How many streams the peer may have open.
  public var maximumConcurrentStreams = 256
  /// How many bytes of a stream may be under way without being consumed.
  public var streamWindowBytes = 1 << 20
  /// The same for the whole connection.
  public var connectionWindowBytes = 4 << 20
  /// The largest header list taken; a longer one is told truncated.
  public var maximumHeaderBytes = 16 << 10
  /// A header block that unpacks into more than so many times `maximumHeaderBytes` ends the connection.
  public var headerBombFactor = 16
  /// PING and SETTINGS acknowledgements that may wait to be sent before the peer counts as hostile.
  public var maximumWaitingAcknowledgements = 200
  /// CONTINUATION frames after one HEADERS frame.
  public var maximumContinuations = 8

  public init() {}

  /// nghttp2's own limits for a session.
  func withOptions<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
    var option: OpaquePointer? = nil
    // NGHTTP2_ERR_NOMEM is all that can go wrong; the session then has the library's defaults.
    guard unsafe nghttp2_option_new(&option) == 0 else { return body(nil) }
    defer { unsafe nghttp2_option_del(option) }
    unsafe nghttp2_option_set_no_auto_window_update(option, 1)
    unsafe nghttp2_option_set_no_auto_ping_ack(option, 1)
    unsafe nghttp2_option_set_no_closed_streams(option, 1)
    unsafe nghttp2_option_set_max_reserved_remote_streams(option, 0)
    // The policy counts resets, and ends such a connection with the code that says why; nghttp2's own limit would come before it.
    unsafe nghttp2_option_set_stream_reset_rate_limit(option, UInt64(UInt32.max), UInt64(UInt32.max))
    unsafe nghttp2_option_set_max_outbound_ack(option, maximumWaitingAcknowledgements)
    unsafe nghttp2_option_set_max_continuations(option, maximumContinuations)
    return unsafe body(option)
  }

  func entries(for role: SessionRole) -> [nghttp2_settings_entry] {
    func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
      nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
    }
    let common = [
      entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, streamWindowBytes),
      entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, maximumHeaderBytes),
    ]
    switch role {
    case .server: return common + [entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, maximumConcurrentStreams)]
    case .client: return common + [entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0), entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0)]
    }
  }
}

/// Which end of a connection this is.
public enum SessionRole: Sendable {
  case server
  case client
}

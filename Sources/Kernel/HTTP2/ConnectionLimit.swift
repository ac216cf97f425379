/// What this end does not put up with on one connection, by name: each has its figure in `ConnectionPolicy.Limits` or `SessionSettings`, and the
/// name is what the log says when it bites.
public enum ConnectionLimit: String, Sendable, CaseIterable {
  /// Pings of any kind, too many at once.
  case pings
  /// Pings without anything to ask about (gRPC's keepalive enforcement).
  case keepalivePings = "keepalive_pings"
  case settings
  /// PRIORITY, DATA without data, frames of unknown types, answers to pings that nobody sent.
  case emptyFrames = "empty_frames"
  /// WINDOW_UPDATE frames beyond what the data sent explains.
  case windowUpdates = "window_updates"
  /// Streams the peer began and reset (rapid reset, CVE-2023-44487).
  case resetsReceived = "resets_received"
  /// Streams this end had to reset for the peer's fault (MadeYouReset, CVE-2025-8671).
  case resetsSent = "resets_sent"
  case continuations
  /// A header block that unpacks into many times what is allowed (an HPACK bomb).
  case headerBytes = "header_bytes"
  /// From connecting until the peer has said what it speaks.
  case handshakeTime = "handshake_time"
  /// From the first to the last byte of a header block.
  case headerTime = "header_time"
  /// How slowly a request may come.
  case requestProgress = "request_progress"
  /// How slowly an answer may be taken by the peer's flow control.
  case answerProgress = "answer_progress"
  /// How slowly the peer's system may take bytes.
  case writeProgress = "write_progress"

  /// What the GOAWAY says; gRPC clients know the one about pings and then ping half as often.
  public var debugText: String { self == .keepalivePings || self == .pings ? "too_many_pings" : rawValue }
}

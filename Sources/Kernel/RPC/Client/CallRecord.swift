public import Reactor
import Synchronization

/// What became known of a call beside its messages. Give one to `CallOptions.record`, one for each call, and read it during the call or after.
public final class CallRecord: Sendable {
  private struct State {
    var initialMetadata: Metadata?
    var trailingMetadata: Metadata?
    var peer: SocketAddress?
    var attempts = 0
    var wasAnswerCompressed = false
  }

  private let state = Mutex(State())

  public init() {}

  /// What the peer sent before its first message; nil until that has come, and for ever when the answer was a status alone.
  public var initialMetadata: Metadata? { state.withLock { $0.initialMetadata } }
  /// What the peer sent with its status; nil until that has come.
  public var trailingMetadata: Metadata? { state.withLock { $0.trailingMetadata } }
  /// Who was asked last.
  public var peer: SocketAddress? { state.withLock { $0.peer } }
  /// How often the call was sent.
  public var attempts: Int { state.withLock { $0.attempts } }
  /// Whether the message that was read last was compressed on its way.
  public var wasAnswerCompressed: Bool { state.withLock { $0.wasAnswerCompressed } }

  func began(with peer: SocketAddress?) {
    state.withLock {
      $0.peer = peer
      $0.attempts += 1
    }
  }

  func received(initial metadata: Metadata) { state.withLock { $0.initialMetadata = metadata } }
  func received(trailing metadata: Metadata) { state.withLock { $0.trailingMetadata = metadata } }
  func received(messageCompressed: Bool) { state.withLock { $0.wasAnswerCompressed = messageCompressed } }
}

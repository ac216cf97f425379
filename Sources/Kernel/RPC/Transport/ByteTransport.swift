import Cryptography
import Reactor

/// A stream of bytes to a peer, between a socket and a session: as they are, or through TLS. Belongs to its loop.
protocol ByteTransport: AnyObject {
  var peer: SocketAddress? { get }
  /// Who the peer has proven to be; nil when it was not asked, or has not answered yet.
  var identity: PeerIdentity? { get }
  /// Whether nobody between can read along.
  var isEncrypted: Bool { get }
  /// Begins to tell readiness, until `close()`, and the end of the loop.
  func start(on loop: EventLoop, interest: Interest, onReady: @escaping (Interest) -> Void, onLoopEnd: @escaping () -> Void)
  func setInterest(_ interest: Interest)
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer
  /// What was not taken is offered again at the next call, with more behind it or not.
  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer
  /// What a failed transfer means, in words.
  func explanation(of errorNumber: Int32) -> String
  /// Says that nothing more will be written, if the transport can; reading goes on.
  func finishWriting()
  /// Ends both directions; what was written still arrives.
  func close()
}

extension ByteTransport {
  var identity: PeerIdentity? { nil }
  var isEncrypted: Bool { false }
  func explanation(of errorNumber: Int32) -> String { SocketError.text(of: errorNumber) }
  func finishWriting() {}
}

/// Bytes as they are, over a socket. Handed to its loop before it is used.
final class SocketTransport: ByteTransport, @unchecked Sendable {
  private var socket: Socket?
  private var registration: Registration?
  let peer: SocketAddress?

  init(_ socket: consuming Socket) {
    peer = socket.peerAddress
    self.socket = consume socket
  }

  func start(on loop: EventLoop, interest: Interest, onReady: @escaping (Interest) -> Void, onLoopEnd: @escaping () -> Void) {
    guard let descriptor = socket?.descriptor else { return }
    registration = loop.register(fd: descriptor, interest: interest, onReady)
    registration?.onLoopEnd = onLoopEnd
  }

  func setInterest(_ interest: Interest) { registration?.setInterest(interest) }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer { unsafe socket?.read(into: buffer) ?? .endOfStream }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer { unsafe socket?.write(bytes) ?? .endOfStream }

  func finishWriting() { socket?.finishWriting() }

  func close() {
    registration?.cancel()
    registration = nil
    socket = nil
  }
}

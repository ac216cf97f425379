import Reactor

/// A stream of bytes to a peer, between a socket and a session: the place where TLS will stand. Belongs to its loop.
protocol ByteTransport: AnyObject {
  var peer: SocketAddress? { get }
  /// Begins to tell readiness, until `close()`, and the end of the loop.
  func start(on loop: EventLoop, interest: Interest, onReady: @escaping (Interest) -> Void, onLoopEnd: @escaping () -> Void)
  func setInterest(_ interest: Interest)
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer
  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer
  /// Ends both directions; what was written still arrives.
  func close()
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

  func close() {
    registration?.cancel()
    registration = nil
    socket = nil
  }
}

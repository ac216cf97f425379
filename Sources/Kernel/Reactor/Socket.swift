import CLinux
import Glibc

/// What a read or a write on a socket came to.
public enum Transfer: Sendable, Equatable {
  /// That many bytes, at least one.
  case bytes(Int)
  /// Nothing now: wait for readiness.
  case wouldBlock
  /// The peer will send no more (reading only).
  case endOfStream
  /// The connection is broken: the system's error number.
  case failed(Int32)
}

/// A stream socket that does not block; owns its descriptor and closes it at its end.
public struct Socket: ~Copyable, Sendable {
  public let descriptor: Int32

  /// Takes over a descriptor.
  init(owning descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// A socket of the address's family; writes go out at once (TCP_NODELAY), as gathering them is the sender's job.
  private init(for address: ResolvedAddress, operation: String) throws(SocketError) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { throw SocketError(operation, errorNumber: errno) }
    self.init(owning: descriptor)
    if address.family != AF_UNIX { setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
  }

  private func setOption(_ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  // MARK: Serving

  /// How many connections may wait to be accepted.
  static let backlog: Int32 = 1024

  /// Listens. Several sockets may share a TCP port if they all say so; the system then spreads the connections (SO_REUSEPORT). A Unix
  /// socket's path is taken over when nobody answers there any more.
  public static func listening(on address: ResolvedAddress, sharing: Bool = false) throws(SocketError) -> Socket {
    let operation = "listen on \(address.socketAddress)"
    if case .unix(let path) = address.socketAddress { try removeDeadSocket(path: path, address: address, operation: operation) }
    let socket = try Socket(for: address, operation: operation)
    if address.family != AF_UNIX {
      socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
      if sharing { socket.setOption(SOL_SOCKET, SO_REUSEPORT, 1) }
    }
    guard unsafe address.withSockaddr({ unsafe bind(socket.descriptor, $0, $1) }) == 0, listen(socket.descriptor, backlog) == 0
    else {
      throw SocketError(operation, errorNumber: errno)
    }
    return socket
  }

  /// A crashed process leaves its socket's file behind: whoever gets no answer there may remove it.
  private static func removeDeadSocket(path: String, address: ResolvedAddress, operation: String) throws(SocketError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw SocketError(operation, reason: "a file that is no socket is in the way")
    }
    let probe = try Socket(for: address, operation: operation)
    let connected = unsafe address.withSockaddr { unsafe connect(probe.descriptor, $0, $1) }
    guard connected != 0, errno == ECONNREFUSED else { throw SocketError(operation, errorNumber: EADDRINUSE) }
    unsafe unlink(path)
  }

  /// A connection that was waiting; nil when there is none (or it went away again).
  public func accept() throws(SocketError) -> Socket? {
    let accepted = clinux_accept(descriptor)
    guard accepted < 0 else {
      let socket = Socket(owning: accepted)
      socket.setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
      return socket
    }
    switch errno {
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: throw SocketError("accept a connection", errorNumber: errno)
    default: return nil
    }
  }

  // MARK: Connecting

  /// Begins to connect; when the socket gets writable, `connectionError` tells how it went.
  public static func connecting(to address: ResolvedAddress) throws(SocketError) -> Socket {
    let operation = "connect to \(address.socketAddress)"
    let socket = try Socket(for: address, operation: operation)
    let code = unsafe address.withSockaddr { unsafe connect(socket.descriptor, $0, $1) }
    // EAGAIN is what a Unix socket says when the listener's backlog is full.
    guard code == 0 || errno == EINPROGRESS else { throw SocketError(operation, errorNumber: errno) }
    return socket
  }

  /// The pending error of a connection attempt: 0 when it succeeded.
  public var connectionError: Int32 {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
  }

  // MARK: Bytes

  /// Reads what is there, at most the buffer's size (which is not 0).
  public func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    while true {
      let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .endOfStream }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed(errno)
    }
  }

  /// Writes as much as the system takes now of the bytes (of which there is at least one). A peer that is gone is an answer, not a signal.
  public func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    while true {
      let count = unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      if count >= 0 { return .bytes(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed(errno)
    }
  }

  /// Says that no more will be sent; what was written still arrives.
  public func finishWriting() {
    Glibc.shutdown(descriptor, Int32(SHUT_WR))
  }

  // MARK: Names

  /// The address this end is bound to: with the port the system chose when 0 was asked for.
  public var localAddress: SocketAddress? { unsafe address(using: getsockname) }
  /// The other end's address; a Unix socket's client has an empty path.
  public var peerAddress: SocketAddress? { unsafe address(using: getpeername) }

  private func address(
    using call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      let code = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call(descriptor, $0, &length) }
      guard code == 0 else { return nil }
      return unsafe ResolvedAddress(copying: UnsafeRawPointer(pointer), length: length).socketAddress
    }
  }
}

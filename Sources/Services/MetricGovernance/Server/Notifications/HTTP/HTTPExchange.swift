import Cryptography
import Glibc
import Reactor

/// One request and its answer over a connection of their own, by one thread that waits no longer than until a deadline. A webhook is called
/// a few times a minute at most: a thread for each call is simpler than anything that would do without.
enum HTTPExchange {
  static func run(
    _ post: HTTPPost, to addresses: [ResolvedAddress], trust: TLSContext, deadline: ContinuousClock.Instant
  ) throws(HTTPFailure) -> HTTPAnswer {
    var stream = WaitingStream(try connect(to: addresses, deadline), deadline)
    if post.address.isSecure { try stream.startTLS(trust, serverName: post.address.host) }
    try stream.write(post.bytes)
    var received: [UInt8] = []
    while true {
      let bytes = try stream.read()
      guard !bytes.isEmpty else { throw HTTPFailure("closed the connection without an answer") }
      received += bytes
      if let answer = try HTTPAnswer(received) { return answer }
    }
  }

  private static func connect(
    to addresses: [ResolvedAddress], _ deadline: ContinuousClock.Instant
  ) throws(HTTPFailure) -> Socket {
    var failure = HTTPFailure("has no address")
    for address in addresses {
      do throws(SocketError) {
        let socket = try Socket.connecting(to: address)
        do throws(HTTPFailure) {
          try WaitingStream.wait(for: POLLOUT, on: socket.descriptor, until: deadline)
        } catch {
          failure = error
          continue
        }
        let code = socket.connectionError
        if code == 0 { return socket }
        failure = HTTPFailure("cannot be reached: \(SocketError.text(of: code))")
      } catch {
        failure = HTTPFailure("cannot be reached: \(error.reason)")
      }
    }
    throw failure
  }
}

/// A socket, with TLS or without, on which each call waits.
private struct WaitingStream: ~Copyable {
  private let socket: Socket
  private let deadline: ContinuousClock.Instant
  private var tls: TLSSession?
  private var room = [UInt8](repeating: 0, count: 2 * TLSSession.headroom)

  init(_ socket: consuming Socket, _ deadline: ContinuousClock.Instant) {
    self.socket = socket
    self.deadline = deadline
  }

  static func wait(for events: Int32, on descriptor: Int32, until deadline: ContinuousClock.Instant) throws(HTTPFailure) {
    while true {
      let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
      guard left > 0 else { throw HTTPFailure("did not answer in time") }
      var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let count = unsafe poll(&entry, 1, Int32(min(left.rounded(.up), 60_000)))
      if count > 0 { return }
      guard count == 0 || errno == EINTR else { throw HTTPFailure("cannot be waited for: \(SocketError.text(of: errno))") }
    }
  }

  mutating func startTLS(_ context: TLSContext, serverName: String) throws(HTTPFailure) {
    do throws(TLSError) {
      tls = try TLSSession(context, serverName: serverName)
    } catch { throw HTTPFailure(error.description) }
    while tls?.state == .handshaking {
      try sendCiphertext()
      guard try receive() != nil else { throw HTTPFailure("closed the connection during the TLS handshake") }
    }
    try sendCiphertext()
  }

  mutating func write(_ bytes: [UInt8]) throws(HTTPFailure) {
    guard tls != nil else { return try send(bytes) }
    try unsafe bytes.withUnsafeBytes { bytes in
      Result { () throws(TLSError) in unsafe try tls?.seal(bytes) }
    }.mapError { HTTPFailure($0.description) }.get()
    try sendCiphertext()
  }

  /// What came, at least a byte; empty at the end.
  mutating func read() throws(HTTPFailure) -> [UInt8] {
    while true {
      guard let bytes = try receive() else { return [] }
      if !bytes.isEmpty { return bytes }
      try sendCiphertext()
      if tls?.state == .ended { return [] }
    }
  }

  private mutating func sendCiphertext() throws(HTTPFailure) {
    guard let bytes = tls?.takeCiphertext(), !bytes.isEmpty else { return }
    try send(bytes)
  }

  private func send(_ bytes: [UInt8]) throws(HTTPFailure) {
    var sent = 0
    while sent < bytes.count {
      switch unsafe bytes.withUnsafeBytes({ unsafe socket.write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }) {
      case .bytes(let count): sent += count
      case .wouldBlock: try Self.wait(for: POLLOUT, on: socket.descriptor, until: deadline)
      case .endOfStream: throw HTTPFailure("closed the connection")
      case .failed(let code): throw HTTPFailure("broke the connection: \(SocketError.text(of: code))")
      }
    }
  }

  /// Nil at the end; with TLS there may be nothing to read yet.
  private mutating func receive() throws(HTTPFailure) -> [UInt8]? {
    let start = tls == nil ? 0 : TLSSession.headroom
    while true {
      let transfer = unsafe room.withUnsafeMutableBytes {
        unsafe socket.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
      }
      switch transfer {
      case .bytes(let count):
        guard tls != nil else { return Array(room[..<count]) }
        let opened = try unsafe room.withUnsafeMutableBytes { room in
          Result { () throws(TLSError) in unsafe try tls?.open(room, ciphertext: start..<start + count) ?? 0 }
        }.mapError { HTTPFailure($0.description) }.get()
        return Array(room[..<opened])
      case .wouldBlock: try Self.wait(for: POLLIN, on: socket.descriptor, until: deadline)
      case .endOfStream: return nil
      case .failed(let code): throw HTTPFailure("broke the connection: \(SocketError.text(of: code))")
      }
    }
  }
}

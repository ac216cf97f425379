import Glibc
import Reactor

/// A connection that is read and written by a thread of its own, which waits: the simplest server that can do everything wrong.
final class BlockingConnection {
  private let socket: Socket
  private var buffer: [UInt8] = []

  init(_ socket: consuming Socket) { self.socket = socket }

  /// That many bytes; nil when the peer has ended before them.
  func read(_ count: Int) -> [UInt8]? {
    while buffer.count < count {
      var room = [UInt8](repeating: 0, count: 65_536)
      switch unsafe room.withUnsafeMutableBytes({ unsafe socket.read(into: $0) }) {
      case .bytes(let got): buffer += room[..<got]
      case .wouldBlock: wait(for: POLLIN)
      case .endOfStream, .failed: return nil
      }
    }
    defer { buffer.removeFirst(count) }
    return Array(buffer[..<count])
  }

  /// Whether all of it went out.
  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch unsafe rest.withUnsafeBytes({ unsafe socket.write($0) }) {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock: wait(for: POLLOUT)
      case .endOfStream, .failed: return false
      }
    }
    return true
  }

  func finishWriting() { socket.finishWriting() }

  private func wait(for event: Int32) {
    var entry = pollfd(fd: socket.descriptor, events: Int16(event), revents: 0)
    unsafe poll(&entry, 1, -1)
  }
}

import Glibc
import Reactor

/// Blocking sockets for tests.
enum StreamSocket {
  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ what: String, _ address: SocketAddress) {
      description = unsafe "\(what) \(address): \(String(cString: strerror(errno)))"
    }
  }

  static func listen(on address: SocketAddress) throws -> (descriptor: Int32, bound: SocketAddress) {
    if case .unix(let path) = address { unsafe unlink(path) }
    let descriptor = try make(for: address)
    guard unsafe with(address, { unsafe bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 128) == 0 else {
      defer { close(descriptor) }
      throw Failure("cannot listen on", address)
    }
    guard case .ip(let host, _) = address else { return (descriptor, address) }
    var bound = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &bound) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &length) }
    }
    return (descriptor, .ip(host: host, port: Int(UInt16(bigEndian: bound.sin_port))))
  }

  static func connect(to address: SocketAddress) throws -> Int32 {
    let descriptor = try make(for: address)
    guard unsafe with(address, { unsafe Glibc.connect(descriptor, $0, $1) }) == 0 else {
      defer { close(descriptor) }
      throw Failure("cannot connect to", address)
    }
    return descriptor
  }

  private static func make(for address: SocketAddress) throws -> Int32 {
    let family = if case .unix = address { AF_UNIX } else { AF_INET }
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure("no socket for", address) }
    return descriptor
  }

  private static func with(_ address: SocketAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    switch address {
    case .unix(let path):
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      precondition(path.utf8.count < 108)
      unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
      return unsafe withUnsafePointer(to: &name) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
      }
    case .ip(let host, let port):
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = UInt16(port).bigEndian
      unsafe inet_pton(AF_INET, host, &name.sin_addr)
      return unsafe withUnsafePointer(to: &name) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
      }
    }
  }
}

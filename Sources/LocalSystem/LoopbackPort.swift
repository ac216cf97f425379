import Glibc

/// TCP ports of the loopback interface.
public enum LoopbackPort {
  /// Ports that nobody listens on now, all different. Someone else may take one before it is used: whoever binds must check.
  public static func free(count: Int) throws(LocalSystemError) -> [Int] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    var ports: [Int] = []
    for _ in 0..<count {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { throw LocalSystemError("no socket can be made: \(Files.reason(errno))") }
      sockets.append(descriptor)
      guard let port = bind(descriptor, to: 0) else {
        throw LocalSystemError("no free loopback port: \(Files.reason(errno))")
      }
      ports.append(port)
    }
    return ports
  }

  /// Whether nobody listens on the port now. Connections that a former listener left in their last minute don't count.
  public static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var yes: Int32 = 1
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard let port = UInt16(exactly: port) else { return false }
    return bind(descriptor, to: port) != nil
  }

  /// Binds the socket to the port, or to one that the kernel picks for 0; answers the port, nil when it is taken.
  private static func bind(_ descriptor: Int32, to port: UInt16) -> Int? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
  }
}

import CLinux
import Glibc

/// An address as the system takes it: a name looked up, a path laid out.
public struct ResolvedAddress: Sendable {
  let storage: sockaddr_storage
  let length: socklen_t
  /// The protocol family: AF_INET, AF_INET6 or AF_UNIX.
  var family: Int32 { Int32(storage.ss_family) }

  /// The addresses that need no looking up: numeric ones and paths. Nil for a host name.
  public static func immediate(_ address: SocketAddress) -> [ResolvedAddress]? {
    switch address {
    case .unix(let path): unix(path: path).map { [$0] }
    case .ip(let host, let port): try? lookUp(host: host, port: port, flags: AI_NUMERICHOST | AI_NUMERICSERV)
    }
  }

  /// Looks a name up, on a thread of its own since the system's resolver blocks. Addresses come in the order to try them in.
  public static func resolve(_ address: SocketAddress) async throws(SocketError) -> [ResolvedAddress] {
    if let ready = immediate(address) { return ready }
    guard case .ip(let host, let port) = address else {
      throw SocketError("use \(address)", reason: "the path of a Unix socket has 1 to \(SocketAddress.longestPath) bytes")
    }
    let found: Result<[ResolvedAddress], SocketError> = await withCheckedContinuation { continuation in
      BlockingThread.run {
        continuation.resume(
          returning: Result { () throws(SocketError) in try lookUp(host: host, port: port, flags: AI_NUMERICSERV | AI_ADDRCONFIG) })
      }
    }
    return try found.get()
  }

  private static func unix(path: String) -> ResolvedAddress? {
    guard (1...SocketAddress.longestPath).contains(path.utf8.count) else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe ResolvedAddress(copying: UnsafeRawPointer(pointer), length: socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }

  private static func lookUp(host: String, port: Int, flags: Int32) throws(SocketError) -> [ResolvedAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = flags
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>? = nil
    let code = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else { throw SocketError("find \(host)", reason: unsafe String(cString: gai_strerror(code))) }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [ResolvedAddress] = []
    var entry = unsafe list
    while let current = unsafe entry {
      if let address = unsafe current.pointee.ai_addr {
        unsafe addresses.append(ResolvedAddress(copying: UnsafeRawPointer(address), length: current.pointee.ai_addrlen))
      }
      unsafe entry = unsafe current.pointee.ai_next
    }
    guard !addresses.isEmpty else { throw SocketError("find \(host)", reason: "it has no address") }
    return addresses
  }

  init(copying address: UnsafeRawPointer, length: socklen_t) {
    var storage = sockaddr_storage()
    let size = min(Int(length), MemoryLayout<sockaddr_storage>.size)
    unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: size)) }
    self.storage = storage
    self.length = socklen_t(size)
  }

  /// Lends the address in the system's form.
  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    unsafe withUnsafePointer(to: storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }

  /// The written form: numeric, or the path.
  public var socketAddress: SocketAddress {
    if family == AF_UNIX {
      let bytes = unsafe withUnsafeBytes(of: storage) { unsafe Array($0.dropFirst(2).prefix(SocketAddress.longestPath)) }
      return .unix(path: String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { host in
      unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXSERV)) { service in
        let code = unsafe withSockaddr { pointer, length in
          unsafe getnameinfo(
            pointer, length, host.baseAddress, socklen_t(host.count), service.baseAddress, socklen_t(service.count),
            NI_NUMERICHOST | NI_NUMERICSERV)
        }
        guard code == 0, let host = host.baseAddress, let service = service.baseAddress else {
          return .ip(host: "unknown", port: 0)
        }
        return unsafe .ip(host: String(cString: host), port: Int(String(cString: service)) ?? 0)
      }
    }
  }
}

/// Where a service listens or is reached: `127.0.0.1:5001`, `[::1]:5001`, `metrics:5001` or `unix:/run/lodestar/metrics.sock`.
public enum SocketAddress: Sendable, Hashable, CustomStringConvertible {
  /// A host name or a numeric address without brackets; port 0 asks for a free one when listening.
  case ip(host: String, port: Int)
  /// The path of a Unix domain socket: at most 107 bytes.
  case unix(path: String)

  /// Reads the written form; nil when it is none.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      var path = text.dropFirst("unix:".count)
      if path.hasPrefix("///") { path = path.dropFirst(2) }
      guard !path.isEmpty, path.utf8.count <= Self.longestPath, !path.utf8.contains(0) else { return nil }
      self = .unix(path: String(path))
      return
    }
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, host.utf8.count <= 253, !host.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else { return nil }
    self = .ip(host: String(host), port: Int(port))
  }

  /// sun_path's 108 bytes less the closing zero.
  static let longestPath = 107

  public var description: String {
    switch self {
    case .ip(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

import Reactor

/// Where a webhook is: `https://hooks.example.com:8443/lodestar?team=data`.
struct HTTPAddress: Sendable, Equatable {
  var isSecure: Bool
  /// A name or a numeric address, without brackets.
  var host: String
  var port: Int
  /// Begins with a slash; with the query.
  var target: String

  /// Nil for anything but http and https with a host; with a user, a fragment or what no URL may have.
  init?(_ text: String) {
    let scheme = text.prefix { $0 != ":" }.lowercased()
    guard scheme == "http" || scheme == "https", text.dropFirst(scheme.count).hasPrefix("://"), text.utf8.count <= 2000,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\"") })
    else { return nil }
    isSecure = scheme == "https"
    let rest = text.dropFirst(scheme.count + 3)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let path = rest.dropFirst(authority.count)
    target = path.hasPrefix("/") ? String(path) : "/" + path
    let hasPort = authority.last != "]" && authority.lastIndex(of: ":").map { !authority[$0...].contains("]") } ?? false
    let named = hasPort ? String(authority) : "\(authority):\(scheme == "https" ? 443 : 80)"
    guard !authority.contains("@"), case .ip(let host, let port)? = SocketAddress(named), port > 0 else { return nil }
    self.host = host
    self.port = port
  }

  var socketAddress: SocketAddress { .ip(host: host, port: port) }

  /// For the Host field: without the port that goes without saying.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// For logs and errors: a path may be a secret.
  var origin: String { "\(isSecure ? "https" : "http")://\(authority)" }
}

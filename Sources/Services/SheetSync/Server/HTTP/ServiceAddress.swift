/// An address that secrets and the texts of workbooks may be sent to: https, or http to this machine itself.
struct ServiceAddress: Hashable, Sendable {
  /// Without a slash at the end.
  let text: String
  /// Whether anything follows the host and its port.
  let hasPath: Bool

  init?(_ text: String) {
    guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    let text = text.last == "/" ? String(text.dropLast()) : text
    let isEncrypted = text.hasPrefix("https://")
    guard isEncrypted || text.hasPrefix("http://") else { return nil }
    let rest = text.dropFirst(isEncrypted ? 8 : 7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let host = Self.host(of: authority) else { return nil }
    guard isEncrypted || ["127.0.0.1", "[::1]", "localhost"].contains(host) else { return nil }
    self.text = text
    hasPath = authority.endIndex < rest.endIndex
  }

  /// The host of `host` or `host:port`; nil where there is none, or anything else is there, such as a name and password.
  private static func host(of authority: Substring) -> Substring? {
    let host: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[...end]
    } else {
      host = authority.prefix { $0 != ":" }
    }
    let port = authority[host.endIndex...]
    guard !host.isEmpty, authority.utf8.allSatisfy(isOfAuthority),
      port.isEmpty || (port.first == ":" && UInt16(port.dropFirst()) != nil)
    else { return nil }
    return host
  }

  private static func isOfAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: ".-:[]".utf8.contains(byte)
    }
  }
}

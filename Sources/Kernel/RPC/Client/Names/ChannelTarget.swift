public import Reactor

/// Whom a channel speaks to, as gRPC writes it: `dns:///host:port`, `host:port`, `ipv4:1.2.3.4:5,6.7.8.9:5`, `ipv6:[::1]:5`,
/// `unix:path`, `unix:///absolute/path`.
public struct ChannelTarget: Sendable, Equatable, CustomStringConvertible {
  enum Kind: Equatable {
    /// These and no others, in this order.
    case fixed([SocketAddress])
    /// Whatever the name stands for.
    case name(host: String, port: Int)
  }

  let kind: Kind
  /// The written form, for messages.
  public let description: String
  /// What the calls name as their host.
  let authority: String

  /// The name a certificate has to be for; nil where addresses are given themselves.
  var host: String? { if case .name(let host, _) = kind { host } else { nil } }

  /// Whether it is reached over Unix sockets alone.
  var isLocal: Bool {
    guard case .fixed(let addresses) = kind else { return false }
    return addresses.allSatisfy { if case .unix = $0 { true } else { false } }
  }

  var staysOnThisMachine: Bool {
    switch kind {
    case .fixed(let addresses): addresses.allSatisfy(\.staysOnThisMachine)
    case .name(let host, let port): SocketAddress.ip(host: host, port: port).staysOnThisMachine
    }
  }

  private init(kind: Kind, description: String, authority: String) {
    self.kind = kind
    self.description = description
    self.authority = authority
  }

  /// One address, or a host name with whatever addresses it has.
  public init(_ address: SocketAddress) {
    switch address {
    case .unix: self.init(kind: .fixed([address]), description: address.description, authority: "localhost")
    case .ip(let host, let port):
      let isNumeric = ResolvedAddress.immediate(address) != nil
      self.init(
        kind: isNumeric ? .fixed([address]) : .name(host: host, port: port), description: address.description,
        authority: address.description)
    }
  }

  /// Several addresses of one service.
  public init(_ addresses: [SocketAddress], authority: String) {
    self.init(kind: .fixed(addresses), description: addresses.map(\.description).joined(separator: ","), authority: authority)
  }

  /// gRPC's default where a name has no port.
  static let defaultPort = 443

  /// Reads a target. Throws what is wrong with it.
  public init(_ text: String) throws(ChannelTargetError) {
    let (scheme, rest) = Self.split(text)
    switch scheme {
    case "unix":
      guard let address = SocketAddress("unix:\(rest)") else {
        throw ChannelTargetError(text, "the path of a Unix socket has 1 to 107 bytes")
      }
      self.init(address)
    case "ipv4", "ipv6":
      let addresses = try rest.split(separator: ",", omittingEmptySubsequences: false).map { part throws(ChannelTargetError) in
        try Self.numeric(String(part), isSix: scheme == "ipv6", of: text)
      }
      self.init(kind: .fixed(addresses), description: text, authority: addresses[0].description)
    case "dns", nil:
      var name = rest[...]
      if name.hasPrefix("//") {
        let path = name.dropFirst(2)
        guard let slash = path.firstIndex(of: "/") else { throw ChannelTargetError(text, "dns: wants dns:///host:port") }
        guard slash == path.startIndex else {
          throw ChannelTargetError(
            text, "names are asked of the system's resolver; a DNS server cannot be named: write dns:///host:port")
        }
        name = path.dropFirst()
      }
      guard case .ip(let host, let port)? = Self.hostAndPort(String(name)) else {
        throw ChannelTargetError(text, "\"\(name)\" is no host:port")
      }
      let one = ChannelTarget(.ip(host: host, port: port))
      self.init(kind: one.kind, description: text, authority: one.authority)
    default:
      throw ChannelTargetError(text, "\"\(scheme ?? "")\" is none of dns, ipv4, ipv6 and unix")
    }
  }

  /// The scheme, when what stands before the first colon is one: `localhost:80` has none.
  private static func split(_ text: String) -> (scheme: String?, rest: String) {
    guard let colon = text.firstIndex(of: ":") else { return (nil, text) }
    let scheme = String(text[..<colon])
    let rest = String(text[text.index(after: colon)...])
    let isKnown = ["dns", "ipv4", "ipv6", "unix"].contains(scheme)
    return isKnown || rest.hasPrefix("//") ? (scheme, rest) : (nil, text)
  }

  private static func numeric(_ part: String, isSix: Bool, of text: String) throws(ChannelTargetError) -> SocketAddress {
    guard let address = hostAndPort(part), case .ip(let host, _) = address, ResolvedAddress.immediate(address) != nil,
      host.contains(":") == isSix
    else {
      throw ChannelTargetError(text, "\"\(part)\" is no \(isSix ? "[IPv6 address]:port" : "IPv4 address:port")")
    }
    return address
  }

  private static func hostAndPort(_ text: String) -> SocketAddress? {
    if let address = SocketAddress(text) { return address }
    if text.hasPrefix("[") || !text.contains(":") { return SocketAddress("\(text):\(defaultPort)") }
    // A bare IPv6 address.
    let bare = SocketAddress.ip(host: text, port: defaultPort)
    return ResolvedAddress.immediate(bare) == nil ? nil : bare
  }
}

/// Why a text names no target of a channel.
public struct ChannelTargetError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ text: String, _ reason: String) {
    description = "\"\(text)\" is no target of a channel: \(reason)."
  }
}

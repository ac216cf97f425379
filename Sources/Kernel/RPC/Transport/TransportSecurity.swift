public import Cryptography
import Logging
import Reactor

/// How a server speaks TLS on its TCP addresses. Unix sockets stay in clear text: the file system says who may use them.
public struct ServerSecurity: Sendable {
  /// How long a connection may take until its handshake is done.
  public var handshakeTimeout = Duration.seconds(10)
  private let source: TLSContextSource

  public init(_ source: TLSContextSource) {
    self.source = source
  }

  public init(_ context: TLSContext) {
    source = TLSContextSource(context)
  }

  func secure(_ transport: any ByteTransport, logger: Logger) throws(TLSError) -> any ByteTransport {
    if transport.peer?.isLocalSocket == true { return transport }
    let context = source.current { logger.warning("TLS", metadata: ["reason": "\($0)"]) }
    let peer = transport.peer?.description ?? "unknown"
    return TLSTransport(transport, try TLSSession(context), handshakeTimeout: handshakeTimeout) { reason in
      logger.info("a connection was refused", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
    }
  }
}

/// How a channel speaks TLS to a TCP address. Unix sockets stay in clear text.
public struct ChannelSecurity: Sendable {
  /// The name that the server's certificate has to be valid for, when it is not the host of the address.
  public var serverName: String?
  private let source: TLSContextSource

  public init(_ source: TLSContextSource) {
    self.source = source
  }

  public init(_ context: TLSContext) {
    source = TLSContextSource(context)
  }

  /// - Parameters:
  ///   - host: of the address, a name or numeric.
  ///   - timeout: for the handshake.
  func secure(
    _ transport: any ByteTransport, host: String, timeout: Duration, logger: Logger
  ) throws(TLSError) -> any ByteTransport {
    if transport.peer?.isLocalSocket == true { return transport }
    let context = source.current { logger.warning("TLS", metadata: ["reason": "\($0)"]) }
    let session = try TLSSession(context, serverName: serverName ?? host)
    return TLSTransport(transport, session, handshakeTimeout: timeout) { _ in }
  }
}

extension SocketAddress {
  var isLocalSocket: Bool {
    if case .unix = self { true } else { false }
  }

  /// Whether only this machine can reach it.
  var staysOnThisMachine: Bool {
    guard case .ip(let host, _) = self else { return true }
    let isNumeric = host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    return host == "localhost" || host == "::1" || host.hasPrefix("127.") && isNumeric
  }

  /// What is said when calls go in clear text where others can read and change them.
  static let cleartextWarning =
    "calls travel in clear text beyond this machine: anyone between can read and change them; configure TLS"
}

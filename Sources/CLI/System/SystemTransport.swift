import ArgumentParser
import Cryptography
import LocalSystem
import RPC
import Reactor

/// How the parts of a private system speak to each other.
enum SystemTransport: String, CaseIterable, Sendable, EnumerableFlag {
  /// Every connection encrypted, both sides with a certificate of the system's own authority.
  case tls
  case cleartext

  static func help(for value: SystemTransport) -> ArgumentHelp? {
    switch value {
    case .tls: "Have the services prove to each other who they are, by certificates of their own authority (the default)."
    case .cleartext: "Have the services speak in clear text, on the loopback interface."
    }
  }
}

/// The certificates of a private system, one for each service and one for this command line.
struct SystemCertificates: Sendable {
  static let commandLine = "lodestar"

  private let certificates: PrivateCertificates

  init(_ layout: SystemLayout) {
    certificates = PrivateCertificates(directory: layout.certificates)
  }

  func prepare() throws {
    try certificates.prepare(
      ServiceKind.allCases.map { .init(name: $0.program, isServer: true) } + [.init(name: Self.commandLine, isServer: false)])
  }

  /// What a service is told of them.
  func variables(of kind: ServiceKind) -> [String: String] {
    let files = certificates.files(of: kind.program)
    return [
      "LODESTAR_TLS_CERTIFICATE": files.certificate ?? "", "LODESTAR_TLS_KEY": files.key ?? "",
      "LODESTAR_TLS_AUTHORITY": files.authority ?? "",
    ]
  }

  /// How this command line speaks to the services.
  func channelSecurity() throws -> ChannelSecurity { try ChannelSecurity.reading(certificates.files(of: Self.commandLine)) }
}

extension ChannelSecurity {
  /// From files; a failure names the mend.
  static func reading(_ files: TLSFiles) throws -> ChannelSecurity {
    do {
      return ChannelSecurity(try TLSContextSource.client(files))
    } catch {
      throw Failure(
        .unreachable, "the certificates cannot be used: \(error)",
        mend: "`lodestar up` makes those of a private system; LODESTAR_TLS_CERTIFICATE, _KEY and _AUTHORITY name others")
    }
  }

  /// What the environment names, for services that no `lodestar up` started here; nil for clear text.
  static func ofEnvironment() throws -> ChannelSecurity? {
    let files = TLSFiles(
      certificate: environmentVariable("LODESTAR_TLS_CERTIFICATE"), key: environmentVariable("LODESTAR_TLS_KEY"),
      authority: environmentVariable("LODESTAR_TLS_AUTHORITY"))
    guard files != TLSFiles() else { return nil }
    return try reading(files)
  }
}

/// A service as a command reaches it.
struct ServiceEndpoint: Sendable, CustomStringConvertible {
  let address: SocketAddress
  /// Nil for clear text.
  let security: ChannelSecurity?

  var description: String { address.description }
}

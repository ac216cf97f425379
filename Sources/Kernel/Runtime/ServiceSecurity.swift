import Cryptography
public import RPC

/// How a service speaks TLS: to those who call it, and to those it calls, with one certificate.
public struct ServiceSecurity: Sendable {
  public let server: ServerSecurity
  public let channel: ChannelSecurity

  /// The variables that say it, all three of them paths of PEM files, and who has to show a certificate.
  static let certificate = "LODESTAR_TLS_CERTIFICATE"
  static let key = "LODESTAR_TLS_KEY"
  static let authority = "LODESTAR_TLS_AUTHORITY"
  static let clients = "LODESTAR_TLS_CLIENTS"

  /// Reads what the environment says; nil for clear text. The files are read at once, so that a service that cannot use them does not start.
  static func read(_ value: (String) -> String?, problems: inout [String]) -> ServiceSecurity? {
    let files = TLSFiles(certificate: value(certificate), key: value(key), authority: value(authority))
    let isWanted = [certificate, key, authority, clients].contains { value($0) != nil }
    guard isWanted else { return nil }
    for name in [certificate, key] where value(name) == nil {
      problems.append("\(name) is not set, though other LODESTAR_TLS_ variables are; right would be the path of a PEM file")
    }
    let clientWord = value(clients) ?? (files.authority == nil ? "none" : "required")
    let verification = ClientVerification(rawValue: clientWord)
    if verification == nil {
      let known = ClientVerification.allCases.map(\.rawValue).joined(separator: ", ")
      problems.append("\(clients) has \"\(clientWord)\"; right would be one of \(known)")
    }
    guard files.certificate != nil, files.key != nil, let verification else { return nil }
    do throws(TLSError) {
      return ServiceSecurity(
        server: ServerSecurity(try TLSContextSource.server(files, clients: verification)),
        channel: ChannelSecurity(try TLSContextSource.client(files)))
    } catch {
      problems.append("the files that LODESTAR_TLS_ variables name cannot be used: \(error)")
      return nil
    }
  }
}

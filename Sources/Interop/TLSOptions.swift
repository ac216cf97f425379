import ArgumentParser
import Cryptography
import RPC

/// How either side speaks TLS.
struct TLSOptions: ParsableArguments {
  @Flag(name: .customLong("tls"), help: "Speak TLS.")
  var speaksTLS = false

  @Option(
    name: .customLong("use_tls"), help: ArgumentHelp("The same in the spelling of gRPC's own scripts.", valueName: "true|false"))
  var usesTLS = false

  @Option(help: "The certificate chain to show, a PEM file.")
  var certificate: String?

  @Option(help: "The certificate's private key, a PEM file.")
  var key: String?

  @Option(help: "The authority that signed the peer's certificate, a PEM file; a server with one requires clients' certificates.")
  var authority: String?

  @Option(
    name: .customLong("use_test_ca"),
    help: ArgumentHelp("Whether the authority is gRPC's own for tests; its file is --authority's.", valueName: "true|false"))
  var usesTestAuthority = false

  var isOn: Bool { speaksTLS || usesTLS }

  private var files: TLSFiles { TLSFiles(certificate: certificate, key: key, authority: authority) }

  func validate() throws {
    guard isOn || (certificate == nil && key == nil && authority == nil) else {
      throw ValidationError("--certificate, --key and --authority are for TLS: add --tls.")
    }
    guard !isOn || !usesTestAuthority || authority != nil else {
      throw ValidationError("gRPC's test authority is no part of this program: name its file (ca.pem) with --authority.")
    }
  }

  /// Nil for clear text.
  func serverSecurity() throws -> ServerSecurity? {
    guard isOn else { return nil }
    return ServerSecurity(try TLSContextSource.server(files, clients: authority == nil ? .none : .required))
  }

  /// - Parameter serverName: what the server's certificate has to be valid for, when it is not the host's name.
  func channelSecurity(serverName: String?) throws -> ChannelSecurity? {
    guard isOn else { return nil }
    var security = ChannelSecurity(try TLSContextSource.client(files))
    security.serverName = serverName
    return security
  }
}

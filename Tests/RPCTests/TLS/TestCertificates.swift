import Cryptography
import Glibc
import RPC

/// An authority, and what a server of 127.0.0.1 and its clients need of it.
struct TestCertificates {
  let authority: CertificateAuthority
  let server: TLSIdentity
  let client: TLSIdentity

  init(_ name: String = "Test CA") throws {
    authority = try CertificateAuthority(commonName: name)
    var request = CertificateRequest(commonName: "test-server")
    request.addresses = ["127.0.0.1"]
    request.dnsNames = ["localhost"]
    server = try authority.issue(request)
    request = CertificateRequest(commonName: "test-client")
    request.uris = ["spiffe://test/client"]
    client = try authority.issue(request)
  }

  var trust: TLSTrust { .authorities(authority.certificatePEM) }

  func serverSecurity(clients: ClientVerification = .required) throws -> ServerSecurity {
    ServerSecurity(try TLSContext.server(identity: server, clients: clients, trust: trust))
  }

  func channelSecurity(showing identity: TLSIdentity?) throws -> ChannelSecurity {
    ChannelSecurity(try TLSContext.client(identity: identity, trust: trust))
  }
}

/// A directory for PEM files that goes with its owner.
final class PEMDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/lodestar-tls-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
    guard made else { throw TLSError("no directory could be made") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["server.pem", "server.key", "client.pem", "client.key", "ca.pem"] { unsafe unlink("\(path)/\(name)") }
    unsafe rmdir(path)
  }

  func write(_ certificates: TestCertificates) throws {
    try write(certificates.server, as: "server")
    try write(certificates.client, as: "client")
    try PrivateFile.write(certificates.authority.certificatePEM, to: "\(path)/ca.pem")
  }

  func write(_ identity: TLSIdentity, as name: String) throws {
    try PrivateFile.write(identity.certificateChain, to: "\(path)/\(name).pem")
    try PrivateFile.write(identity.privateKey, to: "\(path)/\(name).key")
  }

  func files(_ name: String, authority: String? = "ca") -> TLSFiles {
    TLSFiles(certificate: "\(path)/\(name).pem", key: "\(path)/\(name).key", authority: authority.map { "\(path)/\($0).pem" })
  }
}

import Glibc
import Testing

@testable import Cryptography

@Suite struct CertificateAuthorityTests {
  @Test func `an authority read back from its PEM issues certificates that the first one's peers take`() throws {
    let first = try CertificateAuthority(commonName: "Test CA")
    let again = try CertificateAuthority(certificatePEM: first.certificatePEM, privateKeyPEM: first.privateKeyPEM)
    var request = CertificateRequest(commonName: "metrics")
    request.dnsNames = ["metrics.test"]
    let server = try TLSContext.server(identity: again.issue(request))
    let pair = try TLSPair(server: server, client: TLSContext.client(trust: .authorities(first.certificatePEM)))
    _ = try pair.run()
    #expect(pair.client.state == .open)
  }

  @Test func `another's key is no authority's`() throws {
    let (one, other) = (try CertificateAuthority(commonName: "one"), try CertificateAuthority(commonName: "other"))
    #expect(throws: TLSError.self) {
      try CertificateAuthority(certificatePEM: one.certificatePEM, privateKeyPEM: other.privateKeyPEM)
    }
  }

  @Test(arguments: ["a,IP:127.0.0.1", "", "a b", "a\u{0}b", "dirName:x"]) func `a name cannot smuggle in another`(name: String)
    throws
  {
    let authority = try CertificateAuthority(commonName: "Test CA")
    var request = CertificateRequest(commonName: "x")
    request.dnsNames = [name]
    #expect(throws: TLSError.self) { try authority.issue(request) }
  }

  @Test func `a certificate knows how long it is good for`() throws {
    let authority = try CertificateAuthority(commonName: "Test CA")
    var request = CertificateRequest(commonName: "x")
    request.validity = .days(30)
    let left = try CertificateAuthority.secondsLeft(of: authority.issue(request).certificateChain)
    #expect((30 * 86_400 - 60...30 * 86_400).contains(left))
    request.validity = CertificateValidity(beginsInSeconds: -100, endsInSeconds: -50)
    #expect(try CertificateAuthority.secondsLeft(of: authority.issue(request).certificateChain) < 0)
  }

  @Test func `two certificates share neither key nor serial number`() throws {
    let authority = try CertificateAuthority(commonName: "Test CA")
    let identities = try (0..<2).map { _ in try authority.issue(CertificateRequest(commonName: "x")) }
    #expect(identities[0].privateKey != identities[1].privateKey)
    #expect(identities[0].certificateChain != identities[1].certificateChain)
  }

  @Test func `a private file is its owner's alone, and takes the place of another whole`() throws {
    let path = "/tmp/lodestar-cryptography-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).key"
    defer { unsafe unlink(path) }
    umask(0)
    try PrivateFile.write(Array("first".utf8), to: path)
    try PrivateFile.write(Array("second".utf8), to: path)
    #expect(try PrivateFile.read(path) == Array("second".utf8))
    var status = stat()
    try #require(unsafe stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    let error = #expect(throws: TLSError.self) { try PrivateFile.read(path + ".none") }
    #expect(error?.description.contains("\(path).none cannot be read: No such file") == true)
  }
}

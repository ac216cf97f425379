import Cryptography
import Glibc
import Testing

@testable import LocalSystem

@Suite struct PrivateCertificatesTests {
  private let holders = [
    PrivateCertificates.Holder(name: "lodestar-metrics", isServer: true), .init(name: "lodestar", isServer: false),
  ]

  private func contents(_ directory: String) throws -> [String: String] {
    Dictionary(uniqueKeysWithValues: try Files.names(in: directory).map { ($0, try Files.read("\(directory)/\($0)") ?? "") })
  }

  @Test func `an authority and a pair for each are made once, for their owner's eyes alone`() throws {
    let path = temporaryDirectory()
    defer { removeTree(path) }
    let certificates = PrivateCertificates(directory: path)
    try certificates.prepare(holders)
    let made = try contents(path)
    #expect(
      Set(made.keys) == [
        "authority.pem", "authority.key", "lodestar-metrics.pem", "lodestar-metrics.key", "lodestar.pem", "lodestar.key",
      ])
    var status = stat()
    for name in made.keys {
      try #require(unsafe stat("\(path)/\(name)", &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600, "\(name)")
    }
    try #require(unsafe stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o700)
    try certificates.prepare(holders)
    #expect(try contents(path) == made)
  }

  @Test func `a holder with a folder in its name has its pair there, until it is removed`() throws {
    let path = temporaryDirectory()
    defer { removeTree(path) }
    let certificates = PrivateCertificates(directory: path)
    try certificates.prepare(holders + [.init(name: "person/ada", isServer: false)])
    #expect(certificates.holders(in: "person") == ["person/ada"])
    #expect(certificates.holders(in: "nobody") == [])
    let left = try #require(certificates.secondsLeft(of: "person/ada"))
    #expect((364 * 86_400...366 * 86_400).contains(left))
    var status = stat()
    try #require(unsafe stat("\(path)/person", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o700)
    let made = try contents("\(path)/person")
    try certificates.prepare([.init(name: "person/bob", isServer: false)])
    #expect(try contents("\(path)/person")["ada.pem"] == made["ada.pem"])
    certificates.remove("person/ada")
    #expect(certificates.holders(in: "person") == ["person/bob"] && certificates.secondsLeft(of: "person/ada") == nil)
  }

  @Test func `a pair of which half is lost, or that another authority has issued, is made anew, and the others stay`() throws {
    let path = temporaryDirectory()
    defer { removeTree(path) }
    let certificates = PrivateCertificates(directory: path)
    try certificates.prepare(holders)
    let made = try contents(path)
    Files.remove("\(path)/lodestar.key")
    let stranger = try CertificateAuthority(commonName: "Stranger").issue(CertificateRequest(commonName: "lodestar-metrics"))
    try PrivateFile.write(stranger.certificateChain, to: "\(path)/lodestar-metrics.pem")
    try PrivateFile.write(stranger.privateKey, to: "\(path)/lodestar-metrics.key")
    try certificates.prepare(holders)
    let mended = try contents(path)
    #expect(mended["authority.pem"] == made["authority.pem"])
    #expect(mended["lodestar.key"] != nil)
    #expect(mended["lodestar-metrics.pem"] != String(decoding: stranger.certificateChain, as: UTF8.self))
    let authority = try CertificateAuthority(
      certificatePEM: Array(mended["authority.pem"]!.utf8), privateKeyPEM: Array(mended["authority.key"]!.utf8))
    for name in ["lodestar", "lodestar-metrics"] {
      let identity = TLSIdentity(
        certificateChain: Array(mended["\(name).pem"]!.utf8), privateKey: Array(mended["\(name).key"]!.utf8))
      #expect(authority.hasIssued(identity), "\(name)")
    }
  }

  @Test func `an authority that is about to expire is replaced with all that it issued`() throws {
    let path = temporaryDirectory()
    defer { removeTree(path) }
    try Files.makeDirectory(path)
    let old = try CertificateAuthority(commonName: "Old", validity: .days(100))
    try PrivateFile.write(old.certificatePEM, to: "\(path)/authority.pem")
    try PrivateFile.write(old.privateKeyPEM, to: "\(path)/authority.key")
    try PrivateCertificates(directory: path).prepare(holders)
    #expect(try PrivateFile.read("\(path)/authority.pem") != old.certificatePEM)
  }
}

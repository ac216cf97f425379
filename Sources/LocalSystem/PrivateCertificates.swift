public import Cryptography

/// A private authority in a directory, and the certificates that the parts of one local system show to each other. Everything is its
/// owner's alone: who can read the directory can speak for every part.
public struct PrivateCertificates: Sendable {
  /// A part of the system.
  public struct Holder: Sendable {
    /// What its files and its certificate are called; with a slash in it, as "person/ada", the files are in a folder below.
    public let name: String
    /// Whether others connect to it; if not, it only calls.
    public let isServer: Bool

    public init(name: String, isServer: Bool) {
      self.name = name
      self.isServer = isServer
    }
  }

  static let authorityName = "authority"
  private static let authorityDays = 3650
  private static let holderDays = 365
  /// Certificates that are good for less than this are made anew.
  private static let leastDaysLeft = 30

  public let directory: String

  public init(directory: String) {
    self.directory = directory
  }

  /// Makes what is missing, and anew what is about to expire or does not fit. Programs that run take new files up by themselves.
  public func prepare(_ holders: [Holder]) throws(LocalSystemError) {
    for place in [directory] + holders.map({ Files.directory(of: path($0.name, "pem")) }) {
      try Files.makeDirectory(place, mode: 0o700)
    }
    do throws(TLSError) {
      let current = try currentAuthority()
      let authority = if let current { current } else { try makeAuthority() }
      for holder in holders where !isCurrent(holder, authority) { try issue(holder, authority) }
    } catch {
      throw LocalSystemError("the certificates in \(directory) cannot be made: \(error)", mend: "remove that directory")
    }
  }

  /// The holders whose pairs are in a folder: "person/ada" and others in "person".
  public func holders(in folder: String) -> [String] {
    Files.names(in: "\(directory)/\(folder)").filter { $0.hasSuffix(".pem") }.map { "\(folder)/\($0.dropLast(4))" }
  }

  /// How long a holder's certificate is still good; nil when it has none.
  public func secondsLeft(of holder: String) -> Int? {
    guard let pem = try? PrivateFile.read(path(holder, "pem")) else { return nil }
    return try? CertificateAuthority.secondsLeft(of: pem)
  }

  /// Removes a holder's pair. Copies of it that others have stay good until they expire.
  public func remove(_ holder: String) {
    for kind in ["pem", "key"] { Files.remove(path(holder, kind)) }
  }

  /// Where a holder's certificate and key are, and the authority's certificate.
  public func files(of holder: String) -> TLSFiles {
    TLSFiles(certificate: path(holder, "pem"), key: path(holder, "key"), authority: path(Self.authorityName, "pem"))
  }

  private func path(_ name: String, _ kind: String) -> String { "\(directory)/\(name).\(kind)" }

  /// The authority that is there; nil when there is none, or one that would not outlive its next certificates.
  private func currentAuthority() throws(TLSError) -> CertificateAuthority? {
    let (certificate, key) = (path(Self.authorityName, "pem"), path(Self.authorityName, "key"))
    guard Files.exists(certificate), Files.exists(key) else { return nil }
    let pem = try PrivateFile.read(certificate)
    guard try CertificateAuthority.secondsLeft(of: pem) > (Self.holderDays + 1) * 86_400 else { return nil }
    return try CertificateAuthority(certificatePEM: pem, privateKeyPEM: try PrivateFile.read(key))
  }

  private func makeAuthority() throws(TLSError) -> CertificateAuthority {
    let authority = try CertificateAuthority(commonName: "Lodestar private authority", validity: .days(Self.authorityDays))
    try PrivateFile.write(authority.privateKeyPEM, to: path(Self.authorityName, "key"))
    try PrivateFile.write(authority.certificatePEM, to: path(Self.authorityName, "pem"))
    return authority
  }

  /// Whether the holder has a pair that the authority's peers take for long enough.
  private func isCurrent(_ holder: Holder, _ authority: CertificateAuthority) -> Bool {
    guard let pem = try? PrivateFile.read(path(holder.name, "pem")), let key = try? PrivateFile.read(path(holder.name, "key")),
      let left = try? CertificateAuthority.secondsLeft(of: pem)
    else { return false }
    let identity = TLSIdentity(certificateChain: pem, privateKey: key)
    return left > Self.leastDaysLeft * 86_400 && authority.hasIssued(identity)
  }

  private func issue(_ holder: Holder, _ authority: CertificateAuthority) throws(TLSError) {
    var request = CertificateRequest(commonName: holder.name)
    request.uris = ["spiffe://lodestar.local/\(holder.name)"]
    if holder.isServer {
      request.dnsNames = ["localhost", holder.name]
      request.addresses = ["127.0.0.1", "::1"]
    }
    request.uses = holder.isServer ? [.server, .client] : [.client]
    request.validity = .days(Self.holderDays)
    let identity = try authority.issue(request)
    try PrivateFile.write(identity.privateKey, to: path(holder.name, "key"))
    try PrivateFile.write(identity.certificateChain, to: path(holder.name, "pem"))
  }
}

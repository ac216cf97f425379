/// For how long a certificate is good, counted from now.
public struct CertificateValidity: Sendable, Equatable {
  /// Seconds from now, negative for the past.
  public var beginsInSeconds: Int
  public var endsInSeconds: Int

  public init(beginsInSeconds: Int, endsInSeconds: Int) {
    self.beginsInSeconds = beginsInSeconds
    self.endsInSeconds = endsInSeconds
  }

  /// That many days from an hour ago, so that a peer whose clock is late takes the certificate too.
  public static func days(_ count: Int) -> CertificateValidity {
    CertificateValidity(beginsInSeconds: -3600, endsInSeconds: count * 86_400)
  }
}

/// What a leaf certificate is asked for.
public struct CertificateRequest: Sendable, Equatable {
  /// What the holder may prove with it.
  public enum Use: String, Sendable, CaseIterable {
    case server = "serverAuth"
    case client = "clientAuth"
  }

  /// At most 64 characters.
  public var commonName: String
  public var dnsNames: [String] = []
  /// Numeric.
  public var addresses: [String] = []
  public var uris: [String] = []
  public var uses = Use.allCases
  public var validity = CertificateValidity.days(365)

  public init(commonName: String) {
    self.commonName = commonName
  }

  /// OpenSSL's notation for the alternative names; nil when there are none. Throws when a name has characters that would mean something
  /// else in that notation.
  func alternativeNames() throws(TLSError) -> String? {
    func listed(_ names: [String], _ kind: String, allowed: (UInt8) -> Bool) throws(TLSError) -> [String] {
      for name in names where name.isEmpty || !name.utf8.allSatisfy(allowed) {
        throw TLSError("\"\(name)\" cannot be the \(kind) of a certificate")
      }
      return names.map { "\(kind):\($0)" }
    }
    let letters = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) }
    let all =
      try listed(dnsNames, "DNS") { letters($0) || [0x2a, 0x2d, 0x2e, 0x5f].contains($0) }
      + listed(addresses, "IP") { letters($0) || [0x2e, 0x3a].contains($0) }
      + listed(uris, "URI") { (0x21...0x7e).contains($0) && ![0x2c, 0x3b, 0x22, 0x5c].contains($0) }
    return all.isEmpty ? nil : all.joined(separator: ",")
  }
}

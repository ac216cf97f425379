/// Who this side is: its certificate, those that lead to the authority (its own first), and the private key.
public struct TLSIdentity: Sendable, Equatable {
  /// PEM: the own certificate, then the intermediate ones.
  public var certificateChain: [UInt8]
  /// PEM: PKCS #8 or the older forms, without a pass phrase.
  public var privateKey: [UInt8]

  public init(certificateChain: [UInt8], privateKey: [UInt8]) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
  }
}

/// Whose signature makes a peer's certificate good.
public enum TLSTrust: Sendable, Equatable {
  /// The authorities that the machine trusts.
  case system
  /// These alone, as PEM certificates.
  case authorities([UInt8])
}

/// Whether a server asks its clients for certificates. One that is sent has to be good in every case but `none`.
public enum ClientVerification: String, Sendable, Equatable, CaseIterable {
  case none, optional, required
}

/// The oldest version of TLS that is spoken.
public enum TLSVersion: Sendable, Equatable {
  case tls12, tls13
}

/// Which side of a connection.
public enum TLSRole: Sendable, Equatable {
  case server
  case client
}

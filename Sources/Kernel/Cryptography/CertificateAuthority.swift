import COpenSSL

/// A private authority: a P-256 key and a certificate of its own, which issues certificates to servers and clients that trust it alone.
public struct CertificateAuthority: Sendable {
  /// The certificate, in PEM: what the peers trust.
  public let certificatePEM: [UInt8]
  /// The private key, in PEM: whoever has it can be anyone.
  public let privateKeyPEM: [UInt8]
  private let certificate: CertificateHandle
  private let key: KeyHandle

  /// A new authority.
  public init(commonName: String, validity: CertificateValidity = .days(3650)) throws(TLSError) {
    let key = try Self.newKey()
    let certificate = try Self.blank(commonName: commonName, key: key, validity: validity)
    guard unsafe X509_set_issuer_name(certificate.pointer, X509_get_subject_name(certificate.pointer)) == 1 else {
      throw TLSError(draining: "the authority cannot be made")
    }
    try Self.extend(
      certificate, issuer: certificate,
      with: [
        (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
        (NID_subject_key_identifier, "hash"),
      ])
    try Self.sign(certificate, with: key)
    try self.init(certificate, key)
  }

  /// One that was made before. Throws when the key is another's.
  public init(certificatePEM: [UInt8], privateKeyPEM: [UInt8]) throws(TLSError) {
    let certificate = try PEMText.certificates(certificatePEM, what: "the authority's certificate")[0]
    let key = try PEMText.privateKey(privateKeyPEM, what: "the authority's key")
    guard unsafe X509_check_private_key(certificate.pointer, key.pointer) == 1 else {
      ERR_clear_error()
      throw TLSError("the authority's key does not belong to its certificate")
    }
    try self.init(certificate, key)
  }

  private init(_ certificate: CertificateHandle, _ key: KeyHandle) throws(TLSError) {
    certificatePEM = try PEMText.text(of: certificate)
    privateKeyPEM = try PEMText.text(of: key)
    self.certificate = certificate
    self.key = key
  }

  /// Issues a certificate with a new key.
  public func issue(_ request: CertificateRequest) throws(TLSError) -> TLSIdentity {
    let leafKey = try Self.newKey()
    let leaf = try Self.blank(commonName: request.commonName, key: leafKey, validity: request.validity)
    guard unsafe X509_set_issuer_name(leaf.pointer, X509_get_subject_name(certificate.pointer)) == 1 else {
      throw TLSError(draining: "the certificate cannot be issued")
    }
    var extensions: [(Int32, String)] = [
      (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
      (NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid:always"),
      (NID_ext_key_usage, request.uses.map(\.rawValue).joined(separator: ",")),
    ]
    if let names = try request.alternativeNames() { extensions.append((NID_subject_alt_name, names)) }
    try Self.extend(leaf, issuer: certificate, with: extensions)
    try Self.sign(leaf, with: key)
    return TLSIdentity(certificateChain: try PEMText.text(of: leaf), privateKey: try PEMText.text(of: leafKey))
  }

  /// Whether a certificate is signed by this authority and has the key that it is shown with.
  public func hasIssued(_ identity: TLSIdentity) -> Bool {
    guard let leaf = try? PEMText.certificates(identity.certificateChain, what: "the certificate").first,
      let leafKey = try? PEMText.privateKey(identity.privateKey, what: "the private key")
    else { return false }
    defer { ERR_clear_error() }
    return unsafe X509_check_private_key(leaf.pointer, leafKey.pointer) == 1 && X509_verify(leaf.pointer, key.pointer) == 1
  }

  /// How many seconds a certificate in PEM is still good for; negative once it has expired.
  public static func secondsLeft(of certificatePEM: [UInt8]) throws(TLSError) -> Int {
    let certificate = try PEMText.certificates(certificatePEM, what: "the certificate")[0]
    var (days, seconds): (Int32, Int32) = (0, 0)
    guard unsafe ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(certificate.pointer)) == 1 else {
      throw TLSError(draining: "the certificate's dates cannot be read")
    }
    return Int(days) * 86_400 + Int(seconds)
  }

  // MARK: Steps

  private static func newKey() throws(TLSError) -> KeyHandle {
    ERR_clear_error()
    guard let key = unsafe copenssl_make_p256_key() else { throw TLSError(draining: "a key cannot be made") }
    return unsafe KeyHandle(owning: key)
  }

  /// A certificate with a random serial number, a subject, dates and a key, not yet signed.
  private static func blank(commonName: String, key: KeyHandle, validity: CertificateValidity) throws(TLSError) -> CertificateHandle
  {
    ERR_clear_error()
    guard let made = unsafe X509_new() else { throw TLSError(draining: "a certificate cannot be made") }
    let certificate = unsafe CertificateHandle(owning: made)
    // 127 bits and positive, as RFC 5280 wants it (section 4.1.2.2).
    var serial = [UInt8](repeating: 0, count: 16)
    guard unsafe RAND_bytes(&serial, Int32(serial.count)) == 1 else { throw TLSError(draining: "there is no randomness") }
    serial[0] = serial[0] & 0x7f | 0x40
    guard let number = unsafe BN_bin2bn(serial, Int32(serial.count), nil) else { throw TLSError(draining: "no serial number") }
    defer { unsafe BN_free(number) }
    let name = Array(commonName.utf8)
    let subject = unsafe X509_get_subject_name(made)
    guard unsafe X509_set_version(made, Int(X509_VERSION_3)) == 1,
      unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made)) != nil,
      unsafe X509_gmtime_adj(X509_getm_notBefore(made), validity.beginsInSeconds) != nil,
      unsafe X509_gmtime_adj(X509_getm_notAfter(made), validity.endsInSeconds) != nil,
      unsafe X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, name, Int32(name.count), -1, 0) == 1,
      unsafe X509_set_pubkey(made, key.pointer) == 1
    else { throw TLSError(draining: "a certificate for \"\(commonName)\" cannot be made") }
    return certificate
  }

  private static func extend(
    _ certificate: CertificateHandle, issuer: CertificateHandle, with extensions: [(kind: Int32, value: String)]
  ) throws(TLSError) {
    var context = unsafe X509V3_CTX()
    unsafe copenssl_set_issuer(&context, issuer.pointer, certificate.pointer)
    for (kind, value) in extensions {
      guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else {
        throw TLSError(draining: "a certificate cannot have \"\(value)\"")
      }
      defer { unsafe X509_EXTENSION_free(made) }
      guard unsafe X509_add_ext(certificate.pointer, made, -1) == 1 else {
        throw TLSError(draining: "a certificate cannot have \"\(value)\"")
      }
    }
  }

  private static func sign(_ certificate: CertificateHandle, with key: KeyHandle) throws(TLSError) {
    // The answer is the signature's length.
    guard unsafe X509_sign(certificate.pointer, key.pointer, EVP_sha256()) > 0 else {
      throw TLSError(draining: "the certificate cannot be signed")
    }
  }
}

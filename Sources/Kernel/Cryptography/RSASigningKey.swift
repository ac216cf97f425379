import COpenSSL

/// An RSA private key that signs with SHA-256 (RSASSA-PKCS1-v1_5, RFC 8017): what JSON Web Tokens call RS256.
public struct RSASigningKey: Sendable {
  /// Shorter keys are no longer trusted by anybody.
  public static let fewestBits = 2048
  /// Longer ones only make every signature slow.
  public static let mostBits = 16_384

  private let key: KeyHandle

  /// Reads an unencrypted PEM, `-----BEGIN PRIVATE KEY-----`. `what` names it in errors.
  public init(pem: [UInt8], what: String = "the private key") throws(TLSError) {
    key = try PEMText.privateKey(pem, what: what)
    let bits = Int(unsafe EVP_PKEY_get_bits(key.pointer))
    guard unsafe EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_RSA, (Self.fewestBits...Self.mostBits).contains(bits) else {
      throw TLSError("\(what) has to be an RSA key of \(Self.fewestBits) to \(Self.mostBits) bits")
    }
  }

  /// The signature, as long as the key's modulus.
  public func signature(of message: [UInt8]) throws(TLSError) -> [UInt8] {
    ERR_clear_error()
    guard let context = unsafe EVP_MD_CTX_new() else { throw TLSError(draining: "a signature cannot be made") }
    defer { unsafe EVP_MD_CTX_free(context) }
    var length = Int(unsafe EVP_PKEY_get_size(key.pointer))
    var signature = [UInt8](repeating: 0, count: length)
    guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key.pointer) == 1,
      unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1
    else { throw TLSError(draining: "a signature cannot be made") }
    return Array(signature.prefix(length))
  }
}

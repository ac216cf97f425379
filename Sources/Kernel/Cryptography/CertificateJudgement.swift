import COpenSSL

/// Why a certificate is not good, in words that name it and the mend.
enum CertificateJudgement {
  static func words(_ store: OpaquePointer) -> String {
    let code = unsafe X509_STORE_CTX_get_error(store)
    let certificate = unsafe X509_STORE_CTX_get_current_cert(store)
    let name = unsafe certificate.map { unsafe CertificateNames.display($0) } ?? "the peer's certificate"
    switch code {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "certificate has expired: \(name), valid until \(unsafe date(certificate.flatMap { unsafe X509_get0_notAfter($0) }))"
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "certificate is not yet valid: \(name), from \(unsafe date(certificate.flatMap { unsafe X509_get0_notBefore($0) }))"
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "self-signed certificate: \(name) is not trusted; trust it as an authority, or have one issue it"
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "self-signed certificate in chain: trust the authority \(name) if it is the right one"
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "unknown authority: trust the one that issued \(name), \(unsafe issuer(certificate))"
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "the authority of the same name did not sign \(name): another one is trusted here"
    case X509_V_ERR_INVALID_PURPOSE:
      return "\(name) was not issued for this use (extended key usage): servers need serverAuth, clients clientAuth"
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return "the certificate is for another host: \(name) is valid for \(unsafe names(certificate))"
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the certificate is for another address: \(name) is valid for \(unsafe names(certificate))"
    default:
      return unsafe "\(String(cString: X509_verify_cert_error_string(Int(code)))): \(name)"
    }
  }

  private static func issuer(_ certificate: OpaquePointer?) -> String {
    guard let certificate = unsafe certificate, let name = unsafe X509_get_issuer_name(certificate) else { return "its issuer" }
    return unsafe CertificateNames.commonName(name).map { "\"\($0)\"" } ?? "its issuer"
  }

  private static func names(_ certificate: OpaquePointer?) -> String {
    guard let certificate = unsafe certificate else { return "no name" }
    let identity = unsafe CertificateNames.identity(certificate)
    let names = identity.dnsNames + identity.addresses
    return names.isEmpty ? "no name" : names.joined(separator: ", ")
  }

  /// "Nov 21 13:00:00 2026 GMT"
  private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> String {
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { return "unknown" }
    defer { unsafe BIO_free(bio) }
    guard let time = unsafe time, unsafe ASN1_TIME_print(bio, time) == 1 else { return "unknown" }
    var start: UnsafeMutablePointer<CChar>? = nil
    let count = unsafe copenssl_write_memory(bio, &start)
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}

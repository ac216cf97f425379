import COpenSSL

/// Reads and writes PEM, through a memory BIO of its own for each text.
enum PEMText {
  /// The certificates in a text, in their order; at least one.
  static func certificates(_ pem: [UInt8], what: String) throws(TLSError) -> [CertificateHandle] {
    ERR_clear_error()
    guard let bio = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { throw TLSError(draining: what) }
    defer { unsafe BIO_free(bio) }
    var found: [CertificateHandle] = []
    while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
      unsafe found.append(CertificateHandle(owning: certificate))
    }
    let last = ERR_peek_last_error()
    // The end of the text is told as the lack of a further beginning; anything else is a certificate that cannot be read.
    let isEnd = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE
    guard isEnd else { throw TLSError(draining: "\(what) cannot be read") }
    ERR_clear_error()
    guard !found.isEmpty else { throw TLSError("\(what) has no certificate; right would be PEM, -----BEGIN CERTIFICATE-----") }
    return found
  }

  /// The one private key in a text. One that is locked by a pass phrase is refused: nobody is there to be asked.
  static func privateKey(_ pem: [UInt8], what: String) throws(TLSError) -> KeyHandle {
    ERR_clear_error()
    guard let bio = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { throw TLSError(draining: what) }
    defer { unsafe BIO_free(bio) }
    guard let key = unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil) else {
      throw TLSError(draining: "\(what) holds no private key that can be read without a pass phrase")
    }
    return unsafe KeyHandle(owning: key)
  }

  static func text(of certificate: CertificateHandle) throws(TLSError) -> [UInt8] {
    unsafe try write { bio in unsafe PEM_write_bio_X509(bio, certificate.pointer) }
  }

  static func text(of key: KeyHandle) throws(TLSError) -> [UInt8] {
    unsafe try write { bio in unsafe PEM_write_bio_PKCS8PrivateKey(bio, key.pointer, nil, nil, 0, nil, nil) }
  }

  private static func write(_ body: (OpaquePointer) -> Int32) throws(TLSError) -> [UInt8] {
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { throw TLSError(draining: "PEM cannot be written") }
    defer { unsafe BIO_free(bio) }
    guard unsafe body(bio) == 1 else { throw TLSError(draining: "PEM cannot be written") }
    var start: UnsafeMutablePointer<CChar>? = nil
    let count = unsafe copenssl_write_memory(bio, &start)
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }
}

/// An X.509 certificate. Not changed once it is made, so that it may be read from any thread.
@safe final class CertificateHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) {
    unsafe self.pointer = unsafe pointer
  }

  deinit { unsafe X509_free(pointer) }
}

/// A private key. Not changed once it is made.
@safe final class KeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) {
    unsafe self.pointer = unsafe pointer
  }

  deinit { unsafe EVP_PKEY_free(pointer) }
}

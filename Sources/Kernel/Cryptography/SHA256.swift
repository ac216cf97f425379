import COpenSSL

/// SHA-256 (FIPS 180-4), through libcrypto.
public enum SHA256 {
  /// The 32 bytes of the digest.
  public static func digest(of bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let done = unsafe EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil)
    // EVP_Digest fails only when libcrypto has no memory or no SHA-256: nothing that depends on a hash may go on then.
    precondition(done == 1 && length == 32, "libcrypto cannot compute SHA-256")
    return digest
  }

  /// The digest in 64 lower-case hexadecimal digits.
  public static func hex(of bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = digest(of: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}

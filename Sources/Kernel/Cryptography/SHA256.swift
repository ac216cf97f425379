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

/// A SHA-256 that is compared, kept and passed on without memory of its own.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  /// How many bytes a digest has.
  public static let size = 32
  /// 32 bytes of zero: what stands where there is nothing to hash.
  public static let zero = SHA256Digest()

  /// The bytes in order, eight to a word, the first in the highest place.
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  private init() {}

  /// Nil unless there are 32 bytes.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Self.size else { return nil }
    for place in 0..<Self.size { self[place] = bytes[place] }
  }

  /// Nil unless there are 32 bytes.
  public init?(_ bytes: [UInt8]) { self.init(bytes.span) }

  /// Nil unless the text is 64 hexadecimal digits, of either case.
  public init?(hex: String) { self.init(hexDigits: hex.utf8.span) }

  /// Nil unless these are 64 hexadecimal digits, of either case.
  public init?(hexDigits digits: Span<UInt8>) {
    guard digits.count == 2 * Self.size else { return nil }
    for place in 0..<Self.size {
      guard let high = Self.value(ofDigit: digits[2 * place]), let low = Self.value(ofDigit: digits[2 * place + 1]) else {
        return nil
      }
      self[place] = high << 4 | low
    }
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { (0..<Self.size).map { self[$0] } }

  /// 64 lower-case hexadecimal digits.
  public var hex: String {
    unsafe String(unsafeUninitializedCapacity: 2 * Self.size) { text in
      for place in 0..<Self.size {
        unsafe text[2 * place] = Self.digit(self[place] >> 4)
        unsafe text[2 * place + 1] = Self.digit(self[place] & 15)
      }
      return 2 * Self.size
    }
  }

  /// The hexadecimal digits.
  public var description: String { hex }

  /// The byte at a place from 0 to 31.
  public internal(set) subscript(place: Int) -> UInt8 {
    get { UInt8(truncatingIfNeeded: word(place / 8) >> Self.shift(place)) }
    set {
      let word = word(place / 8) & ~(0xFF << Self.shift(place)) | UInt64(newValue) << Self.shift(place)
      switch place / 8 {
      case 0: words.0 = word
      case 1: words.1 = word
      case 2: words.2 = word
      default: words.3 = word
      }
    }
  }

  private func word(_ number: Int) -> UInt64 {
    switch number {
    case 0: words.0
    case 1: words.1
    case 2: words.2
    default: words.3
    }
  }

  private static func shift(_ place: Int) -> UInt64 { UInt64(56 - place % 8 * 8) }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Whether all bytes are equal.
  public static func == (one: SHA256Digest, other: SHA256Digest) -> Bool { one.words == other.words }

  /// A digest is a hash already: one word of it is as good as all.
  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  fileprivate init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }
}

/// Many digests one after the other: what libcrypto looks up and allocates for a digest is had once. For one thread at a time.
@safe public struct SHA256Hasher: ~Copyable {
  private let context: OpaquePointer
  private let algorithm: OpaquePointer

  /// A hasher with memory of its own.
  public init() {
    let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)
    let context = unsafe EVP_MD_CTX_new()
    // Both fail only when libcrypto has no memory or no SHA-256: nothing that depends on a hash may go on then.
    guard let algorithm = unsafe algorithm, let context = unsafe context else {
      preconditionFailure("libcrypto cannot compute SHA-256")
    }
    unsafe self.algorithm = algorithm
    unsafe self.context = context
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
    unsafe EVP_MD_free(algorithm)
  }

  /// The digest of these bytes.
  public func digest(of bytes: Span<UInt8>) -> SHA256Digest {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let isDone = unsafe withUnsafeMutableBytes(of: &words) { room in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe EVP_DigestInit_ex(context, algorithm, nil) == 1
          && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
          && EVP_DigestFinal_ex(context, room.bindMemory(to: UInt8.self).baseAddress, nil) == 1
      }
    }
    precondition(isDone, "libcrypto cannot compute SHA-256")
    return SHA256Digest(
      words: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian))
  }
}

/// RFC 4648.
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafeAlphabet = Array(alphabet.dropLast(2)) + Array("-_".utf8)

  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    for (value, character) in urlSafeAlphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// The standard alphabet, with padding unless told otherwise.
  public static func encode(_ bytes: [UInt8], padding: Bool = true) -> String {
    encode(bytes, alphabet, padding: padding)
  }

  /// The URL-safe alphabet without padding, as JSON Web Tokens have it.
  public static func encodeURLSafe(_ bytes: [UInt8]) -> String { encode(bytes, urlSafeAlphabet, padding: false) }

  private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], padding: Bool) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let group =
        UInt32(bytes[index]) << 16 | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0) | (left > 2 ? UInt32(bytes[index + 2]) : 0)
      text.append(alphabet[Int(group >> 18)])
      text.append(alphabet[Int(group >> 12 & 63)])
      if left > 1 { text.append(alphabet[Int(group >> 6 & 63)]) }
      if left > 2 { text.append(alphabet[Int(group & 63)]) }
      index += 3
    }
    if padding { while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) } }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads the standard and the URL-safe alphabet, padded or not; nil for anything else, left-over bits among it.
  public static func decode(_ text: String) -> [UInt8]? {
    var characters = Array(text.utf8)
    if characters.count % 4 == 0 {
      for _ in 0..<2 where characters.last == UInt8(ascii: "=") { characters.removeLast() }
    }
    guard characters.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count * 3 / 4)
    var bits: UInt32 = 0
    var held = 0
    for character in characters {
      let value = values[Int(character)]
      guard value != 0xFF else { return nil }
      bits = bits << 6 | UInt32(value)
      held += 6
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
      }
    }
    return bits & (1 << UInt32(held) - 1) == 0 ? bytes : nil
  }
}

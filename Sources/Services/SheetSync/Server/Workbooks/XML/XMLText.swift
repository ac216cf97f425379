/// How spreadsheets put text into XML: markup characters as references, and what XML cannot hold as `_xHHHH_`.
enum XMLText {
  /// Text between tags. A carriage return is spelt out because XML readers would turn it into a line feed, and an `_xHHHH_` that
  /// somebody typed gets its underscore spelt out so that it stays what it is.
  static func escape(_ text: String) -> String {
    guard mayNeedEscape(text) else { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count + 8)
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "_" where spelled(rest) != nil: escaped += "_x005F_"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "_x" + hex(scalar.value) + "_"
      default: escaped.unicodeScalars.append(scalar)
      }
      rest.removeFirst()
    }
    return escaped
  }

  /// Whether something may have to be spelt out: hardly any text has a byte of this kind, and keys are full of underscores that do not
  /// begin an `_x`.
  private static func mayNeedEscape(_ text: String) -> Bool {
    var isAfterUnderscore = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0xEF, 0..<0x20: return true
      case UInt8(ascii: "x") where isAfterUnderscore: return true
      default: isAfterUnderscore = byte == UInt8(ascii: "_")
      }
    }
    return false
  }

  /// An attribute's value between double quotes.
  static func escapeAttribute(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Whether readers might trim the text unless they are told not to.
  static func needsSpacePreserved(_ text: String) -> Bool {
    guard let firstByte = text.utf8.first, let lastByte = text.utf8.last else { return false }
    if (0x21..<0x80).contains(firstByte), (0x21..<0x80).contains(lastByte) { return text.utf8.contains(UInt8(ascii: "\n")) }
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    return first.properties.isWhitespace || last.properties.isWhitespace || text.unicodeScalars.contains("\n")
  }

  /// Turns every `_xHHHH_` back into its character. A pair of surrogates, each spelt so, becomes the character they stand for.
  static func unescape(_ text: String) -> String {
    guard mayBeEscaped(text) else { return text }
    var units: [UInt16] = []
    var rest = text.unicodeScalars[...]
    var changed = false
    while let scalar = rest.first {
      if scalar == "_", let value = spelled(rest) {
        units.append(value)
        rest = rest.dropFirst(7)
        changed = true
      } else {
        units.append(contentsOf: UTF16.encode(scalar)!)
        rest = rest.dropFirst()
      }
    }
    return changed ? String(decoding: units, as: UTF16.self) : text
  }

  /// Whether an `_x` is in the text. Keys are full of underscores, and hardly ever have this.
  private static func mayBeEscaped(_ text: String) -> Bool {
    var isAfterUnderscore = false
    for byte in text.utf8 {
      if isAfterUnderscore, byte == UInt8(ascii: "x") { return true }
      isAfterUnderscore = byte == UInt8(ascii: "_")
    }
    return false
  }

  /// The value of an `_xHHHH_` that the text begins with.
  private static func spelled(_ text: Substring.UnicodeScalarView) -> UInt16? {
    var value: UInt16 = 0
    var place = 0
    for scalar in text.prefix(7) {
      switch place {
      case 0, 6: guard scalar == "_" else { return nil }
      case 1: guard scalar == "x" else { return nil }
      default:
        guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else { return nil }
        value = value << 4 | UInt16(digit)
      }
      place += 1
    }
    return place == 7 ? value : nil
  }

  private static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

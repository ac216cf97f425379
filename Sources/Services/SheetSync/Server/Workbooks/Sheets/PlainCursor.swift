/// A place in the bytes of a sheet, and the few things that can stand there.
struct PlainCursor {
  var at = 0

  /// The next attribute, one of `names` that was not `seen` before, with its value's place; nil at the tag's end. Where something else
  /// stands it goes to the end of all bytes, where no tag ends.
  mutating func attribute(
    _ bytes: Span<UInt8>, of names: [String], _ seen: inout Int
  ) -> (name: String, value: Range<Int>)? {
    guard skip(" ", bytes) else { return nil }
    if at < bytes.count, bytes[at] == UInt8(ascii: "/") || bytes[at] == UInt8(ascii: ">") { return nil }
    var start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "="), at - start < 16 { at += 1 }
    if let index = names.firstIndex(of: text(bytes, start..<at)), seen & 1 << index == 0, skip("=\"", bytes) {
      seen |= 1 << index
      start = at
      while at < bytes.count, (0x23..<0x7F).contains(bytes[at]) || bytes[at] == 0x20, bytes[at] != UInt8(ascii: "<"),
        bytes[at] != UInt8(ascii: "&")
      { at += 1 }
      let value = start..<at
      if skip("\"", bytes) { return (names[index], value) }
    }
    at = bytes.count
    return nil
  }

  func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// A whole number of at most nine digits.
  func digits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard (1...9).contains(range.count) else { return nil }
    var value = 0
    for place in range {
      guard isDigit(bytes[place]) else { return nil }
      value = value * 10 + Int(bytes[place]) - 48
    }
    return value
  }

  func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x09 { at += 1 }
  }

  @inline(__always)
  mutating func skip(_ literal: StaticString, _ bytes: Span<UInt8>) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard bytes.count - at >= count else { return false }
    for place in 0..<count where unsafe bytes[at + place] != literal.utf8Start[place] { return false }
    at += count
    return true
  }

  /// Text up to the next tag. Of references it knows the five that XML itself has.
  mutating func passText(_ bytes: Span<UInt8>, into text: inout [UInt8]) -> Bool {
    var start = at
    var isPlain = true
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "<"), UInt8(ascii: "&"):
        guard take(bytes, start..<at, isASCII: isPlain, into: &text) else { return false }
        if bytes[at] == UInt8(ascii: "<") { return true }
        guard passReference(bytes, into: &text) else { return false }
        start = at
        isPlain = true
      // `]]>` is no text, and neither are most control characters; a carriage return would have to become a line feed.
      case UInt8(ascii: ">"), 0x0...0x08, 0x0B...0x1F: return false
      case 0x80...:
        isPlain = false
        at += 1
      default: at += 1
      }
    }
    return false
  }

  private mutating func passReference(_ bytes: Span<UInt8>, into text: inout [UInt8]) -> Bool {
    if skip("&amp;", bytes) {
      text.append(UInt8(ascii: "&"))
    } else if skip("&lt;", bytes) {
      text.append(UInt8(ascii: "<"))
    } else if skip("&gt;", bytes) {
      text.append(UInt8(ascii: ">"))
    } else if skip("&quot;", bytes) {
      text.append(UInt8(ascii: "\""))
    } else if skip("&apos;", bytes) {
      text.append(UInt8(ascii: "'"))
    } else {
      return false
    }
    return true
  }

  private func take(_ bytes: Span<UInt8>, _ range: Range<Int>, isASCII: Bool, into text: inout [UInt8]) -> Bool {
    let piece = bytes.extracting(range)
    if !isASCII {
      guard (try? UTF8Span(validating: piece)) != nil else { return false }
      // U+FFFE and U+FFFF are no characters of XML.
      for place in range where bytes[place] == 0xEF && bytes[place + 1] == 0xBF && bytes[place + 2] >= 0xBE { return false }
    }
    unsafe piece.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
    return true
  }
}

/// A start tag as it stands in a file, already known to be well-formed.
struct TagText {
  private var bytes: [UInt8]

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether the element has no content: `<c/>`.
  var isSelfClosing: Bool { bytes.dropLast().last == UInt8(ascii: "/") }

  /// Turns `<row r="1"/>` into `<row r="1">`.
  mutating func open() {
    if isSelfClosing { bytes.replaceSubrange((bytes.count - 2)..., with: [UInt8(ascii: ">")]) }
  }

  /// The name with its prefix, as an end tag needs it.
  var name: String {
    String(decoding: bytes.dropFirst().prefix { !Self.endsName($0) }, as: UTF8.self)
  }

  /// Gives an attribute that is there another value, which must need no escapes. The rest stays as it is, to the byte.
  mutating func replace(_ attribute: String, with value: String) {
    guard let range = valueRange(of: attribute) else { return }
    bytes.replaceSubrange(range, with: value.utf8)
  }

  /// Where an attribute's value stands, without its quotes.
  private func valueRange(of attribute: String) -> Range<Int>? {
    var at = 1
    func advance(while condition: (UInt8) -> Bool) {
      while at < bytes.count, condition(bytes[at]) { at += 1 }
    }
    advance { !Self.endsName($0) }
    while at < bytes.count {
      advance { Self.isSpace($0) }
      let nameStart = at
      advance { !Self.endsName($0) && $0 != UInt8(ascii: "=") }
      let name = bytes[nameStart..<at]
      advance { Self.isSpace($0) || $0 == UInt8(ascii: "=") }
      guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else { return nil }
      let quote = bytes[at]
      at += 1
      let valueStart = at
      advance { $0 != quote }
      if name.elementsEqual(attribute.utf8) { return valueStart..<at }
      at += 1
    }
    return nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte <= 32 }

  private static func endsName(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
  }
}

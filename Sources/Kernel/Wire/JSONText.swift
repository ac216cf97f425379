extension JSONValue {
  /// The JSON text. Pretty: two spaces a level, members in their order.
  public func text(pretty: Bool = false) -> String {
    var writer = JSONTextWriter(style: pretty ? .pretty : .compact)
    writer.write(self, level: 0)
    return writer.text
  }

  /// One text for equal values, to be hashed and compared: members sorted by their names' UTF-8 bytes, no spaces, numbers in their
  /// shortest form (1.50 and 15e-1 are 1.5).
  public var canonicalText: String {
    var writer = JSONTextWriter(style: .canonical)
    writer.write(self, level: 0)
    return writer.text
  }
}

private struct JSONTextWriter {
  enum Style { case compact, pretty, canonical }

  private let style: Style
  private var bytes: [UInt8] = []

  init(style: Style) { self.style = style }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let bool): bytes += bool ? "true".utf8 : "false".utf8
    case .number(let number): bytes += style == .canonical ? number.canonicalText.utf8 : number.text.utf8
    case .string(let string): write(string)
    case .array(let elements):
      enclose("[", "]", elements, level: level) { writer, element in writer.write(element, level: level + 1) }
    case .object(let object):
      let members =
        style == .canonical
        ? object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        : object.members
      enclose("{", "}", members, level: level) { writer, member in
        writer.write(member.name)
        writer.put(":")
        if writer.style == .pretty { writer.put(" ") }
        writer.write(member.value, level: level + 1)
      }
    }
  }

  private mutating func put(_ character: Unicode.Scalar) { bytes.append(UInt8(ascii: character)) }

  private mutating func enclose<Element>(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ elements: [Element], level: Int,
    _ write: (inout JSONTextWriter, Element) -> Void
  ) {
    put(opening)
    for (index, element) in elements.enumerated() {
      if index > 0 { put(",") }
      breakLine(level + 1)
      write(&self, element)
    }
    if !elements.isEmpty { breakLine(level) }
    put(closing)
  }

  private mutating func breakLine(_ level: Int) {
    guard style == .pretty else { return }
    put("\n")
    bytes += repeatElement(UInt8(ascii: " "), count: level * 2)
  }

  /// Only what JSON cannot hold as it is gets escaped: quotes, backslashes and control characters.
  private mutating func write(_ string: String) {
    put("\"")
    let plain = string.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if plain { bytes += string.utf8 } else { writeEscaped(string) }
    put("\"")
  }

  private mutating func writeEscaped(_ string: String) {
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\r"): bytes += "\\r".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      case 0x08: bytes += "\\b".utf8
      case 0x0C: bytes += "\\f".utf8
      case 0..<0x20: bytes += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: bytes.append(byte)
      }
    }
  }
}

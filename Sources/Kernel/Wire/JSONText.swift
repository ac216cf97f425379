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

  let style: Style
  private(set) var text = ""

  init(style: Style) { self.style = style }

  mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: text += "null"
    case .bool(let bool): text += bool ? "true" : "false"
    case .number(let number): text += style == .canonical ? number.canonicalText : number.text
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
        writer.text += writer.style == .pretty ? ": " : ":"
        writer.write(member.value, level: level + 1)
      }
    }
  }

  private mutating func enclose<Element>(
    _ opening: String, _ closing: String, _ elements: [Element], level: Int, _ write: (inout JSONTextWriter, Element) -> Void
  ) {
    text += opening
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      breakLine(level + 1)
      write(&self, element)
    }
    if !elements.isEmpty { breakLine(level) }
    text += closing
  }

  private mutating func breakLine(_ level: Int) {
    guard style == .pretty else { return }
    text += "\n"
    text += String(repeating: "  ", count: level)
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

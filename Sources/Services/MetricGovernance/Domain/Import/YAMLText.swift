/// Texts as YAML writes them, so that every reader gets back the same characters: in quotes on one line, or, where it has lines that a person
/// will want to read and compare, as a block.
struct YAMLText {
  private(set) var text = ""

  mutating func line(_ indent: Int, _ content: String) {
    text += String(repeating: "  ", count: indent) + content + "\n"
  }

  mutating func field(_ indent: Int, _ key: String, _ value: String) {
    guard Self.isBlock(value) else { return line(indent, "\(key): \(Self.quoted(value))") }
    let endsWithBreak = value.utf8.last == UInt8(ascii: "\n")
    line(indent, "\(key): |\(endsWithBreak ? "" : "-")")
    let body = endsWithBreak ? value.unicodeScalars.dropLast() : value.unicodeScalars[...]
    for part in body.split(separator: "\n", omittingEmptySubsequences: false) {
      if part.isEmpty { text += "\n" } else { line(indent + 1, String(Substring.UnicodeScalarView(part))) }
    }
  }

  mutating func item(_ indent: Int, _ value: String) { line(indent, "- \(Self.quoted(value))") }

  /// A list on one line.
  static func list(_ values: [String]) -> String { "[" + values.map(quoted).joined(separator: ", ") + "]" }

  /// Whether a block gives the text back unchanged, which takes several lines, none of them of white space alone, the first not indented,
  /// and nothing that has to be escaped.
  static func isBlock(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    let lines = scalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 1, let first = lines.first?.first, first != " ", first != "\t" else { return false }
    // One line's end at the end is the block's own; more of them, and a block would need to be told to keep them.
    guard lines.count > 2 || lines[1].first != nil, lines[lines.count - 2].first != nil else { return false }
    guard scalars.allSatisfy({ $0 == "\n" || !needsEscape($0) }) else { return false }
    return lines.allSatisfy { line in line.isEmpty || line.contains { $0 != " " } }
  }

  /// In double quotes, with escapes for what no reader may meet as it is.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default:
        if needsEscape(scalar) { quoted += escape(scalar.value) } else { quoted.unicodeScalars.append(scalar) }
      }
    }
    return quoted + "\""
  }

  /// Control characters, other line ends than ours, and what YAML's readers refuse or drop.
  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  private static func escape(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    let width = value <= 0xFF ? 2 : 4
    return (width == 2 ? "\\x" : "\\u") + String(repeating: "0", count: width - digits.count) + digits
  }
}

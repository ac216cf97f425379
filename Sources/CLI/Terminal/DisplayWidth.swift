extension String {
  /// Columns that the text takes on a terminal: two for the wide characters of East Asia and for emoji.
  var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// The text, cut to a width with an ellipsis when it is longer.
  func fitted(to width: Int) -> String {
    guard displayWidth > width else { return self }
    guard width > 1 else { return String(prefix(max(0, width))) }
    var text = ""
    var used = 0
    for character in self {
      guard used + character.displayWidth <= width - 1 else { break }
      text.append(character)
      used += character.displayWidth
    }
    return text + "…"
  }

  /// A text that cannot move the cursor or change colours: what other people typed is shown, never obeyed.
  var printable: String {
    String(
      unicodeScalars.reduce(into: String.UnicodeScalarView()) { result, scalar in
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        result.append(isControl ? (scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}") : scalar)
      })
  }
}

extension Character {
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  var displayWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    return Self.wide.contains { $0.contains(first.value) } ? 2 : 1
  }
}

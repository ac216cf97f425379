/// Characters that nobody sees and that make two names look like one: spaces without width and marks of direction. Joiners are none of
/// them, because emoji and several scripts are written with them.
enum InvisibleMark {
  static func isOne(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}

/// What may stand in a cell that is read as text.
struct CellCharacters {
  private let text: String

  /// `text`: trimmed.
  init(_ text: String) { self.text = text }

  /// Text has line breaks and tabs, and no other control characters: databases and spreadsheets lose or refuse those.
  func checkText() throws(CellProblem) {
    if Self.isPlain(text) { return }
    try check { scalar in
      guard scalar.properties.generalCategory == .control, scalar != "\n", scalar != "\r", scalar != "\t" else { return nil }
      return "a control character"
    }
  }

  /// A name is one line of characters that people see.
  func checkName() throws(CellProblem) {
    if Self.isPlain(text) { return }
    try check { scalar in
      if scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}" { return "a line break" }
      if scalar == "\t" { return "a tab" }
      if scalar.properties.generalCategory == .control { return "a control character" }
      return InvisibleMark.isOne(scalar) ? "an invisible character" : nil
    }
  }

  /// Nearly every text is, and its bytes say so at once.
  private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

  private func check(_ fault: (Unicode.Scalar) -> String?) throws(CellProblem) {
    for (offset, scalar) in text.unicodeScalars.enumerated() {
      guard let fault = fault(scalar) else { continue }
      let hex = String(scalar.value, radix: 16, uppercase: true)
      let name = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
      throw CellProblem(code: "bad_character", message: "holds \(fault) (\(name)) as its character \(offset + 1); delete it")
    }
  }
}

/// The spellings that names are compared in.
public enum HeaderText {
  /// A header or tab name for comparing: trimmed, lower case, a run of spaces, line breaks, hyphens and underscores as one underscore.
  public static func normalized(_ text: some StringProtocol) -> String {
    var result = ""
    for character in CellText.trimmed(text) {
      if character.isWhitespace || character == "-" || character == "_" {
        if !result.hasSuffix("_") { result.append("_") }
      } else {
        result.append(contentsOf: character.lowercased())
      }
    }
    return result
  }
}

/// The text of a cell, and the names in it.
public enum CellText {
  /// Without outer white space, no-break spaces, byte order marks and direction marks included, which come along when people paste.
  public static func trimmed(_ text: some StringProtocol) -> String {
    // Nearly every cell is plain ASCII without outer spaces: that is told from its bytes alone.
    let text = String(text)
    guard let first = text.utf8.first, let last = text.utf8.last else { return "" }
    if first > 0x20, first < 0x80, last > 0x20, last < 0x80 { return text }
    func isOuter(_ character: Character) -> Bool {
      character.isWhitespace || character.unicodeScalars.allSatisfy { InvisibleMark.isOne($0) }
    }
    guard let start = text.firstIndex(where: { !isOuter($0) }), let end = text.lastIndex(where: { !isOuter($0) }) else { return "" }
    return String(text[start...end])
  }

  /// A key for comparing: trimmed, without regard to case.
  public static func folded(_ key: some StringProtocol) -> String {
    trimmed(key).lowercased()
  }
}

/// Source code with comments, string contents and quoted identifiers replaced by spaces, so that a rule that looks for a word or a
/// brace finds only code. Every line keeps its number and every byte its column.
struct BlankedCode {
  private var bytes: [UInt8]
  private var index = 0

  /// The code of a Swift or C text.
  static func of(_ text: String) -> String {
    var reader = BlankedCode(bytes: Array(text.utf8))
    reader.readCode(insideInterpolation: false)
    return String(decoding: reader.bytes, as: UTF8.self)
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private func byte(at offset: Int) -> UInt8? {
    index + offset < bytes.count ? bytes[index + offset] : nil
  }

  private mutating func blank(from start: Int) {
    for position in start..<min(index, bytes.count) where bytes[position] != UInt8(ascii: "\n") {
      bytes[position] = UInt8(ascii: " ")
    }
  }

  /// Reads to the end of the text, or past the parenthesis that closes an interpolation.
  private mutating func readCode(insideInterpolation: Bool) {
    var depth = 0
    while let current = byte(at: 0) {
      switch current {
      case UInt8(ascii: "/") where byte(at: 1) == UInt8(ascii: "/"): readLineComment()
      case UInt8(ascii: "/") where byte(at: 1) == UInt8(ascii: "*"): readBlockComment()
      case UInt8(ascii: "\""): readString(hashes: 0)
      case UInt8(ascii: "#"): readHashes()
      case UInt8(ascii: "'"): readCharacter()
      case UInt8(ascii: "`"): readQuotedIdentifier()
      case UInt8(ascii: "("):
        depth += 1
        index += 1
      case UInt8(ascii: ")"):
        depth -= 1
        index += 1
        if insideInterpolation && depth < 0 { return }
      default: index += 1
      }
    }
  }

  private mutating func readLineComment() {
    let start = index
    while let current = byte(at: 0), current != UInt8(ascii: "\n") { index += 1 }
    blank(from: start)
  }

  private mutating func readBlockComment() {
    let start = index
    var depth = 0
    while byte(at: 0) != nil {
      if byte(at: 0) == UInt8(ascii: "/") && byte(at: 1) == UInt8(ascii: "*") {
        depth += 1
        index += 2
      } else if byte(at: 0) == UInt8(ascii: "*") && byte(at: 1) == UInt8(ascii: "/") {
        depth -= 1
        index += 2
        if depth == 0 { break }
      } else {
        index += 1
      }
    }
    blank(from: start)
  }

  /// `#"raw"#`, or a directive such as `#if`.
  private mutating func readHashes() {
    var hashes = 0
    while byte(at: hashes) == UInt8(ascii: "#") { hashes += 1 }
    guard byte(at: hashes) == UInt8(ascii: "\"") else {
      index += hashes
      return
    }
    index += hashes
    readString(hashes: hashes)
  }

  /// A C character literal; an apostrophe of anything else is left alone.
  private mutating func readCharacter() {
    let start = index
    let length = byte(at: 1) == UInt8(ascii: "\\") ? 4 : 3
    guard byte(at: length - 1) == UInt8(ascii: "'") else {
      index += 1
      return
    }
    index += length
    blank(from: start)
  }

  private mutating func readQuotedIdentifier() {
    index += 1
    let start = index
    while let current = byte(at: 0), current != UInt8(ascii: "`"), current != UInt8(ascii: "\n") { index += 1 }
    blank(from: start)
    index += 1
  }

  private mutating func readString(hashes: Int) {
    let start = index
    let isMultiline = byte(at: 1) == UInt8(ascii: "\"") && byte(at: 2) == UInt8(ascii: "\"")
    let quotes = isMultiline ? 3 : 1
    index += quotes
    while let current = byte(at: 0) {
      if current == UInt8(ascii: "\"") && closes(quotes: quotes, hashes: hashes) {
        index += quotes + hashes
        break
      }
      if current == UInt8(ascii: "\\") && escapes(hashes: hashes) {
        index += 1 + hashes
        let isInterpolation = byte(at: 0) == UInt8(ascii: "(")
        index += 1
        if isInterpolation { readCode(insideInterpolation: true) }
      } else if current == UInt8(ascii: "\n") && !isMultiline {
        break  // Not Swift after all: what was lost ends with the line.
      } else {
        index += 1
      }
    }
    blank(from: start)
  }

  private func closes(quotes: Int, hashes: Int) -> Bool {
    (0..<quotes).allSatisfy { byte(at: $0) == UInt8(ascii: "\"") }
      && (0..<hashes).allSatisfy { byte(at: quotes + $0) == UInt8(ascii: "#") }
  }

  private func escapes(hashes: Int) -> Bool {
    (0..<hashes).allSatisfy { byte(at: 1 + $0) == UInt8(ascii: "#") }
  }
}

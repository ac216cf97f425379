/// A key as it is matched: without outer spaces and without regard to case. The spelling is kept elsewhere, for people.
public struct NormalKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let text: String

  public init(_ spelling: String) {
    text = Self.isNormal(spelling) ? spelling : trimmed(spelling).lowercased()
  }

  public var isEmpty: Bool { text.isEmpty }
  public var description: String { text }

  public static func < (one: NormalKey, other: NormalKey) -> Bool { one.text < other.text }

  /// True for the plain case, which needs no new string: ASCII, no capitals, no outer spaces.
  private static func isNormal(_ spelling: String) -> Bool {
    let bytes = spelling.utf8
    guard let first = bytes.first, let last = bytes.last else { return true }
    guard first > 32, last > 32 else { return false }
    return bytes.allSatisfy { $0 < 128 && !(65...90).contains($0) }
  }
}

/// The text without outer white space of any script.
func trimmed(_ text: String) -> String {
  if let first = text.utf8.first, let last = text.utf8.last, isPlain(first), isPlain(last) { return text }
  guard let first = text.first, let last = text.last, first.isWhitespace || last.isWhitespace else { return text }
  guard let start = text.firstIndex(where: { !$0.isWhitespace }) else { return "" }
  let end = text.lastIndex { !$0.isWhitespace }
  return String(text[start...(end ?? start)])
}

func isBlank(_ text: String) -> Bool {
  guard let first = text.utf8.first else { return true }
  return !isPlain(first) && text.allSatisfy(\.isWhitespace)
}

/// A visible ASCII character, which needs no look at Unicode's tables.
private func isPlain(_ byte: UInt8) -> Bool { (33...126).contains(byte) }

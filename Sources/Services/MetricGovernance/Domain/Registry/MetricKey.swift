/// The name by which everybody refers to a governed metric: `[a-z][a-z0-9_]*`, at most 64 characters.
public struct MetricKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  public static let longest = 64

  public let text: String

  /// Nil when the text breaks the grammar.
  public init?(_ text: String) {
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard (1...Self.longest).contains(text.utf8.count), let first = text.utf8.first, letters.contains(first) else { return nil }
    guard text.utf8.allSatisfy({ letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") }) else { return nil }
    self.text = text
  }

  public var description: String { text }
  public static func < (one: MetricKey, other: MetricKey) -> Bool { one.text < other.text }
}

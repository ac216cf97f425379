/// The name by which sheets and services refer to a KPI: `[A-Za-z][A-Za-z0-9_.-]*`, at most 64 characters.
///
/// Two keys are the same key when they differ only in case; the spelling is kept for people. (Requirement R29.)
public struct KpiKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  public static let longest = 64

  /// As the person typed it, without outer spaces.
  public let spelling: String
  /// What identity and order go by.
  public let folded: String

  /// Nil when the text breaks the grammar.
  public init?(_ text: String) {
    guard (1...Self.longest).contains(text.utf8.count), let first = text.utf8.first, Self.isLetter(first) else { return nil }
    guard text.utf8.allSatisfy(Self.isAllowed) else { return nil }
    spelling = text
    folded = text.lowercased()
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_.-".utf8.contains(byte)
  }

  public var description: String { spelling }

  public static func == (one: KpiKey, other: KpiKey) -> Bool { one.folded == other.folded }
  public static func < (one: KpiKey, other: KpiKey) -> Bool { one.folded < other.folded }
  public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

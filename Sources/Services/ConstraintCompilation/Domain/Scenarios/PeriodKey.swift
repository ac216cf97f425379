/// A planning period: `2026`, `2026-H1`, `2026-Q1` or `2026-01`.
public struct PeriodKey: Hashable, Sendable, CustomStringConvertible {
  /// Canonical: capitals, no outer spaces.
  public let text: String

  /// Nil when the text breaks the grammar.
  public init?(_ typed: String) {
    let text = trimmed(typed).uppercased()
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let year = parts.first, year.utf8.count == 4, year.utf8.allSatisfy(Self.isDigit), (1...2).contains(parts.count) else {
      return nil
    }
    if parts.count == 2, !Self.isPart(parts[1]) { return nil }
    self.text = text
  }

  public var description: String { text }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private static func isPart(_ part: Substring) -> Bool {
    switch part {
    case "H1", "H2", "Q1", "Q2", "Q3", "Q4": true
    default: part.utf8.count == 2 && part.utf8.allSatisfy(isDigit) && (1...12).contains(Int(part) ?? 0)
    }
  }

  /// Whether an ISO date such as `2026-02-15` lies in the period; false for what is no date.
  func contains(date: String) -> Bool {
    let parts = date.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == text.prefix(4), let month = Int(parts[1]) else { return false }
    return months.contains(month)
  }

  private var months: ClosedRange<Int> {
    let part = text.dropFirst(5)
    guard let number = Int(part.drop { $0 == "H" || $0 == "Q" }) else { return 1...12 }
    return switch part.first {
    case "H": (number * 6 - 5)...(number * 6)
    case "Q": (number * 3 - 2)...(number * 3)
    default: number...number
    }
  }

  static let grammar = "write 2026, 2026-H1, 2026-Q1 or 2026-01"
}

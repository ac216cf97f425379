/// A planning period by its key: "2026", "2026-H1", "2026-Q3" or "2026-07" (also without the dash).
public struct Period: Sendable, Equatable {
  public let key: String
  private let year: String
  private let months: ClosedRange<Int>

  /// Nil for keys of any other form.
  public init?(_ key: String) {
    let letters = key.uppercased().filter { $0 != "-" && $0 != " " }
    guard letters.count >= 4, let number = Int(letters.prefix(4)), number >= 1000 else { return nil }
    let rest = letters.dropFirst(4)
    switch (rest.first, Int(rest.dropFirst()), Int(rest), rest.count) {
    case (nil, _, _, _): months = 1...12
    case ("H", let half?, _, 2) where (1...2).contains(half): months = (half * 6 - 5)...(half * 6)
    case ("Q", let quarter?, _, 2) where (1...4).contains(quarter): months = (quarter * 3 - 2)...(quarter * 3)
    case (_, _, let month?, 2) where (1...12).contains(month): months = month...month
    default: return nil
    }
    self.key = key
    year = String(letters.prefix(4))
  }

  /// Whether an ISO date (2026-03-31) lies in the period.
  public func contains(date: String) -> Bool {
    let parts = date.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == year, let month = Int(parts[1]) else { return false }
    return months.contains(month)
  }
}

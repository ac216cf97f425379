/// A day of the Gregorian calendar, written `2026-02-15`.
enum CalendarDate {
  /// Why the text is no date; nil when it is one.
  static func fault(of text: String) -> String? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return "is not a date; write it as 2026-02-15" }
    guard (1...12).contains(month) else { return "has no month \(month); write year-month-day, as 2026-02-15" }
    let days = daysIn(month: month, year: year)
    guard (1...days).contains(day) else { return "has no day \(day); that month has \(days) days" }
    return nil
  }

  private static func daysIn(month: Int, year: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

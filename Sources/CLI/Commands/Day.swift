import ArgumentParser

/// A day in UTC, as 2026-01-31.
struct Day: ExpressibleByArgument, Equatable {
  /// When it begins, in microseconds since 1970.
  let microseconds: Int64

  init?(argument: String) {
    guard let date = digits(argument, "-", [4, 2, 2]) else { return nil }
    let (year, month, day) = (date[0], date[1], date[2])
    guard (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day) else { return nil }
    // Years that begin in March: a leap day is a year's last.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    microseconds = days * 86_400_000_000
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// A moment in UTC that is not before 1970: a day, which is its beginning, or a day with a time, as 2027-06-30T12:00:00Z.
struct Moment: ExpressibleByArgument, Equatable {
  /// Since 1970.
  let microseconds: Int64

  init?(argument: String) {
    let parts = argument.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard let day = Day(argument: String(parts[0])), day.microseconds >= 0 else { return nil }
    var seconds: Int64 = 0
    if parts.count == 2 {
      guard parts[1].hasSuffix("Z"), let clock = digits(parts[1].dropLast(), ":", [2, 2, 2]),
        clock[0] < 24, clock[1] < 60, clock[2] < 60
      else { return nil }
      seconds = clock[0] * 3600 + clock[1] * 60 + clock[2]
    }
    microseconds = day.microseconds + seconds * 1_000_000
  }
}

/// The numbers of a text like 2026-01-31, each with so many digits; nil for any other text.
private func digits(_ text: some StringProtocol, _ separator: Character, _ widths: [Int]) -> [Int64]? {
  let parts = text.split(separator: separator, omittingEmptySubsequences: false)
  let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  guard parts.map(\.utf8.count) == widths, parts.allSatisfy({ $0.utf8.allSatisfy(digits.contains) }) else { return nil }
  return parts.compactMap { Int64($0) }
}

extension Instant {
  /// As "2026-11-21T18:50:00.000001Z": for people, in UTC; the fraction only where there is one.
  public var utc: String {
    let (days, ofDay) = microseconds.quotientRoundingDown(by: Self.microsecondsPerDay)
    let date = CalendarDate(daysSinceEpoch: days)
    let (seconds, fraction) = ofDay.quotientAndRemainder(dividingBy: 1_000_000)
    let time = "\(Self.digits(seconds / 3600, 2)):\(Self.digits(seconds / 60 % 60, 2)):\(Self.digits(seconds % 60, 2))"
    return "\(date.text)T\(time)\(fraction == 0 ? "" : "." + Self.digits(fraction, 6))Z"
  }

  fileprivate static func digits(_ number: Int64, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}

/// A date of the Gregorian calendar.
private struct CalendarDate {
  let year: Int64
  let month: Int64
  let day: Int64

  /// By Howard Hinnant's `civil_from_days` (chrono-compatible low-level date algorithms): years begin in March, so that the leap day is a
  /// year's last, and 400 years have 146,097 days.
  init(daysSinceEpoch: Int64) {
    let (era, dayOfEra) = (daysSinceEpoch + 719_468).quotientRoundingDown(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var text: String { "\(Instant.digits(year, 4))-\(Instant.digits(month, 2))-\(Instant.digits(day, 2))" }
}

extension Int64 {
  fileprivate func quotientRoundingDown(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

extension Instant {
  /// Days since 1970-01-01 in UTC, rounded down.
  public var day: Int64 { microseconds.quotientRoundingDown(by: Self.microsecondsPerDay).quotient }

  /// The day in UTC, as "2026-11-21".
  public var date: String { CalendarDate(daysSinceEpoch: day).text }

  /// As "2026-11-21T18:50:00.000001Z": for people, in UTC; the fraction only where there is one.
  public var utc: String {
    let ofDay = microseconds.quotientRoundingDown(by: Self.microsecondsPerDay).remainder
    let (seconds, fraction) = ofDay.quotientAndRemainder(dividingBy: 1_000_000)
    let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0.digits(2) }.joined(separator: ":")
    return "\(date)T\(time)\(fraction == 0 ? "" : "." + fraction.digits(6))Z"
  }

  /// Reads "2026-02-04T00:00:00Z", with up to six digits of a second's fraction, or a date alone, which begins at midnight in UTC.
  init?(utc text: String) {
    var digits = Array(text.utf8)[...]
    func number(_ count: Int) -> Int64? {
      guard digits.count >= count, digits.prefix(count).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      defer { digits = digits.dropFirst(count) }
      return digits.prefix(count).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    func skip(_ letter: Character) -> Bool {
      guard let ascii = letter.asciiValue, digits.first == ascii else { return false }
      digits = digits.dropFirst()
      return true
    }
    guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), year >= 1970,
      let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    var microseconds = date.daysSinceEpoch * Self.microsecondsPerDay
    if !digits.isEmpty {
      guard skip("T"), let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
        hour < 24, minute < 60, second < 60
      else { return nil }
      microseconds += (hour * 3600 + minute * 60 + second) * 1_000_000
      if skip(".") {
        var unit: Int64 = 100_000
        guard let first = number(1) else { return nil }
        microseconds += first * unit
        while unit > 1, let next = number(1) {
          unit /= 10
          microseconds += next * unit
        }
      }
      guard skip("Z"), digits.isEmpty else { return nil }
    }
    self.init(microseconds: microseconds)
  }
}

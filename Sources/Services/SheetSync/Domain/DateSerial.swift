/// A date and time as spreadsheets count it: days since the end of 1899, the time of day being the fraction. It knows no time
/// zone; what Lodestar writes is UTC.
///
/// The count is that of the 1900 date system (1 is 1900-01-01, and 60 is a 29 February that never was). Workbooks of the 1904
/// system are converted while reading and writing, so that a `DateSerial` means the same everywhere.
public struct DateSerial: Hashable, Sendable, Comparable {
  public var days: Double

  public init(days: Double) {
    self.days = days
  }

  /// The serial of an instant.
  public init(microsecondsSince1970 microseconds: Int64) {
    days = Double(microseconds) / 86_400_000_000 + 25_569
  }

  /// The serial of a day; nil when the calendar has no such day, or outside the years 1900 to 9999.
  public init?(year: Int, month: Int, day: Int, secondOfDay: Int = 0) {
    guard (1900...9999).contains(year), (1...12).contains(month), day >= 1, (0..<86_400).contains(secondOfDay) else { return nil }
    let number = Self.dayNumber(year: year, month: month, day: day)
    let (backYear, backMonth, backDay) = Self.civil(dayNumber: number)
    guard (backYear, backMonth, backDay) == (year, month, day) else { return nil }
    let serial = number + 25_569
    days = Double(serial < 61 ? serial - 1 : serial) + Double(secondOfDay) / 86_400
  }

  /// Reads `2026-02-15`, `2026-02-15T08:30`, `2026-02-15 08:30:00` and the same with `Z` or a fraction of a second (cut off).
  public init?(iso text: some StringProtocol) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      return value
    }
    func at(_ index: Int, oneOf characters: String) -> Bool {
      index < bytes.count && characters.utf8.contains(bytes[index])
    }
    guard let year = number(0..<4), at(4, oneOf: "-"), let month = number(5..<7), at(7, oneOf: "-"), let day = number(8..<10)
    else { return nil }
    var second = 0
    var end = 10
    if at(10, oneOf: "T ") {
      guard let hours = number(11..<13), hours < 24, at(13, oneOf: ":"), let minutes = number(14..<16), minutes < 60 else {
        return nil
      }
      second = (hours * 60 + minutes) * 60
      end = 16
      if at(16, oneOf: ":") {
        guard let seconds = number(17..<19), seconds < 60 else { return nil }
        second += seconds
        end = 19
        if at(19, oneOf: ".") {
          end = 20
          while at(end, oneOf: "0123456789") { end += 1 }
          guard end > 20 else { return nil }
        }
      }
      if at(end, oneOf: "Z") { end += 1 }
    }
    guard end == bytes.count else { return nil }
    self.init(year: year, month: month, day: day, secondOfDay: second)
  }

  /// Whether there is no time of day, to the second.
  public var isWholeDay: Bool { secondCount % 86_400 == 0 }

  /// The day in the calendar. Serial 60, the day that never was, counts as 1 March 1900.
  public var civil: (year: Int, month: Int, day: Int) {
    let whole = secondCount >= 0 ? secondCount / 86_400 : (secondCount - 86_399) / 86_400
    return Self.civil(dayNumber: (whole < 60 ? whole + 1 : max(whole, 61)) - 25_569)
  }

  /// The time of day, 0 to 86,399.
  public var secondOfDay: Int { ((secondCount % 86_400) + 86_400) % 86_400 }

  /// `2026-02-15` for a whole day, and `2026-02-15T08:30:00Z` otherwise.
  public var iso: String {
    let (year, month, day) = civil
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    guard !isWholeDay else { return date }
    let second = secondOfDay
    return "\(date)T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
  }

  public static func < (one: Self, other: Self) -> Bool { one.days < other.days }

  /// Rounded, because a serial rarely hits a second exactly; clamped to what a calendar of four-digit years can show.
  private var secondCount: Int {
    guard days.isFinite else { return 0 }
    return Int((min(max(days, 0), 2_958_465.999_99) * 86_400).rounded())
  }

  /// Days since 1970-01-01 in the Gregorian calendar; years are counted from March so that the leap day comes last.
  private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(dayNumber: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = dayNumber + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

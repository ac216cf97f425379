/// A run's name, for example run_20260105T120102Z_a1b2c3d4: when it was submitted (UTC) and 32 random bits.
public struct RunID: Sendable, Hashable, CustomStringConvertible {
  public let text: String

  /// - Parameter seconds: since 1970-01-01T00:00:00Z, from year 0 to 9999.
  public init(seconds: Int64, randomBits: UInt32) {
    let (days, rest) = (seconds.floorDivided(by: 86_400), seconds - seconds.floorDivided(by: 86_400) * 86_400)
    let (year, month, day) = Self.civilDate(days: days)
    let date = "\(Self.padded(year, 4))\(Self.padded(month, 2))\(Self.padded(day, 2))"
    let time = "\(Self.padded(rest / 3600, 2))\(Self.padded(rest / 60 % 60, 2))\(Self.padded(rest % 60, 2))"
    let hex = String(randomBits, radix: 16)
    text = "run_\(date)T\(time)Z_\(String(repeating: "0", count: 8 - hex.count))\(hex)"
  }

  /// Nil unless the text has a run id's form.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let form = Array("run_00000000T000000Z_xxxxxxxx".utf8)
    guard bytes.count == form.count else { return nil }
    for (byte, expected) in zip(bytes, form) {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      switch expected {
      case UInt8(ascii: "0"): guard isDigit else { return nil }
      case UInt8(ascii: "x"): guard isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) else { return nil }
      default: guard byte == expected else { return nil }
      }
    }
    self.text = text
  }

  public var description: String { text }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Proleptic Gregorian date of a day counted from 1970-01-01, by 400-year eras that begin on a first of March.
  private static func civilDate(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

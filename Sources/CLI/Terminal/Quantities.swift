/// Numbers, times and sizes as people read them.
enum Quantity {
  /// 1234567 as "1,234,567".
  static func integer(_ value: Int64) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (offset, digit) in digits.enumerated() {
      if offset > 0 && (digits.count - offset) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return value < 0 ? "-" + text : text
  }

  /// At most `places` decimals, none that say nothing: 1234.5 as "1,234.5", 3.0 as "3".
  static func decimal(_ value: Double, places: Int = 2) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "-∞" : "∞" }
    guard value.magnitude < 1e15 else { return "\(value)" }
    let scale = (0..<places).reduce(Int64(1)) { product, _ in product * 10 }
    let scaled = value.magnitude * Double(scale)
    guard scaled < 9e18 else { return integer(Int64(value)) }
    let rounded = Int64(scaled.rounded())
    var fraction = String(rounded % scale)
    fraction = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    let sign = value < 0 && rounded != 0 ? "-" : ""
    return sign + integer(rounded / scale) + (fraction.isEmpty || places == 0 ? "" : "." + fraction)
  }

  /// A KPI's value, of whatever size: enough digits to tell it from its neighbours. 12500 as "12,500", 3.14159 as "3.14", 0.00412 as
  /// "0.00412".
  static func amount(_ value: Double) -> String {
    guard value.isFinite, value != 0, value.magnitude < 1 else { return decimal(value) }
    var places = 2
    var scaled = value.magnitude
    while scaled < 0.1 && places < 9 {
      scaled *= 10
      places += 1
    }
    return decimal(value, places: places + 1)
  }

  /// 0.4321 as "43.2 %".
  static func percent(_ share: Double) -> String {
    decimal(share * 100, places: 1) + " %"
  }

  /// "340 ms", "1.2 s", "2 min 5 s".
  static func duration(microseconds: Int64) -> String {
    switch microseconds {
    case ..<1000: "\(max(0, microseconds)) µs"
    case ..<1_000_000: "\(microseconds / 1000) ms"
    case ..<60_000_000: decimal(Double(microseconds) / 1e6, places: 1) + " s"
    default: "\(microseconds / 60_000_000) min \(microseconds / 1_000_000 % 60) s"
    }
  }

  /// "41.3 MiB".
  static func size(bytes: Int64) -> String {
    bytes < 1 << 20 ? "\(bytes / 1024) KiB" : decimal(Double(bytes) / 1_048_576, places: 1) + " MiB"
  }

  /// Microseconds since 1970 as "2026-01-05 12:01:02Z"; "-" for 0, which stands for "not yet".
  static func time(microseconds: Int64) -> String {
    guard microseconds != 0 else { return "-" }
    let seconds = microseconds.dividedFloored(by: 1_000_000)
    let days = seconds.dividedFloored(by: 86_400)
    let second = seconds - days * 86_400
    let date = civilDate(daysSince1970: days)
    let clock = [second / 3600, second / 60 % 60, second % 60].map { twoDigits($0) }.joined(separator: ":")
    return "\(date.year)-\(twoDigits(date.month))-\(twoDigits(date.day)) \(clock)Z"
  }

  /// Microseconds since 1970 as the day in UTC, "2026-01-05"; "-" for 0, which stands for "not yet".
  static func date(microseconds: Int64) -> String { String(time(microseconds: microseconds).prefix { $0 != " " }) }

  /// "1 row", "2 rows".
  static func count(_ number: Int, _ noun: String) -> String {
    "\(integer(Int64(number))) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func twoDigits(_ value: Int64) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }

  /// The proleptic Gregorian date, counted in eras of 400 years that start in March, so that a leap day ends its year.
  private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = daysSince1970 + 719_468
    let era = shifted.dividedFloored(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension Int64 {
  fileprivate func dividedFloored(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

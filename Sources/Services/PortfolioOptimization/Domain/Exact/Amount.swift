/// A KPI quantity, exact: a whole number of 10^-12 in 128 bits.
///
/// People type decimals; sums of the doubles nearest to them depend on their order and make equal portfolios look different
/// (0.1 + 0.2 against 0.3). Amounts add up exactly in any order. Digits beyond the twelfth place are rounded away.
public struct Amount: Sendable, Hashable, Comparable {
  /// Multiples of 10^-12.
  public var units: Int128

  public static let places = 12
  public static let one: Int128 = 1_000_000_000_000
  /// The largest magnitude that a single value of a problem may have; sums of 10^6 of them still fit.
  public static let limit = 1e15
  public static let zero = Amount(units: 0)

  public init(units: Int128) { self.units = units }

  /// The decimal that a person would read in the double (its shortest form); nil unless it is finite and within `limit`.
  public init?(_ value: Double) {
    guard value.isFinite, value.magnitude <= Self.limit else { return nil }
    var digits: Int128 = 0
    var exponent = 0
    var isNegative = false
    var isFraction = false
    var writtenExponent = 0
    var bytes = value.description.utf8.makeIterator()
    scan: while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits = digits * 10 + Int128(byte - UInt8(ascii: "0"))
        if isFraction { exponent -= 1 }
      default:
        writtenExponent = Self.integer(readingFrom: &bytes)
        break scan
      }
    }
    exponent += writtenExponent + Self.places
    while exponent > 0, digits != 0 {
      digits *= 10
      exponent -= 1
    }
    if exponent < 0 {
      // A double has at most 17 digits: with more places to drop than that, nothing is left.
      let divisor = exponent < -36 ? nil : (0..<(-exponent)).reduce(Int128(1)) { product, _ in product * 10 }
      digits = divisor.map { (digits + $0 / 2) / $0 } ?? 0
    }
    units = isNegative ? -digits : digits
  }

  private static func integer(readingFrom bytes: inout String.UTF8View.Iterator) -> Int {
    var value = 0
    var isNegative = false
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): continue
      default: value = value * 10 + Int(byte) - Int(UInt8(ascii: "0"))
      }
    }
    return isNegative ? -value : value
  }

  /// The nearest double for every amount of at most 15 digits; for longer ones within one unit in the last place.
  public var double: Double {
    var digits = units
    var divisor = 1e12
    while divisor > 1, digits % 10 == 0 {
      digits /= 10
      divisor /= 10
    }
    return Double(digits) / divisor
  }

  public static func < (left: Amount, right: Amount) -> Bool { left.units < right.units }
  public static func + (left: Amount, right: Amount) -> Amount { Amount(units: left.units + right.units) }
  public static func - (left: Amount, right: Amount) -> Amount { Amount(units: left.units - right.units) }
  public static func += (left: inout Amount, right: Amount) { left.units += right.units }
  public static prefix func - (amount: Amount) -> Amount { Amount(units: -amount.units) }

  public var magnitude: Amount { units < 0 ? -self : self }

  /// The share (0 to 1) of this amount, rounded towards zero.
  public func share(_ share: Amount) -> Amount {
    let (whole, rest) = magnitude.units.quotientAndRemainder(dividingBy: Self.one)
    let part = whole * share.units + rest * share.units / Self.one
    return Amount(units: units < 0 ? -part : part)
  }
}

extension Amount: CustomStringConvertible {
  /// The decimal without trailing zeros, for example "12.5".
  public var description: String {
    let (whole, fraction) = units.magnitude.quotientAndRemainder(dividingBy: Self.one.magnitude)
    let sign = units < 0 ? "-" : ""
    guard fraction != 0 else { return "\(sign)\(whole)" }
    var digits = String(fraction)
    digits = String(repeating: "0", count: Self.places - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }

  /// For sentences: at most `significant` digits, for example "0.0312" or "1250000".
  public func rounded(significant: Int) -> Amount {
    let digitCount = String(units.magnitude).count
    // Digits left of the point are never dropped.
    let drop = min(digitCount - significant, Self.places)
    guard drop > 0 else { return self }
    let step = (0..<drop).reduce(Int128(1)) { product, _ in product * 10 }
    let half = units < 0 ? -step / 2 : step / 2
    return Amount(units: (units + half) / step * step)
  }
}

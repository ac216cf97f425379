/// A number as PostgreSQL's numeric has it: exact, with the number of digits behind the point that it was written with, which decides
/// how far a division is carried. Sums and products of these have the digits that PostgreSQL gives them.
struct ExactDecimal: Hashable, Sendable {
  /// What surely fits a whole number of 64 bits; a longer one is numeric in PostgreSQL.
  private static let mostIntegerDigits = 18

  private(set) var isNegative: Bool
  /// 0 to 9, the most significant first, no zeros in front; empty for 0.
  private let digits: [UInt8]
  /// How many of the digits are behind the point.
  private let scale: Int
  /// Written without a point or an exponent: PostgreSQL divides such numbers without remainder.
  let isInteger: Bool

  static let one = ExactDecimal(1)

  init(_ digit: UInt8) { self.init(isNegative: false, digits: [digit], scale: 0, isInteger: true) }

  private init(isNegative: Bool, digits: some Sequence<UInt8>, scale: Int, isInteger: Bool) {
    self.digits = Array(digits.drop { $0 == 0 })
    self.isNegative = isNegative && !self.digits.isEmpty
    self.scale = scale
    self.isInteger = isInteger && scale == 0 && self.digits.count <= Self.mostIntegerDigits
  }

  /// Reads `12`, `12.50`, `.5`, `12.`, `1.2e-3`; nil when it is none of those or has more digits, before and behind the point together.
  init?(literal: some StringProtocol, mostDigits: Int) {
    var digits: [UInt8] = []
    var scale = 0
    var hasPoint = false
    var rest = Substring(literal)
    while let letter = rest.utf8.first, letter != UInt8(ascii: "e"), letter != UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if letter == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter), digits.count < mostDigits else { return nil }
      digits.append(letter - UInt8(ascii: "0"))
      if hasPoint { scale += 1 }
    }
    guard !digits.isEmpty else { return nil }
    let hasExponent = !rest.isEmpty
    if hasExponent {
      guard let exponent = Int(rest.dropFirst()), abs(exponent) <= mostDigits else { return nil }
      scale -= exponent
      if scale < 0 {
        digits += Array(repeating: 0, count: -scale)
        scale = 0
      }
    }
    self.init(isNegative: false, digits: digits, scale: scale, isInteger: !hasPoint && !hasExponent)
    guard max(self.digits.count, scale) <= mostDigits else { return nil }
  }

  var isZero: Bool { digits.isEmpty }
  /// 1, however it was written.
  var isOne: Bool { !isNegative && stripped.digits == [1] && stripped.scale == 0 }
  var magnitude: ExactDecimal { isNegative ? negated : self }

  var negated: ExactDecimal {
    ExactDecimal(isNegative: !isNegative, digits: digits, scale: scale, isInteger: isInteger)
  }

  /// The same value without zeros at its end: what it is where no division follows.
  var stripped: ExactDecimal {
    let needless = isZero ? scale : digits.reversed().prefix(scale).prefix { $0 == 0 }.count
    return ExactDecimal(
      isNegative: isNegative, digits: digits.dropLast(needless), scale: scale - needless, isInteger: scale == needless)
  }

  static func + (one: ExactDecimal, other: ExactDecimal) -> ExactDecimal {
    let scale = max(one.scale, other.scale)
    let (first, second) = (one.raised(to: scale), other.raised(to: scale))
    let isInteger = one.isInteger && other.isInteger
    if one.isNegative == other.isNegative {
      return ExactDecimal(isNegative: one.isNegative, digits: added(first, second), scale: scale, isInteger: isInteger)
    } else if precedes(first, second) {
      return ExactDecimal(isNegative: other.isNegative, digits: subtracted(second, first), scale: scale, isInteger: isInteger)
    } else {
      return ExactDecimal(isNegative: one.isNegative, digits: subtracted(first, second), scale: scale, isInteger: isInteger)
    }
  }

  static func * (one: ExactDecimal, other: ExactDecimal) -> ExactDecimal {
    var product = [UInt8](repeating: 0, count: one.digits.count + other.digits.count)
    for (place, digit) in one.digits.reversed().enumerated() {
      var carry = 0
      for (offset, factor) in other.digits.reversed().enumerated() {
        let at = product.count - 1 - place - offset
        let value = Int(product[at]) + Int(digit) * Int(factor) + carry
        product[at] = UInt8(value % 10)
        carry = value / 10
      }
      product[product.count - 1 - place - other.digits.count] += UInt8(carry)
    }
    return ExactDecimal(
      isNegative: one.isNegative != other.isNegative, digits: product, scale: one.scale + other.scale,
      isInteger: one.isInteger && other.isInteger)
  }

  /// As a literal that reads back as the same; with a sign where it is negative.
  var text: String {
    var letters = Array(repeating: UInt8(0), count: max(0, scale + 1 - digits.count)) + digits
    letters = letters.map { $0 + UInt8(ascii: "0") }
    if !isInteger, digits.count <= Self.mostIntegerDigits || scale > 0 {
      letters.insert(UInt8(ascii: "."), at: letters.count - scale)
    }
    return (isNegative ? "-" : "") + String(decoding: letters, as: UTF8.self)
  }

  private func raised(to scale: Int) -> [UInt8] { digits + Array(repeating: 0, count: scale - self.scale) }

  private static func precedes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    let (one, other) = (one.drop { $0 == 0 }, other.drop { $0 == 0 })
    return one.count == other.count ? one.lexicographicallyPrecedes(other) : one.count < other.count
  }

  private static func added(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] {
    var sum: [UInt8] = []
    var carry: UInt8 = 0
    for place in 0...max(one.count, other.count) {
      let value = digit(one, place) + digit(other, place) + carry
      sum.append(value % 10)
      carry = value / 10
    }
    return sum.reversed()
  }

  /// The first is not the smaller.
  private static func subtracted(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] {
    var difference: [UInt8] = []
    var borrowed: UInt8 = 0
    for place in 0..<max(one.count, other.count) {
      let (from, what) = (digit(one, place), digit(other, place) + borrowed)
      borrowed = from < what ? 1 : 0
      difference.append(from + borrowed * 10 - what)
    }
    return difference.reversed()
  }

  private static func digit(_ digits: [UInt8], _ place: Int) -> UInt8 {
    place < digits.count ? digits[digits.count - 1 - place] : 0
  }
}
